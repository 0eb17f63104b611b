//! Restores backups, and verifies that they can be restored.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};
use carillon_model::env::Env;
use carillon_store::{
    Paths,
    backup::{RestoredDatabase, check_database, prepare_restored},
};

use super::{
    archive::{DATABASE, KEY, read_archive},
    create::folder_of,
    manifest::Manifest,
};
use crate::{cmd::cli_error, usage::open_file};

/// The result of a restore.
pub struct Restored {
    /// The manifest of the archive.
    pub manifest: Manifest,
    /// What was ended, what is held back, and the secrets to renew.
    pub prepared: RestoredDatabase,
}

/// Unpacks an archive into a new data folder. A failure leaves no file behind.
pub fn restore(archive: &Path, data: &Path, passphrase: Option<&str>, env: &Env) -> Result<Restored> {
    if fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some()) || data.is_file() {
        bail!("{} is not empty: restore into a new folder with --data", data.display());
    }
    let folder = folder_of(data);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let unpacked = tempfile::Builder::new()
        .prefix(".carillon-restore-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(&folder)
        .with_context(|| format!("cannot write to {}", folder.display()))?;
    let manifest = unpack(archive, passphrase, unpacked.path())?;
    let paths = Paths { root: unpacked.path().to_owned() };
    let prepared = prepare_restored(&paths.database(), env.now()).map_err(cli_error)?;
    sync_all(unpacked.path())?;
    // The target may exist as an empty folder.
    let _ = fs::remove_dir(data);
    fs::rename(unpacked.path(), data).with_context(|| format!("cannot create {}", data.display()))?;
    let _ = unpacked.keep();
    File::open(&folder)?.sync_all()?;
    Ok(Restored { manifest, prepared })
}

/// Reads a whole archive and checks everything that a restore needs.
pub fn verify(archive: &Path, passphrase: Option<&str>) -> Result<Manifest> {
    let folder = tempfile::Builder::new()
        .prefix("carillon-verify-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()?;
    let file = open(archive)?;
    let database = folder.path().join(DATABASE);
    let manifest = read_archive(file, passphrase, |name, content| match name {
        DATABASE => write_new(&database, content),
        KEY => check_key(content),
        _ => Ok(()),
    })?;
    check_schema(&database, &manifest)?;
    Ok(manifest)
}

fn unpack(archive: &Path, passphrase: Option<&str>, folder: &Path) -> Result<Manifest> {
    let manifest = read_archive(open(archive)?, passphrase, |name, content| {
        let path = folder.join(name);
        let parent = folder_of(&path);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        write_new(&path, content)
    })?;
    check_key(&mut File::open(folder.join(KEY))?)?;
    check_schema(&folder.join(DATABASE), &manifest)?;
    Ok(manifest)
}

fn open(archive: &Path) -> Result<File> {
    open_file(archive)
}

fn write_new(path: &Path, mut content: &mut dyn Read) -> Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    io::copy(&mut content, &mut file)?;
    file.sync_all()?;
    Ok(())
}

fn check_key(content: &mut dyn Read) -> Result<()> {
    let mut key = Vec::new();
    content.take(64).read_to_end(&mut key)?;
    ensure!(key.len() == 32, "the key in the archive is damaged");
    Ok(())
}

fn check_schema(database: &Path, manifest: &Manifest) -> Result<()> {
    let schema = check_database(database).map_err(cli_error)?;
    ensure!(schema == manifest.schema, "the database in the archive is not the one of its manifest");
    Ok(())
}

/// Syncs folders to the disk; their files are synced already.
fn sync_all(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_all(&entry.path())?;
        }
    }
    Ok(File::open(folder)?.sync_all()?)
}
