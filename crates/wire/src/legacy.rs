//! The legacy dialect: HTTP 200 with `errcode`, whatever happened.

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;

use crate::{codes::Code, json};

/// Every answer of a legacy operation.
#[derive(Serialize)]
struct Success<'a, Response> {
    errcode: i64,
    errmsg: &'static str,
    #[serde(flatten)]
    response: &'a Response,
    request_id: &'a str,
}

pub fn success<Response: Serialize>(response: &Response, request_id: &str) -> serde_json::Result<Vec<u8>> {
    json::write(&Success { errcode: 0, errmsg: "ok", response, request_id })
}

/// What closes an answer behind its id.
const END: &[u8] = b"\"}";

/// An answer up to its id, which comes last.
pub fn without_id(answer: &[u8], request_id: &str) -> Bytes {
    Bytes::copy_from_slice(&answer[..answer.len().saturating_sub(request_id.len() + END.len())])
}

/// The same answer with another id.
pub fn with_id(answer: &[u8], request_id: &str) -> Vec<u8> {
    [answer, request_id.as_bytes(), END].concat()
}

/// A broken rule: the code itself, and again as `sub_code`, so that callers who look at either find it.
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

/// The code of all refusals of the gateway.
pub const GATEWAY_ERROR: i64 = 88;

/// An error whose text is in `errormsg` too.
pub fn with_errormsg(mut error: Vec<u8>, message: &str) -> Vec<u8> {
    // The body is an object, and what follows its last field is the brace that closes it.
    if error.last() == Some(&b'}') {
        error.pop();
        error.extend_from_slice(format!(",\"errormsg\":{}}}", serde_json::Value::from(message)).as_bytes());
    }
    error
}

/// A refusal of the gateway, before any operation ran.
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

/// The type of responses to a path. Observed: below `/topapi` with the charset, elsewhere without.
pub fn content_type(path: &str) -> &'static str {
    if is_topapi(path) { "application/json;charset=UTF-8" } else { "application/json" }
}

/// Whether a path belongs to the gateway, which wraps its refusals. What is older answers them bare.
pub fn is_topapi(path: &str) -> bool {
    path.starts_with("/topapi/")
}

/// The vendor's name of the operation at a path. A slash at the end or a doubled one is part of it, so that the name is not the one of
/// an operation that exists.
pub fn api_name(path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    format!("dingtalk.oapi.{}", path.strip_prefix("topapi/").unwrap_or(path).replace('/', "."))
}

/// No operation has this name. Observed: without `sub_code`, so that callers who prefer it see 22.
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

/// A refusal outside of the gateway: not wrapped, and without `request_id`.
pub fn bare(code: Code, message: &str) -> Vec<u8> {
    json!({ "errcode": code.errcode, "errmsg": message }).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_gets_another_id() {
        let response = serde_json::Map::from_iter([("result".to_owned(), json!({ "list": ["名"] }))]);
        let [one, two] =
            ["abcdefghijkl", "zyxwvutsrqpo"].map(|id| success(&response, id).expect("serialises"));
        assert_eq!(with_id(&without_id(&one, "abcdefghijkl"), "zyxwvutsrqpo"), two);
    }
}
