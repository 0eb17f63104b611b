//! The v1.0 dialect: an HTTP status, and `code`, `message`, `requestid` when it is not 200.

use serde::Serialize;
use serde_json::json;

use crate::json;

pub fn success<Response: Serialize>(response: &Response) -> serde_json::Result<Vec<u8>> {
    json::write(response)
}

pub fn failure(code: &str, message: &str, request_id: &str) -> Vec<u8> {
    json!({ "code": code, "requestid": request_id, "message": message }).to_string().into_bytes()
}

/// The app lacks a permission.
pub fn permission_denied(code: &str, message: &str, scopes: &[&str], request_id: &str) -> Vec<u8> {
    json!({
        "code": code,
        "requestid": request_id,
        "message": message,
        "accessdenieddetail": { "requiredScopes": scopes },
    })
    .to_string()
    .into_bytes()
}
