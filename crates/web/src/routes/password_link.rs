//! The page of a link by which a member chooses a password and signs in, once.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    operator,
    password::{self, Objection},
};
use carillon_model::{audit::Signature, error::Result};
use carillon_store::{Corp, LinkedMember};
use serde::Deserialize;

use super::{
    Pages,
    cookies::{self, Visitor},
    failed, html, language,
    session::{browser, session_days, uncached},
};
use crate::{
    page, paths,
    security::PageKind,
    view::{ChoosePassword, Organisation, Page, PasswordError},
};

/// Shows the form.
pub async fn form(State(pages): State<Pages>, Path(text): Path<String>, visitor: Visitor) -> Response<Body> {
    let lang = language(&visitor.headers);
    match find(&pages, &text).await {
        Ok(found) => render(lang_page(lang, &text), found, None, 200),
        Err(error) => failed(error_page(lang), &error),
    }
}

fn lang_page(lang: crate::text::Lang, text: &str) -> Page {
    Page::new(lang, paths::password_link(text))
}

/// The page of an error, which is logged with its path: the link itself is a secret.
fn error_page(lang: crate::text::Lang) -> Page {
    Page::new(lang, paths::SIGN_IN.to_owned())
}

async fn find(pages: &Pages, text: &str) -> Result<Option<(LinkedMember, Arc<Corp>)>> {
    let (env, text) = (pages.env.clone(), text.to_owned());
    pages
        .store
        .read_registry(move |tx| {
            let Some(linked) = operator::linked_member(tx, &env, &text)? else { return Ok(None) };
            let corp = Arc::clone(&tx.state().corp(&linked.corp)?.corp);
            Ok(Some((linked, corp)))
        })
        .await
}

fn render(
    mut page: Page,
    found: Option<(LinkedMember, Arc<Corp>)>,
    error: Option<PasswordError>,
    status: u16,
) -> Response<Body> {
    let status = if found.is_some() { status } else { 410 };
    let member = found.map(|(linked, corp)| {
        page.organisation = Some(Organisation::of(&corp));
        (linked.userid.to_string(), linked.name)
    });
    let action = page.path.clone();
    let view = ChoosePassword { page, member, action, error };
    uncached(html(status, PageKind::App, page::choose_password(&view)))
}

/// A submitted form.
#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

/// Sets the password, uses the link up, and signs the member in.
pub async fn choose(
    State(pages): State<Pages>,
    Path(text): Path<String>,
    visitor: Visitor,
    Form(form): Form<PasswordForm>,
) -> Response<Body> {
    let page = lang_page(language(&visitor.headers), &text);
    match attempt(&pages, &visitor, &text, &form).await {
        Ok(Attempt::SignedIn { session, is_operator }) => {
            let leads = if is_operator { paths::CONSOLE } else { paths::INBOX };
            let mut response = uncached(Redirect::to(leads).into_response());
            visitor.scheme.set(&mut response, cookies::SESSION, &session, session_days(&pages));
            response
        }
        Ok(Attempt::Refused(found, error)) => render(page, Some(found), Some(error), error.status()),
        Ok(Attempt::Over) => render(page, None, None, 410),
        Err(error) => failed(error_page(page.lang), &error),
    }
}

enum Attempt {
    SignedIn { session: String, is_operator: bool },
    Refused((LinkedMember, Arc<Corp>), PasswordError),
    Over,
}

async fn attempt(pages: &Pages, visitor: &Visitor, text: &str, form: &PasswordForm) -> Result<Attempt> {
    let Some(found) = find(pages, text).await? else { return Ok(Attempt::Over) };
    if form.new != form.again {
        return Ok(Attempt::Refused(found, PasswordError::Different));
    }
    let objection: Option<Objection> = password::chosen_password_objection(&form.new, &found.0.userid, "");
    if let Some(objection) = objection {
        return Ok(Attempt::Refused(found, PasswordError::Objection(objection)));
    }
    // Hashing is slow, so it waits for its turn like verifying, outside of the unit of work.
    let Some(hash) = pages.verifier.hash(&pages.env, form.new.clone()).await? else {
        return Ok(Attempt::Refused(found, PasswordError::Busy));
    };
    let (env, corp, text) = (pages.env.clone(), found.0.corp.clone(), text.to_owned());
    let browser = browser(&visitor.headers);
    let signature = Signature::member(&pages.env, &found.0.userid, "password.link");
    let (of, member) = (corp.clone(), found.0.member);
    let used = pages.store.write(&corp, signature, move |tx| {
        let Some(session) = operator::use_link(tx, &env, &of, &text, &hash, browser)? else {
            return Ok(Attempt::Over);
        };
        let is_operator = operator::is_operator(tx, &of, member)?;
        Ok(Attempt::SignedIn { session, is_operator })
    });
    used.await
}
