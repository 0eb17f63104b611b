//! Writes a backup.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use carillon_model::{env::Env, time::Timestamp};
use carillon_store::{Paths, backup::copy_database};
use tempfile::NamedTempFile;

use super::archive::{ArchiveWriter, CONFIGURATION, DATABASE, KEY, OBJECTS};
use crate::{cmd::cli_error, usage::Usage};

/// The content of a new backup.
pub struct BackupSummary {
    /// When the database was copied.
    pub taken_at: Timestamp,
    /// The size of the archive in bytes.
    pub bytes: u64,
    /// The number of uploaded files in it.
    pub files: usize,
    /// The newest schema step of the database.
    pub schema: String,
    /// SHA-256 of uploaded files that rows refer to, and that are missing in the data folder.
    pub missing: Vec<String>,
}

/// Writes an archive of a data folder, also while a server is running on it. The archive has a temporary name until it is complete. A
/// failure leaves no file behind.
pub fn create(
    paths: &Paths,
    configuration: Option<&Path>,
    target: &Path,
    passphrase: Option<&str>,
    env: &Env,
) -> Result<BackupSummary> {
    if !paths.database().is_file() {
        let text =
            format!("there is no database in {}: select the data folder with --data", paths.root.display());
        return Err(Usage::error(text));
    }
    if target.exists() {
        bail!("{} already exists: remove it, or choose another name", target.display());
    }
    let folder = folder_of(target);
    let temporary = |suffix| {
        tempfile::Builder::new()
            .prefix(".carillon-backup-")
            .suffix(suffix)
            .tempfile_in(&folder)
            .with_context(|| format!("cannot write to {}", folder.display()))
    };
    let database = temporary(".db")?;
    let taken_at = env.now().0;
    let database_copy = copy_database(&paths.database(), database.path()).map_err(cli_error)?;
    // Files are copied after the rows that refer to them: a file is stored before its row.
    let objects = stored_files(&paths.objects())?;
    let (archive, partial) = temporary(".partial")?.into_parts();
    let mut writer = ArchiveWriter::begin(archive, passphrase, env)?;
    writer.add(DATABASE, database.path())?;
    if !writer.add(KEY, &paths.key())? {
        bail!("{} is missing: without it the database cannot be used", paths.key().display());
    }
    if let Some(file) = configuration {
        writer.add(CONFIGURATION, file)?;
    }
    let mut files = BTreeSet::new();
    for (hash, path) in objects {
        // A file that was removed meanwhile has no row.
        if writer.add(&object_name(&hash), &path)? {
            files.insert(hash);
        }
    }
    let named = database_copy.files.into_iter().map(|hash| hash.0);
    let missing: Vec<String> = named.filter(|hash| !files.contains(hash)).collect();
    let (archive, manifest) = writer.finish(database_copy.schema, taken_at, missing)?;
    archive.sync_all()?;
    let bytes = archive.metadata()?.len();
    NamedTempFile::from_parts(archive, partial)
        .persist_noclobber(target)
        .map_err(|error| error.error)
        .with_context(|| format!("cannot write {}", target.display()))?;
    fs::File::open(&folder)?.sync_all()?;
    let taken_at = Timestamp(taken_at);
    Ok(BackupSummary {
        taken_at,
        bytes,
        files: files.len(),
        schema: manifest.schema,
        missing: manifest.missing,
    })
}

/// Returns the folder of a file.
pub fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn object_name(hash: &str) -> String {
    format!("{OBJECTS}/{}/{}/{hash}", &hash[..2], &hash[2..4])
}

/// Returns the uploaded files by hash. Incomplete uploads have other names.
fn stored_files(objects: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut folders = vec![objects.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                found.push((name, entry.path()));
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}
