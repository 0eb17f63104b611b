//! The OpenAPI document describes every response that a test gets.

use std::sync::LazyLock;

use carillon_wire::openapi;
use serde_json::{Map, Value};

use super::{app_matrix::Response, request::Request};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| openapi::document(&carillon_api::operations(), &Map::new()));

/// Panics if the document describes the operation but not this response.
pub fn check(request: &Request, answer: &Response) {
    let path = request.path_and_query.split('?').next().unwrap();
    let Some(operation) = operation(request.method.as_str(), path) else { return };
    let (status, body) = (answer.status.to_string(), &answer.body);
    let response = resolved(&operation["responses"][&status]);
    assert!(response.is_object(), "{path} has no response of status {status} in the document: {body}");
    let schema = &response["content"]["application/json"]["schema"];
    let (field, is_success) = match path.starts_with("/v1.0/") {
        true => ("code", answer.status == 200),
        false => ("errcode", body["errcode"] == 0),
    };
    let is_blocked = body["status"] == 1111;
    assert!(
        is_success || is_blocked || names(schema, field, &body[field]),
        "{path} {status}: the document does not name {field} {}: {body}",
        body[field]
    );
}

/// The operation of a method and a path in the document.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let fits = |template: &str| {
        let (template_parts, parts): (Vec<&str>, Vec<&str>) =
            (template.split('/').collect(), path.split('/').collect());
        template_parts.len() == parts.len()
            && template_parts
                .iter()
                .zip(parts)
                .all(|(template, part)| template.starts_with('{') || *template == part)
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    // An exact path takes precedence over a template, as in the router.
    let exact =
        paths.get(path).or_else(|| paths.iter().find(|(template, _)| fits(template)).map(|(_, one)| one));
    exact.and_then(|methods| methods.get(method.to_ascii_lowercase()))
}

/// Returns whether a schema lists a value of a field, or has a pattern for its beginning.
fn names(schema: &'static Value, field: &str, value: &Value) -> bool {
    let schema = resolved(schema);
    let listed = schema["properties"][field]["enum"].as_array().is_some_and(|all| all.contains(value));
    let beginning = schema["properties"][field]["pattern"].as_str().and_then(|one| one.strip_prefix('^'));
    let is_begun =
        beginning.zip(value.as_str()).is_some_and(|(beginning, value)| value.starts_with(beginning));
    listed
        || is_begun
        || ["anyOf", "allOf"].iter().any(|combination| {
            schema[combination].as_array().into_iter().flatten().any(|one| names(one, field, value))
        })
}

/// Follows a `$ref`; returns any other value unchanged.
fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(&reference[1..]).unwrap(),
        None => value,
    }
}
