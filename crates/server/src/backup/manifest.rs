//! What an archive has to hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The form of archives that this version writes. A newer one is refused.
pub const FORMAT: u32 = 1;

/// The last entry of an archive.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the archive.
    pub format: u32,
    /// The version of the program that wrote it.
    pub carillon: String,
    /// The newest schema step of the database.
    pub schema: String,
    /// When the copy of the database was taken, in milliseconds since 1970.
    pub taken_at: i64,
    /// Every other entry by its name.
    pub files: BTreeMap<String, FileEntry>,
    /// Uploaded files that rows name and that were not in the data folder, by their SHA-256.
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
