//! The versions of an article: the list, one of them, and its restoration.

use axum::{
    body::Body,
    extract::{Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::article;
use carillon_model::{
    article::ArticleVersionHead,
    error::Result,
    id::{AccountId, ArticleId, CorpId},
};
use carillon_store::Tx;

use super::{
    ROLES, article_path, difference,
    edit::{ArticleAt, author_name},
    refused,
};
use crate::{
    console::{
        access::Operator,
        page::{self, ArticleHistory, OldArticle, VersionLine},
        text::articles::texts,
    },
    routes::{Pages, Viewer, html, notice, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// The list of the versions.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): ArticleAt,
) -> Response<Body> {
    match load_list(&pages, &operator, AccountId::from(unionid), ArticleId(id)).await {
        Ok(Some(view)) => html(200, PageKind::App, page::article_history(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => refused(&operator, &error),
    }
}

async fn load_list(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    id: ArticleId,
) -> Result<Option<ArticleHistory>> {
    if operator.account(&account, ROLES).is_none() {
        return Ok(None);
    }
    let viewer = operator.viewer(pages);
    let path = article_path(&account, id);
    let (zone, of) = (viewer.zone(), path.clone());
    let read = pages.store.read(operator.corp(), move |tx| {
        let title = article::get(tx, &viewer.corp, &account, id)?.draft.title;
        let versions = article::versions(tx, &viewer.corp, &account, id)?;
        let lines = versions.into_iter().enumerate().map(|(at, head)| line(tx, &viewer, &of, head, at == 0));
        Ok((title, lines.collect::<Result<Vec<_>>>()?))
    });
    let (title, versions) = read.await?;
    Ok(Some(ArticleHistory { console: operator.console(), path, title, versions, zone }))
}

pub fn line(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    path: &str,
    head: ArticleVersionHead,
    is_current: bool,
) -> Result<VersionLine> {
    Ok(VersionLine {
        href: format!("{path}/history/{}", head.version),
        number: head.version,
        author: author(tx, viewer, &viewer.corp, &head)?,
        time: viewer.moment(head.saved_at),
        title: head.title,
        characters: head.characters,
        is_current,
    })
}

fn author(tx: &mut Tx<'_>, viewer: &Viewer, corp: &CorpId, head: &ArticleVersionHead) -> Result<String> {
    match &head.author {
        Some(userid) => author_name(tx, corp, userid),
        None => Ok(texts(viewer.lang).version_app.to_owned()),
    }
}

type VersionAt = Path<(String, i64, i64)>;

/// One version.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id, number)): VersionAt,
) -> Response<Body> {
    match load_one(&pages, &operator, AccountId::from(unionid), ArticleId(id), number).await {
        Ok(Some(view)) => html(200, PageKind::Article, page::old_article(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => refused(&operator, &error),
    }
}

async fn load_one(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    id: ArticleId,
    number: i64,
) -> Result<Option<OldArticle>> {
    if operator.account(&account, ROLES).is_none() {
        return Ok(None);
    }
    let viewer = operator.viewer(pages);
    let path = format!("{}/history", article_path(&account, id));
    let (zone, of) = (viewer.zone(), path.clone());
    let read = pages.store.read(operator.corp(), move |tx| {
        let Some(version) = article::version(tx, &viewer.corp, &account, id, number)? else {
            return Ok(None);
        };
        let heads = article::versions(tx, &viewer.corp, &account, id)?;
        let newest = heads.first().map(|head| head.version);
        let is_current = newest == Some(number);
        let before = heads.iter().map(|head| head.version).filter(|before| *before < number).max();
        Ok(Some((line(tx, &viewer, &of, version.head, is_current)?, version.text, newest, before)))
    });
    let Some((version, text, newest, before)) = read.await? else { return Ok(None) };
    let body = pages.articles.clean_text(text.content).await?;
    Ok(Some(OldArticle {
        console: operator.console(),
        restore: format!("{path}/{number}/restore"),
        with_previous: before.map(|before| difference::path(&path, before, number)),
        with_current: newest
            .filter(|newest| *newest != number)
            .map(|newest| difference::path(&path, number, newest)),
        path,
        version,
        digest: text.digest.unwrap_or_default(),
        body,
        zone,
    }))
}

/// Makes a version the draft again.
pub async fn restore(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id, number)): VersionAt,
) -> Response<Body> {
    let (account, id) = (AccountId::from(unionid), ArticleId(id));
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), account.clone());
    let author = operator.signed_in.userid.clone();
    let work = move |tx: &mut Tx<'_>| article::restore(tx, &env, &corp, &of, id, number, Some(&author));
    let done =
        pages.store.write(operator.corp(), operator.signature(&pages, "console.article.restore"), work).await;
    match done {
        Ok(()) => {
            let path = format!("{}?done=restore", article_path(&account, id));
            uncached(Redirect::to(&path).into_response())
        }
        Err(error) => refused(&operator, &error),
    }
}
