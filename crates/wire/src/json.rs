//! JSON of bounded depth: the limit is checked before anything is built. And JSON of answers.
//!
//! Texts may hold raw line breaks, tabs and other control characters, which the vendor's gateway accepts and JSON forbids. Such a
//! text is read a second time, through a reader that escapes them: what is JSON costs nothing more.

use std::{
    borrow::Cow,
    fmt,
    io::{self, Read},
};

use serde::{
    Deserializer, Serialize,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;

/// Room that an answer begins with: most fit, and none is copied from one small place to the next while it is written.
const ANSWER_ROOM: usize = 4_096;

/// Writes an answer.
pub(crate) fn write(answer: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(ANSWER_ROOM);
    serde_json::to_writer(&mut text, answer)?;
    Ok(text)
}

/// Why a text is not the JSON that was wanted.
#[derive(Debug)]
pub(crate) enum JsonError {
    /// More levels of objects and lists than allowed.
    TooDeep,
    /// More values than allowed.
    TooManyValues,
    /// Not JSON; what the parser says of it.
    Syntax(String),
}

/// The most values of one JSON text: each takes more than 72 bytes once it is parsed, however short it was.
pub(crate) const MAX_VALUES: usize = 1 << 17;

/// Reads a JSON text with at most `max_depth` levels of objects and lists.
pub(crate) fn parse(text: &str, max_depth: usize) -> Result<Value, JsonError> {
    check(text.as_bytes(), max_depth)?;
    serde_json::from_str(text).or_else(|error| {
        if !may_hold_control_characters(text.as_bytes()) {
            return Err(JsonError::Syntax(error.to_string()));
        }
        let parsed = serde_json::from_reader(Escaping::new(text.as_bytes()));
        parsed.map_err(|error| JsonError::Syntax(describe(text.as_bytes(), &error)))
    })
}

/// Whether there are control characters, if only between texts.
fn may_hold_control_characters(json: &[u8]) -> bool {
    json.iter().any(|byte| *byte < b' ')
}

/// A JSON text whose control characters inside of texts are escaped while it is read.
struct Escaping<'a> {
    json: &'a [u8],
    at: usize,
    in_text: bool,
    /// The byte before was a backslash that escapes the next one.
    escapes: bool,
    /// What is left of an escape sequence.
    pending: [u8; 6],
    pending_from: usize,
}

impl<'a> Escaping<'a> {
    fn new(json: &'a [u8]) -> Self {
        Self { json, at: 0, in_text: false, escapes: false, pending: [0; 6], pending_from: 6 }
    }

    fn next(&mut self) -> Option<u8> {
        if let Some(byte) = self.pending.get(self.pending_from) {
            self.pending_from += 1;
            return Some(*byte);
        }
        let byte = *self.json.get(self.at)?;
        self.at += 1;
        match byte {
            _ if self.escapes => self.escapes = false,
            b'\\' if self.in_text => self.escapes = true,
            b'"' => self.in_text = !self.in_text,
            ..b' ' if self.in_text => {
                let digit = |value: u8| b"0123456789abcdef"[usize::from(value & 0xF)];
                self.pending = [b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)];
                self.pending_from = 1;
                return Some(b'\\');
            }
            _ => {}
        }
        Some(byte)
    }
}

/// An error that names a place of the escaped text, with the same place in the text as it came.
fn describe(json: &[u8], error: &serde_json::Error) -> String {
    let mut escaping = Escaping::new(json);
    let (mut line, mut column) = (1, 0);
    while (line, column) < (error.line(), error.column()) {
        match escaping.next() {
            Some(b'\n') => (line, column) = (line + 1, 0),
            Some(_) => column += 1,
            None => break,
        }
    }
    let read = &json[..escaping.at];
    let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = read.iter().rev().take_while(|byte| **byte != b'\n').count();
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    format!("{what} at line {line} column {column}")
}

impl Read for Escaping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        for (place, byte) in buffer.iter_mut().zip(std::iter::from_fn(|| self.next())) {
            *place = byte;
            length += 1;
        }
        Ok(length)
    }
}

/// The text of a field of an object, even if the JSON text breaks off behind it. No other field is built.
pub(crate) fn text_field(json: &[u8], name: &'static str) -> Option<String> {
    let mut found = None;
    // An error is a text that broke off, or one that is no JSON: both are found out elsewhere.
    let read =
        serde_json::Deserializer::from_slice(json).deserialize_map(TextField { name, found: &mut found });
    if found.is_none() && read.is_err() && may_hold_control_characters(json) {
        let _ = serde_json::Deserializer::from_reader(Escaping::new(json))
            .deserialize_map(TextField { name, found: &mut found });
    }
    found
}

struct TextField<'a> {
    name: &'static str,
    found: &'a mut Option<String>,
}

impl<'de> Visitor<'de> for TextField<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<Access: MapAccess<'de>>(self, mut fields: Access) -> Result<(), Access::Error> {
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            if name == self.name {
                *self.found = fields.next_value::<Value>()?.as_str().map(str::to_owned);
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Exact up to the first syntax error, which the parser then reports.
fn check(json: &[u8], max_depth: usize) -> Result<(), JsonError> {
    let (mut depth, mut in_text, mut escaped, mut values) = (0_usize, false, false, 0_usize);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' if depth == max_depth => return Err(JsonError::TooDeep),
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b',' => values += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if values > MAX_VALUES { Err(JsonError::TooManyValues) } else { Ok(()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn control_characters_in_texts_are_read_as_they_are() {
        let every: String = (0..0x20_u8).map(char::from).collect();
        let raw = format!("{{\"text\":\"a{every}b\",\n\t\"other\": \"\\n\\\\\"\r}}");
        let expected = json!({ "text": format!("a{every}b"), "other": "\n\\" });
        assert_eq!(parse(&raw, 8).unwrap(), expected);
        // In names too, and in a text behind which another one ends early.
        assert_eq!(parse("{\"a\nb\":\"\t\"}", 8).unwrap(), json!({ "a\nb": "\t" }));
    }

    #[test]
    fn what_is_broken_besides_is_refused_with_its_place() {
        for (text, place) in [
            ("{\"a\":\"\n\",}", "line 2 column 3"),
            ("{\"a\":\"\n\n x", "line 3 column 2"),
            ("{\"a\":\"\n\\D\"}", "line 2 column 2"),
            ("{\"a\":\n\"\\\n\"}", "line 3 column 0"),
            ("{\"a\":1,}", "line 1 column 8"),
        ] {
            let Err(JsonError::Syntax(reason)) = parse(text, 8) else { panic!("{text:?} was read") };
            assert!(reason.ends_with(place), "{text:?}: {reason}");
        }
    }

    #[test]
    fn a_text_field_is_found_behind_raw_line_breaks() {
        let json = b"{\"a\":\"1\n2\",\"token\":\"abc\",\"b\":\"brok";
        assert_eq!(text_field(json, "token").as_deref(), Some("abc"));
        assert_eq!(text_field(b"{\"a\":\"1\n2\"", "token"), None);
    }
}
