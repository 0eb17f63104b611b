//! Paths in the data folder.

use std::path::PathBuf;

/// The paths of a data folder.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The data folder.
    pub root: PathBuf,
}

impl Paths {
    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.root.join("carillon.db")
    }

    /// The folder of uploaded files.
    pub fn objects(&self) -> PathBuf {
        self.root.join("objects")
    }

    /// The file with the key from which tokens are derived.
    pub fn key(&self) -> PathBuf {
        self.root.join("key")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }
}
