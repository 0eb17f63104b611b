//! The article page.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{Response, Uri},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    article::{
        AccessDenied, ArticleLink, LinkSource, OpenedArticle, Reader, article_link, resolve_link, views,
    },
    comment::{self, CommentThread},
    draft::{self, DraftOwner, DraftTarget},
};
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CorpId, MemberNo, MessageId, TaskId},
};
use carillon_store::Tx;

use super::{
    Pages,
    cookies::Visitor,
    failed, html, language, notice_with_sign_in,
    presenter::{self, Viewer},
    session::visit,
};
use crate::{
    article_html::ArticleVersion,
    clean::{self, CleanHtml, Picture},
    page, paths,
    security::PageKind,
    view::{Article, Comment, CommentError, Comments, Forwarding, NoticeKind, Organisation, Page},
};

/// A request for an article page.
pub(super) struct ArticleRequest {
    pub corp: CorpId,
    /// The link; `None` if it is malformed.
    pub link: Option<ArticleLink>,
    pub member: Option<MemberNo>,
    /// A comment that was refused. The page shows it again, and the view is not counted.
    pub refused: Option<(String, CommentError)>,
}

/// Shows an article to those who may read it, and counts the view.
pub async fn show(
    State(pages): State<Pages>,
    Path((corp, segment)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    uri: Uri,
    visitor: Visitor,
) -> Response<Body> {
    let path = uri.path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
    let corp = CorpId::from(corp);
    let mut page = page_of(&pages, &visitor, &corp, path);
    let signed_in = match visit(&pages, &visitor).await {
        Ok(Some(current)) if current.must_change_password() => {
            return Redirect::to(&paths::change_password(&page.path)).into_response();
        }
        Ok(signed_in) => signed_in,
        Err(error) => return failed(page, &error),
    };
    let member = signed_in.and_then(|current| {
        page.vault = current.vault(&pages.env);
        let member = current.member;
        page.member = Some(member.name);
        (member.corp == corp).then_some(member.member)
    });
    let link = ArticleLink::parse(&segment, source(&query));
    render(&pages, page, 200, ArticleRequest { corp, link, member, refused: None }).await
}

/// Redirects to the article. A browser that posted a comment without a session comes back here after signing in.
pub async fn redirect_from_comments(
    Path((corp, segment)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Redirect {
    let send = query.get("send").map_or_else(String::new, |send| format!("?send={}", paths::encode(send)));
    Redirect::to(&format!("/article/{}/{}{send}", paths::encode(&corp), paths::encode(&segment)))
}

/// Returns the page data of an organisation, without a member.
pub(super) fn page_of(pages: &Pages, visitor: &Visitor, corp: &CorpId, path: String) -> Page {
    let state = pages.store.state();
    let organisation = state.corps.get(corp).map(|state| Organisation::of(&state.corp));
    Page { organisation, ..Page::new(language(&visitor.headers), path) }
}

/// Returns the message that a link names.
fn source(query: &HashMap<String, String>) -> LinkSource {
    let task = |name: &str| query.get(name).map(|task| TaskId::from(task.as_str()));
    if let Some(task) = task("preview") {
        LinkSource::Preview(task)
    } else if let Some(task) = task("send").or_else(|| task("from")) {
        LinkSource::Send(task)
    } else if let Some(id) = query.get("message") {
        LinkSource::Message(MessageId::from(id.as_str()))
    } else {
        LinkSource::Article
    }
}

/// Renders the page of an article, or the notice why it is not shown.
pub(super) async fn render(
    pages: &Pages,
    page: Page,
    status: u16,
    request: ArticleRequest,
) -> Response<Body> {
    let corp = request.corp.clone();
    match view(pages, &page, request).await {
        Ok(Ok(article)) => html(status, PageKind::Article, page::article(&article)),
        Ok(Err(kind)) => {
            let needs_sign_in = matches!(kind, NoticeKind::SignInNeeded | NoticeKind::OtherOrganisation);
            let state = pages.store.state().corps.get(&corp).filter(|_| needs_sign_in).cloned();
            let sign_in = state.map(|state| paths::entry(&state.corp.short_name, &page.path));
            notice_with_sign_in(page, kind, sign_in)
        }
        Err(error) => failed(page, &error),
    }
}

/// The data of a page, from one read transaction.
struct ArticleData {
    opened: OpenedArticle,
    /// The sanitised article; `None` if it is not stored yet.
    html: Option<String>,
    comments: Option<Comments>,
}

async fn view(pages: &Pages, page: &Page, request: ArticleRequest) -> Result<Result<Article, NoticeKind>> {
    let ArticleRequest { corp, link: Some(link), member, refused } = request else {
        return Ok(Err(NoticeKind::NotFound));
    };
    let Some(state) = pages.store.state().corps.get(&corp).cloned() else {
        return Ok(Err(NoticeKind::NotFound));
    };
    let viewer = Viewer::new(&state, page.lang, &pages.env);
    let is_counted = refused.is_none();
    let reader = Reader { member, link };
    let found = find(pages, viewer.clone(), reader.clone(), refused).await?;
    let ArticleData { opened, html, comments } = match found {
        Ok(found) => found,
        Err(refused) => return Ok(Err(notice_of(refused, page.member.is_some(), reader.member.is_some()))),
    };
    let body = match html {
        Some(html) => CleanHtml::stored(html),
        None => {
            let (id, changed_at) = (reader.link.id, opened.time);
            let version = ArticleVersion { corp, id, copy: opened.copy, changed_at };
            match pages.articles.clean(&pages.store, &pages.env, version).await? {
                Some(html) => CleanHtml::clone(&html),
                None => return Ok(Err(NoticeKind::NotFound)),
            }
        }
    };
    let back = back_path(&opened.account, &reader);
    if is_counted {
        count_view(pages, viewer.corp.clone(), reader, opened.clone()).await;
    }
    let account =
        state.account(&opened.account).map_err(|_| Error::internal("an article without its account"))?;
    Ok(Ok(Article {
        page: page.clone(),
        title: opened.headline.title,
        cover: opened.headline.thumb_media_id.and_then(|id| Picture::media(id.as_str())),
        account: presenter::account(account),
        published: viewer.moment(opened.time),
        body,
        forwarding: if opened.allow_forward { Forwarding::Allowed } else { Forwarding::Refused },
        preview_until: opened.preview_until.map(|until| viewer.moment(until)),
        comments,
        back,
        zone: viewer.zone(),
    }))
}

async fn find(
    pages: &Pages,
    viewer: Viewer,
    reader: Reader,
    refused: Option<(String, CommentError)>,
) -> Result<Result<ArticleData, AccessDenied>> {
    let corp = viewer.corp.clone();
    let read = pages.store.read(&corp, move |tx| {
        let (corp, id) = (&viewer.corp, reader.link.id);
        let opened = match resolve_link(tx, &viewer.env, corp, &reader)? {
            Ok(opened) => opened,
            Err(refused) => return Ok(Err(refused)),
        };
        let html = tx.article_html(corp, id, opened.copy, clean::RULES_VERSION)?;
        let thread = match (reader.member, &reader.link.source) {
            (Some(member), LinkSource::Send(task)) => comment::thread(tx, corp, member, id, task)?,
            _ => None,
        };
        let comments = thread.map(|thread| comments(tx, &viewer, &thread, refused)).transpose()?;
        Ok(Ok(ArticleData { opened, html, comments }))
    });
    read.await
}

/// Counts a view of an article. The page does not depend on it: a view that cannot be written is not counted.
async fn count_view(pages: &Pages, corp: CorpId, reader: Reader, opened: OpenedArticle) {
    let (store, env) = (Arc::clone(&pages.store), pages.env.clone());
    // An error here occurs again below, where it is logged.
    if !views::count_in_memory(&store, &env, &corp, &reader, &opened).unwrap_or_default() {
        pages
            .best_effort
            .write("a reader of an article", views::write(store, env, corp, reader, opened))
            .await;
    }
}

fn comments(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    thread: &CommentThread,
    refused: Option<(String, CommentError)>,
) -> Result<Comments> {
    let source = LinkSource::Send(thread.send.task.clone());
    let path = article_link::path(&viewer.env, &viewer.corp, thread.article, &source);
    let selected_only = thread.shows_selected_only();
    let items = comment::visible(tx, &viewer.corp, thread)?.into_iter().map(|one| Comment {
        id: one.id.to_string(),
        time: viewer.moment(one.created_at),
        html: clean::text_html(&one.content),
        delete: (one.member == thread.reader).then(|| format!("{path}/comments/{}/delete", one.id)),
        is_hidden: selected_only && !one.selected,
        author: one.author_name,
        answer: one.answer.map(|answer| clean::text_html(&answer.content)),
    });
    let (draft, error) = match refused {
        Some((draft, error)) => (draft, Some(error)),
        None => (saved_draft(tx, viewer, thread)?, None),
    };
    Ok(Comments {
        draft_action: format!("{path}/comments/draft"),
        action: format!("{path}/comments"),
        task_id: thread.send.task.to_string(),
        max_chars: viewer.env.settings.comment.max_chars,
        selected_only,
        draft,
        error,
        items: items.collect(),
    })
}

/// Returns the saved draft of a comment.
fn saved_draft(tx: &mut Tx<'_>, viewer: &Viewer, thread: &CommentThread) -> Result<String> {
    let target = DraftTarget::Comments(thread.article, thread.send.task.clone());
    let owner = DraftOwner { corp: viewer.corp.clone(), member: thread.reader, target };
    Ok(draft::find(tx, &owner)?.into_iter().next().map_or_else(String::new, |draft| draft.text))
}

/// Returns the path back for members: to the message with the article, else to the conversation.
fn back_path(account: &AccountId, reader: &Reader) -> Option<String> {
    reader.member?;
    let conversation = paths::conversation(account.as_str());
    Some(match &reader.link.source {
        LinkSource::Send(id) | LinkSource::Preview(id) => {
            format!("{conversation}#m-{}", paths::encode(id.as_str()))
        }
        LinkSource::Message(id) => format!("{conversation}#m-{}", paths::encode(id.as_str())),
        LinkSource::Article => format!("{conversation}#latest"),
    })
}

fn notice_of(refused: AccessDenied, is_signed_in: bool, is_member: bool) -> NoticeKind {
    match refused {
        AccessDenied::Unknown => NoticeKind::NotFound,
        AccessDenied::Deleted => NoticeKind::Deleted,
        AccessDenied::Recalled => NoticeKind::Recalled,
        AccessDenied::PreviewOver => NoticeKind::LinkExpired,
        AccessDenied::MembersOnly | AccessDenied::ReceiversOnly if is_signed_in && !is_member => {
            NoticeKind::OtherOrganisation
        }
        // The member did not receive the article.
        AccessDenied::MembersOnly if is_signed_in => NoticeKind::Forbidden,
        AccessDenied::ReceiversOnly => NoticeKind::Forbidden,
        AccessDenied::MembersOnly => NoticeKind::SignInNeeded,
    }
}
