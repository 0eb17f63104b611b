//! What an account asks of its sends. Owners alone may change it: a rule that its own subjects can lift binds nobody.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::send::draft;
use carillon_model::{
    error::{Error, Result},
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
        text::drafts::DraftTexts,
    },
    paths,
    routes::{Pages, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::NoticeKind,
};

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
    respond(&pages, &operator, &AccountId::from(unionid), done, None, 200).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    done: Option<&'static str>,
    problem: Option<&'static str>,
    status: u16,
) -> Response<Body> {
    if !operator.rights.is_owner() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    match load(pages, operator, account, done, problem).await {
        Ok(Some(view)) => html(status, PageKind::App, page::rules(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    done: Option<&'static str>,
    problem: Option<&'static str>,
) -> Result<Option<Rules>> {
    let Some(account) = operator.account(account, &[]) else { return Ok(None) };
    let (corp, id) = (operator.corp().clone(), account.id.clone());
    let policy = pages.store.read(operator.corp(), move |tx| tx.send_policy(&corp, &id)).await?;
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let (from, until) =
        policy.quiet_hours.map_or_else(Default::default, |hours| (clock(hours.from), clock(hours.until)));
    Ok(Some(Rules {
        console: operator.console(),
        path: path(&account.id),
        account: presenter::account(&account),
        approval: policy.approval.as_str(),
        four_eyes: policy.four_eyes,
        from,
        until,
        confirm_above: policy.confirm_above.map_or_else(String::new, |limit| limit.to_string()),
        done,
        problem,
        zone: operator.viewer(pages).zone(),
    }))
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
        Err(problem) => return respond(&pages, &operator, &account, None, Some(problem), 422).await,
    };
    let (corp, of) = (operator.corp().clone(), account.clone());
    let signature = operator.signature(&pages, "console.rules");
    let saved =
        pages.store.write(operator.corp(), signature, move |tx| draft::set_policy(tx, &corp, &of, &policy));
    match saved.await {
        Ok(()) => uncached(Redirect::to(&format!("{}?done=saved", path(&account))).into_response()),
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
