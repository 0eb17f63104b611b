//! Every documented field of every operation was compared with a value in it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::reference::compare::Compared;

/// Fields that never have a value, in all operations or in one, and why.
const NEVER: [(&str, &str); 4] = [
    ("errcode", "0 is success, and what is refused is no answer"),
    ("request_id", "another one in each answer: that it is there is looked at apart"),
    ("statistics.inactive_users metaList.unit", "texts and flags have none"),
    ("statistics.dc_document metaList.unit", "the documentation has none for documents"),
];

/// Documented twice. The path and method are those of the current page, under whose id it was requested.
const LEGACY_PAGE: &str = "statistics.conference_detail_legacy";

pub fn check(compared: &Compared) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/facts/endpoints.json");
    let documented: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let groups = ["statistics", "annual-report", "group"];
    let of_groups = documented.iter().filter(|one| groups.contains(&one["group"].as_str().unwrap()));
    let (mut operations, mut leaves) = (0, 0);
    let mut missing = Vec::new();
    for operation in of_groups {
        let id = operation["id"].as_str().unwrap();
        let id = if id == LEGACY_PAGE { "statistics.conference_detail" } else { id };
        let recorded = compared.0.get(id).unwrap_or_else(|| panic!("{id} was not compared"));
        let mut fields = Vec::new();
        collect("", &operation["response"], &mut fields);
        let is_missing = |field: &String| {
            let named = format!("{id} {field}");
            !recorded.contains(field) && !NEVER.iter().any(|(never, _)| *never == field || *never == named)
        };
        operations += 1;
        leaves += fields.len();
        missing.extend(fields.into_iter().filter(is_missing).map(|field| format!("{id} {field}")));
    }
    assert_eq!((missing, operations), (Vec::<String>::new(), 63));
    assert!(leaves > 500, "{leaves} fields");
    numbers(compared);
}

/// Collects the fields that have a value themselves. A map has none: its names are ids of numbers.
fn collect(above: &str, fields: &Value, found: &mut Vec<String>) {
    for field in fields.as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        let path = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
        match (&field["fields"], field["type"].as_str()) {
            (Value::Array(_), _) => collect(&path, &field["fields"], found),
            (_, Some("map")) => {}
            _ => found.push(path),
        }
    }
}

/// Asserts that each number of the data catalogue, and each column of inactive members, had a value.
fn numbers(compared: &Compared) {
    let mut numbers = BTreeSet::new();
    for (id, path, kpis) in crate::reference::catalogue::SERVICES {
        for (kpi, _) in *kpis {
            let field = format!("dataList.{kpi}_DAY");
            assert!(compared.0[*id].contains(&field), "{id} {field}");
            numbers.insert((path, kpi));
        }
    }
    assert_eq!(numbers.len(), 128);
    for kpi in 14_001..=14_008 {
        let field = format!("dataList.{kpi}_DAY");
        assert!(compared.0["statistics.inactive_users"].contains(&field), "{field}");
    }
    assert!(compared.0["group.org_group_infos"].contains("items.extensions.k"));
}
