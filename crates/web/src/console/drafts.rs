//! Sends that operators prepare: message, receivers and time in any order, approval, and the send.

mod actions;
mod forms;
mod load;
mod rules;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::send::{
    draft,
    draft_message::{ARTICLE_IDS, EMPTY},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, SendDraftId, UserId},
    operator::OperatorRole,
    service_account::ServiceAccount,
};
use carillon_store::{DraftPosition, Seek, Tx};
use serde::Deserialize;

pub(super) use load::{due_field, name_of};

use super::{
    Section,
    access::Operator,
    cards, csv,
    form::Pairs,
    keyset::{Search, further, read_found, read_list},
    list::{Address, Entries, Position},
    page::{self, DraftRow, MessageForm},
    text::{cards::CardTexts, drafts::DraftTexts, texts},
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// Roles that see drafts.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver];
/// Roles that change drafts.
pub const WRITE_ROLES: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender];
/// Roles that send.
pub const SEND_ROLES: &[OperatorRole] = &[OperatorRole::Sender];
/// Roles that approve.
pub const APPROVE_ROLES: &[OperatorRole] = &[OperatorRole::Approver];
/// Drafts on a page.
const PER_PAGE: usize = 20;
/// Drafts that a file reads at once.
const CSV_BATCH: usize = 100;
/// The most bytes of a form: a text of 20,000 characters, or a thousand userids.
const FORM_BYTES: usize = 512 << 10;

/// The routes.
pub fn routes() -> Router<Pages> {
    let page = "/console/drafts/{unionid}/{id}";
    let action = |name: &str| format!("{page}/{name}");
    Router::new()
        .route("/console/drafts", get(list).post(add))
        .route("/console/drafts/{unionid}/rules", get(rules::show).post(rules::save))
        .route(page, get(show))
        .route(&action("message"), get(to_page_above).post(actions::set_message))
        .route(&action("receivers"), get(to_page_above).post(actions::set_receivers))
        .route(&action("time"), get(to_page_above).post(actions::set_time))
        .route(&action("preview"), get(to_page_above).post(actions::preview))
        .route(&action("ask"), get(to_page_above).post(actions::ask))
        .route(&action("decide"), get(to_page_above).post(actions::decide))
        .route(&action("send"), get(to_page_above).post(actions::send))
        .route(&action("delete"), get(to_page_above).post(actions::delete))
        .route("/console/sends/{unionid}/{task}/edit", get(to_page_above).post(actions::take_back))
        .route("/console/sends/{unionid}/{task}/cancel", get(to_page_above).post(actions::cancel))
        .route("/console/sends/{unionid}/{task}/move", get(to_page_above).post(actions::move_to))
        .route("/console/sends/{unionid}/{task}/now", get(to_page_above).post(actions::send_now))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
}

/// The path of a draft.
pub fn path(account: &AccountId, id: SendDraftId) -> String {
    format!("{}/{}/{id}", Section::Drafts.path(), paths::encode(account.as_str()))
}

/// The list of drafts of an account.
async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return csv::page(&operator, file(&pages, &operator, &query));
    }
    match load_list(&pages, &operator, &query).await {
        Ok(Some(view)) => html(200, PageKind::App, page::drafts(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_list(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<page::Drafts>> {
    let viewer = operator.viewer(pages);
    let Some(account) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let (search, position) = (Search::of(query), Position::of(query, DraftPosition::parse));
    let (zone, text) = (viewer.zone(), search.text.clone());
    let of_account = account.as_ref().map(|account| account.id.to_string()).unwrap_or_default();
    let filters = [("account", of_account), ("q", text.clone())];
    let address = Address::new(Section::Drafts.path(), filters.clone());
    let (drafts, of_list, cut_at) = match account.clone() {
        None => (Vec::new(), address.pages(&Entries::none(), |(): &()| String::new()), None),
        Some(account) => {
            let read = read_list(pages, operator, search.clone(), move |tx| {
                let (found, cut_at) = read_found(position, PER_PAGE, |seek, most| {
                    draft::list(tx, &viewer.corp, &account.id, search.query(), seek, most)
                })?;
                let of_list = address.pages(&found, |draft| DraftPosition::of(draft).to_string());
                let rows = found.rows.iter().map(|draft| row(tx, &viewer, &account, draft));
                Ok((rows.collect::<Result<Vec<_>>>()?, of_list, cut_at))
            });
            read.await?
        }
    };
    let d = DraftTexts::of(operator.signed_in.lang);
    let problem = query.get("problem").and_then(|problem| match problem.as_str() {
        "gone" => Some(d.gone),
        "many" => Some(d.too_many),
        _ => None,
    });
    let ruled = account.as_ref().filter(|_| operator.rights.is_owner());
    Ok(Some(page::Drafts {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        may_write: account.as_ref().is_some_and(|account| operator.rights.may_for(WRITE_ROLES, &account.id)),
        rules: ruled.map(|account| rules::path(&account.id)),
        account: account.as_deref().map(presenter::account),
        drafts,
        problem,
        search: text,
        pages: of_list,
        further: cut_at.map(|key| further(Section::Drafts.path(), &filters, key)),
        zone,
    }))
}

/// The list as a file; `None` for an account that the operator may not see.
fn file(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Response<Body>>> {
    let Some(Some(account)) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let (d, t) = (DraftTexts::of(operator.signed_in.lang), texts(operator.signed_in.lang));
    let headings = [d.title, t.account, t.status, d.changed_by, d.changed_at];
    let search = Search::of(query);
    let file = csv::stored(pages, operator, "drafts", &headings, Seek::First, move |tx, viewer, seek| {
        let found = draft::list(tx, &viewer.corp, &account.id, search.query(), seek, CSV_BATCH)?;
        let next = found.next(CSV_BATCH, DraftPosition::of);
        let lines = found.rows.iter().map(|draft| {
            let row = row(tx, viewer, &account, draft)?;
            Ok(vec![row.title, row.account, row.state.to_owned(), row.changed_by, row.changed_at.full])
        });
        Ok((lines.collect::<Result<_>>()?, next))
    });
    file.map(Some)
}

fn row(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &ServiceAccount,
    draft: &carillon_model::send_draft::SendDraft,
) -> Result<DraftRow> {
    Ok(DraftRow {
        href: path(&account.id, draft.id),
        account: account.name.clone(),
        title: load::title(tx, viewer, draft)?,
        state: load::state(tx, viewer, draft)?,
        changed_by: load::name_of(tx, &viewer.corp, &draft.changed_by)?,
        changed_at: viewer.moment(draft.changed_at),
    })
}

/// Returns drafts that wait for a decision by the operator, the last changed first: at most `limit` of each account.
pub fn waiting_for_approval(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
    limit: i64,
) -> Result<Vec<DraftRow>> {
    let mut rows = Vec::new();
    for account in accounts {
        for draft in tx.requested_send_drafts(&viewer.corp, &account.id, limit)? {
            rows.push(row(tx, viewer, account, &draft)?);
        }
    }
    Ok(rows)
}

/// Returns the drafts that were changed last: at most `limit` of each account.
pub fn newest(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
    limit: i64,
) -> Result<Vec<DraftRow>> {
    let mut rows = Vec::new();
    for account in accounts {
        for draft in tx.send_drafts(&viewer.corp, &account.id, &Seek::First, limit)? {
            rows.push(row(tx, viewer, account, &draft)?);
        }
    }
    Ok(rows)
}

/// The accounts whose sends the operator approves.
pub fn approved_accounts(operator: &Operator) -> Vec<Arc<ServiceAccount>> {
    operator.accounts(APPROVE_ROLES)
}

#[derive(Deserialize)]
struct AddForm {
    #[serde(default)]
    account: String,
}

/// Adds an empty draft.
async fn add(State(pages): State<Pages>, operator: Operator, Form(form): Form<AddForm>) -> Response<Body> {
    let account = AccountId::from(form.account);
    if operator.account(&account, WRITE_ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), account.clone());
    let by = operator.signed_in.userid.clone();
    let signature = operator.signature(&pages, "console.draft.add");
    let added =
        pages.store.write(operator.corp(), signature, move |tx| draft::add(tx, &env, &corp, &of, &by));
    match added.await {
        Ok(id) => uncached(Redirect::to(&path(&account, id)).into_response()),
        Err(Error::Rule(Rule::TooManyDrafts)) => {
            let account = paths::encode(account.as_str());
            uncached(Redirect::to(&format!("/console/drafts?account={account}&problem=many")).into_response())
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// A draft as its address names it.
type DraftPath = Path<(String, i64)>;

/// The page of a draft.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let d = DraftTexts::of(operator.signed_in.lang);
    let done = query.get("done").and_then(|done| match done.as_str() {
        "saved" => Some(d.saved),
        "asked" => Some(d.approval_requested),
        "decided" => Some(d.decided),
        "preview" => Some(d.preview_sent),
        _ => None,
    });
    let overlay = load::Overlay {
        form: query.get("kind").and_then(|kind| MessageForm::parse(kind)),
        find: query.get("find").map(|find| find.chars().take(64).collect()).unwrap_or_default(),
        done,
        ..load::Overlay::default()
    };
    respond(&pages, &operator, &AccountId::from(unionid), SendDraftId(id), overlay).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: SendDraftId,
    overlay: load::Overlay,
) -> Response<Body> {
    let status = overlay.status();
    match load::draft(pages, operator, account, id, overlay).await {
        Ok(Some(view)) => html(status, PageKind::App, page::draft(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(Error::Rule(Rule::UnknownDraft)) => {
            // Another operator has sent or deleted it.
            let account = paths::encode(account.as_str());
            uncached(Redirect::to(&format!("/console/drafts?account={account}&problem=gone")).into_response())
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// A write to a draft: who, which account and draft, and which version.
struct Edit {
    account: AccountId,
    id: SendDraftId,
    version: i64,
    by: UserId,
}

impl Edit {
    fn draft(&self) -> (&AccountId, SendDraftId, i64) {
        (&self.account, self.id, self.version)
    }
}

/// Does a unit of work for a form and leads back to the page, or shows it with the problem. `shown` keeps what was typed.
async fn write(
    pages: &Pages,
    operator: &Operator,
    target: (String, i64, &Pairs),
    roles: &[OperatorRole],
    (action, done): (&str, &str),
    overlay: load::Overlay,
    work: impl FnOnce(&mut Tx<'_>, &CorpId, &Edit) -> Result<Option<String>> + Send + 'static,
) -> Response<Body> {
    let (unionid, id, form) = target;
    let (account, id) = (AccountId::from(unionid), SendDraftId(id));
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    if operator.account(&account, roles).is_none() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let edit = Edit {
        account: account.clone(),
        id,
        version: form.number("version").unwrap_or_default(),
        by: operator.signed_in.userid.clone(),
    };
    let corp = operator.corp().clone();
    let signature = operator.signature(pages, action);
    let written = pages.store.write(operator.corp(), signature, move |tx| work(tx, &corp, &edit));
    let d = DraftTexts::of(operator.signed_in.lang);
    let problem = match written.await {
        Ok(Some(elsewhere)) => return uncached(Redirect::to(&elsewhere).into_response()),
        Ok(None) => {
            let path = format!("{}?done={done}", path(&account, id));
            return uncached(Redirect::to(&path).into_response());
        }
        Err(error) => match problem(d, CardTexts::of(operator.signed_in.lang), &error) {
            Some(problem) => problem,
            None => return failed(operator.page(), &error),
        },
    };
    let conflict_text = (problem == d.conflict && overlay.typed.is_some()).then_some(d.conflict_text);
    let problems = std::iter::once(problem).chain(conflict_text.map(str::to_owned)).collect();
    respond(pages, operator, &account, id, load::Overlay { problems, ..overlay }).await
}

/// The text of a refusal. `None` for faults of the server, and for a draft that is gone.
fn problem(d: &'static DraftTexts, kt: &CardTexts, error: &Error) -> Option<String> {
    let text = match error {
        Error::Invalid { field, .. } if field.starts_with(ARTICLE_IDS) => return cards::problem(kt, error),
        Error::Invalid { field, reason } => match field.as_ref() {
            "confirm" => d.wrong_number,
            "send_time" => d.invalid_time,
            "note" => d.note_too_long,
            "message.media_id" => d.no_picture,
            "message.text" | "message.title" | "message.url" if reason == EMPTY => d.empty_message,
            "message.text" | "message.title" => d.too_long,
            "message.url" => d.invalid_address,
            _ => d.no_receivers,
        },
        Error::Rule(rule) | Error::RuleBecause(rule, _) => of_rule(d, *rule)?,
        Error::Internal(_) => return None,
    };
    Some(text.to_owned())
}

fn of_rule(d: &'static DraftTexts, rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::DraftChanged | Rule::UnknownDraft => d.conflict,
        Rule::MessageInvalid => d.empty_message,
        Rule::MessageMediaInvalid | Rule::UnknownCard => d.content_gone,
        Rule::NoReceivers | Rule::ReceiverUsersInvalid => d.no_receivers,
        Rule::TooManyUsers => d.too_many_members,
        Rule::ApprovalNeeded => d.needs_approval,
        Rule::ApprovalMissing => d.approval_missing,
        Rule::ApprovalOfOwn => d.approval_of_own,
        Rule::QuietHours => d.quiet_now,
        Rule::AccountDisabled => d.disabled,
        Rule::SendTooFrequent
        | Rule::DailySendsUsedUp
        | Rule::DailySendsToUserUsedUp
        | Rule::SendsPerSecondUsedUp
        | Rule::SendsPerMinuteUsedUp
        | Rule::DailyReceiversUsedUp => d.quota_used_up,
        _ => return None,
    })
}
