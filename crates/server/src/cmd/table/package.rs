//! What a workbook may hold. The library that reads it trusts what the file says of itself: so everything is unpacked once before, into
//! nothing.

use std::{
    fs::File,
    io::{BufReader, Read},
};

use anyhow::{Context, Result, ensure};
use memchr::{memmem, memrchr};
use zip::ZipArchive;

/// Bytes of a workbook.
const FILE: u64 = 64 << 20;
/// Parts of it.
const PARTS: usize = 10_000;
/// Bytes of all parts when they are unpacked. Sheets are read piece by piece.
const ALL: u64 = 1 << 30;
/// Bytes of a part that is no sheet: texts and formats are kept in memory.
const PART: u64 = 64 << 20;
/// Bytes from one `<` to the next: a cell has at most 32,767 characters.
const PIECE: u64 = 1 << 20;
/// Digits of how many texts there are, as the file says: room is made for that many.
const DIGITS: usize = 7;
/// Bytes before those digits.
const BEFORE_DIGITS: usize = 32;
const COUNT: &[u8] = b"uniqueCount";

/// Fails if the workbook takes more memory or time to read than a list of members does.
pub fn check(file: &File) -> Result<()> {
    let size = file.metadata()?.len();
    ensure!(size <= FILE, "it has more than {} MB", FILE >> 20);
    let mut archive = ZipArchive::new(BufReader::new(file)).context("it is no workbook")?;
    ensure!(archive.len() <= PARTS, "it has more than {PARTS} parts");
    let mut left = ALL;
    for index in 0..archive.len() {
        let part = archive.by_index(index).context("it is damaged, or has a password")?;
        let name = part.name().context("it is damaged")?.to_ascii_lowercase();
        let is_sheet = name.contains("worksheets/");
        let most = if is_sheet { left } else { left.min(PART) };
        left -=
            unpack(part, most, !is_picture(&name)).context("it is not like a list that a program saves")?;
    }
    Ok(())
}

fn is_picture(name: &str) -> bool {
    name.contains("/media/") || name.ends_with(".bin")
}

/// Unpacks a part; how many bytes it has.
fn unpack(mut part: impl Read, most: u64, is_text: bool) -> Result<u64> {
    let mut chunk = vec![0; 64 << 10];
    let mut carried = Vec::new();
    let (mut all, mut piece) = (0_u64, 0_u64);
    loop {
        let length = part.read(&mut chunk)?;
        let read = chunk.get(..length).unwrap_or_default();
        all += length as u64;
        ensure!(all <= most, "a part of it is too large");
        if is_text {
            match memrchr(b'<', read) {
                Some(last) => {
                    let mut begins = piece;
                    for run in read.split(|byte| *byte == b'<') {
                        ensure!(begins + run.len() as u64 <= PIECE, "a cell of it is too long");
                        begins = 0;
                    }
                    piece = (length - last) as u64;
                }
                None => piece += length as u64,
            }
            ensure!(piece <= PIECE, "a cell of it is too long");
            carried.extend_from_slice(read);
            ensure!(counts_are_small(&carried), "it says that it has more texts than it can have");
            let told = carried.len().saturating_sub(COUNT.len() + BEFORE_DIGITS + DIGITS + 1);
            carried.drain(..told);
        }
        if length == 0 {
            return Ok(all);
        }
    }
}

/// Whether each number of texts that is said there is one that room can be made for.
fn counts_are_small(text: &[u8]) -> bool {
    memmem::find_iter(text, COUNT).all(|at| {
        let rest = text.get(at + COUNT.len()..).unwrap_or_default();
        let between = |byte: &&u8| byte.is_ascii_whitespace() || b"='\"+0".contains(byte);
        let before = rest.iter().take_while(between).count();
        let digits = rest.iter().skip(before).take_while(|byte| byte.is_ascii_digit()).count();
        before <= BEFORE_DIGITS && digits <= DIGITS
    })
}
