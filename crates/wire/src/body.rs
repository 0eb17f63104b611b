//! From the bytes of a request to its fields by name, before any typing.
//!
//! The content type is a hint, not a promise: official clients send JSON as `text/plain` or with no type at all, so
//! the body itself decides. What the fields mean is for [`crate::schema_decoder`] to say.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::{
    form::{self, Fields},
    json::{self, JsonError},
    multipart,
    raw_body::RawBody,
};

/// The field of a legacy token.
const TOKEN: &str = "access_token";
/// What some editors and .NET clients put first.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Bytes that a value of JSON takes, beside its text: up to three times its own size while the list that it is in grows.
const VALUE_BYTES: usize = 3 * size_of::<Value>();
/// Bytes that a field takes beside its value: its name, and its place in the table of its object, in the same way.
const FIELD_BYTES: usize = 176;

/// A request as it arrived.
pub struct RawRequest<'a> {
    /// The query, without the question mark. None where fields in the query are not accepted.
    pub query: Option<&'a str>,
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The whole body, already limited in size.
    pub body: Bytes,
}

/// The fields of a request.
#[derive(Debug, Default, PartialEq)]
pub struct Params {
    /// By their names on the wire. A form that repeats a plain name (`ids=1&ids=2`) leaves the last value under the
    /// name, and all of them as a list under the name with `[]`, where a field that is a list looks first.
    pub fields: Map<String, Value>,
    /// Files of a multipart body, in order.
    pub files: Vec<FilePart>,
    /// The body of an operation that reads it itself.
    pub raw: Option<RawBody>,
}

/// A file in a multipart body.
#[derive(Debug, PartialEq)]
pub struct FilePart {
    /// The field's name.
    pub name: String,
    /// The file's name as the caller says: never a path to write to.
    pub file_name: Option<String>,
    /// The type as the caller says.
    pub content_type: Option<String>,
    /// The content, shared with the body rather than copied.
    pub data: Bytes,
}

/// What a request may hold, beside its size in bytes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Fields in the query, and again fields in the body. Generous: a list of 1000 can come as 1000 form fields.
    pub max_fields: usize,
    /// Levels of objects and lists.
    pub max_depth: usize,
    /// Parts of a multipart body.
    pub max_parts: usize,
    /// Bytes of the headers of one part.
    pub max_part_header_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_fields: 4096, max_depth: 32, max_parts: 256, max_part_header_bytes: 8 << 10 }
    }
}

/// Why a request has no fields to speak of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Begins like JSON and is not.
    #[error("the body is not JSON: {reason}")]
    NotJson {
        /// What the parser says.
        reason: String,
    },
    /// JSON of another kind: a list with items, a number, a text.
    #[error("the body is JSON but not an object")]
    NotAnObject,
    /// More levels of objects and lists than allowed.
    #[error("the body has more than {max} levels of objects and lists")]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// More values than allowed.
    #[error("the body has more than {max} values")]
    TooManyValues {
        /// The limit.
        max: usize,
    },
    /// More fields than allowed.
    #[error("the request has more than {max} fields")]
    TooManyFields {
        /// The limit.
        max: usize,
    },
    /// More parts than allowed.
    #[error("the body has more than {max} parts")]
    TooManyParts {
        /// The limit.
        max: usize,
    },
    /// Not multipart as it should be.
    #[error("the multipart body is broken: {reason}")]
    BadMultipart {
        /// What is wrong.
        reason: &'static str,
    },
    /// Text in another encoding, such as the name of a field.
    #[error("the request is not UTF-8")]
    BadUtf8,
    /// The value of a field in another encoding.
    #[error("{field} is not UTF-8")]
    FieldNotUtf8 {
        /// The name of the field.
        field: String,
    },
    /// A body in another encoding.
    #[error("the body is not UTF-8 at byte {at}")]
    BodyNotUtf8 {
        /// The first byte that is not.
        at: usize,
    },
}

impl BodyError {
    /// The value of a field that is not UTF-8. Names have any length; so much of it tells them apart.
    pub(crate) fn field_not_utf8(name: &str) -> Self {
        Self::FieldNotUtf8 { field: name.chars().take(100).collect() }
    }
}

/// Reads the fields of a request. Where a field is both in the query and in the body, the body's counts.
pub fn parse(incoming: &RawRequest<'_>, limits: &Limits) -> Result<Params, BodyError> {
    let mut params = parse_body(incoming, limits)?;
    let query = parse_form(incoming.query.unwrap_or_default().as_bytes(), limits)?;
    let in_query_only: Vec<(String, Value)> = query
        .into_iter()
        .filter(|(name, _)| {
            let name = name.strip_suffix("[]").unwrap_or(name);
            params.fields.get(name).is_none_or(Value::is_null)
        })
        .collect();
    params.fields.extend(in_query_only);
    Ok(params)
}

/// The token of the fields of a body, or of its beginning, without building any other field.
pub(crate) fn token(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if let Some(boundary) = multipart::boundary(content_type, body) {
        return multipart::field(body, &boundary, TOKEN, &Limits::default());
    }
    let text = body.trim_ascii();
    match text {
        [b'{' | b'[', ..] => json::text_field(text, TOKEN),
        // JSON encoded twice.
        [b'"', ..] => json::text_field(serde_json::from_slice::<String>(text).ok()?.trim().as_bytes(), TOKEN),
        _ => form::field(text, TOKEN),
    }
}

/// Bytes that a body takes beside itself once its fields are built: an estimate that is rather too high.
pub(crate) fn parsed_bytes(body: &[u8]) -> usize {
    let text = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body).trim_ascii_start();
    if matches!(text, [b'{' | b'[' | b'"', ..]) { value_bytes(text) } else { 0 }
}

/// Bytes that the values of a JSON text take, those of texts inside of it that are JSON again included.
fn value_bytes(text: &[u8]) -> usize {
    let count = |separators: &[u8]| text.iter().filter(|byte| separators.contains(byte)).count();
    // A body with more values is refused before any of them is built.
    let (values, fields) = (count(b"[{,"), count(b":"));
    values.min(json::MAX_VALUES) * VALUE_BYTES + fields.min(json::MAX_VALUES) * FIELD_BYTES
}

impl Params {
    /// Bytes that the fields of a form take beside themselves once those that are JSON are built.
    pub(crate) fn nested_bytes(&self) -> usize {
        let texts = self.fields.values().filter_map(Value::as_str);
        texts
            .filter(|text| text.trim_start().starts_with(['{', '[']))
            .map(|text| value_bytes(text.as_bytes()))
            .sum()
    }
}

fn parse_body(incoming: &RawRequest<'_>, limits: &Limits) -> Result<Params, BodyError> {
    let marked = incoming.body.len() - strip_byte_order_mark(&incoming.body).len();
    let body = incoming.body.slice(marked..);
    let text = body.trim_ascii();
    if text.is_empty() {
        return Ok(Params::default());
    }
    if let Some(boundary) = multipart::boundary(incoming.content_type, &body) {
        return multipart::read(&body, &boundary, limits);
    }
    let fields = match text {
        [b'{' | b'[' | b'"', ..] | b"null" => parse_json(text, limits)?,
        _ if says(incoming.content_type, "multipart/") => {
            return Err(BodyError::BadMultipart { reason: "its boundary is not in it" });
        }
        _ if says(incoming.content_type, "json") && !looks_like_form(text) => parse_json(text, limits)?,
        _ => parse_form(text, limits)?,
    };
    Ok(Params { fields, ..Params::default() })
}

/// What a body looks like before its fields are read.
pub(crate) enum BodyForm {
    /// There is none.
    Empty,
    /// JSON, or what says or may be meant to be it.
    Json,
    /// A form of either kind.
    Form,
}

/// What a body looks like. What it begins with counts more than its type.
pub(crate) fn detect_form(content_type: Option<&str>, body: &[u8]) -> BodyForm {
    let text = strip_byte_order_mark(body).trim_ascii();
    match text {
        [] => BodyForm::Empty,
        [b'{' | b'[' | b'"', ..] => BodyForm::Json,
        _ if is_multipart(content_type, body) => BodyForm::Form,
        _ if says(content_type, "form-urlencoded") || looks_like_form(text) => BodyForm::Form,
        _ => BodyForm::Json,
    }
}

/// Whether a body is multipart, or says so.
pub(crate) fn is_multipart(content_type: Option<&str>, body: &[u8]) -> bool {
    says(content_type, "multipart/") || multipart::boundary(content_type, body).is_some()
}

/// Without the byte-order mark that some editors and .NET clients put first.
pub(crate) fn strip_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

fn says(content_type: Option<&str>, what: &str) -> bool {
    content_type.is_some_and(|content_type| content_type.to_ascii_lowercase().contains(what))
}

/// Whether a body that claims to be JSON is a form all the same. A broken JSON text with `=` in it is not.
fn looks_like_form(text: &[u8]) -> bool {
    let name_ends = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"_-.%+[]".contains(byte));
    text.iter().position(name_ends).is_some_and(|end| end > 0 && text[end] == b'=')
}

fn parse_form(text: &[u8], limits: &Limits) -> Result<Map<String, Value>, BodyError> {
    let mut fields = Fields::new(limits);
    form::read(text, &mut fields)?;
    Ok(fields.finish())
}

fn parse_json(text: &[u8], limits: &Limits) -> Result<Map<String, Value>, BodyError> {
    let text =
        std::str::from_utf8(text).map_err(|error| BodyError::BodyNotUtf8 { at: error.valid_up_to() + 1 })?;
    match json_value(text, limits)? {
        // JSON encoded twice: the text holds the object. An empty text is an empty body.
        Value::String(inner) if inner.trim().is_empty() => Ok(Map::new()),
        Value::String(inner) => fields_of(json_value(inner.trim(), limits)?, limits),
        value => fields_of(value, limits),
    }
}

fn json_value(text: &str, limits: &Limits) -> Result<Value, BodyError> {
    json::parse(text, limits.max_depth).map_err(|error| match error {
        JsonError::TooDeep => BodyError::TooDeep { max: limits.max_depth },
        JsonError::TooManyValues => BodyError::TooManyValues { max: json::MAX_VALUES },
        JsonError::Syntax(reason) => BodyError::NotJson { reason },
    })
}

/// The fields of a JSON body. PHP writes an object without fields as `[]`.
fn fields_of(value: Value, limits: &Limits) -> Result<Map<String, Value>, BodyError> {
    match value {
        Value::Object(fields) if fields.len() > limits.max_fields => {
            Err(BodyError::TooManyFields { max: limits.max_fields })
        }
        Value::Object(fields) => Ok(fields),
        Value::Null => Ok(Map::new()),
        Value::Array(items) if items.is_empty() => Ok(Map::new()),
        _ => Err(BodyError::NotAnObject),
    }
}
