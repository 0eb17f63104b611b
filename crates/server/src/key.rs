//! The key of the data folder, apart from the database: whoever gets the database alone gets no usable token.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Read, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use carillon_model::env::Env;

/// Reads the key, or makes one the first time.
pub fn load_or_create(path: &Path) -> Result<[u8; 32]> {
    match OpenOptions::new().read(true).open(path) {
        Ok(mut file) => {
            let mut key = Vec::new();
            file.read_to_end(&mut key)?;
            match key.try_into() {
                Ok(key) => Ok(key),
                Err(_) => bail!(
                    "{} is damaged: restore it from a backup, or remove it to end all tokens",
                    path.display()
                ),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => create(path),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn create(path: &Path) -> Result<[u8; 32]> {
    let key: [u8; 32] = Env::system(Default::default(), [0; 32]).bytes();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot create {}", path.display()))?;
    file.write_all(&key)?;
    file.sync_all()?;
    Ok(key)
}
