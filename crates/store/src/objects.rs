//! Uploaded files by the SHA-256 of their content: written before the row that names them, checked on read.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use carillon_model::error::{Error, Result};
use data_encoding::HEXLOWER;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as Key};
use sha2::{Digest, Sha256};

/// The SHA-256 of a file, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentHash(pub String);

impl ContentHash {
    /// The hash of some content.
    pub fn of(content: &[u8]) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(content)))
    }

    // Two levels of folders keep each of them small.
    fn key(&self) -> Key {
        let (first, rest) = self.0.split_at(self.0.len().min(2));
        let (second, _) = rest.split_at(rest.len().min(2));
        Key::from(format!("{first}/{second}/{}", self.0))
    }
}

/// The files.
pub struct Objects {
    store: Arc<dyn ObjectStore>,
}

impl Objects {
    /// Files in a local folder.
    pub fn open(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::internal)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(Error::internal)?.with_fsync(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// Stores a file; the same content is stored once.
    pub async fn put(&self, content: Bytes) -> Result<ContentHash> {
        let hash = ContentHash::of(&content);
        if self.store.head(&hash.key()).await.is_err() {
            self.store.put(&hash.key(), PutPayload::from_bytes(content)).await.map_err(Error::internal)?;
        }
        Ok(hash)
    }

    /// Reads a file and makes sure that it is still what was stored.
    pub async fn get(&self, hash: &ContentHash) -> Result<Bytes> {
        let content = self
            .store
            .get(&hash.key())
            .await
            .map_err(Error::internal)?
            .bytes()
            .await
            .map_err(Error::internal)?;
        if ContentHash::of(&content) == *hash {
            Ok(content)
        } else {
            Err(Error::internal(format!("the stored file {} is damaged", hash.0)))
        }
    }
}
