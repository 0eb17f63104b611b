//! Every documented error of an implemented operation is provoked, or listed as one that cannot occur.

use std::collections::BTreeSet;

use carillon_wire::{Dialect, Operation};
use serde_json::{Map, Value};

use crate::contract::documentation::{self, Code, DocumentedError};
use crate::contract::provocations::{self, Row};
use crate::matrix::fixture::Fixture;
use crate::matrix::request::Request;
use crate::matrix::valid_requests;

/// Sends the valid request with the changes of the row, and expects its error.
fn provoke(fixture: &Fixture, operation: &Operation, row: &Row) -> Result<(), String> {
    (row.before)(fixture);
    let mut fields = valid_requests::request(fixture, operation.id).unwrap_or_default();
    for (name, value) in changes(row, fixture) {
        match value {
            Value::Null => drop(fields.remove(&name)),
            value => drop(fields.insert(name, value)),
        }
    }
    let answer = fixture.server.send(&Request::of(operation, &fields).allowed(operation, &fixture.server));
    let code = match operation.dialect {
        Dialect::Legacy => answer.body["errcode"].as_i64().map(Code::Number),
        Dialect::V1 => answer.body["code"].as_str().map(|code| Code::Text(code.to_owned())),
    };
    match code {
        Some(code) if code.to_string() == row.code => Ok(()),
        _ => Err(format!("{} {}: {} {}", row.operation, row.code, answer.status, answer.body)),
    }
}

fn changes(row: &Row, fixture: &Fixture) -> Map<String, Value> {
    match (row.change)(fixture) {
        Value::Object(changes) => changes,
        other => panic!("not fields: {other}"),
    }
}

#[test]
fn every_documented_error_is_provoked() {
    let operations = carillon_api::operations();
    let find = |id: &str| operations.iter().find(|operation| operation.id == id);
    let mut wrong = Vec::new();
    let mut provoked = BTreeSet::new();
    for row in provocations::all_rows() {
        let operation = find(row.operation).unwrap_or_else(|| panic!("no operation {}", row.operation));
        wrong.extend(provoke(&Fixture::with((row.settings)()), operation, &row).err());
        provoked.insert(format!("{} {}", row.operation, row.code));
    }
    assert!(wrong.is_empty(), "answered with another code:\n{}", wrong.join("\n"));

    // A line is `operation code`, or `* code` for all operations.
    let exempt = documentation::list_lines_with_reasons("errors_that_cannot_occur.txt");
    let mut needed = BTreeSet::new();
    let mut wrong = Vec::new();
    for documented in documentation::documented() {
        let Some(operation) = find(&documented.id) else { continue };
        for DocumentedError { code, .. } in &documented.errors {
            let one = format!("{} {code}", documented.id);
            let line = [&one, &format!("* {code}")].into_iter().find(|line| exempt.contains(*line)).cloned();
            match (provoked.contains(&one), line) {
                (true, _) if !declares(operation, code) => wrong.push(format!("{one} is not declared")),
                (true, _) => {}
                (false, Some(line)) => drop(needed.insert(line)),
                (false, None) => wrong.push(format!("{one} is provoked by no row")),
            }
        }
    }
    let idle = exempt.iter().filter(|line| !needed.contains(*line));
    wrong.extend(idle.map(|line| format!("{line} is listed, and provoked or not documented")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Returns whether the OpenAPI document lists an error of an operation.
fn declares(operation: &Operation, code: &Code) -> bool {
    declared_codes(operation).iter().any(|one| match code {
        Code::Number(number) => one.errcode == *number,
        Code::Text(text) => one.v1 == text,
    })
}

#[test]
fn every_documented_error_has_the_documented_status() {
    for documented in documentation::documented() {
        let Some(operation) = carillon_api::operations().into_iter().find(|one| one.id == documented.id)
        else {
            continue;
        };
        for DocumentedError { code, http } in &documented.errors {
            let declared = declared_codes(&operation).into_iter().find(|one| one.v1 == code.to_string());
            if let Some(declared) = declared.filter(|_| operation.dialect == Dialect::V1) {
                assert_eq!(declared.status, *http, "{} {code}", operation.id);
            }
        }
    }
}

/// The codes that an operation declares.
fn declared_codes(operation: &Operation) -> Vec<carillon_wire::Code> {
    let rules = operation.errors.iter().map(|(_, code)| *code);
    let bad_fields = operation.bad_fields.iter().chain(&operation.missing_fields).map(|(_, code)| *code);
    rules.chain(bad_fields).chain([operation.bad_input]).collect()
}

/// Codes of members and departments in the global list that the reduced facts lack. `contacts/codes.rs` provokes
/// them.
const OF_CONTACTS: [&str; 7] = ["40010", "40070", "60105", "60112", "60119", "60122", "60123"];

/// Other codes of the global list that the reduced facts lack. `hosts` provokes them.
const OF_LIST: [&str; 3] = ["40005", "40089", "43001"];

/// Decided: the codes of a send that needs approval. `send/approval.rs` provokes them.
const OF_APPROVAL: [&str; 2] = ["800018", "approval.needed"];

/// Codes of the pages about robots, which the facts do not cover. 300001 was observed for an expired address.
const OF_ROBOTS: [&str; 6] = ["300001", "400013", "400105", "410100", "43004", "460101"];

/// Returns whether a code is for a missing part of a robot's message. `chat/webhook.rs` provokes all of these,
/// observed or decided.
fn is_of_part(code: &str) -> bool {
    let (family, part) = code.split_at(code.len().min(4));
    matches!(family, "4002" | "4003" | "4004" | "4005" | "4006") && ("01"..="08").contains(&part)
}

/// A code that is not in the documentation does not help the caller.
#[test]
fn every_declared_code_is_documented() {
    let documented = documentation::documented();
    let everywhere = documentation::global_errors();
    let of_pages = documented.iter().flat_map(|one| &one.errors);
    let known: BTreeSet<String> = everywhere
        .iter()
        .chain(of_pages)
        .map(|error| error.code.to_string())
        .chain(OF_LIST.map(str::to_owned))
        .chain(OF_APPROVAL.map(str::to_owned))
        .chain(OF_ROBOTS.map(str::to_owned))
        .chain(OF_CONTACTS.map(str::to_owned))
        .collect();
    let mut unknown = BTreeSet::new();
    // Carillon's own operations have their codes in the OpenAPI document alone.
    let of_vendor = carillon_api::operations().into_iter().filter(|one| !one.id.starts_with("carillon."));
    for operation in of_vendor {
        for code in declared_codes(&operation) {
            let code = match operation.dialect {
                Dialect::Legacy => code.errcode.to_string(),
                Dialect::V1 => code.v1.to_owned(),
            };
            let is_part = operation.id == "robot.send_by_session" && is_of_part(&code);
            if !known.contains(&code) && !is_part {
                unknown.insert(format!("{} {code}", operation.id));
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}
