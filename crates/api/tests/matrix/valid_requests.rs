//! A valid request of each operation: its example, with the ids of a [`Fixture`]. They succeed on one in the order of [`operations`].

use std::sync::LazyLock;

use carillon_wire::Operation;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::matrix::fixture::Fixture;

/// The ids of operations in the order in which their requests succeed on one fixture: those that remove or restrict something come after
/// those that need it.
const ORDER: &str = include_str!("request_order.txt");

/// Returns all operations in the order in which their requests succeed on one fixture. Those that are not listed come last.
pub fn operations() -> &'static [Operation] {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        let position = |operation: &Operation| ORDER.lines().position(|id| id == operation.id);
        let mut operations = carillon_api::operations();
        operations.sort_by_key(|operation| position(operation).unwrap_or(usize::MAX));
        operations
    });
    &OPERATIONS
}

/// The fields of a request that succeeds: those of the example, with the ids of the fixture. `None` if the body is a file, or lines.
pub fn request(fixture: &Fixture, operation: &str) -> Option<Map<String, Value>> {
    let declared = operations().iter().find(|declared| declared.id == operation);
    let mut example = declared.unwrap_or_else(|| panic!("no operation {operation}")).example.clone();
    set_ids(&mut example, fixture);
    match operation {
        "credentials.media_upload"
        | "carillon.facts_ingest"
        | "carillon.member_import_upload"
        | "carillon.organisation_logo" => {
            return None;
        }
        // No example can have a signature that is valid for the secret of this fixture.
        "credentials.get_auth_info" => {
            let signed = [&example["timestamp"], &example["suiteTicket"]].map(|part| part.as_str().unwrap());
            example["signature"] = signature(&fixture.server.credentials.1, &signed.join("\n")).into();
        }
        _ => {}
    }
    match example {
        Value::Object(fields) => Some(fields),
        other => panic!("{operation}: the example is no object: {other}"),
    }
}

/// Replaces the ids of an example by those of the fixture, whether they are numbers or texts.
fn set_ids(value: &mut Value, fixture: &Fixture) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| set_ids(item, fixture)),
        Value::Object(fields) => fields.values_mut().for_each(|field| set_ids(field, fixture)),
        Value::String(text) => {
            if let Some(id) = id(text, fixture) {
                *text = id;
            }
        }
        Value::Number(number) => {
            if let Some(id) = id(&number.to_string(), fixture) {
                *value = id.parse::<i64>().unwrap_or_else(|_| panic!("{id} is not a number")).into();
            }
        }
        _ => {}
    }
}

/// The id of the fixture for one in examples. Any `@lAD…` is the uploaded picture.
fn id(in_example: &str, fixture: &Fixture) -> Option<String> {
    if in_example.starts_with("@lAD") {
        return Some(fixture.picture.clone());
    }
    if in_example == "task0003" {
        return Some(fixture.spare_send().to_owned());
    }
    ids(fixture).into_iter().find(|(known, _)| *known == in_example).map(|(_, id)| id)
}

/// The ids of examples, each with that of the fixture.
pub fn ids(fixture: &Fixture) -> [(&'static str, String); 52] {
    [
        ("dingcorp0001", fixture.server.corp.to_string()),
        ("dingappkey0001", fixture.server.credentials.0.clone()),
        ("APP_SECRET", fixture.server.credentials.1.clone()),
        ("svcUnionId0001", fixture.account.clone()),
        ("svcUnionId0002", fixture.spare_account.clone()),
        ("5001", fixture.published.to_string()),
        ("5002", fixture.draft.to_string()),
        ("5003", fixture.spare_article.to_string()),
        ("5004", fixture.unwanted_article.to_string()),
        ("@lApicture0001", fixture.library_picture.clone()),
        ("@lApicture0002", fixture.spare_picture.clone()),
        ("cardMedia0001", fixture.card.clone()),
        ("cardMedia0002", fixture.spare_card.clone()),
        ("task0001", fixture.task.clone()),
        ("cardMedia0003", fixture.unwanted_card.clone()),
        ("task0002", fixture.scheduled_send.clone()),
        ("task0004", fixture.retractable_send.clone()),
        ("task0005", fixture.early_send.clone()),
        ("6001", fixture.send_drafts[0].to_string()),
        ("6002", fixture.send_drafts[1].to_string()),
        ("6003", fixture.send_drafts[2].to_string()),
        ("6004", fixture.send_drafts[3].to_string()),
        ("6005", fixture.send_drafts[4].to_string()),
        ("6006", fixture.send_drafts[5].to_string()),
        ("7001", fixture.comments[0].clone()),
        ("7002", fixture.comments[1].clone()),
        ("8001", fixture.saved_answers[0].to_string()),
        ("8002", fixture.saved_answers[1].to_string()),
        ("4FA1C6B2-0D3E-4A5B-A6C7-1B2C3D4E5F60", fixture.call.clone()),
        ("evt0001", fixture.failed_event.to_string()),
        ("SESSION", fixture.session.clone()),
        ("sessionId0001", fixture.browser_session.clone()),
        ("dingappkey0002", fixture.server.spare_app.clone()),
        ("dingappkey0003", fixture.server.bare_app.clone()),
        ("user01", "ann".to_owned()),
        ("user02", "bob".to_owned()),
        ("user03", "cai".to_owned()),
        ("user04", "dan".to_owned()),
        ("user05", "eve".to_owned()),
        ("userUnionId01", fixture.unionid.clone()),
        ("101", fixture.dept.to_string()),
        ("102", fixture.below.to_string()),
        ("103", fixture.empty.to_string()),
        ("104", fixture.spare_dept.to_string()),
        ("9001", fixture.import.to_string()),
        ("user08", "fay".to_owned()),
        ("2001", fixture.role.to_string()),
        ("2002", fixture.spare_role.to_string()),
        ("2003", fixture.unwanted_role.to_string()),
        ("3001", fixture.group.to_string()),
        ("cidSample0001==", fixture.chat_group.clone()),
        ("cidSample0002==", fixture.spare_chat_group.clone()),
    ]
}

/// Signs as providers do: base64 of an HMAC-SHA256.
fn signature(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    BASE64.encode(&mac.finalize().into_bytes())
}
