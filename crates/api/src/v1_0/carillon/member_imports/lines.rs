//! `carillon.member_import_lines`: what becomes of the lines of an import of members. An operation of Carillon.

use carillon_domain::contact::import::{self, Problem};
use carillon_model::{
    error::{Error, Result, Rule},
    id::MemberImportId,
    member_import::{ImportLine, LineOutcome},
};
use carillon_store::{LinePosition, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ROLES;
use crate::v1_0::carillon::LOCAL;

/// Lines on a page if the request names no size.
const DEFAULT_PAGE_SIZE: i64 = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The id of the import, as `carillon.member_import_upload` returned it.
    #[schemars(range(min = 1))]
    import_id: MemberImportId,
    /// Only lines with this outcome; absent: those with a problem.
    #[schemars(extend("enum" = ["added", "changed", "unchanged", "refused"]))]
    outcome: Option<String>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(range(min = 1))]
    next_token: Option<i64>,
    /// The most lines on a page; absent: 100.
    #[schemars(range(min = 1, max = 1000))]
    max_results: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The lines on this page, in the order of the list.
    items: Vec<LineRow>,
    /// Whether there is a next page.
    has_more: bool,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<i64>,
}

/// A line of the list.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LineRow {
    /// The number of the line in the list.
    line: i64,
    /// What becomes of the line: `added`, `changed`, `unchanged` or `refused`.
    outcome: &'static str,
    /// The userid in the line.
    user_id: String,
    /// The name of the member; of a refused line, the name in it.
    name: String,
    /// The names of the columns that change; empty if none does.
    changes: Vec<String>,
    /// The column with the problem; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'static str>,
    /// The problem in English; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The problem in Chinese; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_zh: Option<String>,
    /// The cells of a line with a problem, without its password; absent without a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<Vec<String>>,
}

impl LineRow {
    fn of(line: ImportLine) -> Result<Self> {
        let problem = line.problem.as_deref().map(serde_json::from_str::<Problem>);
        let problem = problem.transpose().map_err(Error::internal)?;
        let cells = line.cells.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        Ok(Self {
            line: line.line,
            outcome: line.outcome.as_str(),
            user_id: line.userid,
            name: line.name,
            changes: line.changes,
            column: problem.as_ref().and_then(|problem| problem.column).map(|column| column.name()),
            reason: problem.as_ref().map(Problem::to_string),
            reason_zh: problem.as_ref().map(Problem::chinese),
            cells,
        })
    }
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_import_lines", "/v1.0/carillon/member-imports/{importId}/lines")
        .get()
        .title("查询成员导入的各行", "List the lines of an import of members")
        .purpose(
            "分页查询列表中各行的结果和问题，默认只返回有问题的行。开始导入之前返回检查得出的结果，之后只返回已经处理的行。",
            "Returns what becomes of the lines of a list, by default those with a problem and its reason. Until the import is applied these are the outcomes of the check, afterwards only those of lines that were imported.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .errors(&[Rule::UnknownImport])
        .example(json!({ "importId": 9001, "outcome": "added", "maxResults": 100 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let import = import::get(tx, call.corp(), request.import_id)?;
    let outcome = request.outcome.as_deref().and_then(LineOutcome::parse);
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let position = LinePosition::After(request.next_token.unwrap_or_default());
    let mut lines = import::lines(tx, call.corp(), &import, outcome, position, size + 1)?;
    let size = usize::try_from(size).map_err(Error::internal)?;
    let has_more = lines.len() > size;
    lines.truncate(size);
    let next_token = lines.last().map(|line| line.line).filter(|_| has_more);
    let items = lines.into_iter().map(LineRow::of).collect::<Result<_>>()?;
    Ok(Response { items, has_more, next_token })
}
