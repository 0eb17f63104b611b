//! Detects the format of a file by its content.

/// A format that some media type accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The extension, as in `MediaType::formats`.
    pub extension: &'static str,
    /// The MIME type to serve it with.
    pub mime: &'static str,
}

/// All formats that some media type accepts.
const FORMATS: &[Format] = &[
    Format { extension: "jpg", mime: "image/jpeg" },
    Format { extension: "gif", mime: "image/gif" },
    Format { extension: "png", mime: "image/png" },
    Format { extension: "bmp", mime: "image/bmp" },
    Format { extension: "amr", mime: "audio/amr" },
    Format { extension: "mp3", mime: "audio/mpeg" },
    Format { extension: "wav", mime: "audio/wav" },
    Format { extension: "mp4", mime: "video/mp4" },
    Format { extension: "doc", mime: "application/msword" },
    Format {
        extension: "docx",
        mime: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    },
    Format { extension: "xls", mime: "application/vnd.ms-excel" },
    Format { extension: "xlsx", mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    Format { extension: "ppt", mime: "application/vnd.ms-powerpoint" },
    Format {
        extension: "pptx",
        mime: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    },
    Format { extension: "zip", mime: "application/zip" },
    Format { extension: "pdf", mime: "application/pdf" },
    Format { extension: "rar", mime: "application/vnd.rar" },
];

impl Format {
    /// Returns the format of a file, if it is accepted.
    pub fn of(content: &[u8], file_name: &str) -> Option<Self> {
        extension_of(content, file_name)
            .and_then(|extension| FORMATS.iter().copied().find(|format| format.extension == extension))
    }
}

/// Formats that are identified by the first bytes.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"\xFF\xD8\xFF", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x89PNG\r\n\x1A\n", "png"),
    (b"#!AMR\n", "amr"),
    (b"#!AMR-WB\n", "amr"),
    (b"Rar!\x1A\x07\x00", "rar"),
    (b"Rar!\x1A\x07\x01\x00", "rar"),
];

/// PDF readers search for the signature within this many bytes.
const PDF_MARK_WITHIN: usize = 1_024;

fn extension_of(content: &[u8], file_name: &str) -> Option<&'static str> {
    if let Some((_, extension)) = BEGINNINGS.iter().find(|(beginning, _)| content.starts_with(beginning)) {
        return Some(extension);
    }
    if is_bmp(content) {
        return Some("bmp");
    }
    if is_mp3(content) {
        return Some("mp3");
    }
    if content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WAVE") {
        return Some("wav");
    }
    if is_mp4(content) {
        return Some("mp4");
    }
    if content.starts_with(b"PK\x03\x04") || content.starts_with(b"PK\x05\x06") {
        return Some(zip_or_office(content));
    }
    if content.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return old_office(content, file_name);
    }
    let head = &content[..content.len().min(PDF_MARK_WITHIN)];
    head.windows(5).any(|mark| mark == b"%PDF-").then_some("pdf")
}

/// "BM" and a header of a known size. Texts can start with "BM" too.
fn is_bmp(content: &[u8]) -> bool {
    content.starts_with(b"BM")
        && content
            .get(14..18)
            .is_some_and(|size| matches!(size, [12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// An ID3v2 tag, or the header of an MPEG layer III frame with a valid bit rate and sampling rate.
fn is_mp3(content: &[u8]) -> bool {
    match content {
        [b'I', b'D', b'3', 2..=4, ..] => true,
        [0xFF, version_and_layer, rates, ..] => {
            version_and_layer & 0xE6 == 0xE2
                && version_and_layer & 0x18 != 0x08
                && rates & 0xF0 != 0xF0
                && rates & 0x0C != 0x0C
        }
        _ => false,
    }
}

/// A box "ftyp" with a brand of MP4, as the first or among the compatible ones. QuickTime films, HEIF pictures and M4A audio
/// start the same way, but have their own brand first.
fn is_mp4(content: &[u8]) -> bool {
    let (Some(size), Some(b"ftyp")) = (content.first_chunk::<4>(), content.get(4..8)) else { return false };
    let end =
        usize::try_from(u32::from_be_bytes(*size)).map_or(content.len(), |size| size.min(content.len()));
    let (Some(first), compatible) = (content.get(8..12), content.get(16..end).unwrap_or_default()) else {
        return false;
    };
    let is_mp4_brand = |brand: &[u8]| {
        brand.starts_with(b"mp4")
            || brand.starts_with(b"iso")
            || matches!(brand, b"avc1" | b"M4V " | b"MSNV" | b"dash")
    };
    let is_of_others = matches!(
        first,
        b"qt  " | b"M4A " | b"M4B " | b"mif1" | b"msf1" | b"heic" | b"heix" | b"avif" | b"avis" | b"crx "
    );
    is_mp4_brand(first) || !is_of_others && compatible.chunks_exact(4).any(is_mp4_brand)
}

/// New Office documents are zip archives with certain entries. Any other zip file is accepted as an archive.
fn zip_or_office(content: &[u8]) -> &'static str {
    let names = entry_names(content);
    if !names.contains(&b"[Content_Types].xml".as_slice()) {
        return "zip";
    }
    let folders: [(&[u8], &str); 3] = [(b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx")];
    let found = folders.iter().find(|(folder, _)| names.iter().any(|name| name.starts_with(folder)));
    found.map_or("zip", |(_, extension)| extension)
}

/// Returns the entry names of a zip archive from the central directory at its end, at most as many as an Office document may
/// have.
fn entry_names(content: &[u8]) -> Vec<&[u8]> {
    const MOST: usize = 10_000;
    // The end record has 22 bytes, and a comment of at most 65,535.
    let tail = content.len().saturating_sub(22 + 65_535);
    let Some(end) = content[tail..].windows(4).rposition(|mark| mark == b"PK\x05\x06") else {
        return Vec::new();
    };
    let start = content[tail + end..].get(16..20).and_then(|bytes| bytes.first_chunk());
    let mut rest = start
        .and_then(|start| usize::try_from(u32::from_le_bytes(*start)).ok())
        .and_then(|start| content.get(start..))
        .unwrap_or_default();
    let mut names = Vec::new();
    while let Some(header) = rest.first_chunk::<46>().filter(|header| header.starts_with(b"PK\x01\x02")) {
        let length = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let (name, behind) = (length(28), length(30) + length(32));
        names.extend(rest.get(46..46 + name));
        rest = rest.get(46 + name + behind..).unwrap_or_default();
        if names.len() == MOST {
            break;
        }
    }
    names
}

/// Old Word, Excel and PowerPoint files share one container. Its class tells them apart. Without a class, the file name does.
fn old_office(content: &[u8], file_name: &str) -> Option<&'static str> {
    let by_class = infer::get(content).map(|kind| kind.extension());
    let by_name = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let known = |word: Option<&str>| ["doc", "xls", "ppt"].into_iter().find(|known| Some(*known) == word);
    known(by_class).or_else(|| known(by_name.as_deref()))
}
