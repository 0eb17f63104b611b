//! Removes stored files that nothing names: what was stored for an upload that was refused afterwards, what lost its last row, and
//! what a crash left half written.

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

/// First-level folders: each step of a sweep takes one.
pub const FOLDERS: u16 = 256;
/// Files that are looked up in one read.
const LOOKED_UP_AT_ONCE: usize = 256;
/// Beside the place of a file that is being written, a temporary one has this in its name.
const TEMPORARY_MARK: char = '#';

/// An upload under way: while it lives, nothing is swept. It is taken before a content is stored and given back after the commit
/// of the row that names it.
pub struct Upload<'o>(#[expect(dead_code, reason = "it is held, not read")] RwLockReadGuard<'o, ()>);

impl Objects {
    /// Begins an upload.
    pub async fn begin_upload(&self) -> Upload<'_> {
        Upload(self.uploads.read().await)
    }
}

impl Store {
    /// One step of a sweep: takes the files of a first-level folder that were last changed before a time, and removes those that no
    /// row names. Returns how many went.
    ///
    /// # Errors
    /// Whatever the disk or the database say; another step may still succeed.
    pub async fn sweep_objects(self: &Arc<Self>, folder: u8, before: Timestamp) -> Result<usize> {
        let path = self.objects().folder().join(format!("{folder:02x}"));
        let listed = tokio::task::spawn_blocking(move || old_files(&path, before));
        let (mut old, temporary) = listed.await.map_err(Error::internal)?.map_err(Error::internal)?;
        let mut removed = remove(temporary).await?;
        while !old.is_empty() {
            let some = old.split_off(old.len().saturating_sub(LOOKED_UP_AT_ONCE));
            let unnamed = self.unnamed(some).await?;
            if !unnamed.is_empty() {
                // Uploads wait for this, so what is unnamed now stays so until it is gone.
                let _exclusive = self.objects().uploads.write().await;
                let unnamed = self.unnamed(unnamed).await?;
                removed += remove(unnamed).await?;
            }
        }
        Ok(removed)
    }

    async fn unnamed(self: &Arc<Self>, files: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
        let unnamed = self.read_registry(move |tx| {
            let mut unnamed = Vec::new();
            for file in files {
                let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if !tx.is_content_used(&ContentHash(name.to_owned()))? {
                    unnamed.push(file);
                }
            }
            Ok(unnamed)
        });
        unnamed.await
    }
}

/// The files below a folder that were last changed before a time: whole ones, and temporary ones.
fn old_files(folder: &Path, before: Timestamp) -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut whole, mut temporary) = (Vec::new(), Vec::new());
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
                whole.push(file);
            }
        }
    }
    Ok((whole, temporary))
}

/// What lies in a folder; nothing if it is none.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// When a file last changed; `None` if it is gone by now, or no file.
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
