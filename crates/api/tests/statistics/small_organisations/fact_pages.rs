//! The page of each kind of fact names exactly the operations whose responses such a fact changes.

use carillon_model::fact::Kind;
use carillon_reference::Reference;
use serde_json::{Map, Value, json};

use super::{Fixture, operations};
use crate::statistics::fixture::{DAY, lines};
use testkit::server::NOW;

const DAYS_AGO: i64 = 300;

/// Facts of a kind with each choice that its fields have.
fn facts_of(fixture: &Fixture, unionid: &str, kind: Kind, days_ago: i64) -> Vec<Value> {
    let schema = kind.schema();
    let properties = schema.as_value()["properties"].as_object().unwrap();
    let choices = properties.values().map(|field| field["oneOf"].as_array().map_or(1, Vec::len));
    let count = choices.max().unwrap_or(1);
    let fact = |index: usize| {
        let field = |(name, schema): (&String, &Value)| {
            let value = match schema["oneOf"].as_array() {
                Some(options) => options[index % options.len()]["const"].clone(),
                None => fixture.field(name, schema),
            };
            (name.clone(), value)
        };
        let mut fact: Map<String, Value> = properties.iter().map(field).collect();
        if let Some(account) = fact.get_mut("unionid") {
            *account = unionid.into();
        }
        if kind == Kind::GroupCreated {
            fact.insert("openConversationId".to_owned(), "cidNew==".into());
        }
        fact.insert("id".to_owned(), format!("{} {index}", kind.as_str()).into());
        fact.insert("kind".to_owned(), kind.as_str().into());
        fact.insert("userId".to_owned(), "only".into());
        fact.insert("time".to_owned(), (NOW - days_ago * carillon_model::time::DAY_MS).into());
        Value::Object(fact)
    };
    (0..count).map(fact).collect()
}

fn send(fixture: &Fixture, facts: &[Value]) {
    let url = format!("{}/v1.0/carillon/facts", fixture.server.base_url);
    let request = ureq::post(url).header("x-acs-dingtalk-access-token", fixture.server.token());
    let answer: Value = request.send(lines(facts)).unwrap().body_mut().read_json().unwrap();
    assert_eq!(answer["added"], json!(facts.len()), "{answer}");
}

#[test]
fn each_kind_of_fact_changes_the_operations_that_its_page_names() {
    let (fixture, last_year) = (Fixture::with_one_member(), Fixture::with_one_member());
    let unionid = fixture.server.account("号");
    let operations = operations();
    let answers = || -> Vec<(&str, Value)> {
        let mut answers = Vec::new();
        for operation in operations.iter().filter(|operation| operation.id != "group.ban_words") {
            let mut answer = if operation.id == "annual_report.get" {
                let report = |kind: i32| {
                    let request = json!({ "year": "2024", "type": kind, "dept_id": 1, "user_id": "only" });
                    last_year.server.call(operation.path, &request)["result"].clone()
                };
                json!({ "reports": [report(1), report(2), report(3)] })
            } else {
                fixture.answer(operation, DAY).1
            };
            if let Some(fields) = answer.as_object_mut() {
                fields.remove("request_id");
                fields.remove("requestid");
            }
            answers.push((operation.id, answer));
        }
        answers
    };
    let document = serde_json::from_str(include_str!("../../../../../openapi/openapi.json")).unwrap();
    let reference = Reference::of(&document);
    // A group that is no more is in no list of what happens in it.
    let last = Kind::GroupDissolved;
    let kinds = Kind::ALL.iter().copied().filter(|kind| *kind != last).chain([last]);
    let (mut before, mut wrong) = (answers(), Vec::new());
    for kind in kinds {
        send(&fixture, &facts_of(&fixture, &unionid, kind, 0));
        send(&last_year, &facts_of(&last_year, &unionid, kind, DAYS_AGO));
        let after = answers();
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after);
        let mut changed: Vec<&str> = changed.map(|((id, _), _)| *id).collect();
        changed.sort_unstable();
        let mut named = reference.fact(kind.as_str()).unwrap().operations.clone();
        named.sort_unstable();
        if named != changed {
            wrong.push(format!("{} = {changed:?}", kind.as_str()));
        }
        before = after;
    }
    assert!(wrong.is_empty(), "what each kind changes:\n{}", wrong.join("\n"));
}
