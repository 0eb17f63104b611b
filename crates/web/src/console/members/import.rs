//! Import of members: the upload, what is to be imported, and its progress and report.

mod files;
mod lines;

pub use files::problems;

use std::collections::HashMap;

use axum::{
    body::{Body, Bytes},
    extract::{Multipart, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::contact::import::{
    self, Column,
    upload::{self, UploadError},
};
use carillon_model::{
    audit::Actor,
    error::{Error, Result, Rule},
    id::MemberImportId,
    member_import::{ImportLine, ImportStatus, LineOutcome, MemberImport},
};

use self::lines::{List, position, row, select};
use crate::{
    console::{
        Section,
        access::Operator,
        csv,
        list::{self, Address, Entries, PER_PAGE},
        page::{self, ImportPage, ImportRow, ImportTab, Imports},
        text::imports::ImportTexts,
    },
    routes::{Pages, failed, html, multipart_error, notice, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// The most bytes of the form.
pub const FORM_BYTES: usize = upload::MAX_FILE_BYTES + (64 << 10);
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
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return csv::page(&operator, files::imports(&pages, &operator).await.map(Some));
    }
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
    let csv = format!("{}/import?csv=1", Section::Members.path());
    let view = Imports {
        console: operator.console(),
        running: running.map(|import| path(import.id)),
        rows: imports.iter().map(row).collect(),
        csv,
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
        let file = files::lines(&pages, &operator, MemberImportId(id), &query).await;
        return finish_file(&operator, file);
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

fn finish_file(operator: &Operator, file: Result<Response<Body>>) -> Response<Body> {
    match file {
        Ok(file) => file,
        Err(Error::Rule(Rule::UnknownImport)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    id: MemberImportId,
    query: &HashMap<String, String>,
    problem: Option<&'static str>,
) -> Result<ImportPage> {
    let (wanted, position) = (query.get("show").cloned(), position(query));
    let corp = operator.corp().clone();
    let read = pages.store.read(operator.corp(), move |tx| {
        let import = import::get(tx, &corp, id)?;
        let list = List::chosen(&import, wanted.as_deref());
        let entries = if import.status.is_running() {
            Entries::none()
        } else {
            list::read(position, PER_PAGE, |position, most| {
                import::lines(tx, &corp, &import, list.outcome, select(position), most as i64)
            })?
        };
        Ok((import, list, entries))
    });
    let (import, list, entries) = read.await?;
    Ok(view(pages, operator, &import, list, entries, problem))
}

fn view(
    pages: &Pages,
    operator: &Operator,
    import: &MemberImport,
    list: List,
    entries: Entries<ImportLine>,
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
    let tab = |of: List| ImportTab {
        href: format!("{page_path}?show={}", of.name),
        name: t.outcome(of.outcome, has_ended),
        count: of.count(import),
        is_chosen: of == list,
    };
    let tabs = if is_running { Vec::new() } else { List::ALL.into_iter().map(tab).collect() };
    let address = Address::new(&page_path, [("show", list.name.to_owned())]);
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
        pages: address.pages(&entries, |line| line.line.to_string()),
        rows: entries.rows.into_iter().map(|line| row(t, operator.signed_in.lang, line)).collect(),
        shows_problems: list.outcome.is_none(),
        shows_changes: list.outcome == Some(LineOutcome::Changed),
        has_problems: !is_running && counts.refused + counts.partial > 0,
        departments_heading: if import.started.is_some() { t.departments_made } else { t.departments_new },
        more_departments: import.department_count
            - i64::try_from(import.departments.len()).unwrap_or(i64::MAX),
        departments: if is_running { Vec::new() } else { import.departments.clone() },
        problem,
        zone: viewer.zone(),
        path: page_path,
    }
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
