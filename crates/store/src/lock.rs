//! The lock of the data folder: one server per folder.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use carillon_model::error::{Error, Result};

/// Held while the data folder is in use. The operating system releases it when the process ends in any way.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock.
    ///
    /// # Errors
    /// Another process holds it, or the file cannot be opened.
    pub fn take(path: &Path) -> Result<Self> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(|error| Error::internal(format!("cannot open {}: {error}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::internal(format!(
                "another carillon uses the data folder ({} is locked): stop it, or choose another folder with --data",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(Error::internal(error)),
        }
    }
}
