//! Uploaded files by the SHA-256 of their content. They are written before the row that refers to them, and checked when they are
//! read.

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

use crate::{file_mode, object_read::CheckedFiles};

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

    /// The path of the file. Two levels of folders keep each folder small.
    pub(crate) fn key(&self) -> Key {
        let (first, rest) = self.0.split_at(self.0.len().min(2));
        let (second, _) = rest.split_at(rest.len().min(2));
        Key::from(format!("{first}/{second}/{}", self.0))
    }
}

/// The store of uploaded files.
pub struct Objects {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) checked: CheckedFiles,
    /// Locked for reading by uploads in progress, for writing by a sweep that removes files.
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
            checked: CheckedFiles::default(),
            uploads: RwLock::new(()),
            folder: folder.to_owned(),
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores a file. The same content is stored once, and a damaged stored file is replaced.
    pub async fn put(&self, content: Bytes) -> Result<ContentHash> {
        let hash = hash_of(&content).await?;
        if !self.is_intact(&hash, content.len()).await {
            // The file is written under a temporary name, synced and renamed, so that no half of it is visible.
            self.store.put(&hash.key(), PutPayload::from_bytes(content)).await.map_err(Error::internal)?;
        }
        Ok(hash)
    }

    /// Returns true if the hash of a stored file is its name. The cheap comparison of the size comes first. The content is read in
    /// chunks, since the upload is in memory already.
    async fn is_intact(&self, hash: &ContentHash, size: usize) -> bool {
        let stored = self.store.head(&hash.key()).await;
        stored.is_ok_and(|stored| stored.size == size as u64)
            && self.hash_of_stored(hash).await.is_ok_and(|stored| stored == *hash)
    }

    /// Reads a file, and checks that its content is intact.
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

/// Hashes on a blocking thread, since a large file takes some hundred milliseconds.
async fn hash_of(content: &Bytes) -> Result<ContentHash> {
    let content = content.clone();
    tokio::task::spawn_blocking(move || ContentHash::of(&content)).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// The number of hashes that this thread has computed.
        pub(super) static HASHED: Cell<usize> = const { Cell::new(0) };
    }

    /// The runtime of the test runs only on the thread of the test.
    #[tokio::test]
    async fn no_hash_is_computed_on_a_runtime_thread() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let content = Bytes::from(vec![7; 1 << 20]);
        let hash = objects.put(content.clone()).await.unwrap();
        // The same content again, which is compared with the stored one.
        assert_eq!(objects.put(content.clone()).await, Ok(hash.clone()));
        assert_eq!(objects.get(&hash).await, Ok(content.clone()));
        assert_eq!(HASHED.get(), 0);
        assert_eq!(ContentHash::of(&content), hash);
        assert_eq!(HASHED.get(), 1, "the counter works");
    }

    #[tokio::test]
    async fn a_damaged_file_is_replaced_by_the_next_upload_of_its_content() {
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
        // An intact file is not replaced, and no temporary file stays.
        let before = std::fs::metadata(&path).unwrap();
        objects.put(content).await.unwrap();
        use std::os::unix::fs::MetadataExt;
        assert_eq!(std::fs::metadata(&path).unwrap().ino(), before.ino());
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
