//! The document in OpenAPI 3.0, for programs that do not read 3.1.

use serde_json::{Map, Value, json};

/// Keys whose values are data, not schemas.
const DATA: [&str; 4] = ["example", "examples", "default", "enum"];

/// The OpenAPI 3.1 document of this project in 3.0.
pub fn of(document: &Value) -> Value {
    let mut document = document.clone();
    document["openapi"] = "3.0.3".into();
    if let Some(license) = document["info"]["license"].as_object_mut() {
        license.remove("identifier");
    }
    // 3.0 has no place for them: programs that know the name find them.
    if let Some(webhooks) = document.as_object_mut().and_then(|document| document.remove("webhooks")) {
        document["x-webhooks"] = webhooks;
    }
    convert(&mut document);
    document
}

fn convert(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(convert),
        Value::Object(fields) => {
            if is_schema(fields) {
                convert_schema(fields);
            }
            for (name, field) in fields.iter_mut() {
                if name == "properties" {
                    // The names in it are those of fields, whatever they are.
                    field.as_object_mut().into_iter().flatten().for_each(|(_, field)| convert(field));
                } else if !DATA.contains(&name.as_str()) {
                    convert(field);
                }
            }
        }
        _ => {}
    }
}

fn is_schema(fields: &Map<String, Value>) -> bool {
    ["type", "const", "anyOf", "oneOf", "allOf", "enum", "properties"].iter().any(|key| fields.contains_key(*key))
        // A security scheme has a type too.
        && !fields.contains_key("in")
}

fn convert_schema(fields: &mut Map<String, Value>) {
    if let Some(value) = fields.remove("const") {
        fields.insert("enum".to_owned(), json!([value]));
    }
    if let Some(Value::Array(kinds)) = fields.get("type").cloned() {
        let mut named: Vec<Value> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
        if named.len() < kinds.len() {
            fields.insert("nullable".to_owned(), true.into());
        }
        fields.remove("type");
        if named.len() == 1 {
            fields.insert("type".to_owned(), named.remove(0));
        } else if !named.is_empty() {
            let any = named.into_iter().map(|kind| json!({ "type": kind }));
            fields.insert("anyOf".to_owned(), any.collect());
        }
    }
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(parts)) = fields.get_mut(key) else { continue };
        let before = parts.len();
        parts.retain(|part| part["type"] != "null");
        let has_null = parts.len() < before;
        if has_null {
            fields.insert("nullable".to_owned(), true.into());
        }
    }
    for (key, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(value) = fields.get(key).filter(|value| value.is_number()).cloned() {
            fields.insert(bound.to_owned(), value);
            fields.insert(key.to_owned(), true.into());
        }
    }
    if let Some(Value::Array(examples)) = fields.remove("examples")
        && let Some(first) = examples.into_iter().next()
    {
        fields.insert("example".to_owned(), first);
    }
    if let Some(Value::Array(values)) = fields.get_mut("enum") {
        let before = values.len();
        values.retain(|value| !value.is_null());
        let has_null = values.len() < before;
        if has_null {
            fields.insert("nullable".to_owned(), true.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_those_of_3_0_and_examples_stay() {
        let document = of(&json!({
            "openapi": "3.1.0",
            "info": { "license": { "name": "x", "identifier": "x" } },
            "webhooks": { "event": {} },
            "components": { "schemas": { "One": {
                "type": "object",
                "properties": {
                    "type": { "type": ["integer", "null"], "exclusiveMinimum": 0 },
                    "kind": { "oneOf": [{ "const": "a" }, { "type": "null" }] },
                    "any": { "type": ["string", "integer"] },
                },
                "example": { "const": 1, "type": ["null"] },
            } } },
        }));
        let one = &document["components"]["schemas"]["One"];
        assert_eq!(document["openapi"], "3.0.3");
        assert_eq!(document["info"]["license"], json!({ "name": "x" }));
        assert!(document.get("webhooks").is_none() && document["x-webhooks"].is_object());
        assert_eq!(one["example"], json!({ "const": 1, "type": ["null"] }));
        let number = json!({ "type": "integer", "nullable": true, "minimum": 0, "exclusiveMinimum": true });
        assert_eq!(one["properties"]["type"], number);
        assert_eq!(one["properties"]["kind"], json!({ "oneOf": [{ "enum": ["a"] }], "nullable": true }));
        assert_eq!(
            one["properties"]["any"],
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] })
        );
    }
}
