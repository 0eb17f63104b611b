//! Imports and their lines as files.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, State},
    http::Response,
};
use carillon_domain::contact::import::{self, Column, upload::REASON_HEADINGS};
use carillon_model::{
    error::{Error, Result},
    id::MemberImportId,
    member_import::{ImportLine, LineOutcome},
};
use carillon_store::LinePosition;

use super::{List, finish_file, lines::reason, lines::row, name, texts, title};
use crate::{
    console::{access::Operator, csv},
    routes::Pages,
    text::Lang,
};

/// Lines that a file reads at once.
const CSV_BATCH: i64 = 1_000;

/// The imports, the newest first.
pub async fn imports(pages: &Pages, operator: &Operator) -> Result<Response<Body>> {
    let (t, viewer, corp) = (texts(operator), operator.viewer(pages), operator.corp().clone());
    let imports = pages.store.read(operator.corp(), move |tx| import::list(tx, &corp)).await?;
    let lines = imports.iter().map(|import| {
        let counts = import.counts;
        vec![
            title(import, t),
            t.status(import.status).to_owned(),
            import.lines.to_string(),
            counts.added.to_string(),
            counts.changed.to_string(),
            (counts.refused + counts.partial).to_string(),
            name(&import.created_by, t),
            viewer.moment(import.created_at).full,
        ]
    });
    let headings = [
        t.file,
        t.status_heading,
        t.lines_heading,
        t.added,
        t.changed,
        t.with_problems,
        t.uploaded_by,
        t.uploaded_at,
    ];
    csv::response("imports", &headings, lines)
}

/// The lines of the list that the address names, on all pages.
pub async fn lines(
    pages: &Pages,
    operator: &Operator,
    id: MemberImportId,
    query: &HashMap<String, String>,
) -> Result<Response<Body>> {
    let (t, lang, corp) = (texts(operator), operator.signed_in.lang, operator.corp().clone());
    let import = pages.store.read(operator.corp(), move |tx| import::get(tx, &corp, id)).await?;
    let list = List::chosen(&import, query.get("show").map(String::as_str));
    let mut headings = vec![t.line_heading, t.heading(Column::UserId), t.heading(Column::Name)];
    match list.outcome {
        None => headings.extend([t.column_heading, reason_heading(lang)]),
        Some(LineOutcome::Changed) => headings.push(t.changes),
        Some(_) => {}
    }
    let first = (!import.status.is_running()).then_some(LinePosition::After(0));
    csv::stored(pages, operator, "lines", &headings, first, move |tx, viewer, position| {
        // A running import has no lines to show yet.
        let Some(position) = position else { return Ok((Vec::new(), None)) };
        let lines = import::lines(tx, &viewer.corp, &import, list.outcome, position, CSV_BATCH)?;
        let next = next(&lines).map(Some);
        let cells = |line: ImportLine| {
            let row = row(t, lang, line);
            let mut cells = vec![row.line.to_string(), row.userid, row.name];
            match list.outcome {
                None => cells.extend([row.column.to_owned(), row.reason]),
                Some(LineOutcome::Changed) => cells.push(row.changes),
                Some(_) => {}
            }
            cells
        };
        Ok((lines.into_iter().map(cells).collect(), next))
    })
}

/// The lines with problems as a list that can be corrected and uploaded again.
pub async fn problems(State(pages): State<Pages>, operator: Operator, Path(id): Path<i64>) -> Response<Body> {
    let file = problems_file(&pages, &operator, MemberImportId(id)).await;
    finish_file(&operator, file)
}

async fn problems_file(pages: &Pages, operator: &Operator, id: MemberImportId) -> Result<Response<Body>> {
    let (t, lang, corp) = (texts(operator), operator.signed_in.lang, operator.corp().clone());
    let import = pages.store.read(operator.corp(), move |tx| import::get(tx, &corp, id)).await?;
    let columns: Vec<Column> = import.columns.iter().filter_map(|name| Column::by_name(name)).collect();
    let mut headings: Vec<&str> = columns.iter().map(|column| t.heading(*column)).collect();
    headings.push(reason_heading(lang));
    let count = columns.len();
    let first = LinePosition::After(0);
    csv::stored(pages, operator, "problems", &headings, first, move |tx, viewer, position| {
        let lines = import::lines(tx, &viewer.corp, &import, None, position, CSV_BATCH)?;
        let next = next(&lines);
        let cells = |line: &ImportLine| {
            let cells = line.cells.as_deref().unwrap_or("[]");
            let mut cells: Vec<String> = serde_json::from_str(cells).map_err(Error::internal)?;
            cells.resize(count, String::new());
            let (column, reason) = reason(t, lang, line);
            cells.push(if column.is_empty() { reason } else { format!("{column}: {reason}") });
            Ok(cells)
        };
        Ok((lines.iter().map(cells).collect::<Result<_>>()?, next))
    })
}

/// Where the lines after a full batch begin.
fn next(lines: &[ImportLine]) -> Option<LinePosition> {
    let is_full = i64::try_from(lines.len()).is_ok_and(|read| read == CSV_BATCH);
    lines.last().filter(|_| is_full).map(|line| LinePosition::After(line.line))
}

fn reason_heading(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => REASON_HEADINGS.0,
        Lang::En => REASON_HEADINGS.1,
    }
}
