//! The article page.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{Response, Uri},
};
use carillon_domain::{
    article::{Reader, Refused, link, look, open},
    comment,
};
use carillon_model::{
    audit::Signature,
    env::Env,
    error::{Error, Result},
    id::{ArticleId, CorpId, TaskId},
};
use carillon_store::Tx;

use super::{
    Pages,
    cookies::Visitor,
    failed, html, language, notice,
    session::visit,
    shown::{self, Viewer},
};
use crate::{
    article_html::ArticleVersion,
    clean::{self, CleanHtml, Picture},
    page,
    security::PageKind,
    view::{Article, Comment, CommentError, Comments, Forwarding, NoticeKind, Page},
};

/// What is asked for.
pub(super) struct Asked {
    pub corp: CorpId,
    /// The article, as the path says.
    pub id: String,
    pub reader: Reader,
    /// The message that the article came with.
    pub send: Option<TaskId>,
    /// A comment that was not taken: the page is drawn once more, and not counted.
    pub refused: Option<(String, CommentError)>,
}

/// Shows an article to whoever may read it, and counts the read.
pub async fn show(
    State(pages): State<Pages>,
    Path((corp, id)): Path<(String, String)>,
    Query(asked): Query<HashMap<String, String>>,
    uri: Uri,
    visitor: Visitor,
) -> Response<Body> {
    let path = uri.path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
    let mut page = Page { lang: language(&visitor.headers), path, member: None };
    let signed_in = match visit(&pages, &visitor).await {
        Ok(signed_in) => signed_in,
        Err(error) => return failed(page, &error),
    };
    let corp = CorpId::from(corp);
    let member = signed_in.and_then(|identity| {
        page.member = Some(identity.name);
        (identity.corp == corp).then_some(identity.member)
    });
    let task = |name: &str| asked.get(name).map(|task| TaskId::from(task.as_str()));
    let reader = Reader { member, preview: task("preview") };
    draw(&pages, page, 200, Asked { corp, id, reader, send: task("send"), refused: None }).await
}

/// The page of an article, or of why there is none.
pub(super) async fn draw(pages: &Pages, page: Page, status: u16, asked: Asked) -> Response<Body> {
    match view(pages, &page, asked).await {
        Ok(Ok(article)) => html(status, PageKind::Article, page::article(&article)),
        Ok(Err(kind)) => notice(page, kind),
        Err(error) => failed(page, &error),
    }
}

async fn view(pages: &Pages, page: &Page, asked: Asked) -> Result<Result<Article, NoticeKind>> {
    let Ok(id) = asked.id.parse().map(ArticleId) else { return Ok(Err(NoticeKind::NotFound)) };
    let Some(state) = pages.store.state().corps.get(&asked.corp).cloned() else {
        return Ok(Err(NoticeKind::NotFound));
    };
    let Asked { corp, reader, send, refused, .. } = asked;
    let viewer = Viewer::new(&state, page.lang, pages.env.now());
    let (env, of_comments) = (pages.env.clone(), viewer.clone());
    let signature = Signature::server(&env, "article.view");
    let of = corp.clone();
    let opened = pages.store.write(&corp, signature, move |tx| {
        let corp = of;
        let opened = match refused {
            None => open(tx, &env, &corp, id, &reader)?,
            Some(_) => look(tx, &env, &corp, id, &reader)?,
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(refused) => return Ok(Err(refused)),
        };
        let html = tx.article_html(&corp, id, opened.copy, clean::RULES_VERSION)?;
        let place = match (reader.member, &send) {
            (Some(member), Some(task)) => comment::place(tx, &corp, member, id, task)?,
            _ => None,
        };
        let comments = place.map(|place| comments(tx, &env, &of_comments, &place, refused)).transpose()?;
        Ok(Ok((opened, html, comments)))
    });
    let (opened, html, comments) = match opened.await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(Err(notice_of(refused, page.member.is_some()))),
    };
    let body = match html {
        Some(html) => CleanHtml::stored(html),
        None => {
            let version = ArticleVersion { corp, id, copy: opened.copy, changed_at: opened.time };
            match pages.articles.clean(&pages.store, &pages.env, version).await? {
                Some(html) => CleanHtml::clone(&html),
                None => return Ok(Err(NoticeKind::NotFound)),
            }
        }
    };
    let account =
        state.account(&opened.account).map_err(|_| Error::internal("an article without its account"))?;
    Ok(Ok(Article {
        page: page.clone(),
        title: opened.headline.title,
        cover: opened.headline.thumb_media_id.and_then(|id| Picture::media(id.as_str())),
        account: shown::account(account),
        published: viewer.moment(opened.time),
        body,
        forwarding: if opened.allow_forward { Forwarding::Allowed } else { Forwarding::Refused },
        preview_until: opened.preview_until.map(|until| viewer.moment(until)),
        comments,
    }))
}

fn comments(
    tx: &mut Tx<'_>,
    env: &Env,
    viewer: &Viewer,
    place: &comment::Place,
    refused: Option<(String, CommentError)>,
) -> Result<Comments> {
    let path = link::path(&viewer.corp, place.article);
    let selected_only = place.shows_selected_only();
    let items = comment::shown(tx, &viewer.corp, place)?.into_iter().map(|one| Comment {
        id: one.id.to_string(),
        time: viewer.moment(one.created_at),
        html: clean::text_html(&one.content),
        delete: (one.member == place.reader).then(|| format!("{path}/comments/{}/delete", one.id)),
        waits: selected_only && !one.selected,
        author: one.author_name,
    });
    let (draft, error) = refused.map_or((String::new(), None), |(draft, error)| (draft, Some(error)));
    Ok(Comments {
        action: format!("{path}/comments"),
        task_id: place.send.task.to_string(),
        max_chars: env.settings.comment.max_chars,
        selected_only,
        draft,
        error,
        items: items.collect(),
    })
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
