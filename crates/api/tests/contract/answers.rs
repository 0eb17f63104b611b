//! Responses have the documented fields and the declared types.

use carillon_wire::{Dialect, Operation};
use serde_json::Value;

use crate::contract::documentation::{self, Field};
use crate::contract::fields::{ENVELOPE, conforms, plain};
use crate::contract::more_requests;
use crate::matrix::fixture::Fixture;
use crate::matrix::request::Request;
use crate::matrix::valid_requests;

/// The responses of every operation to valid requests: one, or several where no single one has all fields.
pub fn answers(fixture: &Fixture) -> Vec<(&'static Operation, Vec<Value>)> {
    let operations = valid_requests::operations().iter();
    operations
        .filter_map(|operation| {
            let first = valid_requests::request(fixture, operation.id)?;
            let short_page = more_requests::short_page(&first);
            let more = short_page.into_iter().chain(more_requests::requests(fixture, operation.id));
            let requests = [first].into_iter().chain(more);
            let answers = requests.map(|fields| {
                let request = Request::of(operation, &fields);
                fixture.server.send(&request.allowed(operation, &fixture.server)).body
            });
            let answers = answers.collect();
            Some((operation, answers))
        })
        .collect()
}

#[test]
fn responses_have_the_documented_fields() {
    let documented = documentation::documented();
    let mut absent = Vec::new();
    for (operation, answers) in answers(&Fixture::open()) {
        let Some(documented) = documented.iter().find(|one| one.id == operation.id) else { continue };
        let of_responses = answers.iter().map(|answer| {
            let mut absent = Vec::new();
            collect_absent(
                operation.id,
                &documented.response,
                operation.response.as_value(),
                answer,
                &mut absent,
            );
            absent
        });
        absent.extend(absent_in_all(of_responses).unwrap_or_default());
    }
    assert!(absent.is_empty(), "\n{}", absent.join("\n"));
}

fn collect_absent(path: &str, fields: &[Field], schema: &Value, answer: &Value, absent: &mut Vec<String>) {
    for field in fields {
        // A field that is not declared is reported as a deviation by `declared.rs`.
        let Some(schema) = schema["properties"].get(&field.name).map(plain) else { continue };
        let path = format!("{path} {}", field.name);
        match answer.get(&field.name) {
            None | Some(Value::Null) => absent.push(path),
            // A field of a list must be in at least one of its items.
            Some(Value::Array(items)) => {
                let of_items = items.iter().map(|item| {
                    let mut absent = Vec::new();
                    collect_absent(&path, &field.fields, plain(&schema["items"]), item, &mut absent);
                    absent
                });
                absent.extend(absent_in_all(of_items).unwrap_or_else(|| {
                    if field.fields.is_empty() { Vec::new() } else { vec![format!("{path} has no items")] }
                }));
            }
            Some(value) => collect_absent(&path, &field.fields, schema, value, absent),
        }
    }
}

/// Fields that are absent from every one. A field also counts as absent where its whole object is.
fn absent_in_all(lists: impl Iterator<Item = Vec<String>>) -> Option<Vec<String>> {
    let is_absent = |path: &String, other: &[String]| {
        other.iter().any(|one| {
            path == one || path.strip_prefix(one.as_str()).is_some_and(|rest| rest.starts_with(' '))
        })
    };
    lists.reduce(|all, other| {
        let (left, right) = (all.iter(), other.iter());
        let left = left.filter(|path| is_absent(path, &other));
        let right = right.filter(|path| is_absent(path, &all) && !all.contains(path));
        left.chain(right).cloned().collect()
    })
}

#[test]
fn responses_have_the_declared_types() {
    let mut wrong = Vec::new();
    for (operation, answers) in answers(&Fixture::open()) {
        for mut answer in answers {
            if let Some(fields) = answer.as_object_mut().filter(|_| operation.dialect == Dialect::Legacy) {
                ENVELOPE.iter().for_each(|common| drop(fields.remove(*common)));
            }
            conforms(operation.id, operation.response.as_value(), &answer, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
