//! The documents that are generated from the declarations. `cargo xtask openapi` writes them.

mod permissions;
mod response_examples;

use std::fs;

use carillon_wire::openapi;
use serde::Serialize;
use serde_json::{Serializer, ser::PrettyFormatter};

/// Compares a document with what is checked in, or writes it.
fn compare(path: &str, generated: &str) {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("CARILLON_WRITE_DOCUMENTS").is_some() {
        fs::write(&path, generated).unwrap();
        return;
    }
    let checked_in = fs::read_to_string(&path).unwrap();
    assert!(
        checked_in == generated,
        "{path} is not what the declarations say: run `cargo xtask openapi` and look at the difference"
    );
}

#[test]
fn the_openapi_document_is_that_of_the_declarations() {
    // With line breaks for comparison, and minimal indentation.
    let mut text = Vec::new();
    let mut lines = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" "));
    openapi::document(&carillon_api::operations(), response_examples::checked_in())
        .serialize(&mut lines)
        .unwrap();
    text.push(b'\n');
    compare("openapi/openapi.json", &String::from_utf8(text).unwrap());
}

#[test]
fn the_page_of_permissions_is_that_of_the_declarations() {
    compare("docs/PERMISSIONS.md", &permissions::page());
}
