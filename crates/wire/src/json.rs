//! Parses JSON of bounded depth, which is checked before any value is built. Writes responses.
//!
//! Strings may contain raw line breaks, tabs and other control characters, which the vendor's gateway accepts and JSON forbids. Such a
//! text is parsed a second time, through a reader that escapes them. Valid JSON costs nothing more.

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

/// The initial capacity of a response. Most fit, so that growing does not copy them.
pub(crate) const RESPONSE_CAPACITY: usize = 4_096;

/// A value that can be written as JSON, whatever its type.
pub(crate) trait ToJson {
    fn write_json(&self, to: &mut Vec<u8>) -> serde_json::Result<()>;
}

impl<T: Serialize> ToJson for T {
    fn write_json(&self, to: &mut Vec<u8>) -> serde_json::Result<()> {
        serde_json::to_writer(to, self)
    }
}

/// Why a text is refused.
#[derive(Debug)]
pub(crate) enum JsonError {
    /// More levels of objects and lists than allowed.
    TooDeep,
    /// More values than allowed.
    TooManyValues,
    /// Not JSON: the message of the parser.
    Syntax(String),
}

/// The most values of one JSON text: each takes more than 72 bytes when parsed.
pub(crate) const MAX_VALUES: usize = 1 << 17;

/// Parses a JSON text with at most `max_depth` levels of objects and lists.
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

/// Returns whether there are control characters, inside or outside of strings.
fn may_hold_control_characters(json: &[u8]) -> bool {
    json.iter().any(|byte| *byte < b' ')
}

/// A reader that escapes control characters inside of strings.
struct Escaping<'a> {
    json: &'a [u8],
    at: usize,
    in_string: bool,
    /// The byte before was a backslash that escapes the next one.
    escapes: bool,
    /// An escape sequence that is not fully read.
    pending: [u8; 6],
    pending_from: usize,
}

impl<'a> Escaping<'a> {
    fn new(json: &'a [u8]) -> Self {
        Self { json, at: 0, in_string: false, escapes: false, pending: [0; 6], pending_from: 6 }
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
            b'\\' if self.in_string => self.escapes = true,
            b'"' => self.in_string = !self.in_string,
            ..b' ' if self.in_string => {
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

/// Converts the position of an error from the escaped text to the original text.
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
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    format!("{message} at line {line} column {column}")
}

impl Read for Escaping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        for (slot, byte) in buffer.iter_mut().zip(std::iter::from_fn(|| self.next())) {
            *slot = byte;
            length += 1;
        }
        Ok(length)
    }
}

/// Returns a string field of an object, even if the JSON text breaks off after it. Builds no other field.
pub(crate) fn text_field(json: &[u8], name: &'static str) -> Option<String> {
    let mut found = None;
    // An error is an incomplete text or invalid JSON: both are reported elsewhere.
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

/// Checks depth and number of values. Exact up to the first syntax error, which the parser reports.
fn check(json: &[u8], max_depth: usize) -> Result<(), JsonError> {
    let (mut depth, mut in_string, mut escaped, mut values) = (0_usize, false, false, 0_usize);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
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
    fn control_characters_in_strings_are_accepted() {
        let every: String = (0..0x20_u8).map(char::from).collect();
        let raw = format!("{{\"text\":\"a{every}b\",\n\t\"other\": \"\\n\\\\\"\r}}");
        let expected = json!({ "text": format!("a{every}b"), "other": "\n\\" });
        assert_eq!(parse(&raw, 8).unwrap(), expected);
        // In names too.
        assert_eq!(parse("{\"a\nb\":\"\t\"}", 8).unwrap(), json!({ "a\nb": "\t" }));
    }

    #[test]
    fn errors_have_their_position_in_the_original_text() {
        for (text, position) in [
            ("{\"a\":\"\n\",}", "line 2 column 3"),
            ("{\"a\":\"\n\n x", "line 3 column 2"),
            ("{\"a\":\"\n\\D\"}", "line 2 column 2"),
            ("{\"a\":\n\"\\\n\"}", "line 3 column 0"),
            ("{\"a\":1,}", "line 1 column 8"),
        ] {
            let Err(JsonError::Syntax(reason)) = parse(text, 8) else { panic!("{text:?} was read") };
            assert!(reason.ends_with(position), "{text:?}: {reason}");
        }
    }

    #[test]
    fn a_text_field_is_found_behind_raw_line_breaks() {
        let json = b"{\"a\":\"1\n2\",\"token\":\"abc\",\"b\":\"brok";
        assert_eq!(text_field(json, "token").as_deref(), Some("abc"));
        assert_eq!(text_field(b"{\"a\":\"1\n2\"", "token"), None);
    }
}
