//! Sends that operators prepare: message, receivers and time in any order, approval, and the send.

mod forms;
mod load;
mod rules;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Form, Path, Query, State},
    http::{Extensions, Response},
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::{
    page::Page as Range,
    send::draft::{self, Decision},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, SendDraftId, TaskId, UserId},
    operator::OperatorRole,
    service_account::ServiceAccount,
};
use carillon_store::Tx;
use serde::Deserialize;

use super::{
    Section,
    access::Operator,
    form::Pairs,
    page::{self, DraftRow, MessageForm},
    sends,
    text::drafts::DraftTexts,
    to_page_above,
};
use crate::{
    paths,
    routes::{
        Pages, Viewer, Visitor, failed, html, notice,
        own_password::{self, OwnPassword},
        presenter, uncached,
    },
    security::PageKind,
    view::NoticeKind,
};

/// Roles that see drafts.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver];
/// Roles that change drafts.
const WRITE_ROLES: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender];
/// Roles that send.
const SEND_ROLES: &[OperatorRole] = &[OperatorRole::Sender];
/// Roles that approve.
const APPROVE_ROLES: &[OperatorRole] = &[OperatorRole::Approver];
/// Drafts on a page.
const PER_PAGE: i64 = 20;
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
        .route(&action("message"), get(to_page_above).post(set_message))
        .route(&action("receivers"), get(to_page_above).post(set_receivers))
        .route(&action("time"), get(to_page_above).post(set_time))
        .route(&action("preview"), get(to_page_above).post(preview))
        .route(&action("ask"), get(to_page_above).post(ask))
        .route(&action("decide"), get(to_page_above).post(decide))
        .route(&action("send"), get(to_page_above).post(send))
        .route(&action("delete"), get(to_page_above).post(delete))
        .route("/console/sends/{unionid}/{task}/edit", get(to_page_above).post(take_back))
        .route("/console/sends/{unionid}/{task}/cancel", get(to_page_above).post(cancel))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
}

fn path(account: &AccountId, id: SendDraftId) -> String {
    format!("{}/{}/{id}", Section::Drafts.path(), paths::encode(account.as_str()))
}

/// The list of drafts of an account.
async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
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
    let number = query.get("page").and_then(|number| number.parse().ok()).unwrap_or(1).clamp(1, 100_000);
    let zone = viewer.zone();
    let (drafts, total) = match account.clone() {
        None => (Vec::new(), 0),
        Some(account) => {
            let read = pages.store.read(operator.corp(), move |tx| {
                let range = Range { start: number, size: PER_PAGE };
                let found = draft::list(tx, &viewer.corp, &account.id, range)?;
                let rows = found.items.iter().map(|draft| row(tx, &viewer, &account, draft));
                Ok((rows.collect::<Result<Vec<_>>>()?, found.total))
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
        number,
        pages: (total + PER_PAGE - 1) / PER_PAGE,
        zone,
    }))
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
        Err(error) => match problem(d, &error) {
            Some(problem) => problem,
            None => return failed(operator.page(), &error),
        },
    };
    let conflict_text = (problem == d.conflict && overlay.typed.is_some()).then_some(d.conflict_text);
    let problems = std::iter::once(problem).chain(conflict_text).collect();
    respond(pages, operator, &account, id, load::Overlay { problems, ..overlay }).await
}

/// The text of a refusal. `None` for faults of the server, and for a draft that is gone.
fn problem(d: &'static DraftTexts, error: &Error) -> Option<&'static str> {
    let rule = match error {
        Error::Invalid { field, .. } => {
            return Some(match field.as_ref() {
                "confirm" => d.wrong_number,
                "send_time" => d.invalid_time,
                "note" => d.note_too_long,
                "text" => d.empty_message,
                "length" => d.too_long,
                "url" => d.invalid_address,
                _ => d.no_receivers,
            });
        }
        Error::Rule(rule) | Error::RuleBecause(rule, _) => *rule,
        Error::Internal(_) => return None,
    };
    Some(match rule {
        Rule::DraftChanged | Rule::UnknownDraft => d.conflict,
        Rule::MessageInvalid => d.empty_message,
        Rule::MessageMediaInvalid | Rule::UnknownCard | Rule::UnknownArticle => d.not_published,
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

async fn set_message(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let typed = forms::message_fields(&form);
    let kind = MessageForm::parse(form.text("kind"));
    let overlay = load::Overlay { form: kind, typed: Some(typed.clone()), ..load::Overlay::default() };
    let env = pages.env.clone();
    let target = (unionid, id, &form);
    let options = (form.is_set("allow_comment"), form.is_set("only_selected"), form.is_set("show_homepage"));
    write(&pages, &operator, target, WRITE_ROLES, ("console.draft.message", "saved"), overlay, {
        move |tx, corp, edit| {
            let before = draft::get(tx, corp, &edit.account, edit.id)?.content.message;
            let message = match kind {
                // The message is kept, only the options change.
                None => before,
                Some(kind) => Some(forms::message(tx, &env, corp, &edit.account, kind, &typed, before)?),
            };
            draft::change(tx, &env, corp, edit.draft(), &edit.by, |content| {
                content.message = message;
                content.allow_comment = options.0;
                content.comment_type = i64::from(options.1);
                content.show_homepage = options.2;
            })?;
            Ok(None)
        }
    })
    .await
}

async fn set_receivers(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let receivers = forms::receivers(&form);
    let overlay = load::Overlay { users: Some(form.text("users").to_owned()), ..load::Overlay::default() };
    let env = pages.env.clone();
    let action = ("console.draft.receivers", "saved");
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::change(tx, &env, corp, edit.draft(), &edit.by, |content| content.receivers = receivers)?;
        Ok(None)
    })
    .await
}

async fn set_time(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let due_at = forms::due_at(&form, &operator.viewer(&pages).zone);
    let env = pages.env.clone();
    let action = ("console.draft.time", "saved");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        let due_at = due_at?;
        if due_at.is_some_and(|due_at| due_at <= env.now()) {
            return Err(Error::invalid("send_time", "must be in the future"));
        }
        draft::change(tx, &env, corp, edit.draft(), &edit.by, |content| content.due_at = due_at)?;
        Ok(None)
    })
    .await
}

async fn preview(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let env = pages.env.clone();
    let action = ("console.draft.preview", "preview");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::preview(tx, &env, corp, &edit.account, edit.id, &edit.by)?;
        Ok(None)
    })
    .await
}

async fn ask(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let env = pages.env.clone();
    let action = ("console.draft.ask", "asked");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::request_approval(tx, &env, corp, edit.draft(), &edit.by)?;
        Ok(None)
    })
    .await
}

async fn decide(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let decision = match form.text("decision") {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject(form.text("note").trim().to_owned()),
        _ => return notice(operator.page(), NoticeKind::NotFound),
    };
    let env = pages.env.clone();
    let action = ("console.draft.decide", "decided");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), APPROVE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::decide(tx, &env, corp, edit.draft(), &edit.by, decision)?;
        Ok(None)
    })
    .await
}

async fn send(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let confirmed = form.text("confirm").trim().parse().ok();
    let account = AccountId::from(unionid.as_str());
    let overlay = load::Overlay::default();
    // The session alone must not be enough for a send to everybody. The version in the form keeps the receivers from changing
    // between this read and the write.
    match goes_to_everybody(&pages, &operator, &account, SendDraftId(id)).await {
        Ok(true) if operator.account(&account, SEND_ROLES).is_some() => {
            let password = form.text("password").to_owned();
            let d = DraftTexts::of(operator.signed_in.lang);
            let problem = match own_password::verify(
                &pages,
                &operator.signed_in,
                &visitor,
                &extensions,
                password,
            )
            .await
            {
                Ok(OwnPassword::Right) => None,
                Ok(OwnPassword::Wrong) => Some(d.wrong_password),
                Ok(OwnPassword::TooManyTries) => Some(d.too_many_passwords),
                Ok(OwnPassword::Busy) => Some(d.busy),
                Err(error) => return failed(operator.page(), &error),
            };
            if let Some(problem) = problem {
                let overlay = load::Overlay { problems: vec![problem], ..overlay };
                return respond(&pages, &operator, &account, SendDraftId(id), overlay).await;
            }
        }
        // What else is wrong, the write says.
        Ok(_) => {}
        Err(error) => return failed(operator.page(), &error),
    }
    let env = pages.env.clone();
    let action = ("console.draft.send", "sent");
    write(&pages, &operator, (unionid, id, &form), SEND_ROLES, action, overlay, move |tx, corp, edit| {
        let task = draft::send(tx, &env, corp, edit.draft(), &edit.by, confirmed)?;
        let account = paths::encode(edit.account.as_str());
        Ok(Some(format!("{}/{account}/{}", Section::Sends.path(), paths::encode(task.as_str()))))
    })
    .await
}

async fn goes_to_everybody(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: SendDraftId,
) -> Result<bool> {
    let (corp, of) = (operator.corp().clone(), account.clone());
    let draft = pages.store.read(operator.corp(), move |tx| match draft::get(tx, &corp, &of, id) {
        Ok(draft) => Ok(Some(draft)),
        Err(Error::Rule(Rule::UnknownDraft)) => Ok(None),
        Err(error) => Err(error),
    });
    Ok(draft.await?.is_some_and(|draft| draft.content.receivers.all))
}

async fn delete(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let action = ("console.draft.delete", "deleted");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::delete(tx, corp, &edit.account, edit.id)?;
        Ok(Some(format!("{}?account={}", Section::Drafts.path(), paths::encode(edit.account.as_str()))))
    })
    .await
}

/// Takes a scheduled send back, as a draft.
async fn take_back(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
) -> Response<Body> {
    let (env, by) = (pages.env.clone(), operator.signed_in.userid.clone());
    end_waiting(
        &pages,
        &operator,
        unionid,
        task,
        "console.draft.take_back",
        move |tx, corp, account, task| {
            let id = draft::take_back(tx, &env, corp, account, task, &by)?;
            Ok(path(account, id))
        },
    )
    .await
}

/// Calls a scheduled send off.
async fn cancel(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
) -> Response<Body> {
    let env = pages.env.clone();
    end_waiting(&pages, &operator, unionid, task, "console.send.cancel", move |tx, corp, account, task| {
        carillon_domain::send::cancel(tx, &env, corp, account, task)?;
        Ok(format!("{}?done=cancel", sends::href(account, task)))
    })
    .await
}

/// Ends the wait of a scheduled send, and leads to the returned path.
async fn end_waiting(
    pages: &Pages,
    operator: &Operator,
    unionid: String,
    task: String,
    action: &str,
    work: impl FnOnce(&mut Tx<'_>, &CorpId, &AccountId, &TaskId) -> Result<String> + Send + 'static,
) -> Response<Body> {
    let (account, task) = (AccountId::from(unionid), TaskId::from(task));
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    if operator.account(&account, SEND_ROLES).is_none() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let (corp, of, id) = (operator.corp().clone(), account.clone(), task.clone());
    let signature = operator.signature(pages, action);
    let written = pages.store.write(operator.corp(), signature, move |tx| work(tx, &corp, &of, &id));
    let d = DraftTexts::of(operator.signed_in.lang);
    match written.await {
        Ok(leads) => uncached(Redirect::to(&leads).into_response()),
        Err(Error::Rule(Rule::NotWaiting)) => {
            sends::refused(pages, operator, &account, task, d.not_waiting).await
        }
        Err(Error::Rule(Rule::TooManyDrafts)) => {
            sends::refused(pages, operator, &account, task, d.too_many).await
        }
        Err(Error::Rule(Rule::UnknownTask | Rule::AccountDisabled)) => {
            notice(operator.page(), NoticeKind::NotFound)
        }
        Err(error) => failed(operator.page(), &error),
    }
}
