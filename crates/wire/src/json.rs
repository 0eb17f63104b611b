//! JSON of bounded depth: the limit is checked before anything is built. And JSON of answers.

use std::{borrow::Cow, fmt};

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
    serde_json::from_str(text).map_err(|error| JsonError::Syntax(error.to_string()))
}

/// The text of a field of an object, even if the JSON text breaks off behind it. No other field is built.
pub(crate) fn text_field(json: &[u8], name: &'static str) -> Option<String> {
    let mut found = None;
    let mut json = serde_json::Deserializer::from_slice(json);
    // An error is a text that broke off, or one that is no JSON: both are found out elsewhere.
    let _ = json.deserialize_map(TextField { name, found: &mut found });
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
