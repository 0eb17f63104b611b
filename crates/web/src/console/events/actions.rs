//! What is done with events: tests, and events that are sent again.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::event::log;
use carillon_model::{
    error::{Error, Rule},
    id::{AppKey, EventId},
};
use carillon_store::Tx;

use super::{event_path, list_path, load_list, moment, respond};
use crate::{
    console::{access::Operator, apps, form::Pairs, page, text::events::EventTexts},
    routes::{Pages, failed, html, notice, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// Sends a failed event again.
pub async fn retry(
    State(pages): State<Pages>,
    operator: Operator,
    Path((key, id)): Path<(String, String)>,
) -> Response<Body> {
    let (key, id) = (AppKey::from(key), EventId::from(id));
    if apps::find(&pages, &operator, &key).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (env, corp, app, of) = (pages.env.clone(), operator.corp().clone(), key.clone(), id.clone());
    let signature = operator.signature(&pages, "console.event.retry");
    let work = move |tx: &mut Tx<'_>| log::retry(tx, &env, &corp, &app, &of);
    match pages.store.write(operator.corp(), signature, work).await {
        Ok(()) => uncached(Redirect::to(&format!("{}?done=retried", event_path(&key, &id))).into_response()),
        Err(Error::RuleBecause(Rule::UnknownEvent, _)) => notice(operator.page(), NoticeKind::NotFound),
        Err(Error::RuleBecause(Rule::EventNotFailed | Rule::PermissionDenied, _)) => {
            let problem = EventTexts::of(operator.signed_in.lang).retry_refused;
            respond(&pages, &operator, (key, id), None, Some(problem)).await
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// Sends a test to an app.
pub async fn test(State(pages): State<Pages>, operator: Operator, Path(key): Path<String>) -> Response<Body> {
    let key = AppKey::from(key);
    if apps::find(&pages, &operator, &key).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (env, corp, app) = (pages.env.clone(), operator.corp().clone(), key.clone());
    let signature = operator.signature(&pages, "console.event.test");
    let work = move |tx: &mut Tx<'_>| log::send_test(tx, &env, &corp, &app);
    match pages.store.write(operator.corp(), signature, work).await {
        Ok(id) => uncached(Redirect::to(&format!("{}?done=tested", event_path(&key, &id))).into_response()),
        Err(Error::Rule(Rule::CallbackMissing | Rule::AppDisabled | Rule::PermissionDenied)) => {
            let problem = EventTexts::of(operator.signed_in.lang).test_refused;
            refuse(&pages, &operator, &key, problem).await
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// The list of an app with a problem.
async fn refuse(pages: &Pages, operator: &Operator, key: &AppKey, problem: &'static str) -> Response<Body> {
    let query = HashMap::from([("app".to_owned(), key.to_string())]);
    match load_list(pages, operator, &query, None, Some(problem)).await {
        Ok(Some(view)) => html(422, PageKind::App, page::events(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// Sends all events again that failed since a time.
pub async fn retry_since(
    State(pages): State<Pages>,
    operator: Operator,
    Path(key): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let key = AppKey::from(key);
    if apps::find(&pages, &operator, &key).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let Some(since) = moment(form.text("since").trim(), &operator.viewer(&pages).zone) else {
        let problem = EventTexts::of(operator.signed_in.lang).bad_time;
        return refuse(&pages, &operator, &key, problem).await;
    };
    let (env, corp, app) = (pages.env.clone(), operator.corp().clone(), key.clone());
    let signature = operator.signature(&pages, "console.event.retry_since");
    let work = move |tx: &mut Tx<'_>| log::retry_since(tx, &env, &corp, &app, since, None);
    match pages.store.write(operator.corp(), signature, work).await {
        Ok(retried) => {
            let path = format!("{}&done=retried&count={}", list_path(&key), retried.events);
            uncached(Redirect::to(&path).into_response())
        }
        Err(error) => failed(operator.page(), &error),
    }
}
