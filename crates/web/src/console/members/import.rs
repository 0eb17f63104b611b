//! Import of members: the upload, what is to be imported, and its progress and report.

use std::collections::HashMap;

use axum::{
    body::{Body, Bytes},
    extract::{Multipart, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::contact::import::{
    self, Column, Problem,
    upload::{self, REASON_HEADINGS, UploadError},
};
use carillon_model::{
    audit::Actor,
    error::{Error, Result, Rule},
    id::{MemberImportId, UserId},
    member_import::{ImportLine, ImportStatus, LineOutcome, MemberImport},
};

use super::path as member_path;
use crate::{
    console::{
        Section,
        access::Operator,
        csv,
        page::{self, ImportLineRow, ImportPage, ImportRow, ImportTab, Imports},
        text::imports::ImportTexts,
    },
    routes::{Pages, failed, html, multipart_error, notice, uncached},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// The most bytes of the form.
pub const FORM_BYTES: usize = upload::MAX_FILE_BYTES + (64 << 10);
/// Lines on a page.
const PER_PAGE: i64 = 50;
/// Lines that a file reads at once.
const CSV_BATCH: i64 = 1_000;

fn path(id: MemberImportId) -> String {
    format!("{}/import/{id}", Section::Members.path())
}

fn texts(operator: &Operator) -> &'static ImportTexts {
    ImportTexts::of(operator.signed_in.lang)
}

/// The name of whoever uploaded a list.
fn name(actor: &Actor, t: &'static ImportTexts) -> String {
    match actor {
        Actor::CommandLine | Actor::Server => t.by_command_line.to_owned(),
        actor => actor.kind_and_id().1.to_owned(),
    }
}

fn title(import: &MemberImport, t: &'static ImportTexts) -> String {
    if import.file_name.is_empty() { t.unnamed.to_owned() } else { import.file_name.clone() }
}

/// The form for a list, and earlier imports.
pub async fn list(State(pages): State<Pages>, operator: Operator) -> Response<Body> {
    respond_list(&pages, &operator, None, 200).await
}

async fn respond_list(
    pages: &Pages,
    operator: &Operator,
    problem: Option<String>,
    status: u16,
) -> Response<Body> {
    let (t, viewer, corp) = (texts(operator), operator.viewer(pages), operator.corp().clone());
    let imports = match pages.store.read(operator.corp(), move |tx| import::list(tx, &corp)).await {
        Ok(imports) => imports,
        Err(error) => return failed(operator.page(), &error),
    };
    let running = imports.iter().find(|import| !import.status.has_ended());
    let row = |import: &MemberImport| {
        let counts = import.counts;
        ImportRow {
            href: path(import.id),
            title: title(import, t),
            status: t.status(import.status),
            summary: t.summary(counts.added, counts.changed, counts.refused + counts.partial),
            created: viewer.moment(import.created_at),
        }
    };
    let view = Imports {
        console: operator.console(),
        running: running.map(|import| path(import.id)),
        rows: imports.iter().map(row).collect(),
        columns: Column::ALL.map(|column| (t.heading(column), t.explanation(column))).to_vec(),
        problem,
        zone: viewer.zone(),
    };
    html(status, PageKind::App, page::imports(&view))
}

/// A list with the headings alone.
pub async fn template(operator: Operator) -> Response<Body> {
    let t = texts(&operator);
    let headings = Column::ALL.map(|column| t.heading(column));
    csv::response("members", &headings, []).unwrap_or_else(|error| failed(operator.page(), &error))
}

/// The file of a form.
async fn file(mut form: Multipart) -> Result<Option<(String, Bytes)>> {
    while let Some(field) = form.next_field().await.map_err(multipart_error)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let content = field.bytes().await.map_err(multipart_error)?;
            // Browsers send an empty file if none was chosen.
            return Ok((!content.is_empty()).then_some((name, content)));
        }
    }
    Ok(None)
}

/// Takes a list, which is checked in the background.
pub async fn submit(State(pages): State<Pages>, operator: Operator, form: Multipart) -> Response<Body> {
    let t = texts(&operator);
    let refuse = async |problem: String, status| respond_list(&pages, &operator, Some(problem), status).await;
    let (file_name, content) = match file(form).await {
        Ok(Some(file)) => file,
        Ok(None) => return refuse(t.no_file.to_owned(), 422).await,
        Err(Error::Rule(Rule::MediaTooLarge)) => {
            return refuse(t.upload_problem(&UploadError::TooLarge), 413).await;
        }
        Err(_) => return refuse(t.no_file.to_owned(), 400).await,
    };
    let upload = match upload::read_uploaded(&pages.env, operator.corp(), content).await {
        Ok(upload) => upload,
        Err(error) => {
            let status = match error {
                UploadError::Busy => 503,
                UploadError::TooLarge => 413,
                _ => 422,
            };
            return refuse(t.upload_problem(&error), status).await;
        }
    };
    let signature = operator.signature(&pages, "console.member.import");
    let submitted =
        import::submit(&pages.store, &pages.env, operator.corp(), signature, (file_name, upload)).await;
    match submitted {
        Ok(id) => uncached(Redirect::to(&path(id)).into_response()),
        Err(Error::Rule(Rule::ImportRunning)) => respond_list(&pages, &operator, None, 409).await,
        Err(error) => failed(operator.page(), &error),
    }
}

/// An import.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<i64>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return match problems_file(&pages, &operator, MemberImportId(id)).await {
            Ok(file) => file,
            Err(Error::Rule(Rule::UnknownImport)) => notice(operator.page(), NoticeKind::NotFound),
            Err(error) => failed(operator.page(), &error),
        };
    }
    respond(&pages, &operator, MemberImportId(id), &query, None).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    id: MemberImportId,
    query: &HashMap<String, String>,
    problem: Option<&'static str>,
) -> Response<Body> {
    let status = if problem.is_some() { 409 } else { 200 };
    match load(pages, operator, id, query, problem).await {
        Ok(view) => html(status, PageKind::App, page::import(&view)),
        Err(Error::Rule(Rule::UnknownImport)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The lists of lines: those with problems, and each outcome.
const LISTS: [(&str, Option<LineOutcome>); 4] = [
    ("problems", None),
    ("added", Some(LineOutcome::Added)),
    ("changed", Some(LineOutcome::Changed)),
    ("unchanged", Some(LineOutcome::Unchanged)),
];

fn count(import: &MemberImport, outcome: Option<LineOutcome>) -> i64 {
    let counts = import.counts;
    match outcome {
        Some(LineOutcome::Added) => counts.added,
        Some(LineOutcome::Changed) => counts.changed,
        Some(LineOutcome::Unchanged) => counts.unchanged,
        Some(LineOutcome::Refused) | None => counts.refused + counts.partial,
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    id: MemberImportId,
    query: &HashMap<String, String>,
    problem: Option<&'static str>,
) -> Result<ImportPage> {
    let number: i64 =
        query.get("page").and_then(|number| number.parse().ok()).unwrap_or(1).clamp(1, 1_000_000);
    let wanted = query.get("show").cloned();
    let corp = operator.corp().clone();
    let read = pages.store.read(operator.corp(), move |tx| {
        let import = import::get(tx, &corp, id)?;
        let named = LISTS.into_iter().find(|(name, _)| Some(*name) == wanted.as_deref());
        // What needs attention comes first.
        let first = LISTS.into_iter().find(|(_, outcome)| count(&import, *outcome) > 0);
        let list = named.or(first).unwrap_or(LISTS[0]);
        let rows = if import.status.is_running() {
            Vec::new()
        } else {
            import::lines(tx, &corp, &import, list.1, (0, (number - 1) * PER_PAGE, PER_PAGE))?
        };
        Ok((import, list, rows))
    });
    let (import, (list, outcome), rows) = read.await?;
    Ok(view(pages, operator, &import, (list, outcome, number), rows, problem))
}

fn view(
    pages: &Pages,
    operator: &Operator,
    import: &MemberImport,
    (list, outcome, number): (&'static str, Option<LineOutcome>, i64),
    rows: Vec<ImportLine>,
    problem: Option<&'static str>,
) -> ImportPage {
    let (t, viewer, page_path) = (texts(operator), operator.viewer(pages), path(import.id));
    let (status, counts) = (import.status, import.counts);
    let (is_running, has_ended) = (status.is_running(), status.has_ended());
    let done = counts.added + counts.changed + counts.unchanged + counts.refused;
    let left_out = match status {
        ImportStatus::Cancelled if import.started.is_none() => Some(t.not_applied.to_owned()),
        ImportStatus::Cancelled | ImportStatus::Stopped if done < import.lines => {
            Some(t.left_out(import.lines - done))
        }
        ImportStatus::Ready if counts.added + counts.changed == 0 && counts.refused > 0 => {
            Some(t.all_refused.to_owned())
        }
        _ => None,
    };
    let tab = |(name, of): (&str, Option<LineOutcome>)| ImportTab {
        href: format!("{page_path}?show={name}"),
        name: t.outcome(of, has_ended),
        count: count(import, of),
        is_chosen: name == list,
    };
    let tabs = if is_running { Vec::new() } else { LISTS.into_iter().map(tab).collect() };
    let by = name(&import.created_by, t);
    let created = viewer.moment(import.created_at);
    ImportPage {
        console: operator.console(),
        title: title(import, t),
        status: t.status(status),
        origin: t.origin(import.lines, &import.format, &by, &created.full),
        percent: is_running.then(|| import.step * 100 / import.steps.max(1)),
        may_apply: status == ImportStatus::Ready && counts.added + counts.changed > 0,
        may_cancel: !has_ended,
        cancel_sure: if import.started.is_some() { t.cancel_sure } else { t.discard_sure },
        apply_sure: t.apply_sure(counts.added, counts.changed, counts.refused),
        left_out,
        tabs,
        rows: rows.into_iter().map(|line| row(t, operator.signed_in.lang, line)).collect(),
        shows_problems: outcome.is_none(),
        shows_changes: outcome == Some(LineOutcome::Changed),
        has_problems: !is_running && counts.refused + counts.partial > 0,
        departments_heading: if import.started.is_some() { t.departments_made } else { t.departments_new },
        more_departments: import.department_count
            - i64::try_from(import.departments.len()).unwrap_or(i64::MAX),
        departments: if is_running { Vec::new() } else { import.departments.clone() },
        list: format!("{page_path}?show={list}"),
        number,
        pages: count(import, outcome).div_euclid(PER_PAGE) + i64::from(count(import, outcome) % PER_PAGE > 0),
        problem,
        zone: viewer.zone(),
        path: page_path,
    }
}

/// The heading of the column with a problem, and the reason.
fn reason(t: &'static ImportTexts, lang: Lang, line: &ImportLine) -> (&'static str, String) {
    let problem = line.problem.as_deref().and_then(|text| serde_json::from_str::<Problem>(text).ok());
    match problem {
        None => ("", String::new()),
        Some(problem) => {
            let text = match lang {
                Lang::Zh => problem.chinese(),
                Lang::En => problem.english(),
            };
            (problem.column.map_or("", |column| t.heading(column)), text)
        }
    }
}

fn row(t: &'static ImportTexts, lang: Lang, line: ImportLine) -> ImportLineRow {
    let (column, reason) = reason(t, lang, &line);
    let exists = match line.outcome {
        LineOutcome::Added => line.is_applied,
        LineOutcome::Changed | LineOutcome::Unchanged => true,
        LineOutcome::Refused => false,
    };
    let changes =
        line.changes.iter().filter_map(|name| Column::by_name(name)).map(|column| t.heading(column));
    ImportLineRow {
        line: line.line,
        href: exists.then(|| member_path(&UserId::from(line.userid.as_str()))),
        userid: line.userid,
        name: line.name,
        changes: changes.collect::<Vec<_>>().join(lang.list_separator()),
        column,
        reason,
    }
}

/// The lines with problems as a list that can be corrected and uploaded again.
async fn problems_file(pages: &Pages, operator: &Operator, id: MemberImportId) -> Result<Response<Body>> {
    let (t, lang, corp) = (texts(operator), operator.signed_in.lang, operator.corp().clone());
    let import = pages.store.read(operator.corp(), move |tx| import::get(tx, &corp, id)).await?;
    let columns: Vec<Column> = import.columns.iter().filter_map(|name| Column::by_name(name)).collect();
    let mut headings: Vec<&str> = columns.iter().map(|column| t.heading(*column)).collect();
    headings.push(match lang {
        Lang::Zh => REASON_HEADINGS.0,
        Lang::En => REASON_HEADINGS.1,
    });
    let count = columns.len();
    csv::stored(pages, operator, "problems", &headings, 0, move |tx, viewer, after| {
        let lines = import::lines(tx, &viewer.corp, &import, None, (after, 0, CSV_BATCH))?;
        let next = lines.last().map(|line| line.line).filter(|_| lines.len() as i64 == CSV_BATCH);
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

/// Begins to import.
pub async fn apply(State(pages): State<Pages>, operator: Operator, Path(id): Path<i64>) -> Response<Body> {
    let id = MemberImportId(id);
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let signature = operator.signature(&pages, "console.member.import_apply");
    let actor = signature.actor.clone();
    let work =
        pages.store.write(operator.corp(), signature, move |tx| import::apply(tx, &env, &corp, id, &actor));
    let done = work.await;
    finish(&pages, &operator, id, done).await
}

/// Calls an import off.
pub async fn cancel(State(pages): State<Pages>, operator: Operator, Path(id): Path<i64>) -> Response<Body> {
    let id = MemberImportId(id);
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let signature = operator.signature(&pages, "console.member.import_cancel");
    let work = pages.store.write(operator.corp(), signature, move |tx| import::cancel(tx, &env, &corp, id));
    let done = work.await;
    finish(&pages, &operator, id, done).await
}

async fn finish(pages: &Pages, operator: &Operator, id: MemberImportId, done: Result<()>) -> Response<Body> {
    match done {
        Ok(()) => uncached(Redirect::to(&path(id)).into_response()),
        Err(Error::Rule(Rule::ImportStatusWrong)) => {
            let problem = Some(texts(operator).wrong_status);
            respond(pages, operator, id, &HashMap::new(), problem).await
        }
        Err(Error::Rule(Rule::UnknownImport)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}
