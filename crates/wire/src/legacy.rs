//! The legacy dialect: always HTTP 200, with `errcode`.

use axum::http::HeaderValue;
use bytes::Bytes;
use serde::ser::Error as _;
use serde_json::json;

use crate::{
    codes::Code,
    json::{RESPONSE_CAPACITY, ToJson},
};

/// A successful response: the fields of `response` between `errcode`, `errmsg` and `request_id`.
///
/// # Errors
/// The response has no JSON, or is no object.
pub fn success(response: &dyn ToJson, request_id: &str) -> serde_json::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(RESPONSE_CAPACITY);
    body.extend_from_slice(br#"{"errcode":0,"errmsg":"ok""#);
    let start = body.len();
    response.write_json(&mut body)?;
    match &body[start..] {
        // No fields.
        b"null" | b"{}" => body.truncate(start),
        [b'{', .., b'}'] => {
            body[start] = b',';
            body.pop();
        }
        _ => return Err(serde_json::Error::custom("a response must be an object")),
    }
    body.extend_from_slice(br#","request_id":"#);
    request_id.write_json(&mut body)?;
    body.push(b'}');
    Ok(body)
}

/// The bytes of a response after its `request_id`.
const END: &[u8] = b"\"}";

/// Returns a response up to its `request_id`, which is its last field.
pub fn without_id(response: &[u8], request_id: &str) -> Bytes {
    Bytes::copy_from_slice(&response[..response.len().saturating_sub(request_id.len() + END.len())])
}

/// Completes a response of [`without_id`] with a `request_id`.
pub fn with_id(response: &[u8], request_id: &str) -> Vec<u8> {
    [response, request_id.as_bytes(), END].concat()
}

/// An error of an operation. The code is in both `errcode` and `sub_code`, so that callers may read either.
pub fn failure(code: Code, message: &str, request_id: &str) -> Vec<u8> {
    json!({
        "errcode": code.errcode,
        "errmsg": message,
        "sub_code": code.errcode.to_string(),
        "sub_msg": message,
        "request_id": request_id,
    })
    .to_string()
    .into_bytes()
}

/// The `errcode` of all errors of the gateway.
pub const GATEWAY_ERROR: i64 = 88;

/// Adds the text of an error as `errormsg`.
pub fn with_errormsg(mut error: Vec<u8>, message: &str) -> Vec<u8> {
    // The body is an object: a brace follows its last field.
    if error.last() == Some(&b'}') {
        error.pop();
        error.extend_from_slice(format!(",\"errormsg\":{}}}", serde_json::Value::from(message)).as_bytes());
    }
    error
}

/// An error of the gateway, before the operation runs.
pub fn gateway(sub_code: &str, sub_msg: &str, request_id: &str) -> Vec<u8> {
    json!({
        "errcode": GATEWAY_ERROR,
        "errmsg": format!("ding talk error[subcode={sub_code},submsg={sub_msg}]"),
        "sub_code": sub_code,
        "sub_msg": sub_msg,
        "request_id": request_id,
    })
    .to_string()
    .into_bytes()
}

/// Returns the `Content-Type` of responses. Observed: below `/topapi` with the charset, elsewhere without.
pub fn content_type(path: &str) -> &'static HeaderValue {
    static WITH_CHARSET: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
    static WITHOUT: HeaderValue = HeaderValue::from_static("application/json");
    if is_topapi(path) { &WITH_CHARSET } else { &WITHOUT }
}

/// Returns whether a path belongs to the gateway, which wraps its errors. Older paths do not.
pub fn is_topapi(path: &str) -> bool {
    path.starts_with("/topapi/")
}

/// Returns the vendor's name of the operation at a path. A trailing or doubled slash becomes part of the name, which then belongs to no
/// operation.
pub fn api_name(path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    format!("dingtalk.oapi.{}", path.strip_prefix("topapi/").unwrap_or(path).replace('/', "."))
}

/// The error for an unknown operation. Observed: without `sub_code`, so that callers who prefer it see 22.
pub fn unknown_api(api: &str, request_id: &str) -> Vec<u8> {
    let reason = format!("不合法ApiName，ApiName = {api}");
    json!({
        "errcode": 22,
        "errmsg": format!("Invalid method[submsg={reason}]"),
        "sub_msg": reason,
        "request_id": request_id,
    })
    .to_string()
    .into_bytes()
}

/// An error outside of the gateway: not wrapped, and without `request_id`.
pub fn bare(code: Code, message: &str) -> Vec<u8> {
    json!({ "errcode": code.errcode, "errmsg": message }).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_response_gets_another_request_id() {
        let response = serde_json::Map::from_iter([("result".to_owned(), json!({ "list": ["名"] }))]);
        let [one, two] =
            ["abcdefghijkl", "zyxwvutsrqpo"].map(|id| success(&response, id).expect("serialises"));
        assert_eq!(with_id(&without_id(&one, "abcdefghijkl"), "zyxwvutsrqpo"), two);
    }

    #[test]
    fn a_response_has_its_fields_between_the_common_ones() {
        let text = |response: &dyn ToJson| {
            success(response, "id").ok().map(|body| String::from_utf8(body).expect("JSON is UTF-8"))
        };
        let with = |fields: &str| Some(format!(r#"{{"errcode":0,"errmsg":"ok",{fields}"request_id":"id"}}"#));
        assert_eq!(text(&json!({ "a": { "b": [1, {}] }, "c": "}" })), with(r#""a":{"b":[1,{}]},"c":"}","#));
        assert_eq!(text(&json!({})), with(""));
        assert_eq!(text(&()), with(""));
        for no_object in [json!([1]), json!("{}"), json!(1)] {
            assert_eq!(text(&no_object), None, "{no_object}");
        }
    }
}
