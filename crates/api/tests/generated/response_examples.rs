//! The examples of responses in the document: what a server returned to the example of the request. Ids of the server are replaced by those of
//! other examples.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::LazyLock,
};

use carillon_wire::{Dialect, Operation};
use serde_json::{Map, Value, json};

use crate::contract::answers::answers;
use crate::matrix::fixture::Fixture;
use crate::matrix::valid_requests;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/response-examples.json");
/// A list shows this many items.
const ITEMS: usize = 2;
/// Fields whose values differ each time, or are secrets, with what an example has in their place.
const REPLACED: [(&str, &str); 7] = [
    ("request_id", "req000000001"),
    ("access_token", "ACCESS_TOKEN"),
    ("accessToken", "ACCESS_TOKEN"),
    ("ticket", "TICKET"),
    ("aes_key", "AES_KEY"),
    ("token", "TOKEN"),
    ("url", "https://carillon.example/sign-in/link/LINK"),
];

/// Parts of the names of fields with secrets, with what an example has in their place.
const SECRETS: [(&str, &str); 2] = [("secret", "APP_SECRET"), ("password", "PASSWORD")];

/// Returns the checked-in examples by operation. With `CARILLON_WRITE_DOCUMENTS` those whose fields have changed are written first.
pub fn checked_in() -> &'static Map<String, Value> {
    static EXAMPLES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
        let text = fs::read_to_string(FILE).unwrap_or_else(|_| "{}".to_owned());
        let known: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
        if std::env::var_os("CARILLON_WRITE_DOCUMENTS").is_none() {
            return known.into_iter().collect();
        }
        let updated: BTreeMap<String, Value> = returned()
            .into_iter()
            .map(|(id, example)| match known.get(id) {
                Some(former) if fields(former) == fields(&example) => (id.to_owned(), former.clone()),
                _ => (id.to_owned(), example),
            })
            .collect();
        fs::write(FILE, serde_json::to_string_pretty(&updated).unwrap() + "\n").unwrap();
        updated.into_iter().collect()
    });
    &EXAMPLES
}

#[test]
fn examples_of_responses_have_the_fields_that_a_server_returns() {
    let mut stale = Vec::new();
    let returned = returned();
    for (id, example) in &returned {
        match checked_in().get(*id) {
            None => stale.push(format!("{id} has no example of a response")),
            Some(known) => {
                let (known, now) = (fields(known), fields(example));
                let differences = known.symmetric_difference(&now).cloned().collect::<Vec<_>>();
                if !differences.is_empty() {
                    stale.push(format!("{id}: {}", differences.join(", ")));
                }
            }
        }
    }
    let operations = carillon_api::operations();
    // Lines, and three files, are no example of a request that can be sent.
    assert_eq!(returned.len() + 4, operations.len());
    assert!(
        checked_in().keys().all(|id| operations.iter().any(|operation| operation.id == id)),
        "an operation is no longer there"
    );
    assert!(stale.is_empty(), "run `cargo xtask openapi`:\n{}", stale.join("\n"));
}

/// The response of each operation with the most fields, as an example.
fn returned() -> BTreeMap<&'static str, Value> {
    let fixture = Fixture::open();
    let ids: Vec<(String, &str)> = valid_requests::ids(&fixture)
        .into_iter()
        .map(|(example, id)| (id, example))
        .chain([(fixture.picture.clone(), "@lADsample0001")])
        // A number may be the id of several things.
        .filter(|(id, _)| !id.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let answers = answers(&fixture);
    let examples = answers.into_iter().map(|(operation, answers)| {
        let fullest = answers.into_iter().rev().max_by_key(|answer| fields(answer).len()).unwrap();
        assert!(is_success(operation, &fullest), "{}: {fullest}", operation.id);
        (operation.id, as_example("", fullest, &ids))
    });
    examples.collect()
}

fn is_success(operation: &Operation, answer: &Value) -> bool {
    match operation.dialect {
        Dialect::Legacy => answer["errcode"] == 0,
        Dialect::V1 => answer.get("requestid").is_none(),
    }
}

/// Shortens lists, and replaces ids and secrets.
fn as_example(name: &str, value: Value, ids: &[(String, &str)]) -> Value {
    match value {
        Value::Array(items) => {
            items.into_iter().take(ITEMS).map(|item| as_example(name, item, ids)).collect()
        }
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = as_example(&name, value, ids);
                (name, value)
            })
            .collect(),
        Value::String(text) => {
            if let Some((_, example)) = SECRETS.iter().find(|(part, _)| name.to_lowercase().contains(part)) {
                return json!(example);
            }
            let is_other_url = name == "url" && !text.contains("/sign-in/link/");
            if let Some((_, example)) =
                REPLACED.iter().find(|(replaced, _)| *replaced == name && !is_other_url)
            {
                return json!(example);
            }
            // A short id may be a part of a word.
            let replaced = ids.iter().fold(text, |text, (id, example)| match id.len() {
                0..8 if text == *id => (*example).to_owned(),
                0..8 => text,
                _ => text.replace(id, example),
            });
            json!(replaced)
        }
        other => other,
    }
}

/// The paths of all fields with their types, whichever item of a list they are in.
fn fields(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect("", value, &mut found);
    found
}

fn collect(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| collect(&format!("{path}.{name}"), value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(&format!("{path}[]"), item, found)),
        Value::Null => {}
        Value::Bool(_) => drop(found.insert(format!("{path} true or false"))),
        Value::Number(_) => drop(found.insert(format!("{path} number"))),
        Value::String(_) => drop(found.insert(format!("{path} text"))),
    }
}
