//! Detects the encoding of a text: its byte order mark, else UTF-8 if valid, else GBK if valid. Chinese programs save CSV in GBK.

use std::io::{Read, Seek, SeekFrom};

use anyhow::{Result, anyhow, bail};
use encoding_rs::{DecoderResult, Encoding, GBK, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// Parses the name of an encoding on the command line.
pub fn parse_encoding(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes())
        .ok_or_else(|| format!("{name} is not an encoding: use utf-8, gbk, big5 and so on"))
}

/// Returns the text as UTF-8, and its encoding. Invalid bytes in UTF-8 are passed on, so that their lines can be reported; a text in
/// another encoding is decoded completely or refused.
///
/// # Errors
/// Those of the file, and bytes that the encoding does not have.
pub fn decode(
    mut file: impl Read + Seek + 'static,
    encoding: Option<&'static Encoding>,
) -> Result<(Box<dyn Read>, &'static Encoding)> {
    let detected = match encoding {
        Some(encoding) => encoding,
        None => detect(&mut file)?,
    };
    if detected != UTF_8 && !is_valid(&mut file, detected)? {
        bail!("it has bytes in it that are not {}", detected.name());
    }
    Ok((transcode(file, detected), detected))
}

/// Returns the text as UTF-8, which may be a stream that cannot be read twice.
pub fn transcode(text: impl Read + 'static, encoding: &'static Encoding) -> Box<dyn Read> {
    if encoding == UTF_8 {
        return Box::new(text);
    }
    Box::new(DecodeReaderBytesBuilder::new().encoding(Some(encoding)).strip_bom(true).build(text))
}

fn detect(file: &mut (impl Read + Seek)) -> Result<&'static Encoding> {
    let mut start = Vec::new();
    file.by_ref().take(3).read_to_end(&mut start)?;
    if let Some((encoding, _)) = Encoding::for_bom(&start) {
        file.seek(SeekFrom::Start(0))?;
        return Ok(encoding);
    }
    if is_valid(file, UTF_8)? {
        return Ok(UTF_8);
    }
    // One broken byte in UTF-8 must not turn the whole text into GBK: GBK rarely looks like valid multi-byte UTF-8.
    let (mut multi_byte, mut invalid) = (0_u64, 0_u64);
    each_chunk(file, |chunk, _| {
        for part in chunk.utf8_chunks() {
            multi_byte += part.valid().bytes().filter(|byte| *byte >= 0xE0).count() as u64;
            invalid += u64::from(!part.invalid().is_empty());
        }
        true
    })?;
    Ok(if invalid > multi_byte && is_valid(file, GBK)? { GBK } else { UTF_8 })
}

/// Returns true if the whole file is valid in an encoding.
fn is_valid(file: &mut (impl Read + Seek), encoding: &'static Encoding) -> Result<bool> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut text = vec![0; CHUNK_BYTES * 4];
    let mut valid = true;
    each_chunk(file, |mut chunk, last| {
        loop {
            let (result, read, _) = decoder.decode_to_utf8_without_replacement(chunk, &mut text, last);
            chunk = &chunk[read..];
            match result {
                DecoderResult::InputEmpty => return true,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    valid = false;
                    return false;
                }
            }
        }
    })?;
    Ok(valid)
}

/// Reads the file from the start until `visit` returns false, and seeks back. The last chunk is empty.
fn each_chunk(file: &mut (impl Read + Seek), mut visit: impl FnMut(&[u8], bool) -> bool) -> Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let length = file.read(&mut chunk)?;
        let read = chunk.get(..length).ok_or_else(|| anyhow!("more was read than there is room for"))?;
        if !visit(read, length == 0) || length == 0 {
            break;
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(())
}
