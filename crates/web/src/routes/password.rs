//! The form to change the password.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, Query, State},
    http::{Extensions, Response},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    password::{self, Objection},
    session::{self, VerifiedPassword},
};
use carillon_model::error::Result;
use carillon_store::PasswordOrigin;
use serde::Deserialize;

use super::{
    Pages,
    cookies::{self, Visitor},
    failed,
    session::{SignedIn, WithAnyPassword, browser, session_days, uncached},
    sign_in::{address, respond},
    verifier::Change,
};
use crate::{
    page, paths,
    sign_in_limits::Caller,
    view::{ChangePassword, PasswordError},
};

/// Shows the form.
pub async fn form(
    WithAnyPassword(signed_in): WithAnyPassword,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    render(&signed_in, query.get("next").map_or(paths::ME, String::as_str), None)
}

/// A submitted form.
#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    next: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

/// Changes the password. All sessions of the member end immediately, with their live pages; the browser gets a new session.
pub async fn change(
    State(pages): State<Pages>,
    WithAnyPassword(signed_in): WithAnyPassword,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<PasswordForm>,
) -> Response<Body> {
    match attempt(&pages, &signed_in, &visitor, &extensions, &form).await {
        Ok(Ok(session)) => {
            let next = paths::safe_return(&form.next);
            let next = if next == paths::ME { format!("{next}?done=password") } else { next };
            let mut response = uncached(Redirect::to(&next).into_response());
            visitor.scheme.set(&mut response, cookies::SESSION, &session, session_days(&pages));
            response
        }
        Ok(Err(error)) => render(&signed_in, &form.next, Some(error)),
        Err(error) => failed(signed_in.page(), &error),
    }
}

fn render(signed_in: &SignedIn, next: &str, error: Option<PasswordError>) -> Response<Body> {
    let next = paths::safe_return(next);
    let mut page = signed_in.page();
    page.path = paths::change_password(&next);
    let view = ChangePassword {
        page,
        next,
        userid: signed_in.userid.to_string(),
        is_required: signed_in.password_origin == PasswordOrigin::Temporary,
        error,
    };
    respond(error.map_or(200, PasswordError::status), page::change_password(&view))
}

/// Returns the text of the new session, or why the password was not changed. Attempts at the current password count like those on
/// the sign-in page.
async fn attempt(
    pages: &Pages,
    signed_in: &SignedIn,
    visitor: &Visitor,
    extensions: &Extensions,
    form: &PasswordForm,
) -> Result<Result<String, PasswordError>> {
    // Errors of the new password do not count as an attempt.
    if form.new != form.again {
        return Ok(Err(PasswordError::Different));
    }
    match password::chosen_password_objection(&form.new, &signed_in.userid, &form.current) {
        // That it is the current one is said only after the current one was verified.
        None | Some(Objection::IsCurrent) => {}
        Some(invalid_reason) => return Ok(Err(PasswordError::Objection(invalid_reason))),
    }
    let (corp, userid) = (&signed_in.corp, &signed_in.userid);
    let browser_mark = visitor.cookie(cookies::KNOWN_BROWSER).unwrap_or_default();
    let known = session::known_browser(&pages.env, corp, userid, &browser_mark)?;
    let caller = known.map_or(Caller::Address(address(extensions)), Caller::KnownBrowser);
    let Some(counted) = pages.sign_in_limits.begin(corp, userid, caller, pages.env.now()) else {
        return Ok(Err(PasswordError::TooManyTries));
    };
    let outcome = verify_and_replace(pages, signed_in, visitor, form).await;
    match &outcome {
        Ok(Ok(_) | Err(PasswordError::Objection(_))) => pages.sign_in_limits.succeeded(&counted),
        Ok(Err(PasswordError::Busy)) | Err(_) => pages.sign_in_limits.cancelled(&counted),
        Ok(Err(_)) => {}
    }
    outcome
}

async fn verify_and_replace(
    pages: &Pages,
    signed_in: &SignedIn,
    visitor: &Visitor,
    form: &PasswordForm,
) -> Result<Result<String, PasswordError>> {
    let (of, member) = (signed_in.corp.clone(), signed_in.member);
    let password_hash = pages.store.read(&signed_in.corp, move |tx| tx.password_hash(&of, member)).await?;
    let change = Change { hash: password_hash.clone(), current: form.current.clone(), new: form.new.clone() };
    let new_hash = match pages.verifier.change(&pages.env, change).await? {
        None => return Ok(Err(PasswordError::Busy)),
        Some(None) => return Ok(Err(PasswordError::WrongCurrent)),
        Some(Some(_)) if form.new == form.current => {
            return Ok(Err(PasswordError::Objection(Objection::IsCurrent)));
        }
        Some(Some(new_hash)) => new_hash,
    };
    let (env, browser, of) = (pages.env.clone(), browser(&visitor.headers), signed_in.corp.clone());
    let verified = VerifiedPassword { member, password_hash };
    let signature = signed_in.signature(&pages.env, "password.change");
    let changed = pages.store.write(&signed_in.corp, signature, move |tx| {
        session::change_password(tx, &env, &of, &verified, &new_hash, browser)
    });
    Ok(changed.await?.ok_or(PasswordError::WrongCurrent))
}
