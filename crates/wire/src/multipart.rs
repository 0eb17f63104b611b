//! Parses `multipart/form-data` of real clients in a complete body.
//!
//! The official Java client starts the body with an empty line, writes `Content-Disposition:form-data;name="media"`
//! without spaces, names files in raw UTF-8, and has a charset before the boundary. Others end lines with LF. All of that is accepted. A
//! body without its closing line is refused, since it is incomplete.

use bytes::Bytes;
use memchr::{memchr, memmem};

use crate::{
    body::{BodyError, FilePart, Limits, Params},
    form::{Fields, percent_decoded},
};

/// Returns the boundary of a multipart body: that of the content type if the body contains it, else that of the first line. `None` for
/// another body.
pub(crate) fn boundary(content_type: Option<&str>, body: &[u8]) -> Option<Vec<u8>> {
    content_type
        .and_then(announced_boundary)
        .filter(|boundary| Delimiters::new(body, boundary).next_from(0).is_some())
        .or_else(|| first_line_boundary(body))
        .filter(|boundary| !boundary.is_empty())
}

/// Reads the fields and files of a multipart body.
pub(crate) fn read(body: &Bytes, boundary: &[u8], limits: &Limits) -> Result<Params, BodyError> {
    let delimiters = Delimiters::new(body, boundary);
    let mut fields = Fields::new(limits);
    let mut files = Vec::new();
    let mut parts = 0;
    let mut opening = delimiters.next_from(0).ok_or(broken("its boundary is not in it"))?;
    while let Some(start) = opening.part_start {
        parts += 1;
        if parts > limits.max_parts {
            return Err(BodyError::TooManyParts { max: limits.max_parts });
        }
        let (header, data_start) = Header::read(body, start, limits)?;
        let closing =
            delimiters.next_from(data_start).ok_or(broken("it ends before its closing boundary"))?;
        let data = body.slice(data_start..closing.data_end.max(data_start));
        if header.is_file() {
            // Browsers send an unset file input as a file without name and content.
            if !(data.is_empty() && header.file_name.as_ref().is_some_and(String::is_empty)) {
                let Header { name, file_name, content_type } = header;
                files.push(FilePart { name, file_name, content_type, data });
            }
        } else {
            let value = std::str::from_utf8(&data).map_err(|_| BodyError::field_not_utf8(&header.name))?;
            fields.add(header.name, value.to_owned())?;
        }
        opening = closing;
    }
    Ok(Params { fields: fields.finish(), files, raw: None })
}

/// Returns the value of a field of a multipart body, which may be incomplete.
pub(crate) fn field(body: &[u8], boundary: &[u8], name: &str, limits: &Limits) -> Option<String> {
    let delimiters = Delimiters::new(body, boundary);
    let mut opening = delimiters.next_from(0)?;
    for _ in 0..limits.max_parts {
        let (header, data_start) = Header::read(body, opening.part_start?, limits).ok()?;
        let closing = delimiters.next_from(data_start)?;
        if header.name == name && !header.is_file() {
            let value = body.get(data_start..closing.data_end.max(data_start))?;
            return std::str::from_utf8(value).ok().map(str::to_owned);
        }
        opening = closing;
    }
    None
}

fn broken(reason: &'static str) -> BodyError {
    BodyError::BadMultipart { reason }
}

fn announced_boundary(content_type: &str) -> Option<Vec<u8>> {
    let is_multipart = content_type.trim_start().to_ascii_lowercase().starts_with("multipart/");
    let boundary = parameters(content_type.as_bytes()).into_iter().find(|(name, _)| name == "boundary");
    boundary.filter(|_| is_multipart).map(|(_, boundary)| boundary)
}

/// Returns the boundary of the first line if a header of a part follows it.
fn first_line_boundary(body: &[u8]) -> Option<Vec<u8>> {
    let (line, rest) = body.trim_ascii_start().strip_prefix(b"--").and_then(split_line)?;
    let is_header = rest.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
    is_header.then(|| line.trim_ascii_end().to_vec())
}

/// Splits off the first line, without its line ending.
fn split_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr(b'\n', text)?;
    let line = &text[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), &text[end + 1..]))
}

/// The delimiter lines between the parts.
struct Delimiters<'a> {
    body: &'a [u8],
    finder: memmem::Finder<'static>,
}

struct Delimiter {
    /// Where the part before it ends, without its line ending.
    data_end: usize,
    /// Where the part after it starts; `None` for the closing delimiter.
    part_start: Option<usize>,
}

impl<'a> Delimiters<'a> {
    fn new(body: &'a [u8], boundary: &[u8]) -> Self {
        let finder = memmem::Finder::new(&[b"--", boundary].concat()).into_owned();
        Self { body, finder }
    }

    /// Returns the first delimiter at or after `start`.
    fn next_from(&self, start: usize) -> Option<Delimiter> {
        let found = self.finder.find_iter(&self.body[start..]);
        found.map(|offset| start + offset).find_map(|position| self.at(position))
    }

    /// Returns the delimiter at `start` unless it is part of the data: a delimiter is a whole line.
    fn at(&self, start: usize) -> Option<Delimiter> {
        let before = &self.body[..start];
        if !before.is_empty() && !before.ends_with(b"\n") {
            return None;
        }
        let data = before.strip_suffix(b"\n").unwrap_or(before);
        let data_end = data.strip_suffix(b"\r").unwrap_or(data).len();
        let behind = &self.body[start + self.finder.needle().len()..];
        if behind.starts_with(b"--") {
            return Some(Delimiter { data_end, part_start: None });
        }
        let (line, rest) = split_line(behind)?;
        let is_whole = line.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        is_whole.then(|| Delimiter { data_end, part_start: Some(self.body.len() - rest.len()) })
    }
}

/// The headers of a part.
struct Header {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
}

impl Header {
    /// Reads the headers at `start`. Returns where the data starts.
    fn read(body: &[u8], start: usize, limits: &Limits) -> Result<(Self, usize), BodyError> {
        let window_end = body.len().min(start.saturating_add(limits.max_part_header_bytes));
        let mut rest = &body[start..window_end];
        let (mut name, mut file_name, mut content_type) = (None, None, None);
        loop {
            let (line, behind) =
                split_line(rest).ok_or(broken("the headers of a part are too long or do not end"))?;
            rest = behind;
            if line.is_empty() {
                break;
            }
            let colon = memchr(b':', line).ok_or(broken("a header of a part has no colon"))?;
            let value = line[colon + 1..].trim_ascii();
            match line[..colon].trim_ascii().to_ascii_lowercase().as_slice() {
                b"content-disposition" => {
                    let disposition = parameters(value);
                    let get = |key: &str| disposition.iter().find(|(name, _)| name == key);
                    name = get("name").map(|(_, name)| name.clone());
                    let plain = get("filename").map(|(_, raw)| lossy(raw));
                    file_name = match get("filename*") {
                        Some((_, encoded)) => {
                            extended(encoded).or(plain).or_else(|| Some(undecoded(encoded)))
                        }
                        None => plain,
                    };
                }
                b"content-type" => content_type = Some(lossy(value)),
                b"content-transfer-encoding" if is_encoded(value) => {
                    return Err(broken("a part is encoded as base64 or quoted-printable"));
                }
                _ => {}
            }
        }
        let name = name.filter(|name| !name.is_empty()).ok_or(broken("a part has no name"))?;
        let name = String::from_utf8(name).map_err(|_| BodyError::BadUtf8)?;
        Ok((Self { name, file_name, content_type }, window_end - rest.len()))
    }

    /// Returns whether the part is a file: it has a file name, or a type that is no text.
    fn is_file(&self) -> bool {
        let is_binary = |content_type: &String| {
            let content_type = content_type.to_ascii_lowercase();
            !(content_type.starts_with("text/") || content_type.contains("json"))
        };
        self.file_name.is_some() || self.content_type.as_ref().is_some_and(is_binary)
    }
}

fn is_encoded(value: &[u8]) -> bool {
    value.eq_ignore_ascii_case(b"base64") || value.eq_ignore_ascii_case(b"quoted-printable")
}

/// Decodes a `filename*` value: charset, language and percent-encoded text, separated by apostrophes.
fn extended(value: &[u8]) -> Option<String> {
    let mut pieces = value.splitn(3, |byte| *byte == b'\'');
    let is_utf8 = pieces.next()?.eq_ignore_ascii_case(b"utf-8");
    let encoded = pieces.nth(1)?;
    String::from_utf8(percent_decoded(encoded)).ok().filter(|_| is_utf8)
}

/// Decodes a malformed `filename*` value as far as possible: the part is still a file.
fn undecoded(value: &[u8]) -> String {
    let encoded = value.splitn(3, |byte| *byte == b'\'').last().unwrap_or_default();
    lossy(&percent_decoded(encoded))
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// Parses the parameters of a header value, `; name=value; name="value"`, with names in lower case.
fn parameters(value: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut parameters = Vec::new();
    let mut rest = memchr(b';', value).map_or(&b""[..], |at| &value[at + 1..]);
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(rest.len());
        let name = String::from_utf8_lossy(rest[..end].trim_ascii()).to_ascii_lowercase();
        let (value, behind) = match rest.get(end) {
            Some(b'=') => parameter_value(rest[end + 1..].trim_ascii_start()),
            _ => (Vec::new(), &rest[end..]),
        };
        if !name.is_empty() {
            parameters.push((name, value));
        }
        rest = memchr(b';', behind).map_or(&b""[..], |at| &behind[at + 1..]);
    }
    parameters
}

/// Splits off a value. A backslash only escapes a quotation mark, since Windows paths contain backslashes.
fn parameter_value(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = memchr(b';', text).unwrap_or(text.len());
        return (text[..end].trim_ascii_end().to_vec(), &text[end..]);
    };
    let mut value = Vec::new();
    let mut at = 0;
    while let Some(byte) = quoted.get(at) {
        match byte {
            b'"' => return (value, &quoted[at + 1..]),
            b'\\' if quoted.get(at + 1) == Some(&b'"') => {
                value.push(b'"');
                at += 2;
            }
            _ => {
                value.push(*byte);
                at += 1;
            }
        }
    }
    (value, b"")
}
