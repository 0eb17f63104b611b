//! Articles: the list, and a new one.

mod difference;
mod edit;
mod form;
mod history;
mod pictures;
mod preview;

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Form, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use carillon_domain::{
    article::{self, NewArticle},
    page::Page as Range,
};
use carillon_model::{
    article::{ArticleHead, ArticleText},
    error::{Error, Result},
    id::{AccountId, ArticleId},
    operator::OperatorRole,
};
use carillon_store::{ArticleFilter, Tx};
use serde::Deserialize;

use super::{
    Section,
    access::Operator,
    csv,
    page::{self, ArticleLine, ArticleState, Articles},
    text::articles::texts,
    to_page_above,
};
use crate::{
    clean::Picture,
    paths,
    routes::{Pages, Viewer, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::NoticeKind,
};

pub(super) use form::{Refusal, json};

/// Articles on a page.
const PER_PAGE: i64 = 20;
/// Articles that a file takes from one read.
const CSV_BATCH: i64 = 100;
/// Roles that write articles.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Editor];

/// The routes below `/console/articles`.
pub fn routes() -> Router<Pages> {
    let article = "/console/articles/{unionid}/{id}";
    Router::new()
        .route("/console/articles", get(list).post(create))
        .route(article, get(edit::show).post(edit::save).layer(DefaultBodyLimit::max(form::FORM_BYTES)))
        .route(&format!("{article}/delete"), get(to_page_above).post(edit::delete))
        .route(&format!("{article}/preview"), get(preview::show))
        .route(&format!("{article}/history"), get(history::list))
        .route(&format!("{article}/history/compare"), get(difference::show))
        .route(&format!("{article}/history/{{version}}"), get(history::show))
        .route(&format!("{article}/history/{{version}}/restore"), get(to_page_above).post(history::restore))
        .route(
            "/console/articles/{unionid}/pictures",
            post(pictures::upload).layer(DefaultBodyLimit::max(form::FORM_BYTES)),
        )
        .route("/console/articles/{unionid}/pictures/copy", post(pictures::copy))
}

/// The path of an article's page.
pub fn article_path(account: &AccountId, id: ArticleId) -> String {
    format!("{}/{}/{id}", Section::Articles.path(), paths::encode(account.as_str()))
}

/// The articles of an account.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return match file(&pages, &operator, &query) {
            Ok(Some(file)) => file,
            Ok(None) => notice(operator.page(), NoticeKind::NotFound),
            Err(error) => failed(operator.page(), &error),
        };
    }
    match load(&pages, &operator, &query).await {
        Ok(Some(view)) => html(200, PageKind::App, page::articles(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Articles>> {
    let viewer = operator.viewer(pages);
    let Some(account) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let state = query.get("state").map_or(ArticleState::All, |code| ArticleState::parse(code));
    let number = query.get("page").and_then(|number| number.parse().ok()).unwrap_or(1).clamp(1, 100_000);
    let zone = viewer.zone();
    let (mut lines, mut total) = (Vec::new(), 0);
    if let Some(account) = account.clone() {
        let read = pages.store.read(operator.corp(), move |tx| {
            let range = Range { start: number, size: PER_PAGE };
            let found = article::heads(tx, &viewer.corp, &account.id, filter(state), range)?;
            Ok((found.items.into_iter().map(|head| line(&viewer, head)).collect(), found.total))
        });
        (lines, total) = read.await?;
    }
    Ok(Some(Articles {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        account: account.as_deref().map(presenter::account),
        state,
        lines,
        number,
        pages: (total + PER_PAGE - 1) / PER_PAGE,
        total,
        zone,
    }))
}

fn filter(state: ArticleState) -> ArticleFilter {
    let published = match state {
        ArticleState::All => None,
        ArticleState::Draft => Some(false),
        ArticleState::Published => Some(true),
    };
    ArticleFilter { published, deleted: Some(false) }
}

/// The list as a file, with the filter of the page, all pages.
fn file(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Response<Body>>> {
    let Some(Some(account)) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let state = query.get("state").map_or(ArticleState::All, |code| ArticleState::parse(code));
    let t = texts(operator.signed_in.lang);
    let headings = [t.title, t.digest, t.show, t.changed_time, t.published_time];
    let file = csv::of_list(pages, operator, "articles", &headings, 1, move |tx, viewer, number| {
        let range = Range { start: *number, size: CSV_BATCH };
        let found = article::heads(tx, &viewer.corp, &account.id, filter(state), range)?;
        let next = (number * CSV_BATCH < found.total).then_some(number + 1);
        let cells = |head| {
            let line = line(viewer, head);
            let published = line.published.map(|time| time.full).unwrap_or_default();
            let state = match (published.is_empty(), line.is_changed) {
                (true, _) => t.drafts,
                (false, true) => t.changed,
                (false, false) => t.published,
            };
            vec![line.title, line.digest, state.to_owned(), line.changed.full, published]
        };
        Ok((found.items.into_iter().map(cells).collect(), next))
    });
    file.map(Some)
}

fn line(viewer: &Viewer, head: ArticleHead) -> ArticleLine {
    let is_changed = head.publish_time.is_some_and(|published| head.update_time > published);
    ArticleLine {
        href: article_path(&head.account, head.id),
        cover: head.draft.thumb_media_id.as_ref().and_then(|id| Picture::media(id.as_str())),
        title: head.draft.title,
        digest: head.draft.digest.unwrap_or_default(),
        published: head.publish_time.map(|time| viewer.moment(time)),
        changed: viewer.moment(head.update_time),
        is_changed,
    }
}

/// A submitted form.
#[derive(Deserialize)]
pub struct NewArticleForm {
    #[serde(default)]
    account: String,
}

/// Adds an article without content, and leads to its page.
pub async fn create(
    State(pages): State<Pages>,
    operator: Operator,
    Form(form): Form<NewArticleForm>,
) -> Response<Body> {
    let account = AccountId::from(form.account);
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), account.clone());
    let title = texts(operator.signed_in.lang).untitled.to_owned();
    let add = move |tx: &mut Tx<'_>| {
        let text = ArticleText { title, content: String::new(), digest: None, thumb_media_id: None };
        let uuid = format!("console-{}", env.random_text(b"0123456789abcdefghijklmnopqrstuvwxyz", 24));
        article::add(
            tx,
            &env,
            &corp,
            NewArticle { account: of, uuid, text, allow_forward: None, public: None },
        )
    };
    match pages.store.write(operator.corp(), operator.signature(&pages, "console.article.add"), add).await {
        Ok(id) => uncached(Redirect::to(&article_path(&account, id)).into_response()),
        Err(error) => refused(&operator, &error),
    }
}

/// The page for an error that has no form to be shown in.
fn refused(operator: &Operator, error: &Error) -> Response<Body> {
    match form::problem(operator.signed_in.lang, error) {
        Some(form::Problem { status: 404 | 409 | 410, .. }) => notice(operator.page(), NoticeKind::NotFound),
        _ => failed(operator.page(), error),
    }
}
