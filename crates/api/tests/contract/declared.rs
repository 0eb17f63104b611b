//! Every implemented operation is declared as documented. What is not implemented is listed.

use std::collections::{BTreeMap, BTreeSet};

use carillon_model::{event::EventKind, permission::Permission};
use carillon_wire::{Dialect, Operation};

use crate::contract::documentation::{self, Documented};
use crate::contract::fields;

fn implemented() -> BTreeMap<&'static str, Operation> {
    carillon_api::operations().into_iter().map(|operation| (operation.id, operation)).collect()
}

#[test]
fn unimplemented_operations_are_listed() {
    let implemented = implemented();
    let missing: Vec<String> = documentation::documented()
        .into_iter()
        .filter(|one| !implemented.contains_key(one.id.as_str()))
        // An old page and a new one can document the same operation.
        .filter(|one| !implemented.values().any(|known| is_at(known, &one.method, &one.path)))
        .map(|one| format!("{} {} {}", one.id, one.method, one.path))
        .collect();
    documentation::compare(
        &missing,
        "not_implemented.txt",
        &documentation::list_lines("not_implemented.txt"),
    );
}

fn is_at(operation: &Operation, method: &str, path: &str) -> bool {
    operation.method.as_str() == method && operation.path == path
}

/// Documented on the pages about robots, which the facts do not cover: the `sessionWebhook` of an event.
const OF_ROBOTS: &str = "robot.send_by_session";

#[test]
fn undocumented_operations_are_carillons_own() {
    let documented: Vec<String> = documentation::documented().into_iter().map(|one| one.id).collect();
    for (id, operation) in implemented() {
        // The generated clients have comments, but no page documents them.
        if id.starts_with("comments.") {
            continue;
        }
        let is_own = operation.path.starts_with("/v1.0/carillon/") && id.starts_with("carillon.");
        let is_own = is_own || id == OF_ROBOTS;
        assert_eq!(documented.iter().any(|one| one == id), !is_own, "{id} {}", operation.path);
    }
}

#[test]
fn every_required_permission_can_be_granted() {
    let codes: BTreeSet<&str> = Permission::codes().collect();
    let operations = carillon_api::operations();
    let of_operations = operations.iter().filter_map(|operation| operation.permission);
    let of_events = EventKind::ALL.into_iter().flat_map(|kind| kind.access().permissions.iter().copied());
    let unknown: Vec<&str> = of_operations.chain(of_events).filter(|code| !codes.contains(code)).collect();
    assert!(unknown.is_empty(), "not in crates/model/src/permission.rs: {unknown:?}");
}

#[test]
fn every_operation_is_declared_as_documented() {
    let implemented = implemented();
    let mut deviations = Vec::new();
    for documented in documentation::documented() {
        let Some(operation) = implemented.get(documented.id.as_str()) else { continue };
        let found = compare_head(&documented, operation)
            .into_iter()
            .chain(fields::request_deviations(&documented, operation))
            .chain(fields::response_deviations(&documented, operation));
        deviations.extend(found.map(|what| format!("{} {what}", documented.id)));
    }
    let known = documentation::list_lines_with_reasons("known_gaps.txt");
    documentation::compare(&deviations, "known_gaps.txt", &known);
}

/// Compares all but the fields: method, path, host, permission, app types.
fn compare_head(documented: &Documented, operation: &Operation) -> Vec<String> {
    let mut deviations = Vec::new();
    let mut compare = |what: &str, documented: &str, declared: &str| {
        if documented != declared {
            deviations.push(format!("{what}: {documented:?}, declared {declared:?}"));
        }
    };
    compare("method", &documented.method, operation.method.as_str());
    compare("path", &documented.path, operation.path);
    let host = match operation.dialect {
        Dialect::Legacy => "oapi",
        Dialect::V1 => "api",
    };
    compare("host", &documented.host, host);
    let statistics = ["statistics.", "annual_report."].iter().any(|area| documented.id.starts_with(area));
    match &documented.permission {
        // These pages name a permission in Chinese only. Decided: each has a code, and each operation needs one.
        None if statistics => {
            compare("has a permission", "true", &operation.permission.is_some().to_string())
        }
        code => compare(
            "permission",
            code.as_deref().unwrap_or_default(),
            operation.permission.unwrap_or_default(),
        ),
    }
    let sorted = |mut kinds: Vec<&str>| {
        kinds.sort_unstable();
        kinds.join(" ")
    };
    compare(
        "app types",
        &sorted(documented.app_types.iter().map(String::as_str).collect()),
        &sorted(operation.app_types.iter().map(|kind| kind.as_str()).collect()),
    );
    deviations
}
