//! Encryption of an archive with a passphrase: Argon2id for the key, then XChaCha20-Poly1305 in the STREAM construction, so that
//! pieces cannot be changed, left out, exchanged or cut off at the end.
//!
//! The file begins with [`MAGIC`], the cost of Argon2 (memory in KiB, passes, lanes; 32 bits each, big endian), a salt of 16
//! bytes and the first 19 bytes of all nonces. Pieces of 64 KiB follow, each with a tag of 16 bytes. The header is the
//! associated data of every piece.

use std::io::{self, ErrorKind, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32, Key, Nonce, StreamBE32};
use anyhow::{Result, anyhow, bail};
use argon2::{Algorithm, Argon2, Params, Version};
use carillon_model::env::Env;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::Payload};

/// The first bytes of an encrypted archive.
pub const MAGIC: &[u8] = b"carillon-backup-1\n";
/// Bytes of a piece, without its tag.
const PIECE: usize = 64 << 10;
const TAG: usize = 16;
const SALT: usize = 16;
const NONCE: usize = 19;
/// The cost of Argon2: memory in KiB, passes, lanes.
const COST: [u32; 3] = [64 << 10, 3, 1];
/// The highest cost that a file may ask for.
const MAX_COST: [u32; 3] = [1 << 20, 16, 16];
const HEADER: usize = MAGIC.len() + 12 + SALT + NONCE;

type Cipher = XChaCha20Poly1305;

/// Encrypts what is written to it. [`Sealing::finish`] has to be called at the end.
pub struct Sealing<W> {
    inner: W,
    encryptor: EncryptorBE32<Cipher>,
    header: Vec<u8>,
    piece: Vec<u8>,
}

impl<W: Write> Sealing<W> {
    /// Writes the header.
    pub fn begin(mut inner: W, passphrase: &str, env: &Env) -> Result<Self> {
        let (salt, nonce): ([u8; SALT], [u8; NONCE]) = (env.random_bytes(), env.random_bytes());
        let mut header = MAGIC.to_vec();
        COST.iter().for_each(|cost| header.extend(cost.to_be_bytes()));
        header.extend(salt);
        header.extend(nonce);
        inner.write_all(&header)?;
        let cipher = Cipher::new(&key(passphrase, &salt, COST)?);
        let encryptor = EncryptorBE32::from_aead(cipher, &nonce.into());
        Ok(Self { inner, encryptor, header, piece: Vec::with_capacity(PIECE) })
    }

    /// Writes the last piece.
    pub fn finish(mut self) -> Result<W> {
        let last = self.encryptor.encrypt_last(Payload { msg: &self.piece, aad: &self.header });
        self.inner.write_all(&last.map_err(|_| anyhow!("the archive cannot be encrypted"))?)?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece is written only when more follows: the last one is another kind.
        if self.piece.len() == PIECE {
            let sealed = self.encryptor.encrypt_next(Payload { msg: &self.piece, aad: &self.header });
            self.inner.write_all(&sealed.map_err(|_| io::Error::other("the archive is too large"))?)?;
            self.piece.clear();
        }
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Decrypts what it reads.
pub struct Opening<R> {
    inner: R,
    decryptor: Option<DecryptorBE32<Cipher>>,
    header: Vec<u8>,
    /// The beginning of the next piece, which tells whether this one is the last.
    ahead: Vec<u8>,
    piece: Vec<u8>,
    position: usize,
}

impl<R: Read> Opening<R> {
    /// Reads the header.
    pub fn begin(mut inner: R, passphrase: &str) -> Result<Self> {
        let mut header = vec![0; HEADER];
        inner.read_exact(&mut header).map_err(|_| anyhow!("the archive is cut off"))?;
        let Some(rest) = header.strip_prefix(MAGIC) else {
            bail!("this is no encrypted archive of Carillon")
        };
        let (cost, rest) = rest.split_at(12);
        let (salt, nonce) = rest.split_at(SALT);
        let mut costs = [0; 3];
        for (cost, bytes) in costs.iter_mut().zip(cost.chunks_exact(4)) {
            *cost = bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
        }
        if costs.iter().zip(MAX_COST).any(|(cost, most)| *cost > most) {
            bail!("the archive asks for more work than any archive of Carillon: it is damaged");
        }
        let cipher = Cipher::new(&key(passphrase, salt, costs)?);
        let nonce = Nonce::<Cipher, StreamBE32<Cipher>>::try_from(nonce)?;
        let decryptor = Some(DecryptorBE32::from_aead(cipher, &nonce));
        let mut opening =
            Self { inner, decryptor, header, ahead: Vec::new(), piece: Vec::new(), position: 0 };
        opening.ahead = opening.sealed_piece()?;
        Ok(opening)
    }

    fn sealed_piece(&mut self) -> io::Result<Vec<u8>> {
        let mut sealed = Vec::with_capacity(PIECE + TAG);
        self.inner.by_ref().take((PIECE + TAG) as u64).read_to_end(&mut sealed)?;
        Ok(sealed)
    }

    /// Opens the next piece; there is none after the last one.
    fn next_piece(&mut self) -> io::Result<()> {
        self.piece.clear();
        self.position = 0;
        let Some(mut decryptor) = self.decryptor.take() else { return Ok(()) };
        let sealed = std::mem::take(&mut self.ahead);
        self.ahead = self.sealed_piece()?;
        let payload = Payload { msg: &sealed, aad: &self.header };
        let opened = if self.ahead.is_empty() {
            decryptor.decrypt_last(payload)
        } else {
            let opened = decryptor.decrypt_next(payload);
            self.decryptor = Some(decryptor);
            opened
        };
        self.piece = opened.map_err(|_| {
            io::Error::new(ErrorKind::InvalidData, "the passphrase is wrong, or the archive is damaged")
        })?;
        Ok(())
    }
}

impl<R: Read> Read for Opening<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position == self.piece.len() {
            self.next_piece()?;
        }
        let rest = &self.piece[self.position..];
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

    fn sealed(content: &[u8]) -> Vec<u8> {
        let env = Env::system(Default::default(), [0; 32]);
        let mut sealing = Sealing::begin(Vec::new(), "open sesame", &env).unwrap();
        sealing.write_all(content).unwrap();
        sealing.finish().unwrap()
    }

    fn opened(sealed: &[u8], passphrase: &str) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        Opening::begin(sealed, passphrase)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn what_was_sealed_can_be_opened_whatever_its_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let content: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            assert_eq!(opened(&sealed(&content), "open sesame").unwrap(), content, "{length}");
        }
    }

    #[test]
    fn nothing_can_be_changed_left_out_or_opened_with_another_passphrase() {
        let whole = sealed(&vec![7; 2 * PIECE + 10]);
        assert!(opened(&whole, "open sesame!").is_err());
        for cut in [HEADER - 1, HEADER, HEADER + PIECE + TAG, whole.len() - 1] {
            assert!(opened(&whole[..cut], "open sesame").is_err(), "cut at {cut}");
        }
        for at in [0, MAGIC.len() + 12, HEADER - 1, HEADER, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, "open sesame").is_err(), "changed at {at}");
        }
        let mut exchanged = whole[..HEADER].to_vec();
        exchanged.extend(&whole[HEADER + PIECE + TAG..HEADER + 2 * (PIECE + TAG)]);
        exchanged.extend(&whole[HEADER..HEADER + PIECE + TAG]);
        exchanged.extend(&whole[HEADER + 2 * (PIECE + TAG)..]);
        assert!(opened(&exchanged, "open sesame").is_err());
    }
}
