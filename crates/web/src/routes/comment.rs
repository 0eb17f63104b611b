//! Writing a comment below an article, and deleting one's own.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    article::{Reader, link},
    comment::{self, Refused},
};
use carillon_model::{
    audit::Signature,
    id::{ArticleId, CommentId, CorpId, TaskId},
};
use carillon_store::Tx;
use serde::Deserialize;

use super::{
    Pages,
    article::{Asked, draw},
    cookies::Visitor,
    failed, language, notice,
    session::{Current, visit},
};
use crate::{
    paths,
    view::{CommentError, NoticeKind, Page},
};

/// The form.
#[derive(Deserialize)]
pub struct Given {
    /// The message that the article came with.
    #[serde(default)]
    send: String,
    #[serde(default)]
    content: String,
}

/// Takes a comment. What is not taken comes back in the form, with the reason.
pub async fn write(
    State(pages): State<Pages>,
    Path((corp, id)): Path<(String, String)>,
    visitor: Visitor,
    Form(given): Form<Given>,
) -> Response<Body> {
    let (page, article, author) = match author(&pages, &visitor, corp, &id, &given.send).await {
        Ok(author) => author,
        Err(response) => return response,
    };
    let Current { corp, member, userid, .. } = author;
    let (env, of, task) = (pages.env.clone(), corp.clone(), TaskId::from(given.send.as_str()));
    let (send, content) = (task.clone(), given.content.clone());
    let signature = Signature::member(&env, &userid, "comment.write");
    let written = pages.store.write(&corp, signature, move |tx| {
        let Some(place) = comment::place(tx, &of, member, article, &send)? else {
            return Ok(Err(Refused::Closed));
        };
        comment::write(tx, &env, &of, &place, &content)
    });
    let (status, error) = match written.await {
        Ok(Ok(_)) => return back(&corp, article, &given.send),
        Ok(Err(Refused::Closed)) => return notice(page, NoticeKind::Forbidden),
        Ok(Err(Refused::Empty)) => (400, CommentError::Empty),
        Ok(Err(Refused::TooLong)) => (400, CommentError::TooLong),
        Ok(Err(Refused::TooMany)) => (429, CommentError::TooMany),
        Err(error) => return failed(page, &error),
    };
    let reader = Reader { member: Some(member), preview: None };
    let refused = Some((given.content, error));
    draw(&pages, page, status, Asked { corp, id, reader, send: Some(task), refused }).await
}

/// Deletes a comment of whoever asks. Once it is gone, asking again changes nothing.
pub async fn delete(
    State(pages): State<Pages>,
    Path((corp, id, comment_id)): Path<(String, String, String)>,
    visitor: Visitor,
    Form(given): Form<Given>,
) -> Response<Body> {
    let (page, article, author) = match author(&pages, &visitor, corp, &id, &given.send).await {
        Ok(author) => author,
        Err(response) => return response,
    };
    let Current { corp, member, userid, .. } = author;
    let Ok(comment_id) = comment_id.parse().map(CommentId) else { return notice(page, NoticeKind::NotFound) };
    let of = corp.clone();
    let signature = Signature::member(&pages.env, &userid, "comment.delete");
    let delete = move |tx: &mut Tx<'_>| comment::delete_own(tx, &of, member, comment_id);
    match pages.store.write(&corp, signature, delete).await {
        Ok(_) => back(&corp, article, &given.send),
        Err(error) => failed(page, &error),
    }
}

/// Who writes, on which page, or the answer to somebody who cannot.
async fn author(
    pages: &Pages,
    visitor: &Visitor,
    corp: String,
    id: &str,
    send: &str,
) -> std::result::Result<(Page, ArticleId, Current), Response<Body>> {
    let corp = CorpId::from(corp);
    let mut page = Page { lang: language(&visitor.headers), path: paths::INBOX.to_owned(), member: None };
    let Ok(article) = id.parse().map(ArticleId) else { return Err(notice(page, NoticeKind::NotFound)) };
    page.path = paths::comments(&link::path(&corp, article), send);
    match visit(pages, visitor).await {
        Ok(Some(identity)) => {
            page.member = Some(identity.name.clone());
            if identity.corp == corp {
                Ok((page, article, identity))
            } else {
                Err(notice(page, NoticeKind::Forbidden))
            }
        }
        Ok(None) => Err(notice(page, NoticeKind::SignInNeeded)),
        Err(error) => Err(failed(page, &error)),
    }
}

/// Back to the page, which a browser that is reloaded asks for again without the form.
fn back(corp: &CorpId, article: ArticleId, send: &str) -> Response<Body> {
    Redirect::to(&paths::comments(&link::path(corp, article), send)).into_response()
}
