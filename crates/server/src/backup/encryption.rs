//! Encrypts an archive with a passphrase: Argon2id derives the key, and XChaCha20-Poly1305 in the STREAM construction encrypts, so that
//! chunks cannot be changed, removed, reordered or cut off at the end.
//!
//! The file starts with [`MAGIC`], the cost of Argon2 (memory in KiB, passes, lanes; 32 bits each, big endian), a salt of 16
//! bytes and the first 19 bytes of all nonces. Chunks of 64 KiB follow, each with a tag of 16 bytes. The header is the
//! associated data of every chunk.

use std::io::{self, ErrorKind, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32, Key, Nonce, StreamBE32};
use anyhow::{Result, anyhow, bail};
use argon2::{Algorithm, Argon2, Params, Version};
use carillon_model::env::Env;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::Payload};

/// The first bytes of an encrypted archive.
pub const MAGIC: &[u8] = b"carillon-backup-1\n";
/// Plaintext bytes of a chunk.
const CHUNK_BYTES: usize = 64 << 10;
const TAG_BYTES: usize = 16;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 19;
/// The cost of Argon2: memory in KiB, passes, lanes.
const COST: [u32; 3] = [64 << 10, 3, 1];
/// The highest cost that is accepted from a file.
const MAX_COST: [u32; 3] = [1 << 20, 16, 16];
const HEADER_BYTES: usize = MAGIC.len() + 12 + SALT_BYTES + NONCE_BYTES;

type Cipher = XChaCha20Poly1305;

/// Encrypts the bytes that are written to it. [`EncryptingWriter::finish`] must be called at the end.
pub struct EncryptingWriter<W> {
    inner: W,
    encryptor: EncryptorBE32<Cipher>,
    header: Vec<u8>,
    chunk: Vec<u8>,
}

impl<W: Write> EncryptingWriter<W> {
    /// Writes the header.
    pub fn begin(mut inner: W, passphrase: &str, env: &Env) -> Result<Self> {
        let (salt, nonce): ([u8; SALT_BYTES], [u8; NONCE_BYTES]) = (env.random_bytes(), env.random_bytes());
        let mut header = MAGIC.to_vec();
        COST.iter().for_each(|cost| header.extend(cost.to_be_bytes()));
        header.extend(salt);
        header.extend(nonce);
        inner.write_all(&header)?;
        let cipher = Cipher::new(&key(passphrase, &salt, COST)?);
        let encryptor = EncryptorBE32::from_aead(cipher, &nonce.into());
        Ok(Self { inner, encryptor, header, chunk: Vec::with_capacity(CHUNK_BYTES) })
    }

    /// Writes the last chunk.
    pub fn finish(mut self) -> Result<W> {
        let last = self.encryptor.encrypt_last(Payload { msg: &self.chunk, aad: &self.header });
        self.inner.write_all(&last.map_err(|_| anyhow!("the archive cannot be encrypted"))?)?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for EncryptingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk is written only when more follows, because the last chunk is encrypted differently.
        if self.chunk.len() == CHUNK_BYTES {
            let encrypted = self.encryptor.encrypt_next(Payload { msg: &self.chunk, aad: &self.header });
            self.inner.write_all(&encrypted.map_err(|_| io::Error::other("the archive is too large"))?)?;
            self.chunk.clear();
        }
        let accepted = bytes.len().min(CHUNK_BYTES - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..accepted]);
        Ok(accepted)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Decrypts the bytes that are read through it.
pub struct DecryptingReader<R> {
    inner: R,
    decryptor: Option<DecryptorBE32<Cipher>>,
    header: Vec<u8>,
    /// The next encrypted chunk. If it is empty, the current one is the last.
    next_chunk: Vec<u8>,
    chunk: Vec<u8>,
    position: usize,
}

impl<R: Read> DecryptingReader<R> {
    /// Reads the header.
    pub fn begin(mut inner: R, passphrase: &str) -> Result<Self> {
        let mut header = vec![0; HEADER_BYTES];
        inner.read_exact(&mut header).map_err(|_| anyhow!("the archive is truncated"))?;
        let Some(rest) = header.strip_prefix(MAGIC) else {
            bail!("this is not an encrypted archive of Carillon")
        };
        let (cost, rest) = rest.split_at(12);
        let (salt, nonce) = rest.split_at(SALT_BYTES);
        let mut costs = [0; 3];
        for (cost, bytes) in costs.iter_mut().zip(cost.chunks_exact(4)) {
            *cost = bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
        }
        if costs.iter().zip(MAX_COST).any(|(cost, max)| *cost > max) {
            bail!("the archive asks for more work than any archive of Carillon: it is damaged");
        }
        let cipher = Cipher::new(&key(passphrase, salt, costs)?);
        let nonce = Nonce::<Cipher, StreamBE32<Cipher>>::try_from(nonce)?;
        let decryptor = Some(DecryptorBE32::from_aead(cipher, &nonce));
        let mut reader =
            Self { inner, decryptor, header, next_chunk: Vec::new(), chunk: Vec::new(), position: 0 };
        reader.next_chunk = reader.read_encrypted_chunk()?;
        Ok(reader)
    }

    fn read_encrypted_chunk(&mut self) -> io::Result<Vec<u8>> {
        let mut encrypted = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES);
        self.inner.by_ref().take((CHUNK_BYTES + TAG_BYTES) as u64).read_to_end(&mut encrypted)?;
        Ok(encrypted)
    }

    /// Decrypts the next chunk. It is empty after the last one.
    fn decrypt_next_chunk(&mut self) -> io::Result<()> {
        self.chunk.clear();
        self.position = 0;
        let Some(mut decryptor) = self.decryptor.take() else { return Ok(()) };
        let encrypted = std::mem::take(&mut self.next_chunk);
        self.next_chunk = self.read_encrypted_chunk()?;
        let payload = Payload { msg: &encrypted, aad: &self.header };
        let decrypted = if self.next_chunk.is_empty() {
            decryptor.decrypt_last(payload)
        } else {
            let decrypted = decryptor.decrypt_next(payload);
            self.decryptor = Some(decryptor);
            decrypted
        };
        self.chunk = decrypted.map_err(|_| {
            io::Error::new(ErrorKind::InvalidData, "the passphrase is wrong, or the archive is damaged")
        })?;
        Ok(())
    }
}

impl<R: Read> Read for DecryptingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position == self.chunk.len() {
            self.decrypt_next_chunk()?;
        }
        let rest = &self.chunk[self.position..];
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        self.position += read;
        Ok(read)
    }
}

fn key(passphrase: &str, salt: &[u8], [memory, passes, lanes]: [u32; 3]) -> Result<Key<Cipher>> {
    let failed = |error: argon2::Error| anyhow!("the key of the archive cannot be derived: {error}");
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(failed)?;
    let mut key = Key::<Cipher>::default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .map_err(failed)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encrypted(content: &[u8]) -> Vec<u8> {
        let env = Env::system(Default::default(), [0; 32]);
        let mut writer = EncryptingWriter::begin(Vec::new(), "open sesame", &env).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    fn decrypted(encrypted: &[u8], passphrase: &str) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        DecryptingReader::begin(encrypted, passphrase)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn encryption_round_trips_at_every_length() {
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let content: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            assert_eq!(decrypted(&encrypted(&content), "open sesame").unwrap(), content, "{length}");
        }
    }

    #[test]
    fn changes_and_other_passphrases_are_detected() {
        let archive = encrypted(&vec![7; 2 * CHUNK_BYTES + 10]);
        assert!(decrypted(&archive, "open sesame!").is_err());
        for cut in [HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + CHUNK_BYTES + TAG_BYTES, archive.len() - 1]
        {
            assert!(decrypted(&archive[..cut], "open sesame").is_err(), "cut at {cut}");
        }
        for at in [0, MAGIC.len() + 12, HEADER_BYTES - 1, HEADER_BYTES, archive.len() - 1] {
            let mut changed = archive.clone();
            changed[at] ^= 1;
            assert!(decrypted(&changed, "open sesame").is_err(), "changed at {at}");
        }
        let mut exchanged = archive[..HEADER_BYTES].to_vec();
        exchanged.extend(
            &archive[HEADER_BYTES + CHUNK_BYTES + TAG_BYTES..HEADER_BYTES + 2 * (CHUNK_BYTES + TAG_BYTES)],
        );
        exchanged.extend(&archive[HEADER_BYTES..HEADER_BYTES + CHUNK_BYTES + TAG_BYTES]);
        exchanged.extend(&archive[HEADER_BYTES + 2 * (CHUNK_BYTES + TAG_BYTES)..]);
        assert!(decrypted(&exchanged, "open sesame").is_err());
    }
}
