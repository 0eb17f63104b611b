//! The checked-in OpenAPI document says of every operation and field what they are.

use carillon_wire::{Operation, shape::Shape};
use serde_json::{Map, Value};

use crate::matrix::request::fields;

/// The operations of the document by id. `cargo xtask test` holds the document to the declarations.
fn described() -> Map<String, Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");
    let document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|methods| methods.as_object().unwrap().values());
    operations.map(|one| (one["operationId"].as_str().unwrap().to_owned(), one.clone())).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default().trim()
}

#[test]
fn every_operation_is_in_the_document_once() {
    let operations = carillon_api::operations();
    let described = described();
    assert_eq!(
        described.len(),
        operations.len(),
        "run `cargo xtask openapi`; else two operations share an id, or a path and method"
    );
    for operation in &operations {
        assert!(described.contains_key(operation.id), "{}", operation.id);
    }
}

/// Operations that need a token and, as documented, no permission.
const WITHOUT_PERMISSION: [&str; 5] = [
    "ding.send_phone",
    "events.callback_register",
    "events.callback_update",
    "events.callback_get",
    "events.callback_delete",
];

#[test]
fn every_operation_says_what_it_is_and_who_may_call_it() {
    for (id, one) in described() {
        assert!(!text(&one["summary"]).is_empty(), "{id} has no English title");
        assert!(!text(&one["x-title-zh"]).is_ascii(), "{id} has no Chinese title");
        let needs_token = one["security"].as_array().unwrap().iter().any(|scheme| scheme.is_object());
        let has_permission = !text(&one["x-permission"]).is_empty();
        // This one is signed instead.
        let is_signed = id == "credentials.get_auth_info";
        let expected = is_signed || (needs_token && !WITHOUT_PERMISSION.contains(&id.as_str()));
        assert_eq!(
            has_permission, expected,
            "{id}: a permission where a token is needed, and none elsewhere"
        );
        assert!(!one["x-app-types"].as_array().unwrap().is_empty(), "{id} has no type of app");
        for error in one["x-errors"].as_array().unwrap() {
            assert!(!text(&error["message"]).is_empty(), "{id} has an error without a text: {error}");
        }
    }
}

#[test]
fn every_field_has_a_description() {
    let mut bare = Vec::new();
    for (id, one) in described() {
        for parameter in one["parameters"].as_array().into_iter().flatten() {
            look(&format!("{id} {}", parameter["name"]), &parameter["schema"], &mut bare);
        }
        for content in one["requestBody"]["content"].as_object().into_iter().flat_map(Map::values) {
            look_inside(&format!("{id} request"), &content["schema"], &mut bare);
        }
        look_inside(
            &format!("{id} response"),
            &one["responses"]["200"]["content"]["application/json"]["schema"],
            &mut bare,
        );
    }
    assert!(bare.is_empty(), "without a description:\n{}", bare.join("\n"));
}

/// Notes a field without a description, and those inside it.
fn look(path: &str, schema: &Value, bare: &mut Vec<String>) {
    if text(&schema["description"]).is_empty() {
        bare.push(path.to_owned());
    }
    look_inside(path, schema, bare);
}

fn look_inside(path: &str, schema: &Value, bare: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        look(&format!("{path}.{name}"), property, bare);
    }
    for inside in ["items", "additionalProperties"] {
        if schema[inside].is_object() {
            look_inside(&format!("{path}[]"), &schema[inside], bare);
        }
    }
    for combination in ["anyOf", "oneOf", "allOf"] {
        for one in schema[combination].as_array().into_iter().flatten() {
            look_inside(path, one, bare);
        }
    }
}

#[test]
fn every_field_in_a_path_is_a_required_one_of_the_request() {
    for operation in carillon_api::operations() {
        let required = operation.request.as_value()["required"].as_array().cloned().unwrap_or_default();
        for name in operation.path_fields() {
            assert!(required.contains(&name.into()), "{}: {name}", operation.id);
        }
        let fields = operation.request.as_value()["properties"].as_object();
        for name in operation.query_fields {
            assert!(fields.is_some_and(|fields| fields.contains_key(*name)), "{}: {name}", operation.id);
        }
    }
}

#[test]
fn every_example_is_a_request_that_can_be_read() {
    for operation in carillon_api::operations() {
        let id = operation.id;
        Shape::by(&operation.request).read::<Value>(fields(&operation)).unwrap_or_else(|error| {
            panic!("the example of {id}: {} {}", error.field, error.problem);
        });
        let unknown = unknown_fields(&operation);
        assert!(unknown.is_empty(), "the example of {id} has fields that nothing reads: {unknown:?}");
    }
}

/// Fields of the example that the schema does not have.
fn unknown_fields(operation: &Operation) -> Vec<String> {
    let mut unknown = Vec::new();
    strange("", operation.request.as_value(), &operation.example, &mut unknown);
    unknown
}

fn strange(path: &str, schema: &Value, value: &Value, unknown: &mut Vec<String>) {
    for combination in ["anyOf", "oneOf", "allOf"] {
        for one in schema[combination].as_array().into_iter().flatten().filter(|one| one["type"] != "null") {
            strange(path, one, value, unknown);
        }
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| strange(path, &schema["items"], item, unknown)),
        Value::Object(given) => {
            let Some(properties) = schema["properties"].as_object() else { return };
            for (name, inside) in given {
                let has = |(known, property): (&String, &Value)| {
                    known == name
                        || property["x-aliases"]
                            .as_array()
                            .is_some_and(|all| all.contains(&name.as_str().into()))
                };
                match properties.iter().find(|one| has(*one)) {
                    Some((_, property)) => strange(&format!("{path}.{name}"), property, inside, unknown),
                    None => unknown.push(format!("{path}.{name}")),
                }
            }
        }
        _ => {}
    }
}
