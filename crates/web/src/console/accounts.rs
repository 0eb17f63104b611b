//! Service accounts: settings with pictures, menu, automatic replies, scope, blocked members and operators.

mod load;
mod menu;
mod pictures;
mod replies;

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Form, Multipart, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::{
    account::{
        self, AccountChange, NewAccount,
        audience::{self, NewScope},
    },
    media,
    picture::{self, NewPicture},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, DeptId},
    operator::OperatorRole,
};
use carillon_store::{MediaOwner, Tx};

use super::{
    Section,
    access::Operator,
    form::Pairs,
    page::{self, AccountRow, Accounts, SettingsForm},
    pictures as library,
    text::accounts::AccountTexts,
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
/// The limits of the fields, as in the API.
const NAME_CHARS: usize = 30;
const BRIEF_CHARS: usize = 60;
const DESC_CHARS: usize = 200;

/// The routes.
pub fn routes() -> Router<Pages> {
    let page = "/console/accounts/{unionid}";
    let action = |name: &str| format!("{page}/{name}");
    let with_pictures = Router::new()
        .route("/console/accounts", get(list).post(add))
        .route(&action("settings"), get(to_page_above).post(set_settings))
        .layer(DefaultBodyLimit::max(pictures::FORM_BYTES));
    Router::new()
        .route(page, get(show))
        .route(&action("menu"), get(to_page_above).post(set_menu))
        .route(&action("replies"), get(to_page_above).post(set_replies))
        .route(&action("scope"), get(to_page_above).post(set_scope))
        .route(&action("blocked"), get(to_page_above).post(set_blocked))
        .route(&action("operators"), get(to_page_above).post(set_operators))
        .route(&action("disable"), get(to_page_above).post(disable))
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

/// The list.
async fn list(State(pages): State<Pages>, operator: Operator) -> Response<Body> {
    let _ = pages;
    let form = may_add(&operator).then(SettingsForm::default);
    html(200, PageKind::App, page::accounts(&list_view(&operator, form, None)))
}

fn list_view(operator: &Operator, form: Option<SettingsForm>, problem: Option<&'static str>) -> Accounts {
    let accounts = operator.state.accounts.values();
    let accounts = accounts.filter(|account| operator.rights.may_for(ROLES, &account.id));
    Accounts {
        console: operator.console(),
        rows: accounts
            .map(|account| AccountRow {
                href: path(&account.id),
                account: presenter::account(account),
                brief: account.brief.clone(),
                is_disabled: account.disabled,
            })
            .collect(),
        form,
        problem,
    }
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
    match add_account(&pages, &operator, submitted).await {
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
    match settings_problem(a, error) {
        Some(problem) => {
            html(422, PageKind::App, page::accounts(&list_view(operator, Some(fields), Some(problem))))
        }
        None => failed(operator.page(), error),
    }
}

async fn add_account(pages: &Pages, operator: &Operator, submitted: SubmittedSettings) -> Result<AccountId> {
    check_settings(&submitted)?;
    let (Some(avatar), Some(cover)) = (submitted.avatar, submitted.cover) else {
        return Err(Error::invalid("avatar", "is missing"));
    };
    let _upload = pages.store.objects().begin_upload().await;
    let avatar = library::prepare(pages, operator, MediaOwner::Nobody, avatar).await?;
    let cover = library::prepare(pages, operator, MediaOwner::Nobody, cover).await?;
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let signature = operator.signature(pages, "console.account.add");
    let work = move |tx: &mut Tx<'_>| {
        // The account does not exist yet, so its first pictures are the organisation's.
        let mut add = |new: &NewPicture| media::add(tx, &env, &corp, MediaOwner::Nobody, new.media.clone());
        let stored = [add(&avatar)?, add(&cover)?];
        let [avatar_media_id, preview_media_id] = stored.each_ref().map(|media| media.id.clone());
        let (name, brief, desc) = (submitted.name, submitted.brief, submitted.desc);
        let new = NewAccount { name, avatar_media_id, brief, desc, preview_media_id };
        let id = account::add(tx, &env, &corp, new)?;
        for (media, new) in stored.iter().zip([avatar, cover]) {
            picture::register(tx, &corp, &id, media, new.size, new.uploaded_by)?;
        }
        Ok(id)
    };
    pages.store.write(operator.corp(), signature, work).await
}

fn check_settings(submitted: &SubmittedSettings) -> Result<()> {
    if submitted.name.is_empty() || submitted.desc.is_empty() {
        return Err(Error::invalid("name", "is missing"));
    }
    let fields =
        [(&submitted.name, NAME_CHARS), (&submitted.brief, BRIEF_CHARS), (&submitted.desc, DESC_CHARS)];
    if fields.iter().any(|(text, most)| text.chars().count() > *most) {
        return Err(Error::invalid("length", "is too long"));
    }
    Ok(())
}

fn settings_problem(a: &'static AccountTexts, error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Invalid { field, .. } if field == "length" => a.too_long,
        Error::Invalid { .. } => a.missing,
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::AccountNameTaken => a.name_taken,
            Rule::TooManyAccounts => a.too_many,
            Rule::StorageFull => a.storage_full,
            Rule::MediaTooLarge
            | Rule::MediaFormatInvalid
            | Rule::MediaEmpty
            | Rule::UnknownMedia
            | Rule::PictureTooManyPixels
            | Rule::BodyUnreadable => a.bad_picture,
            Rule::AccountDisabled => a.gone,
            _ => return None,
        },
        Error::Internal(_) => return None,
    })
}

/// The page of an account.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let a = AccountTexts::of(operator.signed_in.lang);
    let lost = query.get("lost").and_then(|lost| lost.parse().ok()).filter(|lost| *lost > 0);
    let done = match lost {
        Some(lost) => Some(a.loses(lost)),
        None => query.contains_key("done").then(|| a.saved.to_owned()),
    };
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
    let status = if overlay.problem.is_some() { 422 } else { 200 };
    match load::page(pages, operator, account, overlay).await {
        Ok(Some(view)) => html(status, PageKind::App, page::account(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// Does a unit of work for a form. Its number, if any, is what members lose by it.
async fn write(
    pages: &Pages,
    operator: &Operator,
    unionid: String,
    (action, anchor): (&str, &str),
    overlay: load::Overlay,
    work: impl FnOnce(&mut Tx<'_>, &CorpId, &AccountId) -> Result<u64> + Send + 'static,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none_or(|account| account.disabled) {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (corp, of) = (operator.corp().clone(), account.clone());
    let signature = operator.signature(pages, action);
    let written = pages.store.write(operator.corp(), signature, move |tx| work(tx, &corp, &of)).await;
    let a = AccountTexts::of(operator.signed_in.lang);
    match written {
        Ok(lost) => {
            let path = format!("{}?done=saved&lost={lost}#{anchor}", path(&account));
            uncached(Redirect::to(&path).into_response())
        }
        Err(error) => match list_problem(a, &error) {
            Some(problem) => {
                respond(pages, operator, &account, load::Overlay { problem: Some(problem), ..overlay }).await
            }
            None => failed(operator.page(), &error),
        },
    }
}

fn list_problem(a: &'static AccountTexts, error: &Error) -> Option<String> {
    Some(match error {
        Error::RuleBecause(Rule::UnknownUserInList, userid) => format!("{}{userid}", a.unknown_member),
        Error::Rule(Rule::TooManyUsers | Rule::TooManyDepartments) => a.list_too_long.to_owned(),
        Error::Rule(Rule::AccountDisabled) => a.gone.to_owned(),
        Error::Invalid { field, reason } => match field.as_ref() {
            "keywords" => a.blank_keywords.to_owned(),
            "replies" => a.replies_too_long.to_owned(),
            "below" => a.below_first.to_owned(),
            "confirm" => a.wrong_name.to_owned(),
            field if field.starts_with("menu") => format!("{}{field} {reason}", a.bad_menu),
            _ => a.unknown_department.to_owned(),
        },
        _ => return None,
    })
}

async fn set_settings(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    form: Multipart,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none_or(|account| account.disabled) {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let a = AccountTexts::of(operator.signed_in.lang);
    let (fields, saved) = match SubmittedSettings::read(form).await {
        Ok(submitted) => {
            (Some(submitted.fields()), save_settings(&pages, &operator, &account, submitted).await)
        }
        Err(error) => (None, Err(error)),
    };
    match saved {
        Ok(()) => uncached(Redirect::to(&format!("{}?done=saved", path(&account))).into_response()),
        Err(error) => match settings_problem(a, &error) {
            Some(problem) => {
                let overlay = load::Overlay {
                    settings: fields,
                    problem: Some(problem.to_owned()),
                    ..Default::default()
                };
                respond(&pages, &operator, &account, overlay).await
            }
            None => failed(operator.page(), &error),
        },
    }
}

async fn save_settings(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    submitted: SubmittedSettings,
) -> Result<()> {
    check_settings(&submitted)?;
    let _upload = pages.store.objects().begin_upload().await;
    let owner = MediaOwner::Account(account.clone());
    let mut submitted_pictures = Vec::new();
    for (picture, chosen) in [(submitted.avatar, submitted.avatar_id), (submitted.cover, submitted.cover_id)]
    {
        let uploaded = match picture {
            Some(picture) => Some(library::prepare(pages, operator, owner.clone(), picture).await?),
            None => None,
        };
        submitted_pictures.push((uploaded, chosen));
    }
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), account.clone());
    let signature = operator.signature(pages, "console.account.settings");
    let work = move |tx: &mut Tx<'_>| {
        let mut stored = Vec::new();
        for (uploaded, chosen) in submitted_pictures {
            stored.push(match uploaded {
                Some(new) => Some(picture::add(tx, &env, &corp, &of, new)?),
                None => library::chosen(tx, &corp, &of, &chosen)?,
            });
        }
        let mut stored = stored.into_iter();
        let change = AccountChange {
            name: Some(submitted.name),
            avatar_media_id: stored.next().flatten(),
            brief: Some(submitted.brief),
            desc: Some(submitted.desc),
            preview_media_id: stored.next().flatten(),
            disabled: None,
        };
        account::update(tx, &corp, &of, change)
    };
    pages.store.write(operator.corp(), signature, work).await
}

async fn set_menu(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let rows = menu::submitted(&form);
    let overlay = load::Overlay { menu: Some(rows.clone()), ..load::Overlay::default() };
    let (input, stopped) = (form.is_set("input"), form.is_set("stopped"));
    write(&pages, &operator, unionid, ("console.account.menu", "menu"), overlay, move |tx, corp, account| {
        let menu = menu::of_rows(rows, input, stopped)?;
        account::menu::set(tx, corp, account, &menu)?;
        Ok(0)
    })
    .await
}

async fn set_replies(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let submitted = replies::Submitted::read(&form);
    let overlay = load::Overlay { replies: Some(submitted.clone()), ..load::Overlay::default() };
    write(
        &pages,
        &operator,
        unionid,
        ("console.account.replies", "replies"),
        overlay,
        move |tx, corp, account| {
            let before = tx.state().corp(corp)?.auto_replies(account);
            let replies = submitted.replies(&before)?;
            carillon_domain::chat::auto_reply::set(tx, corp, account, replies)?;
            Ok(0)
        },
    )
    .await
}

async fn set_scope(
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
    let overlay = load::Overlay { allowed: Some(form.text("users").to_owned()), ..load::Overlay::default() };
    write(
        &pages,
        &operator,
        unionid,
        ("console.account.scope", "scope"),
        overlay,
        move |tx, corp, account| {
            let before = audience::scope(tx.state().corp(corp)?, account);
            audience::set_scope(tx, corp, account, scope)?;
            let mut lost = before;
            lost.subtract(&audience::scope(tx.state().corp(corp)?, account));
            Ok(lost.len())
        },
    )
    .await
}

async fn set_blocked(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let users = form.userids("users", "user");
    let overlay = load::Overlay { blocked: Some(form.text("users").to_owned()), ..load::Overlay::default() };
    let action = ("console.account.blocked", "blocked");
    write(&pages, &operator, unionid, action, overlay, move |tx, corp, account| {
        audience::set_blocked(tx, corp, account, &users)?;
        Ok(0)
    })
    .await
}

/// Sets the operators of the account. They get roles, so only an owner may.
async fn set_operators(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    if !operator.rights.is_owner() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let users = form.userids("users", "user");
    let overlay =
        load::Overlay { operators: Some(form.text("users").to_owned()), ..load::Overlay::default() };
    let action = ("console.account.operators", "operators");
    write(&pages, &operator, unionid, action, overlay, move |tx, corp, account| {
        audience::set_operators(tx, corp, account, &users)?;
        Ok(0)
    })
    .await
}

/// Disables an account for good.
async fn disable(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    if !operator.rights.is_owner() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let typed = form.text("confirm").trim().to_owned();
    let action = ("console.account.disable", "settings");
    write(&pages, &operator, unionid, action, load::Overlay::default(), move |tx, corp, account| {
        if tx.state().corp(corp)?.account(account)?.name != typed {
            return Err(Error::invalid("confirm", "must be the name of the account"));
        }
        account::update(
            tx,
            corp,
            account,
            AccountChange { disabled: Some(true), ..AccountChange::default() },
        )?;
        Ok(0)
    })
    .await
}
