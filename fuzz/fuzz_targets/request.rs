//! Requests of all operations: what was read, written as JSON, reads the same.
#![no_main]

use std::sync::LazyLock;

use bytes::Bytes;
use carillon_wire::{
    body::{self, Limits, RawRequest},
    schema_decoder::SchemaDecoder,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static DECODERS: LazyLock<Vec<SchemaDecoder>> = LazyLock::new(|| {
    let mut operations = carillon_api::operations();
    // As in the seeds.
    operations.sort_by_key(|operation| operation.id);
    operations
        .iter()
        .map(|operation| SchemaDecoder::from_schema(&operation.request))
        .collect()
});

fuzz_target!(|data: &[u8]| {
    let Some((operation, body)) = data.split_first() else { return };
    let decoder = &DECODERS[usize::from(*operation) % DECODERS.len()];
    let raw_request = RawRequest { query: None, content_type: None, body: Bytes::copy_from_slice(body) };
    let Ok(params) = body::parse(&raw_request, &Limits::default()) else { return };
    let Ok(request) = decoder.read::<Value>(params.fields) else { return };
    let Value::Object(fields) = request.clone() else { panic!("{request} is no object") };
    match decoder.read::<Value>(fields) {
        Ok(again) => assert_eq!(request, again),
        Err(error) => panic!("{request}: {} {}", error.field, error.problem),
    }
});
