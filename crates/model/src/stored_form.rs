//! Versions of what is stored in a compact form, which has neither names nor types of fields.

use serde::{Deserializer, Serialize, de::DeserializeOwned, de::Error};

/// A value that is stored in a compact form. Other fields, another type or another order of them make another form, which needs
/// another version: `docs/ARCHITECTURE.md`, "Changing a stored form".
pub trait StoredForm: Serialize + DeserializeOwned {
    /// What it is called in errors, and the name of its golden files.
    const NAME: &'static str;
    /// The version that is written.
    const VERSION: i64 = 0;

    /// Reads a form of a version up to [`Self::VERSION`]. A type with more than one version reads the older ones here.
    fn read<'de, D: Deserializer<'de>>(version: i64, form: D) -> Result<Self, D::Error> {
        if version == Self::VERSION {
            Self::deserialize(form)
        } else {
            Err(D::Error::custom(format!("nothing reads version {version} of {}", Self::NAME)))
        }
    }
}

/// Forms that have one version.
macro_rules! stored_forms {
    ($($name:literal $form:ty,)*) => {$(
        impl $crate::stored_form::StoredForm for $form {
            const NAME: &'static str = $name;
        }
    )*};
}

pub(crate) use stored_forms;
