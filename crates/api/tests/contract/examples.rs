//! The example of each operation is a valid request, and shows all of its fields.

use carillon_wire::schema_decoder::SchemaDecoder;
use serde_json::Value;

use crate::contract::documentation;
use crate::contract::fields::{conforms, plain};
use crate::matrix::request::fields;

#[test]
fn every_example_is_a_valid_request() {
    let mut wrong = Vec::new();
    for operation in carillon_api::operations() {
        let id = operation.id;
        // In the types that the document declares, which the decoder does not insist on.
        conforms(id, operation.request.as_value(), &operation.example, &mut wrong);
        let read = SchemaDecoder::from_schema(&operation.request).read::<Value>(fields(&operation));
        wrong.extend(read.err().map(|error| format!("{id} {} {}", error.field, error.problem)));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_field_is_in_the_example() {
    let mut absent = Vec::new();
    for operation in carillon_api::operations() {
        collect_absent(operation.id, operation.request.as_value(), &[&operation.example], &mut absent);
    }
    let name = "fields_without_example.txt";
    documentation::compare(&absent, name, &documentation::list_lines_with_reasons(name));
}

/// Collects the fields of a schema that none of the values has. Of a list, any item may have them.
fn collect_absent(path: &str, schema: &Value, values: &[&Value], absent: &mut Vec<String>) {
    let schema = plain(schema);
    let items: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
    if !items.is_empty() {
        return collect_absent(path, &schema["items"], &items, absent);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}{}{name}", if path.contains(' ') { '.' } else { ' ' });
        let inside: Vec<&Value> = values.iter().filter_map(|value| value.get(name)).collect();
        match inside.is_empty() {
            true => absent.push(path),
            false => collect_absent(&path, property, &inside, absent),
        }
    }
}
