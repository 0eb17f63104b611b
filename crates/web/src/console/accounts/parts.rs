//! Replaces the menu, the automatic replies and the lists of members of an account. A change that takes something away is made once the
//! operator has confirmed exactly that.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    account::{
        self,
        audience::{self, NewScope},
        losses::{self, Losses},
        revision,
    },
    chat::auto_reply,
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, DeptId, UserId},
};
use carillon_store::Tx;

use super::{
    ROLES,
    load::{self, TypedScope},
    menu, path, replies, respond,
};
use crate::{
    console::{access::Operator, form::Pairs, page::Warning, text::accounts::AccountTexts},
    routes::{Pages, failed, notice, uncached},
    view::NoticeKind,
};

/// A form that changes a part.
pub(super) struct Change {
    /// The action in the audit trail.
    pub(super) action: &'static str,
    /// The section of the page.
    pub(super) anchor: &'static str,
    /// The digest of the losses that the operator confirmed; empty for none.
    pub(super) confirmed: String,
}

impl Change {
    fn of(form: &Pairs, action: &'static str, anchor: &'static str) -> Self {
        Self { action, anchor, confirmed: form.text("confirmed").to_owned() }
    }
}

/// What became of a change.
pub(super) enum Outcome {
    /// It was made.
    Done,
    /// Nothing changed: the operator has to confirm what it takes away.
    Confirm(Losses),
}

/// The revision that a form is based on. Forms without one replace whatever is there.
pub(super) fn revision(submitted: &str) -> Option<&str> {
    Some(submitted).filter(|revision| !revision.is_empty())
}

/// Makes a change, unless it takes away more than was confirmed.
fn unless_unconfirmed(
    losses: Losses,
    confirmed: &str,
    change: impl FnOnce() -> Result<()>,
) -> Result<Outcome> {
    if !losses.is_empty() && losses.digest()? != confirmed {
        return Ok(Outcome::Confirm(losses));
    }
    change()?;
    Ok(Outcome::Done)
}

/// Does a unit of work for a form.
pub(super) async fn write(
    pages: &Pages,
    operator: &Operator,
    unionid: String,
    change: Change,
    overlay: load::Overlay,
    work: impl FnOnce(&mut Tx<'_>, &CorpId, &AccountId) -> Result<Outcome> + Send + 'static,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none_or(|account| account.disabled) {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (corp, of) = (operator.corp().clone(), account.clone());
    let signature = operator.signature(pages, change.action);
    let work = move |tx: &mut Tx<'_>| {
        account::enabled(tx, &corp, &of)?;
        work(tx, &corp, &of)
    };
    let written = pages.store.write(operator.corp(), signature, work).await;
    let a = AccountTexts::of(operator.signed_in.lang);
    let overlay = match written {
        Ok(Outcome::Done) => {
            let path = format!("{}?done=saved#{}", path(&account), change.anchor);
            return uncached(Redirect::to(&path).into_response());
        }
        Ok(Outcome::Confirm(losses)) => match losses.digest() {
            Ok(digest) => {
                let warning = Warning { section: change.anchor, lines: a.losses(&losses), digest };
                load::Overlay { warning: Some(warning), ..overlay }
            }
            Err(error) => return failed(operator.page(), &error),
        },
        Err(error) => match problem(a, &error) {
            Some(problem) => load::Overlay { problem: Some(problem), ..overlay },
            None => return failed(operator.page(), &error),
        },
    };
    respond(pages, operator, &account, overlay).await
}

fn problem(a: &'static AccountTexts, error: &Error) -> Option<String> {
    Some(match error {
        Error::RuleBecause(Rule::UnknownUserInList, userid) => format!("{}{userid}", a.unknown_member),
        Error::Rule(Rule::TooManyUsers | Rule::TooManyDepartments) => a.list_too_long.to_owned(),
        Error::Rule(Rule::AccountDisabled) => a.gone.to_owned(),
        Error::Rule(Rule::SettingsChanged) => a.changed.to_owned(),
        Error::Invalid { field, reason } => match field.as_ref() {
            "keywords" => a.blank_keywords.to_owned(),
            "replies" => a.replies_too_long.to_owned(),
            "below" => a.below_first.to_owned(),
            "name" => a.wrong_name.to_owned(),
            field if field.starts_with("menu") => format!("{}{field} {reason}", a.bad_menu),
            _ => a.unknown_department.to_owned(),
        },
        _ => return None,
    })
}

pub(super) async fn set_menu(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let typed = menu::Typed::read(&form);
    let overlay = load::Overlay { menu: Some(typed.clone()), ..load::Overlay::default() };
    let change = Change::of(&form, "console.account.menu", "menu");
    let (confirmed, based_on) = (change.confirmed.clone(), form.text("revision").to_owned());
    write(&pages, &operator, unionid, change, overlay, move |tx, corp, account| {
        let state = tx.state().corp(corp)?;
        revision::require(&revision::menu(state, account)?, self::revision(&based_on))?;
        let menu = typed.menu()?;
        account::menu::check(tx, corp, account, &menu)?;
        let losses = losses::of_menu(tx.state().corp(corp)?, account, &menu)?;
        unless_unconfirmed(losses, &confirmed, || account::menu::set(tx, corp, account, &menu))
    })
    .await
}

pub(super) async fn set_replies(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let submitted = replies::Submitted::read(&form);
    let overlay = load::Overlay { replies: Some(submitted.clone()), ..load::Overlay::default() };
    let change = Change::of(&form, "console.account.replies", "replies");
    let based_on = form.text("revision").to_owned();
    write(&pages, &operator, unionid, change, overlay, move |tx, corp, account| {
        let state = tx.state().corp(corp)?;
        revision::require(&revision::auto_replies(state, account)?, self::revision(&based_on))?;
        let replies = submitted.replies(&state.auto_replies(account))?;
        auto_reply::set(tx, corp, account, replies)?;
        Ok(Outcome::Done)
    })
    .await
}

pub(super) async fn set_scope(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let scope = NewScope {
        all: form.is_set("all"),
        users: form.userids("users", "user"),
        departments: form.numbers("department").into_iter().map(DeptId).collect(),
    };
    let typed = TypedScope {
        all: scope.all,
        departments: scope.departments.iter().copied().collect(),
        users: form.text("users").to_owned(),
    };
    let overlay = load::Overlay { scope: Some(typed), ..load::Overlay::default() };
    let change = Change::of(&form, "console.account.scope", "scope");
    let (confirmed, based_on) = (change.confirmed.clone(), form.text("revision").to_owned());
    write(&pages, &operator, unionid, change, overlay, move |tx, corp, account| {
        let state = tx.state().corp(corp)?;
        revision::require(&revision::scope(state, account)?, self::revision(&based_on))?;
        let losses = losses::of_scope(tx, corp, account, &scope)?;
        unless_unconfirmed(losses, &confirmed, || audience::set_scope(tx, corp, account, scope))
    })
    .await
}

pub(super) async fn set_blocked(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let users: Vec<UserId> = form.userids("users", "user");
    let overlay = load::Overlay { blocked: Some(form.text("users").to_owned()), ..load::Overlay::default() };
    let change = Change::of(&form, "console.account.blocked", "blocked");
    let (confirmed, based_on) = (change.confirmed.clone(), form.text("revision").to_owned());
    write(&pages, &operator, unionid, change, overlay, move |tx, corp, account| {
        let state = tx.state().corp(corp)?;
        revision::require(&revision::blocked(state, account)?, self::revision(&based_on))?;
        let losses = losses::of_blocked(tx, corp, account, &users)?;
        unless_unconfirmed(losses, &confirmed, || audience::set_blocked(tx, corp, account, &users))
    })
    .await
}

/// Sets the operators of the account. They get roles, so only an owner may.
pub(super) async fn set_operators(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    if !operator.rights.is_owner() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let users: Vec<UserId> = form.userids("users", "user");
    let overlay =
        load::Overlay { operators: Some(form.text("users").to_owned()), ..load::Overlay::default() };
    let change = Change::of(&form, "console.account.operators", "operators");
    let (confirmed, based_on) = (change.confirmed.clone(), form.text("revision").to_owned());
    write(&pages, &operator, unionid, change, overlay, move |tx, corp, account| {
        let state = tx.state().corp(corp)?;
        revision::require(&revision::operators(state, account)?, self::revision(&based_on))?;
        let losses = losses::of_operators(tx, corp, account, &users)?;
        unless_unconfirmed(losses, &confirmed, || audience::set_operators(tx, corp, account, &users))
    })
    .await
}
