//! Posting a comment below an article, and deleting it.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    article::{ArticleLink, LinkSource, article_link},
    comment::{self, CommentRejected},
    draft::{self, DraftOwner, DraftTarget, DraftWriter},
};
use carillon_model::{
    audit::Signature,
    id::{CommentId, CorpId, TaskId},
};
use carillon_store::{SignedInMember, Tx};
use serde::Deserialize;

use super::{
    Pages,
    article::{ArticleRequest, page_of, render},
    cookies::Visitor,
    failed, notice,
    session::visit,
};
use crate::{
    paths,
    view::{CommentError, NoticeKind, Page},
};

/// A submitted form.
#[derive(Deserialize)]
pub struct CommentForm {
    /// The task id of the message with the article.
    #[serde(default)]
    send: String,
    #[serde(default)]
    content: String,
    /// The page that saved the draft, and the revision of the draft.
    #[serde(default)]
    writer: String,
    #[serde(default)]
    revision: i64,
    #[serde(default)]
    known: String,
}

/// Posts a comment. A refused one is shown in the form again, with the reason.
pub async fn write(
    State(pages): State<Pages>,
    Path((corp, id)): Path<(String, String)>,
    visitor: Visitor,
    Form(form): Form<CommentForm>,
) -> Response<Body> {
    let (page, link, author) = match author(&pages, &visitor, corp, &id, &form.send).await {
        Ok(author) => author,
        Err(response) => return response,
    };
    let SignedInMember { corp, member, userid, .. } = author;
    let article = link.id;
    let (env, of, task) = (pages.env.clone(), corp.clone(), TaskId::from(form.send.as_str()));
    let (send, content) = (task.clone(), form.content.clone());
    let writer = (!form.writer.is_empty()).then(|| DraftWriter {
        name: form.writer.clone(),
        revision: form.revision,
        last_known: form.known.clone(),
    });
    let signature = Signature::member(&env, &userid, "comment.write");
    let written = pages.store.write(&corp, signature, move |tx| {
        let Some(thread) = comment::thread(tx, &of, member, article, &send)? else {
            return Ok(Err(CommentRejected::Closed));
        };
        let written = comment::write(tx, &env, &of, &thread, &content)?;
        if written.is_ok() {
            let target = DraftTarget::Comments(article, send);
            draft::clear_sent(tx, &env, &DraftOwner { corp: of, member, target }, "", &content, writer)?;
        }
        Ok(written)
    });
    let (status, error) = match written.await {
        // The member received the article with this message, so the link may be shown.
        Ok(Ok(_)) => {
            let path = article_link::path(&pages.env, &corp, article, &LinkSource::Send(task));
            return redirect_to_comments(&path, &form.send);
        }
        Ok(Err(CommentRejected::Closed)) => return notice(page, NoticeKind::Forbidden),
        Ok(Err(CommentRejected::Empty)) => (400, CommentError::Empty),
        Ok(Err(CommentRejected::TooLong)) => (400, CommentError::TooLong),
        Ok(Err(CommentRejected::TooMany)) => (429, CommentError::TooMany),
        Err(error) => return failed(page, &error),
    };
    let link = Some(ArticleLink::of(&pages.env, &corp, article, LinkSource::Send(task)));
    let refused = Some((form.content, error));
    render(&pages, page, status, ArticleRequest { corp, link, member: Some(member), refused }).await
}

/// Deletes a comment of the member. Succeeds if it does not exist any more.
pub async fn delete(
    State(pages): State<Pages>,
    Path((corp, id, comment_id)): Path<(String, String, String)>,
    visitor: Visitor,
    Form(form): Form<CommentForm>,
) -> Response<Body> {
    let (page, link, author) = match author(&pages, &visitor, corp, &id, &form.send).await {
        Ok(author) => author,
        Err(response) => return response,
    };
    let SignedInMember { corp, member, userid, .. } = author;
    let Ok(comment_id) = comment_id.parse().map(CommentId) else { return notice(page, NoticeKind::NotFound) };
    let of = corp.clone();
    let signature = Signature::member(&pages.env, &userid, "comment.delete");
    let delete = move |tx: &mut Tx<'_>| comment::delete_own(tx, &of, member, comment_id);
    match pages.store.write(&corp, signature, delete).await {
        Ok(_) => redirect_to_comments(&link.requested_path(&corp), &form.send),
        Err(error) => failed(page, &error),
    }
}

/// Returns the page, the link and the member of a request, or the response to a visitor who may not comment.
async fn author(
    pages: &Pages,
    visitor: &Visitor,
    corp: String,
    id: &str,
    send: &str,
) -> std::result::Result<(Page, ArticleLink, SignedInMember), Response<Body>> {
    let corp = CorpId::from(corp);
    let mut page = page_of(pages, visitor, &corp, paths::INBOX.to_owned());
    let source = LinkSource::Send(TaskId::from(send));
    let Some(link) = ArticleLink::parse(id, source) else { return Err(notice(page, NoticeKind::NotFound)) };
    page.path = paths::comments(&link.requested_path(&corp), send);
    match visit(pages, visitor).await {
        Ok(Some(current)) if current.must_change_password() => {
            Err(Redirect::to(&paths::change_password(&page.path)).into_response())
        }
        Ok(Some(current)) => {
            page.vault = current.vault(&pages.env);
            page.member = Some(current.member.name.clone());
            if current.member.corp == corp {
                Ok((page, link, current.member))
            } else {
                Err(notice(page, NoticeKind::Forbidden))
            }
        }
        Ok(None) => Err(notice(page, NoticeKind::SignInNeeded)),
        Err(error) => Err(failed(page, &error)),
    }
}

/// Redirects to the page, so that reloading does not post the form again.
fn redirect_to_comments(path: &str, send: &str) -> Response<Body> {
    Redirect::to(&paths::comments(path, send)).into_response()
}
