//! Service accounts: settings with pictures, menu, automatic replies, scope, blocked members and operators.

mod load;
mod menu;
mod parts;
mod pictures;
mod preview;
mod replies;
mod settings;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Multipart, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_model::{
    error::{Error, Result},
    id::AccountId,
    operator::OperatorRole,
    service_account::ServiceAccount,
};

use super::{
    Section,
    access::Operator,
    csv,
    list::{self, Address, Position},
    page::{self, AccountRow, Accounts, SettingsForm},
    text::{accounts::AccountTexts, lists::ListTexts},
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::NoticeKind,
};
use pictures::SubmittedSettings;

/// Roles that manage accounts.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Editor];
/// The most bytes of a form without pictures: a thousand userids, or a hundred rules.
const FORM_BYTES: usize = 4 << 20;

/// Values of the filter by status.
const IN_USE: &str = "in_use";
const DISABLED: &str = "disabled";

/// The routes.
pub fn routes() -> Router<Pages> {
    let page = "/console/accounts/{unionid}";
    let action = |name: &str| format!("{page}/{name}");
    let with_pictures = Router::new()
        .route("/console/accounts", get(list).post(add))
        .route(&action("settings"), get(to_page_above).post(settings::save))
        .layer(DefaultBodyLimit::max(pictures::FORM_BYTES));
    Router::new()
        .route(page, get(show))
        .route(&action("menu"), get(to_page_above).post(parts::set_menu))
        .route(&action("replies"), get(to_page_above).post(parts::set_replies))
        .route(&action("scope"), get(to_page_above).post(parts::set_scope))
        .route(&action("blocked"), get(to_page_above).post(parts::set_blocked))
        .route(&action("operators"), get(to_page_above).post(parts::set_operators))
        .route(&action("disable"), get(to_page_above).post(settings::disable))
        .route(&action("preview"), get(to_page_above).post(preview::show))
        // What buttons of the preview lead to without script.
        .route(&action("tap"), get(to_page_above).post(to_page_above))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .merge(with_pictures)
}

fn path(account: &AccountId) -> String {
    format!("{}/{}", Section::Accounts.path(), paths::encode(account.as_str()))
}

/// Returns true if the operator may add accounts: an editor of all of them.
fn may_add(operator: &Operator) -> bool {
    operator.rights.may_for_all(ROLES)
}

type Parameters = HashMap<String, String>;

/// The list.
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
    let form = may_add(&operator).then(SettingsForm::default);
    html(200, PageKind::App, page::accounts(&list_view(&operator, &query, form, None)))
}

/// The accounts of the operator that the address asks for, in the order in which they were added.
fn listed<'o>(
    operator: &'o Operator,
    search: &'o str,
    status: &'o str,
) -> impl Iterator<Item = &'o Arc<ServiceAccount>> {
    let accounts = operator.state.accounts.values();
    accounts.filter(move |account| {
        let has_status = match status {
            IN_USE => !account.disabled,
            DISABLED => account.disabled,
            _ => true,
        };
        has_status
            && operator.rights.may_for(ROLES, &account.id)
            && list::contains(search, &[&account.name, account.id.as_str()])
    })
}

/// The accounts as a file.
fn file(pages: &Pages, operator: &Operator, query: &Parameters) -> Result<Response<Body>> {
    let (search, status) = (list::filter(query, "search"), list::filter(query, "status"));
    let (l, viewer) = (ListTexts::of(operator.signed_in.lang), operator.viewer(pages));
    let lines = listed(operator, &search, &status).map(|account| {
        vec![
            account.name.clone(),
            account.id.to_string(),
            account.brief.clone(),
            if account.disabled { l.disabled } else { l.in_use }.to_owned(),
            viewer.moment(account.created_at).iso,
        ]
    });
    csv::response("accounts", &[l.name, l.id, l.brief, l.status, l.created], lines)
}

fn list_view(
    operator: &Operator,
    query: &Parameters,
    form: Option<SettingsForm>,
    problem: Option<&'static str>,
) -> Accounts {
    let (search, status) = (list::filter(query, "search"), list::filter(query, "status"));
    let position = Position::of(query, |text| text.parse().ok());
    let found = list::page(listed(operator, &search, &status), position, |account| account.seq);
    let filters = [("search", search.clone()), ("status", status.clone())];
    let pages =
        Address::new(Section::Accounts.path(), filters).pages(&found, |account| account.seq.to_string());
    let rows = found.rows.into_iter().map(|account| AccountRow {
        href: path(&account.id),
        account: presenter::account(account),
        brief: account.brief.clone(),
        is_disabled: account.disabled,
    });
    Accounts { console: operator.console(), rows: rows.collect(), pages, search, status, form, problem }
}

/// Adds an account.
async fn add(State(pages): State<Pages>, operator: Operator, form: Multipart) -> Response<Body> {
    if !may_add(&operator) {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let a = AccountTexts::of(operator.signed_in.lang);
    let submitted = match SubmittedSettings::read(form).await {
        Ok(submitted) => submitted,
        Err(error) => return refuse_new(&operator, SettingsForm::default(), a, &error),
    };
    let fields = submitted.fields();
    match settings::create(&pages, &operator, submitted).await {
        Ok(id) => uncached(Redirect::to(&path(&id)).into_response()),
        Err(error) => refuse_new(&operator, fields, a, &error),
    }
}

fn refuse_new(
    operator: &Operator,
    fields: SettingsForm,
    a: &'static AccountTexts,
    error: &Error,
) -> Response<Body> {
    match settings::problem(a, error) {
        Some(problem) => html(
            422,
            PageKind::App,
            page::accounts(&list_view(operator, &Parameters::new(), Some(fields), Some(problem))),
        ),
        None => failed(operator.page(), error),
    }
}

/// The page of an account.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    let a = AccountTexts::of(operator.signed_in.lang);
    let done = query.contains_key("done").then(|| a.saved.to_owned());
    let tried = query.get("try").map(|text| text.chars().take(5_000).collect());
    let overlay = load::Overlay { done, tried, ..load::Overlay::default() };
    respond(&pages, &operator, &AccountId::from(unionid), overlay).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    overlay: load::Overlay,
) -> Response<Body> {
    let status = if overlay.problem.is_some() || overlay.warning.is_some() { 422 } else { 200 };
    match load::page(pages, operator, account, overlay).await {
        Ok(Some(view)) => html(status, PageKind::App, page::account(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}
