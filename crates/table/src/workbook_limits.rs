//! Limits of workbooks. The library that reads them trusts the sizes in the file, so every part is decompressed once before, and
//! discarded.

use std::io::{BufReader, Read, Seek, SeekFrom};

use anyhow::{Context, Result, ensure};
use memchr::{memmem, memrchr};
use zip::ZipArchive;

/// What a workbook may have.
#[derive(Clone, Copy, Debug)]
pub struct WorkbookLimits {
    /// The bytes of the file.
    pub file_bytes: u64,
    /// The decompressed bytes of all parts. Sheets are read as a stream.
    pub unpacked_bytes: u64,
    /// The decompressed bytes of a part other than a sheet: texts and formats are kept in memory.
    pub part_bytes: u64,
}

impl Default for WorkbookLimits {
    fn default() -> Self {
        Self { file_bytes: 64 << 20, unpacked_bytes: 1 << 30, part_bytes: 64 << 20 }
    }
}

/// The largest number of parts.
const MAX_PARTS: usize = 10_000;
/// The longest distance from one `<` to the next: a cell has at most 32,767 characters.
const MAX_TOKEN_BYTES: u64 = 1 << 20;
/// The digits of the number of texts in the file, for which the library allocates memory.
const MAX_COUNT_DIGITS: usize = 7;
/// The bytes between the attribute and these digits.
const MAX_BYTES_BEFORE_DIGITS: usize = 32;
const COUNT_ATTRIBUTE: &[u8] = b"uniqueCount";

/// Checks that reading the workbook takes no more memory and time than a list of members needs.
pub fn check(file: &mut (impl Read + Seek), limits: &WorkbookLimits) -> Result<()> {
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    ensure!(size <= limits.file_bytes, "it has more than {} MB", limits.file_bytes >> 20);
    let mut archive = ZipArchive::new(BufReader::new(&mut *file)).context("it is not a workbook")?;
    ensure!(archive.len() <= MAX_PARTS, "it has more than {MAX_PARTS} parts");
    let mut remaining = limits.unpacked_bytes;
    for index in 0..archive.len() {
        let part = archive.by_index(index).context("it is damaged, or has a password")?;
        let name = part.name().context("it is damaged")?.to_ascii_lowercase();
        let is_sheet = name.contains("worksheets/");
        let limit = if is_sheet { remaining } else { remaining.min(limits.part_bytes) };
        remaining -= check_part(part, limit, !is_picture(&name))
            .context("it is not like a list that a program saves")?;
    }
    drop(archive);
    file.seek(SeekFrom::Start(0))?;
    Ok(())
}

fn is_picture(name: &str) -> bool {
    name.contains("/media/") || name.ends_with(".bin")
}

/// Decompresses and checks a part. Returns its size.
fn check_part(mut part: impl Read, limit: u64, is_text: bool) -> Result<u64> {
    let mut chunk = vec![0; 64 << 10];
    let mut carried = Vec::new();
    let (mut total, mut token_bytes) = (0_u64, 0_u64);
    loop {
        let length = part.read(&mut chunk)?;
        let read = chunk.get(..length).unwrap_or_default();
        total += length as u64;
        ensure!(total <= limit, "a part of it is too large");
        if is_text {
            match memrchr(b'<', read) {
                Some(last) => {
                    let mut start = token_bytes;
                    for run in read.split(|byte| *byte == b'<') {
                        ensure!(start + run.len() as u64 <= MAX_TOKEN_BYTES, "a cell of it is too long");
                        start = 0;
                    }
                    token_bytes = (length - last) as u64;
                }
                None => token_bytes += length as u64,
            }
            ensure!(token_bytes <= MAX_TOKEN_BYTES, "a cell of it is too long");
            carried.extend_from_slice(read);
            ensure!(counts_are_small(&carried), "it claims more texts than it can have");
            let checked = carried
                .len()
                .saturating_sub(COUNT_ATTRIBUTE.len() + MAX_BYTES_BEFORE_DIGITS + MAX_COUNT_DIGITS + 1);
            carried.drain(..checked);
        }
        if length == 0 {
            return Ok(total);
        }
    }
}

/// Returns true if all counts of texts are small enough to allocate.
fn counts_are_small(text: &[u8]) -> bool {
    memmem::find_iter(text, COUNT_ATTRIBUTE).all(|at| {
        let rest = text.get(at + COUNT_ATTRIBUTE.len()..).unwrap_or_default();
        let between = |byte: &&u8| byte.is_ascii_whitespace() || b"='\"+0".contains(byte);
        let before = rest.iter().take_while(between).count();
        let digits = rest.iter().skip(before).take_while(|byte| byte.is_ascii_digit()).count();
        before <= MAX_BYTES_BEFORE_DIGITS && digits <= MAX_COUNT_DIGITS
    })
}
