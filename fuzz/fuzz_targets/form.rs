//! A form reads the same in the query and in the body.
#![no_main]

use bytes::Bytes;
use carillon_wire::body::{self, Limits, RawRequest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(form) = std::str::from_utf8(data) else { return };
    // A body that begins like JSON is JSON, whatever its content type. Bodies are trimmed, and a byte-order mark
    // is skipped.
    let is_form = form.trim().len() == form.len()
        && !form.starts_with(['{', '[', '"', '\u{feff}'])
        && form != "null"
        && !form.contains("--");
    if !is_form {
        return;
    }
    let limits = Limits::default();
    let content_type = Some("application/x-www-form-urlencoded");
    let in_body = RawRequest { query: None, content_type, body: Bytes::copy_from_slice(data) };
    let in_query = RawRequest { query: Some(form), content_type, body: Bytes::new() };
    assert_eq!(body::parse(&in_body, &limits), body::parse(&in_query, &limits));
});
