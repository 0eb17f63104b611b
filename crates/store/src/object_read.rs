//! Reading stored files in pieces: whoever reads slowly holds one piece in memory, and never the file.

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

/// Files that are remembered as undamaged.
const CHECKED: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();
/// Files that are checked at the same time.
const CHECKS_AT_ONCE: usize = 2;
const READS_AT_ONCE: usize = 8;
/// A connection buffers a few of them for a client that does not take them.
const PIECE: usize = 16 << 10;

/// Which files were read to their end and found undamaged, as they are on disk now.
pub(crate) struct Checked {
    files: Mutex<LruCache<ContentHash, (u64, i64)>>,
    permits: Semaphore,
    /// Pieces that are read from the disk at the same time: each takes a thread.
    reads: Arc<Semaphore>,
}

impl Default for Checked {
    fn default() -> Self {
        Self {
            files: Mutex::new(LruCache::new(CHECKED)),
            permits: Semaphore::new(CHECKS_AT_ONCE),
            reads: Arc::new(Semaphore::new(READS_AT_ONCE)),
        }
    }
}

/// A file about to be read.
pub struct StoredFile {
    /// Bytes.
    pub size: u64,
    hash: ContentHash,
}

impl Objects {
    /// Finds a file, and makes sure that it is still what was stored: it is read to its end when it is first asked for, and again
    /// when it changed on disk.
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

    /// A part of a file, in pieces.
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
                pieces(store, key, found.range, Arc::clone(&self.checked.reads)).boxed()
            }
            GetResultPayload::Stream(pieces) => pieces.map(|piece| piece.map_err(io::Error::other)).boxed(),
        })
    }

    /// A whole file, in memory: for those that are known to be small.
    pub async fn read_whole(&self, file: &StoredFile) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        let mut pieces = self.read(file, 0..file.size).await?;
        while let Some(piece) = pieces.try_next().await.map_err(Error::internal)? {
            content.extend_from_slice(&piece);
        }
        Ok(content)
    }

    fn was_checked(&self, hash: &ContentHash, meta: &ObjectMeta) -> bool {
        self.files().get(hash) == Some(&state_of(meta))
    }

    fn files(&self) -> std::sync::MutexGuard<'_, LruCache<ContentHash, (u64, i64)>> {
        self.checked.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hash of a file as it is stored now, read in pieces.
    pub(crate) async fn hash_of_stored(&self, hash: &ContentHash) -> Result<ContentHash> {
        match self.store.get(&hash.key()).await.map_err(Error::internal)?.payload {
            GetResultPayload::File(file, _) => {
                let hashed = tokio::task::spawn_blocking(move || hash_of_file(file));
                hashed.await.map_err(Error::internal)?.map_err(Error::internal)
            }
            GetResultPayload::Stream(mut pieces) => {
                let mut hasher = Sha256::new();
                while let Some(piece) = pieces.next().await {
                    hasher.update(piece.map_err(Error::internal)?);
                }
                Ok(ContentHash(HEXLOWER.encode(&hasher.finalize())))
            }
        }
    }
}

/// The pieces of a part of a file. The next one is read when the last one was taken, and the file is not open in between: whoever
/// reads slowly would hold a connection and an open file, and the connections alone are counted.
fn pieces(
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
            let end = rest.end.min(rest.start + PIECE as u64);
            let _permit = reads.acquire_owned().await.map_err(io::Error::other)?;
            let piece = store.get_range(&key, rest.start..end).await.map_err(io::Error::other)?;
            if piece.len() as u64 != end - rest.start {
                return Err(io::Error::other("a stored file is shorter than it was"));
            }
            Ok(Some((piece, end..rest.end)))
        }
    })
}

fn state_of(meta: &ObjectMeta) -> (u64, i64) {
    (meta.size, meta.last_modified.timestamp_micros())
}

fn hash_of_file(mut file: impl Read) -> io::Result<ContentHash> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(ContentHash(HEXLOWER.encode(&hasher.finalize()))),
            read => hasher.update(&piece[..read]),
        }
    }
}
