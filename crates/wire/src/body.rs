//! Parses the bytes of a request into fields by name, without types. [`crate::schema_decoder`] converts them to their types.
//!
//! The content type is only a hint: official clients send JSON as `text/plain` or without a type, so that the body itself decides.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::{
    form::{self, Fields},
    json::{self, JsonError},
    multipart,
    raw_body::RawBody,
};

/// The field of a legacy token.
const TOKEN_FIELD: &str = "access_token";
/// Some editors and .NET clients send it first.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Bytes of a JSON value beside its text: up to three times its size while its list grows.
const VALUE_BYTES: usize = 3 * size_of::<Value>();
/// Bytes of a field beside its value: its name and its entry in the table of its object.
const FIELD_BYTES: usize = 176;

/// A received request.
pub struct RawRequest<'a> {
    /// The query without the question mark. `None` if fields in the query are not accepted.
    pub query: Option<&'a str>,
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The complete body, already limited in size.
    pub body: Bytes,
    /// The formats that a body may have.
    pub formats: BodyFormats,
}

/// The formats that a body may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormats {
    /// JSON, a form or multipart: the legacy host, and uploads.
    All,
    /// JSON: the v1.0 host.
    Json,
}

/// The fields of a request.
#[derive(Debug, Default, PartialEq)]
pub struct Params {
    /// By name on the wire. A repeated plain name of a form (`ids=1&ids=2`) has the last value under the name, and all values as a list
    /// under the name with `[]`, which takes precedence for a list.
    pub fields: Map<String, Value>,
    /// Files of a multipart body, in order.
    pub files: Vec<FilePart>,
    /// The body, for an operation that reads it itself.
    pub raw: Option<RawBody>,
}

/// A file in a multipart body.
#[derive(Debug, PartialEq)]
pub struct FilePart {
    /// The field's name.
    pub name: String,
    /// The file name of the caller. Not a path to write to.
    pub file_name: Option<String>,
    /// The content type of the caller.
    pub content_type: Option<String>,
    /// The content, which shares the memory of the body.
    pub data: Bytes,
}

/// Limits of a request beside its size in bytes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Fields in the query, and the same number in the body. Generous: a list of 1000 may be 1000 form fields.
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

/// Why a request cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Starts like JSON and is not JSON.
    #[error("the body is not JSON: {reason}")]
    NotJson {
        /// The message of the parser.
        reason: String,
    },
    /// JSON of another type: a list with items, a number, a text.
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
    /// Malformed multipart.
    #[error("the multipart body is broken: {reason}")]
    BadMultipart {
        /// The reason.
        reason: &'static str,
    },
    /// Invalid UTF-8, such as in the name of a field.
    #[error("the request is not UTF-8")]
    BadUtf8,
    /// Invalid UTF-8 in the value of a field.
    #[error("{field} is not UTF-8")]
    FieldNotUtf8 {
        /// The name of the field.
        field: String,
    },
    /// Invalid UTF-8 in the body.
    #[error("the body is not UTF-8 at byte {at}")]
    BodyNotUtf8 {
        /// The first invalid byte, from 1.
        at: usize,
    },
}

impl BodyError {
    /// Returns the error for a field, with the first 100 characters of its name.
    pub(crate) fn field_not_utf8(name: &str) -> Self {
        Self::FieldNotUtf8 { field: name.chars().take(100).collect() }
    }
}

/// Parses the fields of a request. A field in the body takes precedence over one in the query.
pub fn parse(request: &RawRequest<'_>, limits: &Limits) -> Result<Params, BodyError> {
    let mut params = parse_body(request, limits)?;
    let query = parse_form(request.query.unwrap_or_default().as_bytes(), limits)?;
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

/// Returns the token in a body, which may be incomplete. Builds no other field.
pub(crate) fn token(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if let Some(boundary) = multipart::boundary(content_type, body) {
        return multipart::field(body, &boundary, TOKEN_FIELD, &Limits::default());
    }
    let text = body.trim_ascii();
    match text {
        [b'{' | b'[', ..] => json::text_field(text, TOKEN_FIELD),
        // JSON encoded twice.
        [b'"', ..] => {
            json::text_field(serde_json::from_slice::<String>(text).ok()?.trim().as_bytes(), TOKEN_FIELD)
        }
        _ => form::field(text, TOKEN_FIELD),
    }
}

/// Returns the bytes of the parsed fields beside the body: an upper estimate.
pub(crate) fn parsed_bytes(body: &[u8]) -> usize {
    let text = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body).trim_ascii_start();
    if matches!(text, [b'{' | b'[' | b'"', ..]) { value_bytes(text) } else { 0 }
}

/// Returns the bytes of the values of a JSON text, including those of nested JSON texts.
fn value_bytes(text: &[u8]) -> usize {
    let (mut values, mut fields) = (0, 0);
    for byte in text {
        values += usize::from(matches!(byte, b'[' | b'{' | b','));
        fields += usize::from(*byte == b':');
    }
    // A body with more values is refused before any is built.
    values.min(json::MAX_VALUES) * VALUE_BYTES + fields.min(json::MAX_VALUES) * FIELD_BYTES
}

impl Params {
    /// Returns the bytes of the values in JSON texts of form fields.
    pub(crate) fn nested_bytes(&self) -> usize {
        let texts = self.fields.values().filter_map(Value::as_str);
        texts
            .filter(|text| text.trim_start().starts_with(['{', '[']))
            .map(|text| value_bytes(text.as_bytes()))
            .sum()
    }
}

fn parse_body(request: &RawRequest<'_>, limits: &Limits) -> Result<Params, BodyError> {
    let mark_bytes = request.body.len() - strip_byte_order_mark(&request.body).len();
    let body = request.body.slice(mark_bytes..);
    let text = body.trim_ascii();
    if text.is_empty() {
        return Ok(Params::default());
    }
    if request.formats == BodyFormats::Json {
        return Ok(Params { fields: parse_json(text, limits)?, ..Params::default() });
    }
    if let Some(boundary) = multipart::boundary(request.content_type, &body) {
        return multipart::read(&body, &boundary, limits);
    }
    let fields = match text {
        [b'{' | b'[' | b'"', ..] | b"null" => parse_json(text, limits)?,
        _ if content_type_contains(request.content_type, "multipart/") => {
            return Err(BodyError::BadMultipart { reason: "its boundary is not in it" });
        }
        _ if content_type_contains(request.content_type, "json") && !looks_like_form(text) => {
            parse_json(text, limits)?
        }
        _ => parse_form(text, limits)?,
    };
    Ok(Params { fields, ..Params::default() })
}

/// The format of a body before its fields are parsed.
pub(crate) enum BodyForm {
    /// No body.
    Empty,
    /// JSON, or a body that may be meant as JSON.
    Json,
    /// A form, multipart or not.
    Form,
}

/// Detects the format of a body. Its first bytes take precedence over its content type.
pub(crate) fn detect_form(content_type: Option<&str>, body: &[u8]) -> BodyForm {
    let text = strip_byte_order_mark(body).trim_ascii();
    match text {
        [] => BodyForm::Empty,
        [b'{' | b'[' | b'"', ..] => BodyForm::Json,
        _ if is_multipart(content_type, body) => BodyForm::Form,
        _ if content_type_contains(content_type, "form-urlencoded") || looks_like_form(text) => {
            BodyForm::Form
        }
        _ => BodyForm::Json,
    }
}

/// Returns whether a body is multipart, or its content type says so.
pub(crate) fn is_multipart(content_type: Option<&str>, body: &[u8]) -> bool {
    content_type_contains(content_type, "multipart/") || multipart::boundary(content_type, body).is_some()
}

/// Removes the byte-order mark that some editors and .NET clients send first.
pub(crate) fn strip_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

fn content_type_contains(content_type: Option<&str>, text: &str) -> bool {
    content_type.is_some_and(|content_type| content_type.to_ascii_lowercase().contains(text))
}

/// Returns whether a body with the content type of JSON is a form. A broken JSON text with `=` in it is not.
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
        // JSON encoded twice: the text contains the object. An empty text is an empty body.
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

/// Returns the fields of a JSON body. PHP writes an empty object as `[]`.
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
