//! Apps: their permissions, secrets and settings.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::{Form, Path, Query, State},
    http::{Extensions, Response, StatusCode},
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::app::{self, AppEdit, NewApp};
use carillon_model::{
    app::{AppType, field_permission},
    error::{Error, Result, Rule},
    event::EventKind,
    id::AppKey,
    operator::OperatorRole,
    permission::Permission,
    time::Timestamp,
};
use carillon_store::{App, Tx};
use carillon_wire::{Catalog, CatalogEntry};

use super::{
    Section,
    access::Operator,
    csv,
    form::Pairs,
    list::{self, Address, Position},
    page::{self, AppForm, AppLine, AppPage, Apps, PermissionLine},
    text::{apps::AppTexts, lists::ListTexts},
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, Viewer, Visitor, failed, html, notice, own_password, uncached},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// Roles that manage apps.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Developer];

pub fn routes() -> Router<Pages> {
    let action = |name: &str| format!("/console/apps/{{key}}/{name}");
    Router::new()
        .route("/console/apps", get(list).post(create))
        .route("/console/apps/{key}", get(show))
        .route(&action("name"), get(to_page_above).post(rename))
        .route(&action("permissions"), get(to_page_above).post(set_permissions))
        .route(&action("secret"), get(to_page_above).post(renew))
        .route(&action("disable"), get(to_page_above).post(disable))
        .route(&action("enable"), get(to_page_above).post(enable))
}

/// The path of the page of an app.
pub fn path(key: &AppKey) -> String {
    format!("{}/{}", Section::Apps.path(), paths::encode(key.as_str()))
}

/// Returns an app of the organisation, as it is now.
pub fn find(pages: &Pages, operator: &Operator, key: &AppKey) -> Option<Arc<App>> {
    pages.store.state().apps.get(key).filter(|app| app.corp == *operator.corp()).cloned()
}

/// Returns the apps of the organisation, by name.
pub fn of_corp(pages: &Pages, operator: &Operator) -> Vec<Arc<App>> {
    let state = pages.store.state();
    let apps = state.apps.values().filter(|app| app.corp == *operator.corp());
    let mut apps: Vec<Arc<App>> = apps.cloned().collect();
    apps.sort_by(|one, other| (&one.name, &one.key).cmp(&(&other.name, &other.key)));
    apps
}

type Parameters = HashMap<String, String>;

async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return match file(&pages, &operator, &query) {
            Ok(file) => file,
            Err(error) => failed(operator.page(), &error),
        };
    }
    html(200, PageKind::App, page::apps(&list_view(&pages, &operator, &query, AppForm::default(), None)))
}

/// The place of an app in the list, newest first.
fn place(app: &App) -> Reverse<(Timestamp, i64)> {
    Reverse((app.created_at, app.agent_id))
}

/// The apps that the address asks for, newest first.
fn listed(pages: &Pages, operator: &Operator, search: &str) -> Vec<Arc<App>> {
    let mut apps = of_corp(pages, operator);
    apps.retain(|app| list::contains(search, &[&app.name, app.key.as_str()]));
    apps.sort_by_key(|app| place(app));
    apps
}

/// The apps as a file.
fn file(pages: &Pages, operator: &Operator, query: &Parameters) -> Result<Response<Body>> {
    let viewer = operator.viewer(pages);
    let (a, l) = (AppTexts::of(viewer.lang), ListTexts::of(viewer.lang));
    let lines = listed(pages, operator, &list::filter(query, "search")).into_iter().map(|app| {
        vec![
            app.name.clone(),
            app.key.to_string(),
            a.app_type(app.app_type).to_owned(),
            app.grants.len().to_string(),
            viewer.moment(app.created_at).iso,
            if app.disabled { l.disabled } else { l.in_use }.to_owned(),
        ]
    });
    csv::response("apps", &[l.name, l.id, l.kind, l.permissions, l.created, l.status], lines)
}

fn list_view(
    pages: &Pages,
    operator: &Operator,
    query: &Parameters,
    form: AppForm,
    problem: Option<&'static str>,
) -> Apps {
    let viewer = operator.viewer(pages);
    let search = list::filter(query, "search");
    let position = Position::of(query, |text| {
        let (time, number) = text.split_once('.')?;
        Some(Reverse((Timestamp(time.parse().ok()?), number.parse().ok()?)))
    });
    let found = list::page(listed(pages, operator, &search), position, |app| place(app));
    let filters = [("search", search.clone())];
    Apps {
        console: operator.console(),
        rows: found.rows.iter().map(|app| line(&viewer, app)).collect(),
        pages: Address::new(Section::Apps.path(), filters)
            .pages(&found, |app| format!("{}.{}", app.created_at.0, app.agent_id)),
        search,
        form,
        needs_password: !own_password::is_recent(pages, &operator.signed_in),
        problem,
        zone: viewer.zone(),
    }
}

fn line(viewer: &Viewer, app: &App) -> AppLine {
    AppLine {
        href: path(&app.key),
        key: app.key.to_string(),
        name: app.name.clone(),
        app_type: AppTexts::of(viewer.lang).app_type(app.app_type),
        permissions: app.grants.len(),
        created: (viewer.moment(app.created_at).iso, app.created_at.format_in(&viewer.zone)),
        disabled: app.disabled,
    }
}

/// Creates an app without permissions, and shows its secret once.
async fn create(
    State(pages): State<Pages>,
    mut operator: Operator,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let a = AppTexts::of(operator.signed_in.lang);
    let typed = AppForm { name: form.text("name").trim().to_owned(), app_type: form.text("type").to_owned() };
    let Some(app_type) = AppType::parse(&typed.app_type) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    let password = form.text("password");
    let verified =
        own_password::reauthenticate(&pages, &mut operator.signed_in, &visitor, &extensions, password).await;
    let refuse = |problem| {
        html(
            422,
            PageKind::App,
            page::apps(&list_view(&pages, &operator, &Parameters::new(), typed.clone(), Some(problem))),
        )
    };
    match verified {
        Ok(outcome) => {
            if let Some(problem) = a.password_problem(outcome) {
                return refuse(problem);
            }
        }
        Err(error) => return failed(operator.page(), &error),
    }
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let new = NewApp { name: typed.name.clone(), app_type, grants: BTreeSet::new() };
    let signature = operator.signature(&pages, "console.app.create");
    let work = move |tx: &mut Tx<'_>| app::create(tx, &env, &corp, new);
    match pages.store.write(operator.corp(), signature, work).await {
        Ok((app, secret)) => show_secret(&pages, &operator, &app.key, secret),
        Err(error) => problem(a, &error).map_or_else(|| failed(operator.page(), &error), refuse),
    }
}

/// What a form violates; `None` for a fault of the server.
fn problem(a: &AppTexts, error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Invalid { field, .. } if field == "permissions" => a.unknown_permission,
        Error::Invalid { .. } => a.bad_name,
        Error::Rule(Rule::TooManyApps) => a.too_many,
        Error::RuleBecause(Rule::RoleDenied, _) => a.needs_owner,
        _ => return None,
    })
}

/// What the page shows besides the app.
#[derive(Default)]
struct Overlay {
    name: Option<String>,
    secret: Option<String>,
    done: bool,
    problem: Option<&'static str>,
}

async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(key): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let overlay = Overlay { done: query.contains_key("saved"), ..Overlay::default() };
    respond(&pages, &operator, &AppKey::from(key), overlay)
}

fn show_secret(pages: &Pages, operator: &Operator, key: &AppKey, secret: String) -> Response<Body> {
    let overlay = Overlay { secret: Some(secret), ..Overlay::default() };
    uncached(respond(pages, operator, key, overlay))
}

fn respond(pages: &Pages, operator: &Operator, key: &AppKey, overlay: Overlay) -> Response<Body> {
    let Some(app) = find(pages, operator, key) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    let (viewer, catalog) = (operator.viewer(pages), (pages.catalog)());
    let a = AppTexts::of(viewer.lang);
    let known = |code: &str| Permission::ALL.iter().find(|permission| permission.code == code);
    let line_of = |code: &str| permission_line(viewer.lang, &catalog, code, known(code));
    // In the order of the documentation, then those of another version of Carillon.
    let position = |code: &String| Permission::codes().position(|known| known == code).unwrap_or(usize::MAX);
    let mut granted: Vec<&String> = app.grants.iter().collect();
    granted.sort_by_key(|code| position(code));
    let others = Permission::codes().filter(|code| !app.grants.contains(*code));
    let status = if overlay.problem.is_some() { 422 } else { 200 };
    let view = AppPage {
        console: operator.console(),
        app: line(&viewer, &app),
        agent_id: app.agent_id,
        name: overlay.name.unwrap_or_else(|| app.name.clone()),
        secret: overlay.secret,
        addresses: pages.allowed_addresses.of(&app.key),
        events: super::events::list_path(&app.key),
        calls: format!("{}?caller={}", Section::Calls.path(), paths::encode(app.key.as_str())),
        granted: granted.into_iter().map(|code| line_of(code)).collect(),
        others: others.map(line_of).collect(),
        is_owner: operator.rights.is_owner(),
        may_renew: app::require_rights_of(&operator.rights, &app).is_ok(),
        needs_password: !own_password::is_recent(pages, &operator.signed_in),
        done: overlay.done.then_some(a.saved),
        problem: overlay.problem,
        zone: viewer.zone(),
    };
    html(status, PageKind::App, page::app(&view))
}

fn permission_line(lang: Lang, catalog: &Catalog, code: &str, known: Option<&Permission>) -> PermissionLine {
    let operations = catalog.entries().filter(|entry| entry.permission == Some(code));
    let operation = |entry: &CatalogEntry| {
        let title = if lang == Lang::Zh { entry.title_zh } else { entry.title_en };
        (title.to_owned(), format!("{} {}", entry.method, entry.path), format!("/reference/{}", entry.id))
    };
    let name = known.map(|known| if lang == Lang::Zh { known.name_zh } else { known.name_en });
    let events = EventKind::ALL.into_iter().filter(|kind| kind.access().permissions.contains(&code));
    PermissionLine {
        code: code.to_owned(),
        name: name.unwrap_or(code).to_owned(),
        operations: operations.map(operation).collect(),
        events: events.map(EventKind::as_str).collect(),
        fields: field_permission::fields(code).to_vec(),
    }
}

/// Runs a change of an app of the organisation, and returns to its page.
async fn change(
    pages: &Pages,
    operator: &Operator,
    key: String,
    (action, name): (&str, Option<String>),
    work: impl FnOnce(&mut Tx<'_>, &App) -> Result<()> + Send + 'static,
) -> Response<Body> {
    let key = AppKey::from(key);
    if find(pages, operator, &key).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (signature, of) = (operator.signature(pages, action), key.clone());
    let written = pages.store.write(operator.corp(), signature, move |tx| {
        let app = tx.state().apps.get(&of).cloned();
        work(tx, &*app.ok_or_else(|| Error::internal("the app does not exist"))?)
    });
    match written.await {
        Ok(()) => uncached(Redirect::to(&format!("{}?saved", path(&key))).into_response()),
        Err(error) => match problem(AppTexts::of(operator.signed_in.lang), &error) {
            Some(problem) => {
                let mut response = respond(
                    pages,
                    operator,
                    &key,
                    Overlay { name, problem: Some(problem), ..Overlay::default() },
                );
                if matches!(error, Error::RuleBecause(Rule::RoleDenied, _)) {
                    *response.status_mut() = StatusCode::FORBIDDEN;
                }
                response
            }
            None => failed(operator.page(), &error),
        },
    }
}

async fn rename(
    State(pages): State<Pages>,
    operator: Operator,
    Path(key): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let (env, name) = (pages.env.clone(), form.text("name").trim().to_owned());
    let edit = AppEdit { name: Some(name.clone()), disabled: None };
    change(&pages, &operator, key, ("console.app.rename", Some(name)), move |tx, app| {
        app::set(tx, &env, &app.key, edit).map(drop)
    })
    .await
}

/// Grants what was ticked, and revokes what was no longer ticked. What somebody else changed since the page was opened stays.
async fn set_permissions(
    State(pages): State<Pages>,
    operator: Operator,
    Path(key): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let codes = |name| form.all(name).map(str::to_owned).collect::<BTreeSet<String>>();
    let (held, ticked) = (codes("held"), codes("permission"));
    let (env, rights) = (pages.env.clone(), operator.rights.clone());
    change(&pages, &operator, key, ("console.app.permissions", None), move |tx, app| {
        let mut permissions = app.grants.clone();
        permissions.retain(|code| ticked.contains(code) || !held.contains(code));
        permissions.extend(ticked.difference(&held).cloned());
        app::require_grantable(&rights, &app.grants, &permissions)?;
        app::set_permissions(tx, &env, &app.key, permissions).map(drop)
    })
    .await
}

async fn disable(State(pages): State<Pages>, operator: Operator, Path(key): Path<String>) -> Response<Body> {
    let env = pages.env.clone();
    change(&pages, &operator, key, ("console.app.disable", None), move |tx, app| {
        app::set(tx, &env, &app.key, AppEdit { name: None, disabled: Some(true) }).map(drop)
    })
    .await
}

async fn enable(State(pages): State<Pages>, operator: Operator, Path(key): Path<String>) -> Response<Body> {
    let (env, rights) = (pages.env.clone(), operator.rights.clone());
    change(&pages, &operator, key, ("console.app.enable", None), move |tx, app| {
        app::require_rights_of(&rights, app)?;
        app::set(tx, &env, &app.key, AppEdit { name: None, disabled: Some(false) }).map(drop)
    })
    .await
}

/// Replaces the secret, and shows the new one once.
async fn renew(
    State(pages): State<Pages>,
    mut operator: Operator,
    Path(key): Path<String>,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let key = AppKey::from(key);
    let Some(app) = find(&pages, &operator, &key) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    if app::require_rights_of(&operator.rights, &app).is_err() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let a = AppTexts::of(operator.signed_in.lang);
    let password = form.text("password");
    let verified =
        own_password::reauthenticate(&pages, &mut operator.signed_in, &visitor, &extensions, password).await;
    match verified {
        Ok(outcome) => {
            if let Some(problem) = a.password_problem(outcome) {
                let overlay = Overlay { problem: Some(problem), ..Overlay::default() };
                return respond(&pages, &operator, &key, overlay);
            }
        }
        Err(error) => return failed(operator.page(), &error),
    }
    let (env, of, rights) = (pages.env.clone(), key.clone(), operator.rights.clone());
    let signature = operator.signature(&pages, "console.app.secret");
    let renewed = pages.store.write(operator.corp(), signature, move |tx: &mut Tx<'_>| {
        // A permission may have been granted while the password was verified.
        if let Some(app) = tx.state().apps.get(&of) {
            app::require_rights_of(&rights, app)?;
        }
        app::reset_secret(tx, &env, &of)
    });
    match renewed.await {
        Ok(secret) => show_secret(&pages, &operator, &key, secret),
        Err(Error::RuleBecause(Rule::RoleDenied, _)) => notice(operator.page(), NoticeKind::Forbidden),
        Err(error) => failed(operator.page(), &error),
    }
}
