//! `/v1.0/carillon/member-imports`: imports of members from a list, which run in the background.

pub mod apply;
pub mod cancel;
pub mod get;
pub mod lines;
pub mod list;
pub mod upload;

use carillon_model::{
    error::Rule, id::MemberImportId, member_import::MemberImport, operator::OperatorRole, time::Timestamp,
};
use carillon_wire::{Operation, operation::Builder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::LOCAL;
use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(apply::operation),
    Entry::Operation(cancel::operation),
    Entry::Operation(get::operation),
    Entry::Operation(lines::operation),
    Entry::Operation(list::operation),
    Entry::Operation(upload::operation),
];

/// Who may call these operations. Apps may not: a list can set passwords.
const ROLES: &[OperatorRole] = &[OperatorRole::Members];

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ImportRequest {
    /// The id of the import, as `carillon.member_import_upload` returned it.
    #[schemars(range(min = 1))]
    import_id: MemberImportId,
}

/// Declares an operation on one import.
fn declare_on_one(id: &'static str, path: &'static str) -> Builder {
    Operation::v1(id, path)
        .callers(LOCAL)
        .roles(ROLES)
        .errors(&[Rule::UnknownImport])
        .example(json!({ "importId": 9001 }))
}

/// An import of members.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ImportRow {
    /// The id of the import, for the other operations on it.
    import_id: MemberImportId,
    /// `checking`, `ready`, `applying`, `done`, `cancelled`, or `stopped` because whoever applied it has lost the role.
    status: &'static str,
    /// The name of the uploaded file; may be empty.
    file_name: String,
    /// The format in which it was read, such as `CSV, GBK`.
    format: String,
    /// The names of the columns in the list, such as `userid`.
    columns: Vec<String>,
    /// The number of lines in the list, without that of the column names.
    line_count: i64,
    /// The share of the check or of the import that is done, in percent.
    percent: i64,
    /// The number of members that are added: by the check until it is applied, afterwards by the import.
    added_count: i64,
    /// The number of members that are changed.
    changed_count: i64,
    /// The number of members who already are as the list says.
    unchanged_count: i64,
    /// The number of lines that are refused.
    refused_count: i64,
    /// The number of lines of which all but the manager is accepted; they are counted above too.
    partial_count: i64,
    /// The paths of departments that are made: at most 200.
    departments: Vec<String>,
    /// The number of departments that are made.
    department_count: i64,
    /// When the list was uploaded, in ms since 1970.
    create_time: Timestamp,
    /// When applying it began, in ms since 1970; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<Timestamp>,
    /// When it ended, in ms since 1970; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<Timestamp>,
}

impl ImportRow {
    fn of(import: MemberImport) -> Self {
        let counts = import.counts;
        Self {
            import_id: import.id,
            status: import.status.as_str(),
            percent: if import.status.is_running() { import.step * 100 / import.steps.max(1) } else { 100 },
            file_name: import.file_name,
            format: import.format,
            columns: import.columns,
            line_count: import.lines,
            added_count: counts.added,
            changed_count: counts.changed,
            unchanged_count: counts.unchanged,
            refused_count: counts.refused,
            partial_count: counts.partial,
            departments: import.departments,
            department_count: import.department_count,
            create_time: import.created_at,
            start_time: import.started.map(|(at, _)| at),
            end_time: import.ended_at,
        }
    }
}
