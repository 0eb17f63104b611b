//! The page of an app's subscription.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::{Extensions, Response, StatusCode},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    app,
    event::{
        subscription,
        subscription_edit::{self, Receiving, SubscriptionEdit},
    },
};
use carillon_model::{
    error::{Error, Rule},
    id::AppKey,
};
use carillon_store::{App, Tx};

use super::{list_path, path, subscription_view};
use crate::{
    console::{
        access::Operator,
        apps,
        form::Pairs,
        page::{self, SubscriptionForm, SubscriptionPage},
        text::{apps::AppTexts, events::EventTexts},
    },
    routes::{Pages, Visitor, failed, html, notice, own_password, uncached},
    security::PageKind,
    view::NoticeKind,
};

const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Characters of a token that the form suggests.
const TOKEN_CHARS: usize = 32;

pub async fn show(State(pages): State<Pages>, operator: Operator, Path(key): Path<String>) -> Response<Body> {
    respond(&pages, &operator, &AppKey::from(key), None, None)
}

fn respond(
    pages: &Pages,
    operator: &Operator,
    key: &AppKey,
    typed: Option<SubscriptionForm>,
    problem: Option<&'static str>,
) -> Response<Body> {
    let Some(app) = apps::find(pages, operator, key) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    let view = view(pages, operator, &app, typed, problem);
    // The form has new secrets.
    uncached(html(if problem.is_some() { 422 } else { 200 }, PageKind::App, page::subscription(&view)))
}

fn view(
    pages: &Pages,
    operator: &Operator,
    app: &App,
    typed: Option<SubscriptionForm>,
    problem: Option<&'static str>,
) -> SubscriptionPage {
    let stored = subscription_view(&operator.state, app);
    let form = typed.unwrap_or_else(|| {
        let url = stored.as_ref().and_then(|stored| stored.url.clone());
        SubscriptionForm {
            patterns: stored.as_ref().map_or_else(|| "*".to_owned(), |stored| stored.patterns.join("\n")),
            receiving: if url.is_some() { "same" } else { "stream" }.to_owned(),
            url: url.unwrap_or_default(),
            token: pages.env.random_text(LETTERS_AND_DIGITS, TOKEN_CHARS),
            aes_key: pages.env.random_text(LETTERS_AND_DIGITS, subscription::AES_KEY_LENGTH),
        }
    });
    SubscriptionPage {
        console: operator.console(),
        app: (app.key.to_string(), app.name.clone()),
        path: path(&app.key),
        back: list_path(&app.key),
        stored,
        form,
        may_set_callback: app::require_rights_of(&operator.rights, app).is_ok(),
        needs_password: !own_password::is_recent(pages, &operator.signed_in),
        problem,
    }
}

/// What a form violates; `None` for a fault of the server.
fn problem(e: &EventTexts, error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Invalid { .. } => e.bad_patterns,
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::CallbackIncomplete | Rule::AesKeyInvalid | Rule::CallbackUrlInvalid => e.bad_callback,
            Rule::CallbackUnreachable => e.unreachable,
            Rule::CallbackAnswerWrong => e.wrong_answer,
            Rule::CallbackHostForbidden => e.forbidden_host,
            Rule::CallbackMissing => e.no_callback,
            Rule::RoleDenied => e.needs_owner,
            _ => return None,
        },
        Error::Internal(_) => return None,
    })
}

pub async fn set(
    State(pages): State<Pages>,
    mut operator: Operator,
    Path(key): Path<String>,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let key = AppKey::from(key);
    if apps::find(&pages, &operator, &key).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let trimmed = |name| form.text(name).trim().to_owned();
    let typed = SubscriptionForm {
        patterns: form.lines("patterns"),
        receiving: form.text("receiving").to_owned(),
        url: trimmed("url"),
        token: trimmed("token"),
        aes_key: trimmed("aes_key"),
    };
    let receiving = match typed.receiving.as_str() {
        "stream" => Receiving::Stream,
        "same" => Receiving::SameCallback,
        "callback" => Receiving::Callback {
            url: typed.url.clone(),
            token: typed.token.clone(),
            aes_key: typed.aes_key.clone(),
        },
        _ => return notice(operator.page(), NoticeKind::NotFound),
    };
    let lang = operator.signed_in.lang;
    let password = form.text("password");
    let verified =
        own_password::reauthenticate(&pages, &mut operator.signed_in, &visitor, &extensions, password).await;
    match verified {
        Ok(outcome) => {
            if let Some(problem) = AppTexts::of(lang).password_problem(outcome) {
                return respond(&pages, &operator, &key, Some(typed), Some(problem));
            }
        }
        Err(error) => return failed(operator.page(), &error),
    }
    let Some(callbacks) = &pages.callbacks else {
        return failed(operator.page(), &Error::internal("callbacks cannot be checked"));
    };
    let patterns = typed.patterns.split_whitespace().map(str::to_owned).collect();
    let signature = operator.signature(&pages, "console.subscription.set");
    let set = subscription_edit::set(
        &pages.store,
        &pages.env,
        (operator.corp(), &key),
        Some(&operator.rights),
        SubscriptionEdit { patterns, receiving },
        (callbacks.as_ref(), signature),
    );
    match set.await {
        Ok(()) => uncached(Redirect::to(&format!("{}&done=saved", list_path(&key))).into_response()),
        Err(error) => match problem(EventTexts::of(lang), &error) {
            Some(problem) => {
                let mut response = respond(&pages, &operator, &key, Some(typed), Some(problem));
                if matches!(error, Error::RuleBecause(Rule::RoleDenied, _)) {
                    *response.status_mut() = StatusCode::FORBIDDEN;
                }
                response
            }
            None => failed(operator.page(), &error),
        },
    }
}

pub async fn remove(
    State(pages): State<Pages>,
    operator: Operator,
    Path(key): Path<String>,
) -> Response<Body> {
    let key = AppKey::from(key);
    if apps::find(&pages, &operator, &key).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), key.clone());
    let signature = operator.signature(&pages, "console.subscription.remove");
    let work = move |tx: &mut Tx<'_>| subscription::delete(tx, &env, &corp, &of);
    match pages.store.write(operator.corp(), signature, work).await {
        // Somebody else removed it.
        Ok(()) | Err(Error::Rule(Rule::CallbackMissing)) => {
            uncached(Redirect::to(&format!("{}&done=removed", list_path(&key))).into_response())
        }
        Err(error) => failed(operator.page(), &error),
    }
}
