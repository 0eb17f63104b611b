//! The article page.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, Response, Uri},
};
use carillon_domain::article::{Reader, Refused, open};
use carillon_model::{
    error::{Error, Result},
    id::{ArticleId, CorpId, TaskId},
};

use super::{
    Pages, failed, html, language, notice,
    session::who,
    shown::{self, Viewer},
};
use crate::{
    clean::{self, Picture},
    page, paths,
    security::PageKind,
    view::{Article, Forwarding, NoticeKind, Page},
};

/// Shows an article to whoever may read it, and counts the read.
pub async fn show(
    State(pages): State<Pages>,
    Path((corp, id)): Path<(String, String)>,
    Query(asked): Query<HashMap<String, String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let path = uri.path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
    let mut page = Page { lang: language(&headers), path, member: None };
    let signed_in = match who(&pages, &headers).await {
        Ok(signed_in) => signed_in,
        Err(error) => return failed(page, &error),
    };
    let corp = CorpId::from(corp);
    let reader = signed_in.and_then(|(of, member, name)| {
        page.member = Some(name);
        (of == corp).then_some(member)
    });
    let reader =
        Reader { member: reader, preview: asked.get("preview").map(|task| TaskId::from(task.as_str())) };
    match view(&pages, &page, corp, &id, reader).await {
        Ok(Ok(article)) => html(200, PageKind::Article, page::article(&article)),
        Ok(Err(kind)) => notice(page, kind),
        Err(error) => failed(page, &error),
    }
}

async fn view(
    pages: &Pages,
    page: &Page,
    corp: CorpId,
    id: &str,
    reader: Reader,
) -> Result<Result<Article, NoticeKind>> {
    let Ok(id) = id.parse().map(ArticleId) else { return Ok(Err(NoticeKind::NotFound)) };
    let Some(state) = pages.store.state().corps.get(&corp).cloned() else {
        return Ok(Err(NoticeKind::NotFound));
    };
    let env = pages.env.clone();
    let opened = match pages.store.write(move |tx| open(tx, &env, &corp, id, &reader)).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(Err(notice_of(refused, page.member.is_some()))),
    };
    let account =
        state.account(&opened.account).map_err(|_| Error::internal("an article without its account"))?;
    let viewer = Viewer::new(&state, page.lang, pages.env.now());
    Ok(Ok(Article {
        page: page.clone(),
        title: opened.text.title,
        cover: opened.text.thumb_media_id.and_then(|id| Picture::media(id.as_str())),
        account: shown::account(account),
        published: viewer.moment(opened.time),
        body: clean::article_html(&opened.text.content, paths::MEDIA_BASE),
        forwarding: if opened.allow_forward { Forwarding::Allowed } else { Forwarding::Refused },
        preview_until: opened.preview_until.map(|until| viewer.moment(until)),
    }))
}

fn notice_of(refused: Refused, signed_in: bool) -> NoticeKind {
    match refused {
        Refused::Unknown => NoticeKind::NotFound,
        Refused::Deleted => NoticeKind::Deleted,
        Refused::Recalled => NoticeKind::Recalled,
        Refused::PreviewOver => NoticeKind::LinkExpired,
        // Somebody who is signed in belongs to another organisation, or was sent nothing.
        Refused::MembersOnly if signed_in => NoticeKind::Forbidden,
        Refused::MembersOnly => NoticeKind::SignInNeeded,
    }
}
