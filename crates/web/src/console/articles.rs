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
use carillon_domain::article::{self, NewArticle};
use carillon_model::{
    article::{ArticleHead, ArticleText},
    error::{Error, Result},
    id::{AccountId, ArticleId},
    operator::OperatorRole,
    service_account::ServiceAccount,
};
use carillon_store::{ArticleFilter, ArticlePosition, Seek, Tx};
use serde::Deserialize;

use super::{
    Section,
    access::Operator,
    csv,
    keyset::{Search, further, read_found, read_list},
    list::{Address, Position},
    page::{self, ArticleLine, ArticleState, Articles, ListPages},
    text::{articles::texts, lists::ListTexts},
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
const PER_PAGE: usize = 20;
/// Articles that a file reads at once.
const CSV_BATCH: usize = 500;
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
        return csv::page(&operator, file(&pages, &operator, &query));
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
    let (search, position) = (Search::of(query), Position::of(query, ArticlePosition::parse));
    let filters = filters(account.as_deref(), state, &search);
    let address = Address::new(Section::Articles.path(), filters.clone());
    let mut view = Articles {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        account: account.as_deref().map(presenter::account),
        state,
        search: search.text.clone(),
        lines: Vec::new(),
        pages: ListPages::default(),
        total: None,
        further: None,
        zone: viewer.zone(),
    };
    let Some(account) = account else { return Ok(Some(view)) };
    let read = read_list(pages, operator, search.clone(), move |tx| {
        let (corp, of) = (&viewer.corp, &account.id);
        let (found, cut_at) = read_found(position, PER_PAGE, |seek, most| {
            article::heads(tx, corp, of, (filter(state), search.query()), seek, most)
        })?;
        view.pages = address.pages(&found, |head| ArticlePosition::of(head).to_string());
        view.further = cut_at.map(|key| further(Section::Articles.path(), &filters, key));
        view.lines = found.rows.into_iter().map(|head| line(&viewer, head)).collect();
        // A search would have to go through all of them to count.
        view.total = match search.query() {
            None => Some(article::count(tx, corp, of, filter(state))?),
            Some(_) => None,
        };
        Ok(view)
    });
    read.await.map(Some)
}

/// The filters in the address of a list.
fn filters(
    account: Option<&ServiceAccount>,
    state: ArticleState,
    search: &Search,
) -> [(&'static str, String); 3] {
    let account = account.map(|account| account.id.to_string()).unwrap_or_default();
    [("account", account), ("state", state.code().to_owned()), ("q", search.text.clone())]
}

fn filter(state: ArticleState) -> ArticleFilter {
    let published = match state {
        ArticleState::All => None,
        ArticleState::Draft => Some(false),
        ArticleState::Published => Some(true),
    };
    ArticleFilter { published, deleted: Some(false) }
}

/// The list as a file; `None` for an account that the operator may not see.
fn file(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Response<Body>>> {
    let Some(Some(account)) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let state = query.get("state").map_or(ArticleState::All, |code| ArticleState::parse(code));
    let (t, l) = (texts(operator.signed_in.lang), ListTexts::of(operator.signed_in.lang));
    let headings = [t.title, t.digest, l.status, t.last_change, t.last_publication, l.id];
    let search = Search::of(query);
    let file = csv::stored(pages, operator, "articles", &headings, Seek::First, move |tx, viewer, seek| {
        let (corp, filter) = (&viewer.corp, (filter(state), search.query()));
        let found = article::heads(tx, corp, &account.id, filter, seek, CSV_BATCH)?;
        let next = found.next(CSV_BATCH, ArticlePosition::of);
        let lines = found.rows.into_iter().map(|head| {
            let id = head.id.to_string();
            let line = line(viewer, head);
            let state = match &line.published {
                None => t.drafts,
                Some(_) if line.is_changed => t.changed,
                Some(_) => t.published,
            };
            let published = line.published.map_or_else(String::new, |time| time.full);
            vec![line.title, line.digest, state.to_owned(), line.changed.full, published, id]
        });
        Ok((lines.collect(), next))
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
