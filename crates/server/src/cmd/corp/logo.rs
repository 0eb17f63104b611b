//! Reads the logo of an organisation from a file.

use std::{fs::File, io::Read, path::Path};

use carillon_domain::corp::{self, StoredLogo};
use carillon_model::error::{Error, Result};
use carillon_store::Store;
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

/// The content of a picture, read by the command line's process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogoFile {
    name: String,
    /// Base64.
    content: String,
}

impl LogoFile {
    /// Reads a file, but not more than the limit.
    pub fn read(path: &str) -> std::result::Result<Self, String> {
        let mut content = Vec::new();
        let limit = corp::MAX_LOGO_BYTES as u64 + 1;
        let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut content));
        read.map_err(|error| format!("cannot read {path}: {error}"))?;
        if content.len() > corp::MAX_LOGO_BYTES {
            return Err(format!("{path} has more than {} kB", corp::MAX_LOGO_BYTES >> 10));
        }
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, content: BASE64.encode(&content) })
    }

    /// Stores the content.
    pub async fn store(&self, store: &Store) -> Result<StoredLogo> {
        let content = BASE64.decode(self.content.as_bytes());
        let content = content.map_err(|_| Error::invalid("--logo", "must be in base64"))?;
        StoredLogo::store(store, "--logo", &self.name, content).await
    }
}
