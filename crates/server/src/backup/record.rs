//! Remembers the last backup of a data folder, so that the console can tell when it was made. It is no part of a backup: a restored
//! folder has none yet.

use std::{fs, io::Write, os::unix::fs::PermissionsExt, path::PathBuf};

use carillon_domain::system::LastBackup;
use carillon_model::time::Timestamp;
use carillon_store::Paths;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// The file in the data folder.
const FILE: &str = "last-backup.json";

/// Its content.
#[derive(Serialize, Deserialize)]
struct Record {
    /// In milliseconds since 1970.
    taken_at: i64,
    bytes: u64,
    files: usize,
    missing: usize,
    encrypted: bool,
}

fn path(paths: &Paths) -> PathBuf {
    paths.root.join(FILE)
}

/// Returns the last backup, if one is known.
pub fn last(paths: &Paths) -> Option<LastBackup> {
    let record: Record = serde_json::from_slice(&fs::read(path(paths)).ok()?).ok()?;
    Some(LastBackup {
        taken_at: Timestamp(record.taken_at),
        bytes: record.bytes,
        files: record.files,
        missing: record.missing,
        encrypted: record.encrypted,
    })
}

/// Remembers a backup.
pub fn remember(paths: &Paths, backup: LastBackup) -> std::io::Result<()> {
    let record = Record {
        taken_at: backup.taken_at.0,
        bytes: backup.bytes,
        files: backup.files,
        missing: backup.missing,
        encrypted: backup.encrypted,
    };
    let mut file = NamedTempFile::new_in(&paths.root)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(&serde_json::to_vec(&record)?)?;
    file.as_file().sync_all()?;
    file.persist(path(paths)).map_err(|error| error.error)?;
    Ok(())
}
