//! The article page.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, Response},
};
use carillon_model::{
    error::{Error, Result},
    id::{ArticleId, CorpId},
    time,
};
use jiff::tz::TimeZone;

use super::{Pages, html, language, notice};
use crate::{
    clean::{self, Picture},
    page, paths,
    security::PageKind,
    time::Moment,
    view::{Account, Article, Forwarding, NoticeKind, Page},
};

/// Shows the published copy to whoever may read it, and counts the read.
///
/// Members cannot sign in yet: an article for the organisation alone asks them to.
pub async fn show(
    State(pages): State<Pages>,
    Path((corp, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let page = Page { lang: language(&headers), path: format!("/article/{corp}/{id}"), member: None };
    match open(&pages, &page, &corp, &id).await {
        Ok(Ok(article)) => html(200, PageKind::Article, page::article(&article)),
        Ok(Err(kind)) => notice(page, kind),
        Err(error) => {
            tracing::error!(%error, "an article could not be shown");
            notice(page, NoticeKind::Unavailable)
        }
    }
}

async fn open(pages: &Pages, page: &Page, corp: &str, id: &str) -> Result<Result<Article, NoticeKind>> {
    let (corp, Ok(id)) = (CorpId::from(corp), id.parse().map(ArticleId)) else {
        return Ok(Err(NoticeKind::NotFound));
    };
    let Some(state) = pages.store.state().corps.get(&corp).cloned() else {
        return Ok(Err(NoticeKind::NotFound));
    };
    let now = pages.env.now();
    // One unit: what is shown is what is counted.
    let found = pages.store.write(move |tx| {
        let found = tx.article(&corp, id)?;
        if found
            .as_ref()
            .is_some_and(|article| !article.deleted && article.public && article.published.is_some())
        {
            tx.record_article_read(&corp, id, None, now)?;
        }
        Ok(found)
    });
    let Some(article) = found.await? else { return Ok(Err(NoticeKind::NotFound)) };
    if article.deleted {
        return Ok(Err(NoticeKind::Deleted));
    }
    let (Some(text), Some(published)) = (article.published, article.publish_time) else {
        return Ok(Err(NoticeKind::NotFound));
    };
    if !article.public {
        return Ok(Err(NoticeKind::SignInNeeded));
    }
    let account =
        state.account(&article.account).map_err(|_| Error::internal("an article without its account"))?;
    let zone = time::zone(&state.corp.time_zone).unwrap_or(TimeZone::UTC);
    Ok(Ok(Article {
        page: page.clone(),
        title: text.title,
        cover: text.thumb_media_id.and_then(|id| Picture::media(id.as_str())),
        account: Account {
            unionid: account.id.to_string(),
            name: account.name.clone(),
            avatar: Picture::media(account.avatar_media_id.as_str()),
        },
        published: Moment::new(page.lang, published.0, now.0, &zone),
        body: clean::article_html(&text.content, paths::MEDIA_BASE),
        forwarding: if article.allow_forward { Forwarding::Allowed } else { Forwarding::Refused },
        preview_until: None,
    }))
}
