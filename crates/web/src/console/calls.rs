//! The journal of calls: what programs called, and why calls were refused.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::call;
use carillon_model::{
    error::{Error, Result},
    id::AppKey,
};
use carillon_store::{App, CallFilter, CallPosition, CallRow, Tx};
use carillon_wire::{
    Catalog,
    explain::{Explanation, Sentence, explain, page_of},
    unknown_path::NO_OPERATION,
};
use serde::Deserialize;

use super::{
    Section,
    access::Operator,
    apps::{self, of_corp},
    csv, live,
    page::{self, CallDetails, CallExplanation, CallLine, CallList, Choice},
    text::calls::texts,
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html, notice, uncached},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// Calls on a page.
const PER_PAGE: usize = 50;
/// Calls that a file reads at once.
const CSV_BATCH: usize = 1_000;

/// The calls, newest first.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let loaded = if query.contains_key("csv") {
        list_csv(&pages, &operator, &query).await
    } else {
        let view = load_list(&pages, &operator, &query).await;
        view.map(|view| live::respond(&query, 200, page::calls(&view)))
    };
    loaded.unwrap_or_else(|error| failed(operator.page(), &error))
}

/// A call.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(request_id): Path<String>,
) -> Response<Body> {
    match load(&pages, &operator, request_id).await {
        Ok(Some(view)) => html(200, PageKind::App, page::call(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The filter of a list, and its values as they were typed: the caller, and the operation.
fn filter(query: &HashMap<String, String>) -> (CallFilter, String, String) {
    let value = |name: &str| query.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let (caller, operation) = (value("caller"), value("operation"));
    let filter = CallFilter {
        caller_id: caller.clone(),
        operation: operation.clone(),
        refused_only: value("refused") == "1",
        ..CallFilter::default()
    };
    (filter, caller, operation)
}

/// The list as a file.
async fn list_csv(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Response<Body>> {
    let (viewer, catalog) = (operator.viewer(pages), (pages.catalog)());
    write_recorded(pages, operator).await;
    let (env, filter) = (pages.env.clone(), filter(query).0);
    let (apps, t) = (of_corp(pages, operator), texts(viewer.lang));
    let headings =
        [t.time, t.caller, t.operation, t.title, t.status, t.took, t.code, t.message, t.request_id];
    csv::stored(pages, operator, "calls", &headings, CallPosition::NEWEST, move |tx, viewer, before| {
        let page = call::list(tx, &env, &viewer.corp, &filter, before, CSV_BATCH)?.page;
        let lines = page.calls.into_iter().map(|row| cells(viewer, &catalog, &apps, row));
        Ok((lines.collect(), page.next))
    })
}

fn cells(viewer: &Viewer, catalog: &Catalog, apps: &[Arc<App>], row: CallRow) -> Vec<String> {
    let line = line(viewer, catalog, apps, &row);
    let succeeded = || (String::new(), texts(viewer.lang).succeeded.to_owned());
    let (code, message) = line.error.unwrap_or_else(succeeded);
    let status = line.status.to_string();
    vec![line.time, line.caller, line.operation, line.title, status, line.took, code, message, row.request_id]
}

async fn load_list(pages: &Pages, operator: &Operator, query: &HashMap<String, String>) -> Result<CallList> {
    let (viewer, catalog) = (operator.viewer(pages), (pages.catalog)());
    let (filter, caller, operation) = filter(query);
    let refused_only = filter.refused_only;
    let before =
        query.get("before").and_then(|text| CallPosition::parse(text)).unwrap_or(CallPosition::NEWEST);
    write_recorded(pages, operator).await;
    let (corp, env) = (operator.corp().clone(), pages.env.clone());
    let read = move |tx: &mut Tx<'_>| call::list(tx, &env, &corp, &filter, before, PER_PAGE);
    let journal = pages.store.read(operator.corp(), read).await?;
    let apps = of_corp(pages, operator);
    let href = {
        let (caller, operation) = (paths::encode(&caller), paths::encode(&operation));
        let refused = if refused_only { "1" } else { "" };
        format!("{}?caller={caller}&operation={operation}&refused={refused}", Section::Calls.path())
    };
    let older = journal.page.next.map(|next| format!("{href}&before={next}"));
    let recorded_until = |app: &AppKey| pages.store.calls().bodies_recorded_until(app, viewer.now);
    let recordings = apps.iter().filter_map(|app| {
        let until = recorded_until(&app.key)?.format_in(&viewer.zone);
        Some((app.key.to_string(), app.name.clone(), until))
    });
    let recordings = recordings.collect();
    let lines = journal.page.calls.iter().map(|row| line(&viewer, &catalog, &apps, row));
    Ok(CallList {
        console: operator.console(),
        lines: lines.collect(),
        callers: caller_choices(&apps, &caller),
        apps: caller_choices(&apps, ""),
        operations: operation_choices(&catalog, viewer.lang, &operation),
        is_first: !query.contains_key("before"),
        is_filtered: refused_only || !caller.is_empty() || !operation.is_empty(),
        refused_only,
        recordings,
        unrecorded: journal.unrecorded,
        hours: (pages.env.settings.journal.hours, pages.env.settings.journal.refused_hours),
        older,
        csv: format!("{href}&csv=1"),
        zone: viewer.zone(),
    })
}

async fn load(pages: &Pages, operator: &Operator, request_id: String) -> Result<Option<CallDetails>> {
    let (viewer, catalog) = (operator.viewer(pages), (pages.catalog)());
    write_recorded(pages, operator).await;
    let (corp, env, of) = (operator.corp().clone(), pages.env.clone(), Arc::clone(&catalog));
    let read = move |tx: &mut Tx<'_>| {
        let Some(row) = call::find(tx, &corp, &request_id)? else { return Ok(None) };
        let explanation = explain(tx, &env, &of, &corp, &row)?;
        let body = tx.call_body(&corp, &request_id)?;
        Ok(Some((row, explanation, body)))
    };
    let Some((row, explanation, body)) = pages.store.read(operator.corp(), read).await? else {
        return Ok(None);
    };
    let (lang, t) = (viewer.lang, texts(viewer.lang));
    Ok(Some(CallDetails {
        console: operator.console(),
        line: line(&viewer, &catalog, &of_corp(pages, operator), &row),
        address: match row.address.as_str() {
            "loopback" => t.loopback,
            "private" => t.private,
            "public" => t.public,
            _ => "",
        },
        links: catalog
            .get(&row.operation)
            .map(|entry| (page_of(entry.id), format!("/reference/{}", entry.id))),
        app: app_of(&row, &of_corp(pages, operator)).map(|app| apps::path(&app.key)),
        request_id: row.request_id,
        body: body.map(|body| (body.request, body.response)),
        explanation: explanation.map(|explanation| of_lang(lang, explanation, &row.operation)),
        zone: viewer.zone(),
    }))
}

/// Returns the app that called.
fn app_of(row: &CallRow, apps: &[Arc<App>]) -> Option<Arc<App>> {
    apps.iter().find(|app| row.caller == "app" && app.key.as_str() == row.caller_id).cloned()
}

/// A submitted form.
#[derive(Deserialize)]
pub struct RecordForm {
    #[serde(default)]
    app: String,
    /// Ends it.
    #[serde(default)]
    stop: String,
}

/// Records the bodies of an app's calls for an hour, or ends that.
pub async fn record(
    State(pages): State<Pages>,
    operator: Operator,
    Form(form): Form<RecordForm>,
) -> Response<Body> {
    let (store, env, corp) = (Arc::clone(&pages.store), pages.env.clone(), operator.corp().clone());
    let minutes = if form.stop.is_empty() { call::MAX_RECORDING_MINUTES } else { 0 };
    let signature = operator.signature(&pages, "console.calls.record");
    let app = AppKey::from(form.app.as_str());
    match call::record_bodies(store, env, corp, signature, app, minutes).await {
        Ok(_) => uncached(Redirect::to(Section::Calls.path()).into_response()),
        Err(Error::Invalid { .. }) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// Writes the calls that are recorded in memory, so that the page has them. If that fails, they are missing.
async fn write_recorded(pages: &Pages, operator: &Operator) {
    let (store, env, corp) = (Arc::clone(&pages.store), pages.env.clone(), operator.corp().clone());
    let _ = call::write(store, env, corp).await;
}

fn caller_choices(apps: &[Arc<App>], chosen: &str) -> Vec<Choice> {
    let choice = |app: &Arc<App>| Choice {
        value: app.key.to_string(),
        name: format!("{} ({})", app.name, app.key),
        is_chosen: app.key.as_str() == chosen,
    };
    let mut choices: Vec<Choice> = apps.iter().map(choice).collect();
    // An operator, or an app that is gone.
    if !chosen.is_empty() && !choices.iter().any(|choice| choice.is_chosen) {
        choices.push(Choice { value: chosen.to_owned(), name: chosen.to_owned(), is_chosen: true });
    }
    choices
}

fn operation_choices(catalog: &Catalog, lang: Lang, chosen: &str) -> Vec<Choice> {
    let choice = |value: &str, title: &str| Choice {
        value: value.to_owned(),
        name: format!("{value} · {title}"),
        is_chosen: value == chosen,
    };
    let none = choice(NO_OPERATION, texts(lang).unknown_path);
    let of = |entry| choice_title(entry, lang);
    catalog.entries().map(|entry| choice(entry.id, of(entry))).chain(std::iter::once(none)).collect()
}

fn choice_title(entry: &carillon_wire::catalog::CatalogEntry, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => entry.title_zh,
        Lang::En => entry.title_en,
    }
}

fn line(viewer: &Viewer, catalog: &Catalog, apps: &[Arc<App>], row: &CallRow) -> CallLine {
    let t = texts(viewer.lang);
    let app = AppKey::from(row.caller_id.as_str());
    let caller = match row.caller.as_str() {
        "app" => apps
            .iter()
            .find(|one| one.key == app)
            .map_or_else(|| row.caller_id.clone(), |app| app.name.clone()),
        "local" => t.local.to_owned(),
        "member" => t.member.to_owned(),
        "webhook" => t.webhook.to_owned(),
        _ => row.caller_id.clone(),
    };
    let found = catalog.get(&row.operation);
    let path = row.refusal.as_ref().map(|refusal| refusal.path.as_str()).filter(|path| !path.is_empty());
    CallLine {
        href: format!("{}/{}", Section::Calls.path(), paths::encode(&row.request_id)),
        id: row.request_id.clone(),
        title: found.map_or(t.unknown_path, |entry| choice_title(entry, viewer.lang)).to_owned(),
        operation: path.unwrap_or(&row.operation).to_owned(),
        caller,
        iso: viewer.moment(row.at).iso,
        time: row.at.format_in(&viewer.zone),
        status: row.status,
        took: milliseconds(row.micros),
        error: row.refusal.as_ref().map(|refusal| (refusal.code.clone(), refusal.message.clone())),
    }
}

/// A duration in milliseconds with one digit after the point.
fn milliseconds(micros: i64) -> String {
    let tenths = (micros + 50) / 100;
    format!("{}.{} ms", tenths / 10, tenths % 10)
}

fn of_lang(lang: Lang, explanation: Explanation, operation: &str) -> CallExplanation {
    let is_known = !explanation.document_path.is_empty();
    let text = |sentence: Sentence| match lang {
        Lang::Zh => sentence.zh.into_owned(),
        Lang::En => sentence.en.into_owned(),
    };
    CallExplanation {
        wrong: text(explanation.wrong),
        now: explanation.now.into_iter().map(text).collect(),
        next: text(explanation.next),
        page: explanation.page,
        document: if is_known { format!("/reference/{operation}") } else { String::new() },
    }
}
