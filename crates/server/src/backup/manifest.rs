//! The manifest: the entries that an archive has to contain.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The format version that this program writes. It refuses newer ones.
pub const FORMAT: u32 = 1;

/// The last entry of an archive.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format version of the archive.
    pub format: u32,
    /// The version of the program that wrote it.
    pub carillon: String,
    /// The newest schema step of the database.
    pub schema: String,
    /// When the database was copied, in milliseconds since 1970.
    pub taken_at: i64,
    /// Every other entry by its name.
    pub files: BTreeMap<String, FileEntry>,
    /// SHA-256 of uploaded files that rows refer to, and that were missing in the data folder.
    pub missing: Vec<String>,
}

/// An entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its content, in lower-case hexadecimal.
    pub sha256: String,
}
