//! JSON of bounded depth: the limit is checked before anything is built. And JSON of answers.

use serde::Serialize;
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
    /// Not JSON; what the parser says of it.
    Syntax(String),
}

/// Reads a JSON text with at most `max_depth` levels of objects and lists.
pub(crate) fn parse(text: &str, max_depth: usize) -> Result<Value, JsonError> {
    if is_deeper(text.as_bytes(), max_depth) {
        return Err(JsonError::TooDeep);
    }
    serde_json::from_str(text).map_err(|error| JsonError::Syntax(error.to_string()))
}

/// Exact up to the first syntax error, which the parser then reports.
fn is_deeper(json: &[u8], max_depth: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' if depth == max_depth => return true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
