//! The v1.0 dialect: an HTTP status, and `code`, `message`, `requestid` if it is not 200.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::json::{RESPONSE_CAPACITY, ToJson};

/// The `Content-Type` of all responses.
pub static CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/json;charset=utf-8");

/// Adds the headers that link a response to its log line. Decided: the trace id is the id of the request in the form of a trace id.
pub fn identify(headers: &mut HeaderMap, request_id: &str) {
    let trace_id = request_id.replace('-', "").to_ascii_lowercase();
    for (name, id) in [("x-acs-request-id", request_id), ("x-acs-trace-id", &trace_id)] {
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(HeaderName::from_static(name), id);
        }
    }
}

pub fn success(response: &dyn ToJson) -> serde_json::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(RESPONSE_CAPACITY);
    response.write_json(&mut body)?;
    Ok(body)
}

pub fn failure(code: &str, message: &str, request_id: &str) -> Vec<u8> {
    json!({ "code": code, "requestid": request_id, "message": message }).to_string().into_bytes()
}

/// The error for a missing permission.
pub fn permission_denied(code: &str, message: &str, scopes: &[&str], request_id: &str) -> Vec<u8> {
    access_denied(code, message, &json!({ "requiredScopes": scopes }), request_id)
}

/// The error for a missing role of an operator.
pub fn role_denied(code: &str, message: &str, roles: &[&str], request_id: &str) -> Vec<u8> {
    access_denied(code, message, &json!({ "requiredRoles": roles }), request_id)
}

fn access_denied(code: &str, message: &str, detail: &Value, request_id: &str) -> Vec<u8> {
    json!({ "code": code, "requestid": request_id, "message": message, "accessdenieddetail": detail })
        .to_string()
        .into_bytes()
}
