//! Every documented limit and value of a request is enforced: tested at the limit and one past it.

use carillon_wire::Operation;
use serde_json::{Map, Value, json};

use crate::contract::documentation::{self, Field};
use crate::contract::fields::plain;
use crate::matrix::fixture::Fixture;
use crate::matrix::request::Request;
use crate::matrix::valid_requests;

/// A value for a field, and whether the documentation allows it.
struct Probe {
    value: Value,
    is_allowed: bool,
}

#[test]
fn documented_limits_hold_at_the_boundary() {
    let mut wrong = Vec::new();
    let mut probed = 0;
    let documented = documentation::documented();
    for operation in carillon_api::operations() {
        let Some(documented) = documented.iter().find(|one| one.id == operation.id) else { continue };
        let fixture = Fixture::open();
        let Some(request) = valid_requests::request(&fixture, operation.id) else { continue };
        let mut limited = Vec::new();
        find_limited("", &documented.request, operation.request.as_value(), &mut limited);
        for (path, probes) in limited {
            for Probe { value, is_allowed } in probes {
                probed += 1;
                let mut fields = request.clone();
                set(&mut fields, operation.request.as_value(), &path, value.clone());
                if is_refused(&fixture, &operation, &fields, &path) == is_allowed {
                    let verb = if is_allowed { "refuses" } else { "accepts" };
                    let value: String = value.to_string().chars().take(60).collect();
                    wrong.push(format!("{} {verb} {path} {value}", operation.id));
                }
            }
        }
    }
    assert!(probed > 100, "there are limits to probe");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Returns whether an operation refuses the field itself, and not what it refers to.
fn is_refused(fixture: &Fixture, operation: &Operation, fields: &Map<String, Value>, path: &str) -> bool {
    let answer = fixture.server.send(&Request::of(operation, fields).allowed(operation, &fixture.server));
    let message = answer.body["errmsg"].as_str().or(answer.body["message"].as_str()).unwrap_or_default();
    ["must have at", "must be", "is missing", "is mandatory"]
        .iter()
        .any(|what| message.contains(&format!("{path} {what}")))
}

/// Finds the fields with limits, by their path in a request. A list is represented by its first item.
fn find_limited(path: &str, fields: &[Field], schema: &Value, limited: &mut Vec<(String, Vec<Probe>)>) {
    for field in fields {
        // A missing field is reported as a deviation by `declared.rs`.
        let Some((name, schema)) = property(schema, &field.name) else { continue };
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let (item_path, item) = match schema.get("items") {
            Some(item) => (format!("{path}[0]"), plain(item)),
            None => (path.clone(), schema),
        };
        if let Some(most) = field.max_items {
            let items = |count| vec![minimal(item); usize::try_from(count).unwrap()];
            limited.push((path.clone(), around(most, most + 1, |count| items(count).into())));
        }
        if !field.csv {
            let mut probes = value_probes(field);
            // A length says nothing about an enumeration; that of an object is the length of its JSON text.
            if item.get("oneOf").is_none() && item.get("enum").is_none() {
                // Attributes of members are an object on one page and JSON text on another.
                let is_json = field.kind == "object" || field.name == "extension";
                let text = if is_json { json_text } else { text };
                probes.extend(field.max_len.into_iter().flat_map(|most| around(most, most + 1, text)));
                probes.extend(field.min_len.into_iter().flat_map(|least| around(least, least - 1, text)));
            }
            probes.extend(field.max.into_iter().flat_map(|most| around(most, most + 1, Value::from)));
            probes.extend(field.min.into_iter().flat_map(|least| around(least, least - 1, Value::from)));
            limited.push((item_path.clone(), probes));
        }
        find_limited(&item_path, &field.fields, item, limited);
    }
}

fn around(at: i64, past: i64, value: impl Fn(i64) -> Value) -> Vec<Probe> {
    [(at, true), (past, false)].map(|(number, is_allowed)| Probe { value: value(number), is_allowed }).into()
}

fn value_probes(field: &Field) -> Vec<Probe> {
    let probes = field.values.iter().map(|value| Probe { value: value.clone(), is_allowed: true });
    let other =
        field.values.first().map(|value| if value.is_string() { json!("7 of 9") } else { json!(987) });
    probes.chain(other.map(|value| Probe { value, is_allowed: false })).collect()
}

fn text(characters: i64) -> Value {
    "字".repeat(usize::try_from(characters).unwrap_or_default()).into()
}

fn json_text(characters: i64) -> Value {
    let around = json!({ "a": "" }).to_string();
    let inside = usize::try_from(characters).unwrap_or_default().saturating_sub(around.len());
    json!({ "a": "字".repeat(inside) }).to_string().into()
}

fn property<'a>(schema: &'a Value, name: &str) -> Option<(&'a str, &'a Value)> {
    let is_alias =
        |one: &Value| one["x-aliases"].as_array().is_some_and(|all| all.iter().any(|alias| alias == name));
    let properties = schema["properties"].as_object()?;
    let found = properties.iter().find(|(known, property)| *known == name || is_alias(property))?;
    Some((found.0, plain(found.1)))
}

/// The smallest value of a schema: an object has its required fields alone.
pub fn minimal(schema: &Value) -> Value {
    let schema = plain(schema);
    let is_a = |kind: &str| {
        schema["type"] == kind
            || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
    };
    let choice = schema["enum"].get(0).or(schema["oneOf"].get(0).and_then(|one| one.get("const")));
    if let Some(choice) = choice {
        return choice.clone();
    }
    if schema["properties"].is_object() {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let fields = required.map(|name| (name.to_owned(), minimal(&schema["properties"][name])));
        return Value::Object(fields.collect());
    }
    if is_a("array") {
        json!([minimal(&schema["items"])])
    } else if is_a("integer") || is_a("number") {
        json!(1)
    } else if is_a("boolean") {
        json!(true)
    } else {
        json!("x")
    }
}

/// Sets the value at a path. Creates the objects and lists on the way.
pub fn set(fields: &mut Map<String, Value>, schema: &Value, path: &str, value: Value) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let (name, is_item) = name.strip_suffix("[0]").map_or((name, false), |name| (name, true));
    let (_, schema) = property(schema, name).unwrap();
    let slot = fields.entry(name).or_insert_with(|| minimal(schema));
    let (slot, schema) = if is_item { (&mut slot[0], plain(&schema["items"])) } else { (slot, schema) };
    match rest {
        None => *slot = value,
        Some(rest) => set(slot.as_object_mut().unwrap(), schema, rest, value),
    }
}
