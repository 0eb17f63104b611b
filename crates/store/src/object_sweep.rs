//! Removes stored files without a row: those of uploads that were rejected later, those that lost their last row, and those that a
//! crash left half written.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use carillon_model::{
    error::{Error, Result},
    time::Timestamp,
};
use tokio::sync::RwLockReadGuard;

use crate::{
    Store,
    objects::{ContentHash, Objects},
};

/// The number of first-level folders. Each step of a sweep handles one.
pub const FOLDERS: u16 = 256;
/// The number of files that are looked up in one read.
const LOOKUP_BATCH: usize = 256;
/// A character in the names of temporary files, which are written beside the final one.
const TEMPORARY_MARK: char = '#';

/// An upload in progress, which prevents a sweep from removing files. It must be created before the content is stored and dropped
/// after the commit of its row.
pub struct Upload<'o>(#[expect(dead_code, reason = "it is held, not read")] RwLockReadGuard<'o, ()>);

impl Objects {
    /// Begins an upload.
    pub async fn begin_upload(&self) -> Upload<'_> {
        Upload(self.uploads.read().await)
    }
}

impl Store {
    /// Runs a step of a sweep: removes the files of a first-level folder that were last changed before a time and have no row.
    /// Returns how many were removed.
    ///
    /// # Errors
    /// Errors of the disk or the database. Other steps may still succeed.
    pub async fn sweep_objects(self: &Arc<Self>, folder: u8, before: Timestamp) -> Result<usize> {
        let path = self.objects().folder().join(format!("{folder:02x}"));
        let listed = tokio::task::spawn_blocking(move || old_files(&path, before));
        let (mut old, temporary) = listed.await.map_err(Error::internal)?.map_err(Error::internal)?;
        let mut removed = remove(temporary).await?;
        while !old.is_empty() {
            let some = old.split_off(old.len().saturating_sub(LOOKUP_BATCH));
            let unreferenced = self.unreferenced(some).await?;
            if !unreferenced.is_empty() {
                // Uploads wait for this lock, so that these files get no row before they are removed.
                let _exclusive = self.objects().uploads.write().await;
                let unreferenced = self.unreferenced(unreferenced).await?;
                removed += remove(unreferenced).await?;
            }
        }
        Ok(removed)
    }

    async fn unreferenced(self: &Arc<Self>, files: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
        let unreferenced = self.read_registry(move |tx| {
            let mut unreferenced = Vec::new();
            for file in files {
                let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if !tx.is_content_used(&ContentHash(name.to_owned()))? {
                    unreferenced.push(file);
                }
            }
            Ok(unreferenced)
        });
        unreferenced.await
    }
}

/// Returns the files below a folder that were last changed before a time: complete ones, and temporary ones.
fn old_files(folder: &Path, before: Timestamp) -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut complete, mut temporary) = (Vec::new(), Vec::new());
    for below in entries(folder)? {
        for file in entries(&below)? {
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some(changed_at) = changed_at(&file) else { continue };
            if changed_at >= before {
                continue;
            }
            if name.contains(TEMPORARY_MARK) {
                temporary.push(file);
            } else if name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                complete.push(file);
            }
        }
    }
    Ok((complete, temporary))
}

/// Returns the entries of a folder; none if it does not exist.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// Returns when a file last changed; `None` if it does not exist or is not a file.
fn changed_at(file: &Path) -> Option<Timestamp> {
    let meta = fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
    let since = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp)
}

async fn remove(files: Vec<PathBuf>) -> Result<usize> {
    let removed = tokio::task::spawn_blocking(move || {
        let mut removed = 0;
        for file in files {
            match fs::remove_file(&file) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    });
    removed.await.map_err(Error::internal)?.map_err(Error::internal)
}
