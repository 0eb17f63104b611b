//! Reading stored files in chunks, so that a slow reader has one chunk in memory and never the whole file.

use std::{
    io::{self, Read},
    num::NonZeroUsize,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use carillon_model::error::{Error, Result};
use data_encoding::HEXLOWER;
use futures::{
    Stream, StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use lru::LruCache;
use object_store::{
    GetOptions, GetResultPayload, ObjectMeta, ObjectStore, ObjectStoreExt, path::Path as Key,
};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::objects::{ContentHash, Objects};

/// The number of files that are cached as intact.
const CHECKED_FILES: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();
/// The number of files that are checked concurrently.
const MAX_CHECKS: usize = 2;
/// The number of chunks that are read concurrently.
const MAX_READS: usize = 8;
/// The size of a chunk in bytes. A connection buffers a few chunks for a slow client.
const CHUNK: usize = 16 << 10;

/// The files that were read completely and found intact, with their size and time on disk.
pub(crate) struct CheckedFiles {
    files: Mutex<LruCache<ContentHash, (u64, i64)>>,
    permits: Semaphore,
    /// Permits to read a chunk, each of which occupies a thread.
    reads: Arc<Semaphore>,
}

impl Default for CheckedFiles {
    fn default() -> Self {
        Self {
            files: Mutex::new(LruCache::new(CHECKED_FILES)),
            permits: Semaphore::new(MAX_CHECKS),
            reads: Arc::new(Semaphore::new(MAX_READS)),
        }
    }
}

/// A file to be read.
pub struct StoredFile {
    /// Size in bytes.
    pub size: u64,
    hash: ContentHash,
}

impl Objects {
    /// Finds a file, and checks that its content is intact. The content is read completely at the first request, and again after a
    /// change on disk.
    pub async fn find(&self, hash: &ContentHash) -> Result<StoredFile> {
        let meta = self.store.head(&hash.key()).await.map_err(Error::internal)?;
        let found = StoredFile { size: meta.size, hash: hash.clone() };
        if self.was_checked(hash, &meta) {
            return Ok(found);
        }
        let _permit = self.checked.permits.acquire().await.map_err(Error::internal)?;
        if self.was_checked(hash, &meta) {
            return Ok(found);
        }
        if self.hash_of_stored(hash).await? != *hash {
            return Err(Error::internal(format!("the stored file {} is damaged", hash.0)));
        }
        self.files().put(hash.clone(), state_of(&meta));
        Ok(found)
    }

    /// Returns a part of a file in chunks.
    pub async fn read(
        &self,
        file: &StoredFile,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>> {
        let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
        let found = self.store.get_opts(&file.hash.key(), options).await.map_err(Error::internal)?;
        Ok(match found.payload {
            GetResultPayload::File(..) => {
                let (store, key) = (Arc::clone(&self.store), file.hash.key());
                chunks(store, key, found.range, Arc::clone(&self.checked.reads)).boxed()
            }
            GetResultPayload::Stream(chunks) => chunks.map(|chunk| chunk.map_err(io::Error::other)).boxed(),
        })
    }

    /// Returns a whole file. For small files only.
    pub async fn read_whole(&self, file: &StoredFile) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        let mut chunks = self.read(file, 0..file.size).await?;
        while let Some(chunk) = chunks.try_next().await.map_err(Error::internal)? {
            content.extend_from_slice(&chunk);
        }
        Ok(content)
    }

    fn was_checked(&self, hash: &ContentHash, meta: &ObjectMeta) -> bool {
        self.files().get(hash) == Some(&state_of(meta))
    }

    fn files(&self) -> std::sync::MutexGuard<'_, LruCache<ContentHash, (u64, i64)>> {
        self.checked.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Computes the hash of a stored file, which is read in chunks.
    pub(crate) async fn hash_of_stored(&self, hash: &ContentHash) -> Result<ContentHash> {
        match self.store.get(&hash.key()).await.map_err(Error::internal)?.payload {
            GetResultPayload::File(file, _) => {
                let hashed = tokio::task::spawn_blocking(move || hash_of_file(file));
                hashed.await.map_err(Error::internal)?.map_err(Error::internal)
            }
            GetResultPayload::Stream(mut chunks) => {
                let mut hasher = Sha256::new();
                while let Some(chunk) = chunks.next().await {
                    hasher.update(chunk.map_err(Error::internal)?);
                }
                Ok(ContentHash(HEXLOWER.encode(&hasher.finalize())))
            }
        }
    }
}

/// Returns the chunks of a part of a file. A chunk is read when the previous one was taken, and the file is not open in between:
/// open files of slow readers would not be limited, while their connections are.
fn chunks(
    store: Arc<dyn ObjectStore>,
    key: Key,
    range: Range<u64>,
    reads: Arc<Semaphore>,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold(range, move |rest| {
        let (store, key, reads) = (Arc::clone(&store), key.clone(), Arc::clone(&reads));
        async move {
            if rest.is_empty() {
                return Ok(None);
            }
            let end = rest.end.min(rest.start + CHUNK as u64);
            let _permit = reads.acquire_owned().await.map_err(io::Error::other)?;
            let chunk = store.get_range(&key, rest.start..end).await.map_err(io::Error::other)?;
            if chunk.len() as u64 != end - rest.start {
                return Err(io::Error::other("a stored file is shorter than it was"));
            }
            Ok(Some((chunk, end..rest.end)))
        }
    })
}

fn state_of(meta: &ObjectMeta) -> (u64, i64) {
    (meta.size, meta.last_modified.timestamp_micros())
}

fn hash_of_file(mut file: impl Read) -> io::Result<ContentHash> {
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(ContentHash(HEXLOWER.encode(&hasher.finalize()))),
            read => hasher.update(&chunk[..read]),
        }
    }
}
