//! The encoding of a text: what it says itself, else UTF-8 if it is that, else GBK if it is that. Programs in Chinese save CSV in GBK.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use anyhow::{Result, anyhow, bail};
use encoding_rs::{DecoderResult, Encoding, GBK, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;
use indicatif::ProgressBar;

/// Bytes that are looked at together.
const CHUNK: usize = 64 << 10;

/// The encoding of a name, for the command line.
pub fn named(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes())
        .ok_or_else(|| format!("{name} is no encoding: there are utf-8, gbk, big5 and so on"))
}

/// The text in UTF-8, and the encoding that it has. Bytes that are no UTF-8 are left as they are, so that their lines can be told;
/// a text in another encoding is read whole or not at all.
pub fn decoded(
    mut file: File,
    encoding: Option<&'static Encoding>,
    bar: &ProgressBar,
) -> Result<(Box<dyn Read>, &'static Encoding)> {
    // Of a pipe no byte can be read twice.
    let is_file = file.metadata()?.is_file();
    let found = match encoding {
        Some(encoding) => encoding,
        None if is_file => detect(&mut file)?,
        None => UTF_8,
    };
    if is_file && found != UTF_8 && !is_whole(&mut file, found)? {
        bail!("it has bytes in it that are not {}", found.name());
    }
    let text = bar.wrap_read(file);
    if found == UTF_8 {
        return Ok((Box::new(text), found));
    }
    let decoder = DecodeReaderBytesBuilder::new().encoding(Some(found)).strip_bom(true).build(text);
    Ok((Box::new(decoder), found))
}

fn detect(file: &mut File) -> Result<&'static Encoding> {
    let mut begins = Vec::new();
    file.by_ref().take(3).read_to_end(&mut begins)?;
    if let Some((encoding, _)) = Encoding::for_bom(&begins) {
        file.seek(SeekFrom::Start(0))?;
        return Ok(encoding);
    }
    if is_whole(file, UTF_8)? {
        return Ok(UTF_8);
    }
    // One byte that went wrong in a text in UTF-8 must not make another text of all the others: what looks like Chinese in UTF-8 hardly
    // ever is GBK.
    let (mut wide, mut wrong) = (0_u64, 0_u64);
    each_chunk(file, |chunk, _| {
        for part in chunk.utf8_chunks() {
            wide += part.valid().bytes().filter(|byte| *byte >= 0xE0).count() as u64;
            wrong += u64::from(!part.invalid().is_empty());
        }
        true
    })?;
    Ok(if wrong > wide && is_whole(file, GBK)? { GBK } else { UTF_8 })
}

/// Whether all bytes are of an encoding.
fn is_whole(file: &mut File, encoding: &'static Encoding) -> Result<bool> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut text = vec![0; CHUNK * 4];
    let mut whole = true;
    each_chunk(file, |mut chunk, last| {
        loop {
            let (result, read, _) = decoder.decode_to_utf8_without_replacement(chunk, &mut text, last);
            chunk = &chunk[read..];
            match result {
                DecoderResult::InputEmpty => return true,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    whole = false;
                    return false;
                }
            }
        }
    })?;
    Ok(whole)
}

/// Reads the file from the beginning while `look` asks for more, and goes back there. The last chunk is empty.
fn each_chunk(file: &mut File, mut look: impl FnMut(&[u8], bool) -> bool) -> Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = file.read(&mut chunk)?;
        let read = chunk.get(..length).ok_or_else(|| anyhow!("more was read than there is room for"))?;
        if !look(read, length == 0) || length == 0 {
            break;
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(())
}
