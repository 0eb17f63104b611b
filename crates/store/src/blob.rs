//! Values in the compact form of postcard. Only this module encodes and decodes them. Each has a version, which is stored beside
//! it. Golden files (`blob/golden`) contain every form, so that none changes without a new version.

#[cfg(test)]
mod golden;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use carillon_model::{
    error::{Error, Result},
    fact::{Fact, Kind},
    stored_form::StoredForm,
};
use postcard::{Deserializer, de_flavors::Slice};
use serde::Serialize;

/// An encoded value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    /// The version of its form.
    pub version: i64,
    pub bytes: Vec<u8>,
}

impl Blob {
    fn of(version: i64, value: &impl Serialize) -> Result<Self> {
        Ok(Self { version, bytes: postcard::to_allocvec(value).map_err(Error::internal)? })
    }

    /// Returns true if it is an empty list.
    pub fn is_empty_list(&self) -> bool {
        self.bytes == [0]
    }
}

/// Encodes in the newest version.
pub(crate) fn encode<T: StoredForm>(value: &T) -> Result<Blob> {
    Blob::of(T::VERSION, value)
}

/// Decodes a value of a row.
///
/// # Errors
/// The version is unknown, or the bytes do not have this form. The error names the table.
pub(crate) fn decode<T: StoredForm>(table: &str, version: i64, bytes: &[u8]) -> Result<T> {
    decode_with(table, T::NAME, version, T::VERSION, bytes, |form| T::read(version, form))
}

/// Encodes the fields of a fact in the newest version.
pub(crate) fn encode_fact(fact: &Fact) -> Result<Blob> {
    Blob::of(Fact::VERSION, fact)
}

/// Decodes the fields of a fact, with the errors of [`decode`].
pub(crate) fn decode_fact(kind: Kind, version: i64, bytes: &[u8]) -> Result<Fact> {
    decode_with("fact", kind.as_str(), version, Fact::VERSION, bytes, |form| kind.read_version(version, form))
}

fn decode_with<'b, T>(
    table: &str,
    name: &str,
    version: i64,
    newest: i64,
    bytes: &'b [u8],
    read: impl FnOnce(&mut Deserializer<'b, Slice<'b>>) -> postcard::Result<T>,
) -> Result<T> {
    if !(0..=newest).contains(&version) {
        return Err(Error::internal(format!(
            "the table {table} has a {name} in form version {version}, and this carillon knows versions up to {newest}: a newer \
             one wrote it"
        )));
    }
    let mut form = Deserializer::from_bytes(bytes);
    let failed = |error: postcard::Error| {
        Error::internal(format!(
            "the table {table} has a {name} that is not of form version {version}: {error}"
        ))
    };
    let value = read(&mut form).map_err(failed)?;
    let rest = form.finalize().map_err(failed)?;
    if rest.is_empty() {
        return Ok(value);
    }
    Err(Error::internal(format!(
        "the table {table} has a {name} with {} bytes more than form version {version}",
        rest.len()
    )))
}
