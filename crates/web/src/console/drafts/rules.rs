//! What an account asks of its sends. Owners alone may change it: a rule that its own subjects can lift binds nobody.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{account::revision, send::draft};
use carillon_model::{
    error::{Error, Result, Rule},
    id::AccountId,
    send_draft::{ApprovalPolicy, QuietHours, SendPolicy},
};
use jiff::civil::Time;

use super::Section;
use crate::{
    console::{
        access::Operator,
        form::Pairs,
        page::{self, Rules},
        text::{accounts::AccountTexts, drafts::DraftTexts},
    },
    paths,
    routes::{Pages, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// What the page shows beside what is stored.
#[derive(Default)]
struct Overlay {
    done: Option<&'static str>,
    problem: Option<&'static str>,
    /// A form that was refused.
    typed: Option<Pairs>,
}

/// The path of the rules of an account.
pub fn path(account: &AccountId) -> String {
    format!("{}/{}/rules", Section::Drafts.path(), paths::encode(account.as_str()))
}

/// The rules.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let done = query.contains_key("done").then(|| DraftTexts::of(operator.signed_in.lang).saved);
    respond(&pages, &operator, &AccountId::from(unionid), Overlay { done, ..Overlay::default() }).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    overlay: Overlay,
) -> Response<Body> {
    let status = if overlay.problem.is_some() { 422 } else { 200 };
    if !operator.rights.is_owner() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    match load(pages, operator, account, overlay).await {
        Ok(Some(view)) => html(status, PageKind::App, page::rules(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    overlay: Overlay,
) -> Result<Option<Rules>> {
    let Some(account) = operator.account(account, &[]) else { return Ok(None) };
    let (corp, id) = (operator.corp().clone(), account.id.clone());
    let policy = pages.store.read(operator.corp(), move |tx| tx.send_policy(&corp, &id)).await?;
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let (from, until) =
        policy.quiet_hours.map_or_else(Default::default, |hours| (clock(hours.from), clock(hours.until)));
    let mut view = Rules {
        console: operator.console(),
        path: path(&account.id),
        account: presenter::account(&account),
        revision: revision::send_policy(&policy)?,
        approval: policy.approval.as_str(),
        four_eyes: policy.four_eyes,
        from,
        until,
        confirm_above: policy.confirm_above.map_or_else(String::new, |limit| limit.to_string()),
        done: overlay.done,
        problem: overlay.problem,
        zone: operator.viewer(pages).zone(),
    };
    if let Some(typed) = overlay.typed {
        let approval = ApprovalPolicy::parse(typed.text("approval")).unwrap_or(policy.approval);
        (view.approval, view.four_eyes) = (approval.as_str(), typed.is_set("four_eyes"));
        view.from = typed.text("from").to_owned();
        view.until = typed.text("until").to_owned();
        view.confirm_above = typed.text("confirm_above").to_owned();
    }
    Ok(Some(view))
}

/// Saves the rules.
pub async fn save(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    let d = DraftTexts::of(operator.signed_in.lang);
    if !operator.rights.is_owner() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    if operator.account(&account, &[]).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let policy = match policy(d, &form) {
        Ok(policy) => policy,
        Err(problem) => {
            let overlay = Overlay { problem: Some(problem), typed: Some(form), ..Overlay::default() };
            return respond(&pages, &operator, &account, overlay).await;
        }
    };
    let (corp, of) = (operator.corp().clone(), account.clone());
    let signature = operator.signature(&pages, "console.rules");
    let based_on = form.text("revision").to_owned();
    let saved = pages.store.write(operator.corp(), signature, move |tx| {
        let current = revision::send_policy(&tx.send_policy(&corp, &of)?)?;
        revision::require(&current, Some(based_on.as_str()).filter(|revision| !revision.is_empty()))?;
        draft::set_policy(tx, &corp, &of, &policy)
    });
    match saved.await {
        Ok(()) => uncached(Redirect::to(&format!("{}?done=saved", path(&account))).into_response()),
        Err(Error::Rule(Rule::SettingsChanged)) => {
            let problem = Some(AccountTexts::of(operator.signed_in.lang).changed);
            let overlay = Overlay { problem, typed: Some(form), ..Overlay::default() };
            respond(&pages, &operator, &account, overlay).await
        }
        Err(Error::Rule(_)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The policy of a form, or what is wrong with it.
fn policy(d: &'static DraftTexts, form: &Pairs) -> Result<SendPolicy, &'static str> {
    let minute = |name: &str| {
        let time: Option<Time> = form.text(name).parse().ok();
        time.and_then(|time| u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).ok())
    };
    let quiet_hours = match (form.text("from"), form.text("until")) {
        ("", "") => None,
        _ => {
            let hours = minute("from").zip(minute("until"));
            Some(hours.and_then(|(from, until)| QuietHours::new(from, until)).ok_or(d.invalid_hours)?)
        }
    };
    let confirm_above = match form.text("confirm_above").trim() {
        "" => None,
        number => Some(number.parse().map_err(|_| d.invalid_number)?),
    };
    Ok(SendPolicy {
        approval: ApprovalPolicy::parse(form.text("approval")).ok_or(d.invalid_number)?,
        four_eyes: form.is_set("four_eyes"),
        quiet_hours,
        confirm_above,
    })
}
