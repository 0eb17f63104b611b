//! Uploaded files by the SHA-256 of their content: written before the row that names them, checked on read.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use carillon_model::error::{Error, Result};
use data_encoding::HEXLOWER;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as Key};
use sha2::{Digest, Sha256};
use tokio::sync::RwLock;

use crate::{file_mode, object_read::Checked};

/// The SHA-256 of a file, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContentHash(pub String);

impl ContentHash {
    /// The hash of some content.
    pub fn of(content: &[u8]) -> Self {
        #[cfg(test)]
        tests::HASHED.set(tests::HASHED.get() + 1);
        Self(HEXLOWER.encode(&Sha256::digest(content)))
    }

    // Two levels of folders keep each of them small.
    pub(crate) fn key(&self) -> Key {
        let (first, rest) = self.0.split_at(self.0.len().min(2));
        let (second, _) = rest.split_at(rest.len().min(2));
        Key::from(format!("{first}/{second}/{}", self.0))
    }
}

/// The files.
pub struct Objects {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) checked: Checked,
    /// Read by uploads under way, written by a sweep that removes something.
    pub(crate) uploads: RwLock<()>,
    folder: PathBuf,
}

impl Objects {
    /// Files in a local folder.
    pub fn open(folder: &Path) -> Result<Self> {
        file_mode::create_folder(folder).map_err(Error::internal)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(Error::internal)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            checked: Checked::default(),
            uploads: RwLock::new(()),
            folder: folder.to_owned(),
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores a file; the same content is stored once. A stored file that is damaged is replaced.
    pub async fn put(&self, content: Bytes) -> Result<ContentHash> {
        let hash = hash_of(&content).await?;
        if !self.is_intact(&hash, content.len()).await {
            // Written under another name, synced, and renamed: nobody ever sees half of it.
            self.store.put(&hash.key(), PutPayload::from_bytes(content)).await.map_err(Error::internal)?;
        }
        Ok(hash)
    }

    /// Returns whether a stored file is what its name says. Its size, which is cheap to look at, is compared first; the content is not
    /// held in memory, for the upload itself already is.
    async fn is_intact(&self, hash: &ContentHash, size: usize) -> bool {
        let stored = self.store.head(&hash.key()).await;
        stored.is_ok_and(|stored| stored.size == size as u64)
            && self.hash_of_stored(hash).await.is_ok_and(|stored| stored == *hash)
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
        if hash_of(&content).await? == *hash {
            Ok(content)
        } else {
            Err(Error::internal(format!("the stored file {} is damaged", hash.0)))
        }
    }
}

/// Hashes on a thread where that holds up nobody: of a large file it takes some hundred milliseconds.
async fn hash_of(content: &Bytes) -> Result<ContentHash> {
    let content = content.clone();
    tokio::task::spawn_blocking(move || ContentHash::of(&content)).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// How often this thread has hashed.
        pub(super) static HASHED: Cell<usize> = const { Cell::new(0) };
    }

    /// The runtime of the test runs on the thread of the test alone.
    #[tokio::test]
    async fn nothing_is_hashed_on_a_thread_that_serves() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let content = Bytes::from(vec![7; 1 << 20]);
        let hash = objects.put(content.clone()).await.unwrap();
        // The same content again, which is read and compared.
        assert_eq!(objects.put(content.clone()).await, Ok(hash.clone()));
        assert_eq!(objects.get(&hash).await, Ok(content.clone()));
        assert_eq!(HASHED.get(), 0);
        assert_eq!(ContentHash::of(&content), hash);
        assert_eq!(HASHED.get(), 1, "it would have been seen");
    }

    #[tokio::test]
    async fn a_damaged_file_is_replaced_when_the_same_content_comes_again() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let content = Bytes::from_static(b"a bell");
        let hash = objects.put(content.clone()).await.unwrap();
        let path = folder.path().join(hash.key().to_string());
        // Empty, cut short, longer, and of the right size with another content.
        for damaged in [&b""[..], b"a b", b"a bell.", b"A bell"] {
            std::fs::write(&path, damaged).unwrap();
            assert!(objects.get(&hash).await.is_err());
            assert_eq!(objects.put(content.clone()).await, Ok(hash.clone()));
            assert_eq!(objects.get(&hash).await, Ok(content.clone()));
        }
        // One that is well is left alone, and no temporary file stays.
        let before = std::fs::metadata(&path).unwrap();
        objects.put(content).await.unwrap();
        use std::os::unix::fs::MetadataExt;
        assert_eq!(std::fs::metadata(&path).unwrap().ino(), before.ino());
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
