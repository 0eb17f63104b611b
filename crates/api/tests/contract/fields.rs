//! Compares documented fields with the schemas of an operation.

use carillon_wire::{Dialect, Operation, ParameterLocation};
use serde_json::Value;

use crate::contract::documentation::{Documented, Field};

/// The fields of every legacy response beside those of its schema.
pub const ENVELOPE: [&str; 3] = ["errcode", "errmsg", "request_id"];

pub fn request_deviations(documented: &Documented, operation: &Operation) -> Vec<String> {
    let mut deviations = Vec::new();
    let schema = operation.request.as_value();
    compare_fields("request", &documented.request, schema, Direction::Request, &mut deviations);
    for field in &documented.request {
        let declared = match operation.parameter_location(&field.name) {
            ParameterLocation::Path => "path",
            ParameterLocation::Query => "query",
            ParameterLocation::Body => "body",
        };
        // The legacy host accepts fields in the query and in the body alike.
        if operation.dialect == Dialect::V1 && field.location != declared {
            deviations.push(format!(
                "request.{} is in the {}, declared in the {declared}",
                field.name, field.location
            ));
        }
    }
    deviations
}

pub fn response_deviations(documented: &Documented, operation: &Operation) -> Vec<String> {
    let fields = documented.response.iter();
    let fields: Vec<Field> = fields
        .filter(|field| operation.dialect == Dialect::V1 || !ENVELOPE.contains(&field.name.as_str()))
        .cloned()
        .collect();
    let mut deviations = Vec::new();
    compare_fields("response", &fields, operation.response.as_value(), Direction::Response, &mut deviations);
    deviations
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    /// Aliases count, limits are compared, and no undocumented field may be required.
    Request,
    Response,
}

/// Compares the fields of an object.
fn compare_fields(
    path: &str,
    fields: &[Field],
    schema: &Value,
    direction: Direction,
    deviations: &mut Vec<String>,
) {
    for field in fields {
        // Files are not in the schema; tests/materials sends them.
        if field.kind == "file" {
            continue;
        }
        let path = format!("{path}.{}", field.name);
        let Some((name, property)) = property(schema, &field.name, direction) else {
            deviations.push(format!("{path} is not there"));
            continue;
        };
        let required = schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        match (field.required, required) {
            (true, false) => deviations.push(format!("{path} is required")),
            // It is declared under another name, as one of several alternatives.
            (false, true) if direction == Direction::Request && name == field.name => {
                deviations.push(format!("{path} is optional"));
            }
            _ => {}
        }
        value(&path, field, plain(property), direction, deviations);
    }
}

fn property<'a>(schema: &'a Value, name: &str, direction: Direction) -> Option<(&'a str, &'a Value)> {
    let is_alias = |property: &Value| {
        let aliases = property["x-aliases"].as_array();
        direction == Direction::Request && aliases.is_some_and(|all| all.iter().any(|alias| alias == name))
    };
    let properties = schema["properties"].as_object()?;
    let found = properties.iter().find(|(known, property)| *known == name || is_alias(property))?;
    Some((found.0, found.1))
}

/// The schema without the alternative "null" of an optional field.
pub fn plain(schema: &Value) -> &Value {
    let alternatives = schema["anyOf"].as_array().into_iter().flatten();
    let mut real = alternatives.filter(|one| one["type"] != "null");
    match (real.next(), real.next()) {
        (Some(only), None) => only,
        _ => schema,
    }
}

/// Compares a value: a list, or a value of the field's type.
fn value(path: &str, field: &Field, schema: &Value, direction: Direction, deviations: &mut Vec<String>) {
    let item = if field.list || (field.csv && direction == Direction::Request) {
        if kind(schema) != "array" {
            deviations.push(format!("{path} is a list, declared {}", kind(schema)));
            return;
        }
        limit(path, "max_items", field.max_items, &schema["maxItems"], direction, deviations);
        plain(&schema["items"])
    } else {
        schema
    };
    if field.csv {
        return;
    }
    let documented = if field.kind == "map" { "object" } else { field.kind.as_str() };
    let declared = kind(item);
    let alike =
        documented == declared || (documented == "number" && declared == "integer") || declared == "any";
    if !alike {
        deviations.push(format!("{path} is {documented}, declared {declared}"));
    }
    limit(path, "min_len", field.min_len, &item["minLength"], direction, deviations);
    // A length says nothing about an enumeration.
    if values(item).is_empty() {
        limit(path, "max_len", field.max_len, &item["maxLength"], direction, deviations);
    }
    limit(path, "min", field.min, &item["minimum"], direction, deviations);
    limit(path, "max", field.max, &item["maximum"], direction, deviations);
    let declared = values(item);
    if direction == Direction::Request
        && !declared.is_empty()
        && field.values.is_empty()
        && field.kind != "boolean"
    {
        deviations.push(format!("{path} is free, declared one of {}", Value::Array(declared)));
    } else if !field.values.is_empty() && !(field.values.iter().all(|value| declared.contains(value))) {
        let (documented, declared) = (Value::Array(field.values.clone()), Value::Array(declared));
        deviations.push(format!("{path} is one of {documented}, declared {declared}"));
    }
    if !field.fields.is_empty() {
        compare_fields(path, &field.fields, item, direction, deviations);
    }
}

/// Compares a limit of a request. Responses have none: they return stored values.
fn limit(
    path: &str,
    what: &str,
    documented: Option<i64>,
    declared: &Value,
    direction: Direction,
    deviations: &mut Vec<String>,
) {
    if let Some(documented) = documented
        && direction == Direction::Request
        && declared.as_i64() != Some(documented)
    {
        deviations.push(format!("{path} {what} {documented}, declared {declared}"));
    }
}

pub fn kind(schema: &Value) -> &str {
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    };
    kinds.unwrap_or(if values(schema).iter().any(Value::is_string) { "string" } else { "any" })
}

/// The values that a schema allows: of `enum`, `oneOf` or `const`.
pub fn values(schema: &Value) -> Vec<Value> {
    let listed = schema["enum"].as_array().into_iter().flatten().cloned();
    let alternatives = schema["oneOf"].as_array().into_iter().flatten();
    let constants = alternatives.filter_map(|one| one.get("const")).cloned();
    listed.chain(constants).chain(schema.get("const").cloned()).filter(|value| !value.is_null()).collect()
}

/// Collects what a value has that its schema does not declare, or has as another type.
pub fn conforms(path: &str, schema: &Value, value: &Value, wrong: &mut Vec<String>) {
    let schema = plain(schema);
    let is_right = match (kind(schema), value) {
        ("any", _) => true,
        ("object", Value::Object(fields)) => {
            for (name, value) in fields {
                let path = format!("{path} {name}");
                match schema["properties"].get(name) {
                    Some(schema) => conforms(&path, schema, value, wrong),
                    None if schema["additionalProperties"].is_object() => {
                        conforms(&path, &schema["additionalProperties"], value, wrong);
                    }
                    // A free object: the caller chose the names.
                    None if schema["additionalProperties"] == true => {}
                    None => wrong.push(format!("{path} is not declared")),
                }
            }
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            required.filter(|name| !fields.contains_key(*name)).for_each(|name| {
                wrong.push(format!("{path} {name} is declared as required"));
            });
            true
        }
        ("array", Value::Array(items)) => {
            items.iter().for_each(|item| conforms(path, &schema["items"], item, wrong));
            true
        }
        ("string", Value::String(_)) | ("boolean", Value::Bool(_)) => {
            let choice = values(schema);
            choice.is_empty() || choice.contains(value)
        }
        ("integer", Value::Number(number)) => number.is_i64() || number.is_u64(),
        ("number", Value::Number(_)) => true,
        _ => false,
    };
    if !is_right {
        wrong.push(format!("{path} is declared {schema}, and is {value}"));
    }
}
