//! Versions of values that are stored in a compact form, which contains neither names nor types of fields.

use serde::{Deserializer, Serialize, de::DeserializeOwned, de::Error};

/// A value that is stored in a compact form. A change of its fields, of their types or of their order changes the form, which then
/// needs another version: `docs/ARCHITECTURE.md`, "Changing a stored form".
pub trait StoredForm: Serialize + DeserializeOwned {
    /// Its name in errors, and the name of its golden files.
    const NAME: &'static str;
    /// The version that is written.
    const VERSION: i64 = 0;

    /// Reads a form of a version up to [`Self::VERSION`]. A type with several versions overrides this to read the older ones.
    fn read<'de, D: Deserializer<'de>>(version: i64, form: D) -> Result<Self, D::Error> {
        if version == Self::VERSION {
            Self::deserialize(form)
        } else {
            Err(D::Error::custom(format!("nothing reads version {version} of {}", Self::NAME)))
        }
    }
}

/// Implements [`StoredForm`] for types with one version.
macro_rules! stored_forms {
    ($($name:literal $form:ty,)*) => {$(
        impl $crate::stored_form::StoredForm for $form {
            const NAME: &'static str = $name;
        }
    )*};
}

pub(crate) use stored_forms;
