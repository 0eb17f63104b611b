//! The draft as members will see it, for the frame beside the editor.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};
use carillon_domain::article;
use carillon_model::{
    article::ArticleCopy,
    error::Result,
    id::{AccountId, ArticleId},
};

use super::{ROLES, edit::ArticleAt, refused};
use crate::{
    article_html::ArticleVersion,
    clean::{self, CleanHtml, Picture},
    console::access::Operator,
    page,
    routes::{Pages, html, notice, presenter},
    security::PageKind,
    view::{self, ColorScheme, Forwarding, NoticeKind},
};

/// Shows the draft by the template of the inbox.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): ArticleAt,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let scheme = query.get("scheme").and_then(|code| ColorScheme::parse(code));
    match load(&pages, &operator, AccountId::from(unionid), ArticleId(id)).await {
        Ok(Some(mut view)) => {
            view.page.scheme = scheme;
            html(200, PageKind::Preview, page::article(&view))
        }
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => refused(&operator, &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    id: ArticleId,
) -> Result<Option<view::Article>> {
    let Some(of) = operator.account(&account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let corp = operator.corp().clone();
    let read = pages.store.read(operator.corp(), move |tx| {
        let article = article::get(tx, &corp, &account, id)?;
        let html = tx.article_html(&corp, id, ArticleCopy::Draft, clean::RULES_VERSION)?;
        Ok((article, html))
    });
    let (article, html) = read.await?;
    let body = match html {
        Some(html) => CleanHtml::stored(html),
        None => {
            let version = ArticleVersion {
                corp: operator.corp().clone(),
                id,
                copy: ArticleCopy::Draft,
                changed_at: article.update_time,
            };
            match pages.articles.clean(&pages.store, &pages.env, version).await? {
                Some(html) => CleanHtml::clone(&html),
                None => return Ok(None),
            }
        }
    };
    Ok(Some(view::Article {
        page: operator.page(),
        title: article.draft.title,
        cover: article.draft.thumb_media_id.and_then(|id| Picture::media(id.as_str())),
        account: presenter::account(&of),
        published: viewer.moment(article.publish_time.unwrap_or(viewer.now)),
        body,
        forwarding: if article.allow_forward { Forwarding::Allowed } else { Forwarding::Refused },
        preview_until: None,
        comments: None,
        back: None,
        zone: viewer.zone(),
    }))
}
