//! The key of the data folder, apart from the database: whoever gets the database alone gets no usable token.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use carillon_model::env::Env;

/// Bytes of a key.
const BYTES: usize = 32;
/// What is lost without the key, for whoever thinks of removing it.
const LOSS: &str =
    "without it all tokens and app secrets end, and the secrets of callbacks cannot be read any more";

/// Reads the key, or makes one if the data folder is new. A key that is lost is never replaced: nobody would notice what ended.
pub fn load_or_create(path: &Path, folder_is_new: bool) -> Result<[u8; BYTES]> {
    match fs::read(path) {
        Ok(key) => match key.try_into() {
            Ok(key) => Ok(key),
            Err(_) => bail!("{} is damaged: restore it from a backup ({LOSS})", path.display()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound && folder_is_new => create(path),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("{} is missing beside its database: restore it from a backup ({LOSS})", path.display())
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Makes a key. It is whole and durable before it has its name.
fn create(path: &Path) -> Result<[u8; BYTES]> {
    let key: [u8; BYTES] = Env::system(Default::default(), [0; BYTES]).random_bytes();
    let folder = path.parent().context("the key has no folder")?;
    let failed = || format!("cannot create {}", path.display());
    // Readable by its owner alone, as every temporary file.
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    file.write_all(&key).with_context(failed)?;
    file.as_file().sync_all().with_context(failed)?;
    file.persist_noclobber(path).map_err(|error| error.error).with_context(failed)?;
    File::open(folder)?.sync_all()?;
    Ok(key)
}
