//! The key of the data folder. It is not in the database, so that the database alone contains no usable token.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use carillon_model::env::Env;

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// The consequences of a lost key, for the error messages.
const CONSEQUENCES: &str =
    "without it all tokens and app secrets end, and the secrets of callbacks cannot be read any more";

/// Reads the key, or creates it if the data folder is new. A lost key is never replaced, since that would silently invalidate tokens.
pub fn load_or_create(path: &Path, folder_is_new: bool) -> Result<[u8; KEY_BYTES]> {
    match fs::read(path) {
        Ok(key) => match key.try_into() {
            Ok(key) => Ok(key),
            Err(_) => bail!("{} is damaged: restore it from a backup ({CONSEQUENCES})", path.display()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound && folder_is_new => create(path),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "{} is missing beside its database: restore it from a backup ({CONSEQUENCES})",
                path.display()
            )
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Creates a key. The file is complete and durable before it gets its name.
fn create(path: &Path) -> Result<[u8; KEY_BYTES]> {
    let key: [u8; KEY_BYTES] = Env::system(Default::default(), [0; KEY_BYTES]).random_bytes();
    let folder = path.parent().context("the key has no folder")?;
    let failed = || format!("cannot create {}", path.display());
    // Temporary files are readable only by their owner.
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    file.write_all(&key).with_context(failed)?;
    file.as_file().sync_all().with_context(failed)?;
    file.persist_noclobber(path).map_err(|error| error.error).with_context(failed)?;
    File::open(folder)?.sync_all()?;
    Ok(key)
}
