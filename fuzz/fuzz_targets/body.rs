//! Any body gives fields or an error, within the limits.
#![no_main]

use bytes::Bytes;
use carillon_wire::body::{self, Limits, RawRequest};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const TYPES: [Option<&str>; 7] = [
    None,
    Some("application/json"),
    Some("application/json; charset=utf-8"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=b"),
    Some("multipart/form-data"),
    Some("text/plain"),
];

fuzz_target!(|data: &[u8]| {
    let Some((kind, body)) = data.split_first() else { return };
    let content_type = TYPES[usize::from(*kind) % TYPES.len()];
    let limits = Limits::default();
    let raw_request = RawRequest { query: None, content_type, body: Bytes::copy_from_slice(body) };
    if let Ok(params) = body::parse(&raw_request, &limits) {
        // Repeated names are also in the result as a list.
        assert!(params.fields.len() <= 2 * limits.max_fields);
        assert!(params.files.len() <= limits.max_parts);
        assert!(params.fields.values().map(depth).max().unwrap_or_default() < limits.max_depth);
    }
});

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}
