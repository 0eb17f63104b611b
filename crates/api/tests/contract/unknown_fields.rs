//! Carillon's own operations refuse unknown fields at every depth, and suggest the field that was probably meant.

use axum::http::Method;
use carillon_wire::{Operation, openapi};
use serde_json::{Map, Value, json};

use crate::contract::fields::plain;
use crate::contract::limits::{minimal, set};
use crate::matrix::fixture::Fixture;
use crate::matrix::request::{Request, form};
use crate::matrix::valid_requests;

#[test]
fn own_operations_refuse_unknown_fields() {
    let fixture = Fixture::open();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for operation in valid_requests::operations().iter().filter(|operation| operation.is_own()) {
        let valid = valid_requests::request(&fixture, operation.id).unwrap_or_default();
        let mut objects = Vec::new();
        find_objects("", operation.request.as_value(), &mut objects);
        for (path, names) in objects {
            // A request may have no fields at all.
            for name in names.into_iter().chain([String::from("qqqqqqq")]) {
                let mistyped = format!("{name}z");
                let mut fields = valid.clone();
                insert(&mut fields, operation, &path, &mistyped);
                let full_path = if path.is_empty() { mistyped.clone() } else { format!("{path}.{mistyped}") };
                let mut requests = vec![send(operation, &fields)];
                // Any field may come in the query.
                if path.is_empty() {
                    let more = Map::from_iter([(mistyped.clone(), json!("1"))]);
                    requests.push(send(operation, &valid).with_query(&form(&more)));
                }
                for request in requests {
                    tried += 1;
                    let answer = fixture.server.send(&request.allowed(operation, &fixture.server));
                    let message = answer.body["message"].as_str().unwrap_or_default();
                    let suggestion = if name == "qqqqqqq" { "" } else { "; did you mean \"" };
                    let expected = format!("{full_path} is not known here{suggestion}");
                    if answer.status != 400 || !message.contains(&expected) {
                        wrong.push(format!("{} {full_path}: {} {message}", operation.id, answer.status));
                    }
                }
            }
        }
    }
    assert!(tried > 100, "{tried}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// An unknown field is reported before a missing one, which it may be. One that resembles no field gets no
/// suggestion.
#[test]
fn a_mistyped_field_of_a_put_clears_nothing() {
    let fixture = Fixture::open();
    let account = &fixture.account;
    let token = fixture.server.token_of(carillon_model::app::AppType::Internal);
    let call = |method: Method, what: &str, body: Option<Value>| {
        let mut request = Request::to(method, &format!("/v1.0/carillon/service-accounts/{account}/{what}"));
        request.token_header = Some(token.to_owned());
        if let Some(body) = body {
            request = request.with_body("application/json", body.to_string());
        }
        fixture.server.send(&request)
    };
    let replies = json!({ "rules": [{ "keywords": ["wifi"], "matching": "contains", "reply": { "msgType": "text", "content": "yes" } }] });
    assert_eq!(call(Method::PUT, "auto-replies", Some(replies.clone())).status, 200);
    for (body, expected) in [
        (json!({ "rulez": [] }), "rulez is not known here; did you mean \"rules\"?"),
        (json!({ "Rules": [] }), "Rules is not known here; did you mean \"rules\"?"),
        (json!({ "rulez": null }), "rulez is not known here"),
        (json!({ "something": 1 }), "something is not known here"),
    ] {
        let answer = call(Method::PUT, "auto-replies", Some(body));
        assert_eq!(answer.status, 400, "{:?}", answer.body);
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
    }
    assert_eq!(call(Method::GET, "auto-replies", None).body["rules"], replies["rules"]);
    let long = "x".repeat(100_000);
    let answer = call(Method::PUT, "blocked-members", Some(json!({ long: 1 })));
    assert_eq!(answer.status, 400);
    assert!(answer.body["message"].as_str().unwrap().len() < 200, "names of strangers are cut short");
}

#[test]
fn the_document_forbids_unknown_fields() {
    let operations = carillon_api::operations();
    let document = openapi::document(&operations, &Map::new());
    let mut closed = 0;
    for operation in operations.iter().filter(|operation| operation.is_own()) {
        let method = operation.method.as_str().to_ascii_lowercase();
        let body = &document["paths"][operation.path][&method]["requestBody"]["content"]["application/json"];
        assert_closed(operation.id, &body["schema"], &mut closed);
    }
    assert!(closed > 20, "{closed}");
    let open = &document["paths"]["/topapi/serviceaccount/add"]["post"]["requestBody"]["content"]["application/json"]
        ["schema"];
    assert!(
        open["properties"].is_object() && open.get("additionalProperties").is_none(),
        "clients of the vendor send more"
    );
}

fn assert_closed(id: &str, schema: &Value, closed: &mut usize) {
    let schema = plain(schema);
    if let Some(properties) = schema["properties"].as_object() {
        assert!(schema.get("additionalProperties").is_some(), "{id}: {schema}");
        *closed += 1;
        properties.values().for_each(|property| assert_closed(id, property, closed));
    }
    assert_closed_items(id, schema, closed);
}

fn assert_closed_items(id: &str, schema: &Value, closed: &mut usize) {
    if let Some(items) = schema.get("items") {
        assert_closed(id, items, closed);
    }
}

/// Finds the objects of a request by their paths, with the names of their fields. A list is represented by its
/// first item.
fn find_objects(path: &str, schema: &Value, found: &mut Vec<(String, Vec<String>)>) {
    let schema = plain(schema);
    if let Some(items) = schema.get("items") {
        return find_objects(&format!("{path}[0]"), items, found);
    }
    let properties = schema["properties"].as_object();
    if properties.is_none() && !path.is_empty() {
        return;
    }
    let names = properties.into_iter().flatten().map(|(name, _)| name.clone());
    found.push((path.to_owned(), names.collect()));
    for (name, property) in properties.into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        find_objects(&path, property, found);
    }
}

/// Sets a field of the object at a path. Creates the object if it is missing.
fn insert(fields: &mut Map<String, Value>, operation: &Operation, path: &str, name: &str) {
    if path.is_empty() {
        fields.insert(name.to_owned(), json!("1"));
        return;
    }
    let mut schema = operation.request.as_value();
    for step in path.split('.') {
        schema = plain(&schema["properties"][step.trim_end_matches("[0]")]);
        if step.ends_with("[0]") {
            schema = plain(&schema["items"]);
        }
    }
    let mut object = minimal(schema);
    object[name] = json!("1");
    set(fields, operation.request.as_value(), path, object);
}

fn send(operation: &Operation, fields: &Map<String, Value>) -> Request {
    if operation.raw_body.is_some() {
        let query = if fields.is_empty() { None } else { Some(form(fields)) };
        let request =
            Request::to(operation.method.clone(), operation.path).with_body("application/x-ndjson", "{}\n");
        return query.into_iter().fold(request, |request, query| request.with_query(&query));
    }
    Request::of(operation, fields)
}
