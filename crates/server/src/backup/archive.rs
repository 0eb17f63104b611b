//! Writes and reads archives.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};
use carillon_model::env::Env;
use data_encoding::HEXLOWER;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest, Sha256};

use super::{
    encryption::{self, DecryptingReader, EncryptingWriter},
    manifest::{FORMAT, FileEntry, Manifest},
};

/// The entries apart from uploaded files.
pub const DATABASE: &str = "carillon.db";
pub const KEY: &str = "key";
pub const CONFIGURATION: &str = "carillon.toml";
/// The folder of uploaded files.
pub const OBJECTS: &str = "objects";
const MANIFEST: &str = "manifest.json";
/// The largest manifest that is read: about a million files.
const MAX_MANIFEST_BYTES: u64 = 512 << 20;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// An archive that is being written.
pub struct ArchiveWriter {
    tar: tar::Builder<GzEncoder<Output>>,
    files: BTreeMap<String, FileEntry>,
}

enum Output {
    Plain(BufWriter<File>),
    Encrypted(Box<EncryptingWriter<BufWriter<File>>>),
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Encrypted(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Encrypted(file) => file.flush(),
        }
    }
}

impl ArchiveWriter {
    /// Starts an archive in an empty file. A passphrase encrypts it.
    pub fn begin(file: File, passphrase: Option<&str>, env: &Env) -> Result<Self> {
        let file = BufWriter::new(file);
        let output = match passphrase {
            None => Output::Plain(file),
            Some(passphrase) => Output::Encrypted(Box::new(EncryptingWriter::begin(file, passphrase, env)?)),
        };
        let tar = tar::Builder::new(GzEncoder::new(output, Compression::fast()));
        Ok(Self { tar, files: BTreeMap::new() })
    }

    /// Adds a file. Returns false if it does not exist.
    pub fn add(&mut self, name: &str, path: &Path) -> Result<bool> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let bytes = file.metadata()?.len();
        let mut reader = HashingReader::new(BufReader::new(file).take(bytes));
        self.tar.append_data(&mut header(bytes), name, &mut reader)?;
        ensure!(reader.bytes == bytes, "{} became shorter while it was read", path.display());
        self.files.insert(name.to_owned(), reader.entry());
        Ok(true)
    }

    /// Writes the manifest and ends the archive. Returns the file, written but not yet synced.
    pub fn finish(mut self, schema: String, taken_at: i64, missing: Vec<String>) -> Result<(File, Manifest)> {
        let carillon = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = Manifest { format: FORMAT, carillon, schema, taken_at, files: self.files, missing };
        let text = serde_json::to_vec_pretty(&manifest)?;
        self.tar.append_data(&mut header(text.len() as u64), MANIFEST, text.as_slice())?;
        let file = match self.tar.into_inner()?.finish()? {
            Output::Plain(file) => file,
            Output::Encrypted(file) => file.finish()?,
        };
        Ok((file.into_inner()?, manifest))
    }
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header
}

/// Reads a whole archive. Calls `read_entry` with the name and content of every entry but the manifest.
///
/// # Errors
/// An unknown entry, an entry that differs from the manifest, a missing manifest, or an archive of a newer version.
pub fn read_archive(
    file: File,
    passphrase: Option<&str>,
    mut read_entry: impl FnMut(&str, &mut dyn Read) -> Result<()>,
) -> Result<Manifest> {
    let mut tar = tar::Archive::new(decompressed(file, passphrase)?);
    let mut files = BTreeMap::new();
    let mut manifest = None;
    for entry in tar.entries().context(UNREADABLE)? {
        let entry = entry.context(UNREADABLE)?;
        let name =
            entry.path()?.to_str().context("the archive has an entry with an unreadable name")?.to_owned();
        ensure!(manifest.is_none(), "the archive continues after its manifest");
        ensure!(entry.header().entry_type().is_file(), "the archive has an entry that is not a file: {name}");
        if name == MANIFEST {
            let mut text = Vec::new();
            entry.take(MAX_MANIFEST_BYTES).read_to_end(&mut text).context(UNREADABLE)?;
            manifest = Some(read_manifest(&text)?);
            continue;
        }
        ensure!(is_backup_entry(&name), "the archive has an entry that no backup has: {name}");
        let mut reader = HashingReader::new(entry);
        read_entry(&name, &mut reader).with_context(|| {
            format!("cannot read {name}: the archive is truncated or damaged, or the disk is full")
        })?;
        io::copy(&mut reader, &mut io::sink()).context(UNREADABLE)?;
        ensure!(files.insert(name.clone(), reader.entry()).is_none(), "the archive has {name} twice");
    }
    let manifest = manifest.context("the archive is truncated: its manifest is missing")?;
    for (name, expected) in &manifest.files {
        match files.get(name) {
            Some(actual) if actual == expected => {}
            Some(_) => bail!("{name} in the archive is damaged: its content differs from the manifest"),
            None => bail!("{name} is missing in the archive"),
        }
    }
    if let Some(name) = files.keys().find(|name| !manifest.files.contains_key(*name)) {
        bail!("{name} in the archive is not in its manifest");
    }
    ensure!(files.contains_key(DATABASE) && files.contains_key(KEY), "the archive has no database or no key");
    Ok(manifest)
}

const UNREADABLE: &str = "the archive cannot be read: it is truncated or damaged";

fn read_manifest(text: &[u8]) -> Result<Manifest> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_slice(text).context("the manifest of the archive is damaged")?;
    ensure!(
        format <= FORMAT,
        "the archive has format {format}, which this version does not support: restore it with a newer carillon"
    );
    serde_json::from_slice(text).context("the manifest of the archive is damaged")
}

fn decompressed(mut file: File, passphrase: Option<&str>) -> Result<GzDecoder<Box<dyn Read>>> {
    let mut magic = [0; encryption::MAGIC.len()];
    let read = read_prefix(&mut file, &mut magic)?;
    let input = io::Cursor::new(magic).take(read as u64).chain(BufReader::new(file));
    let is_encrypted = magic == encryption::MAGIC;
    Ok(GzDecoder::new(match passphrase {
        Some(passphrase) if is_encrypted => {
            Box::new(DecryptingReader::begin(input, passphrase)?) as Box<dyn Read>
        }
        None if is_encrypted => bail!("the archive is encrypted: give its passphrase by --passphrase-file"),
        _ if magic.starts_with(&GZIP_MAGIC) => Box::new(input),
        _ => bail!("this is not a backup of Carillon"),
    }))
}

fn read_prefix(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match file.read(&mut buffer[read..])? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

/// Returns true if a backup can have an entry of this name. No other file is written when an archive is unpacked.
fn is_backup_entry(name: &str) -> bool {
    let is_hex = |text: &str, length| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    match name.split('/').collect::<Vec<_>>()[..] {
        [DATABASE | KEY | CONFIGURATION] => true,
        [OBJECTS, first, second, hash] => {
            is_hex(hash, 64)
                && is_hex(first, 2)
                && is_hex(second, 2)
                && hash.starts_with(&format!("{first}{second}"))
        }
        _ => false,
    }
}

/// Hashes and counts the bytes that are read through it.
struct HashingReader<R> {
    inner: R,
    sha256: Sha256,
    bytes: u64,
}

impl<R> HashingReader<R> {
    fn new(inner: R) -> Self {
        Self { inner, sha256: Sha256::new(), bytes: 0 }
    }

    fn entry(self) -> FileEntry {
        FileEntry { bytes: self.bytes, sha256: HEXLOWER.encode(&self.sha256.finalize()) }
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sha256.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_entries_of_backups_are_accepted() {
        let hash = "ab".repeat(32);
        for name in [DATABASE, KEY, CONFIGURATION, &format!("objects/ab/ab/{hash}")] {
            assert!(is_backup_entry(name), "{name}");
        }
        for name in [
            "",
            "manifest.json/x",
            "../key",
            "/key",
            "./key",
            "objects",
            "objects/../key",
            &format!("objects/ab/cd/{hash}"),
            &format!("objects/ab/ab/{}", "AB".repeat(32)),
            &format!("objects/ab/ab/{hash}/"),
        ] {
            assert!(!is_backup_entry(name), "{name}");
        }
    }
}
