//! Bodies as the journal shows them: without secrets and personal data, with shortened texts, and of bounded size.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::body::{self, BodyFormats, Limits, RawRequest};

/// Bodies up to this size are recorded; of larger ones the journal has the size alone.
const MAX_BODY_BYTES: usize = 64 << 10;
/// Bytes of a recorded body after redaction.
const MAX_RECORDED_BYTES: usize = 16 << 10;
/// Characters of a text, and of a text that is content.
const MAX_TEXT_CHARS: usize = 80;
const MAX_CONTENT_CHARS: usize = 16;
/// Items of a list.
const MAX_ITEMS: usize = 20;
/// Parts of names of fields whose values are secrets or personal data.
const SECRET: [&str; 15] = [
    "token",
    "secret",
    "password",
    "aes",
    "signature",
    "ticket",
    "session",
    "mobile",
    "phone",
    "email",
    "mail",
    "remark",
    "extension",
    "cookie",
    "loginid",
];
/// Names of fields with content of messages and articles.
const CONTENT: [&str; 10] = [
    "content",
    "textcontent",
    "text",
    "markdown",
    "summary",
    "digest",
    "title",
    "singletitle",
    "desc",
    "brief",
];
const REDACTED: &str = "[redacted]";

/// The fields of a request as JSON.
pub(super) fn request(query: Option<&str>, content_type: Option<&str>, body: Bytes) -> String {
    if body.len() > MAX_BODY_BYTES {
        return size_of_body(body.len());
    }
    let length = body.len();
    let Ok(params) =
        body::parse(&RawRequest { query, content_type, body, formats: BodyFormats::All }, &Limits::default())
    else {
        return format!("[{length} bytes that cannot be parsed]");
    };
    let mut fields = params.fields;
    for file in params.files {
        let name = file.file_name.unwrap_or_default();
        fields.insert(file.name, Value::String(format!("[the file {name}, {} bytes]", file.data.len())));
    }
    text_of(Value::Object(fields))
}

/// The response as JSON.
pub(super) fn response(body: &[u8]) -> String {
    if body.len() > MAX_BODY_BYTES {
        return size_of_body(body.len());
    }
    serde_json::from_slice(body).map_or_else(|_| size_of_body(body.len()), text_of)
}

fn size_of_body(bytes: usize) -> String {
    format!("[{bytes} bytes]")
}

/// A value as JSON, redacted.
pub(crate) fn text_of(value: Value) -> String {
    let mut text = redacted("", value).to_string();
    if text.len() > MAX_RECORDED_BYTES {
        text.truncate(text.floor_char_boundary(MAX_RECORDED_BYTES));
        text.push('…');
    }
    text
}

fn redacted(name: &str, value: Value) -> Value {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    if !value.is_null() && SECRET.iter().any(|part| name.contains(part)) {
        return Value::String(REDACTED.to_owned());
    }
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let value = redacted(&name, value);
                (name, value)
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let more = items.len().saturating_sub(MAX_ITEMS);
            let mut items: Vec<Value> =
                items.into_iter().take(MAX_ITEMS).map(|item| redacted(&name, item)).collect();
            if more > 0 {
                items.push(Value::String(format!("[{more} more]")));
            }
            Value::Array(items)
        }
        Value::String(text) => Value::String(shortened(&name, text)),
        other => other,
    }
}

/// A text that is JSON is redacted like an object: clients send objects as texts in forms.
fn shortened(name: &str, text: String) -> String {
    if text.trim_start().starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(&text)
    {
        return redacted(name, value).to_string();
    }
    let max = if CONTENT.contains(&name) { MAX_CONTENT_CHARS } else { MAX_TEXT_CHARS };
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: &Value) -> Value {
        let text = request(None, Some("application/json"), Bytes::from(value.to_string()));
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn secrets_and_personal_data_are_left_out() {
        let body = json!({
            "access_token": "t", "appSecret": "s", "aes_key": "k", "init_password": "p", "sessionWebhook": "https://x/?session=1",
            "mobile": "13800000001", "org_email": "a@b.c", "unionid": "svc", "userid_list": ["ann", "bob"],
            "article": { "content": "<p>一段很长的正文，它不应该出现在记录里</p>", "article_id": 7, "exclusive_mobile": "1" },
        });
        let found = of(&body);
        for name in
            ["access_token", "appSecret", "aes_key", "init_password", "sessionWebhook", "mobile", "org_email"]
        {
            assert_eq!(found[name], REDACTED, "{name}");
        }
        assert_eq!(found["article"]["exclusive_mobile"], REDACTED);
        assert_eq!((&found["unionid"], &found["userid_list"]), (&json!("svc"), &json!(["ann", "bob"])));
        assert_eq!(found["article"]["article_id"], 7);
        assert_eq!(found["article"]["content"], "<p>一段很长的正文，它不应该出… (25 characters)");
    }

    #[test]
    fn forms_with_json_texts_and_queries_are_redacted_too() {
        let body = Bytes::from("msg=%7B%22text%22%3A%7B%22token%22%3A%22x%22%7D%7D&a=1");
        let found = request(Some("access_token=secret"), Some("application/x-www-form-urlencoded"), body);
        assert!(!found.contains("secret") && !found.contains(":\\\"x"), "{found}");
        assert!(found.contains(r#""a":"1""#), "{found}");
    }

    #[test]
    fn large_bodies_are_cut_off() {
        assert_eq!(response(&vec![b' '; MAX_BODY_BYTES + 1]), "[65537 bytes]");
        assert_eq!(request(None, None, Bytes::from(vec![b'x'; MAX_BODY_BYTES + 1])), "[65537 bytes]");
        let long: Map<String, Value> =
            (0..2_000).map(|number| (format!("f{number}"), json!("长".repeat(9)))).collect();
        let found = request(None, None, Bytes::from(Value::Object(long).to_string()));
        assert!(found.len() <= MAX_BODY_BYTES, "{}", found.len());
        let items = of(&json!({ "list": (0..100).collect::<Vec<_>>() }));
        assert_eq!(items["list"].as_array().map(Vec::len), Some(MAX_ITEMS + 1));
        assert_eq!(request(None, None, Bytes::from("{\"a\":")), "[5 bytes that cannot be parsed]");
        assert_eq!(response(b"no json"), "[7 bytes]");
    }
}
