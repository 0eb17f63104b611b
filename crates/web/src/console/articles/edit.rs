//! The page of an article: its form, which saves itself, publishing, a preview for the author, deletion.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Multipart, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::article::{self, DraftChange, DraftState, Saved, draft_state};
use carillon_model::{
    article::{Article, ArticleText},
    error::{Error, Result},
    id::{AccountId, ArticleId, UserId},
};
use carillon_store::Tx;
use serde::Serialize;

use super::{
    ROLES, article_path,
    form::{ArticleForm, json, problem, refusal},
    pictures, refused,
};
use crate::{
    clean::Picture,
    console::{
        Section,
        access::Operator,
        page::{self, ArticleConflict, ArticleDone, ArticleEditor},
        pictures as library,
        text::articles::texts,
    },
    paths,
    routes::{Pages, Viewer, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::NoticeKind,
};

pub(super) type ArticleAt = Path<(String, i64)>;
type Parameters = Query<HashMap<String, String>>;

/// Shows the page.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): ArticleAt,
    Query(query): Parameters,
) -> Response<Body> {
    let done = query.get("done").and_then(|code| ArticleDone::parse(code));
    let found = load(&pages, &operator, AccountId::from(unionid), ArticleId(id), |_| {}, done).await;
    respond(&operator, 200, found)
}

fn respond(operator: &Operator, status: u16, found: Result<Option<ArticleEditor>>) -> Response<Body> {
    match found {
        Ok(Some(view)) => html(status, PageKind::Editor, page::article(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => refused(operator, &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    id: ArticleId,
    change: impl FnOnce(&mut ArticleEditor),
    done: Option<ArticleDone>,
) -> Result<Option<ArticleEditor>> {
    let Some(of) = operator.account(&account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let read = pages.store.read(operator.corp(), move |tx| {
        let article = article::get(tx, &viewer.corp, &account, id)?;
        let state = draft_state(tx, &viewer.corp, &article)?;
        Ok((article, state, viewer))
    });
    let (article, state, viewer) = read.await?;
    let mut view = ArticleEditor {
        console: operator.console(),
        account: presenter::account(&of),
        path: article_path(&article.account, id),
        pictures: format!(
            "{}/{}/pictures",
            Section::Articles.path(),
            paths::encode(article.account.as_str())
        ),
        choices: library::choices_path(&article.account),
        list: format!("{}?account={}", Section::Articles.path(), paths::encode(article.account.as_str())),
        is_changed: article.publish_time.is_some_and(|published| article.update_time > published),
        published: article.publish_time.map(|time| viewer.moment(time)),
        saved: viewer.moment(state.saved_at),
        revision: state.revision,
        title: String::new(),
        content: String::new(),
        digest: String::new(),
        cover: String::new(),
        cover_picture: None,
        allow_forward: article.allow_forward,
        public: article.public,
        readers: article.user_view_count,
        views: article.total_view_count,
        problem: None,
        conflict: None,
        done,
        zone: viewer.zone(),
    };
    fill(&mut view, article.draft, operator);
    change(&mut view);
    Ok(Some(view))
}

fn fill(view: &mut ArticleEditor, text: ArticleText, operator: &Operator) {
    let is_untitled = text.title == texts(operator.signed_in.lang).untitled;
    view.title = if is_untitled { String::new() } else { text.title };
    view.content = text.content;
    view.digest = text.digest.unwrap_or_default();
    view.cover_picture = text.thumb_media_id.as_ref().and_then(|id| Picture::media(id.as_str()));
    view.cover = text.thumb_media_id.map_or_else(String::new, |id| id.to_string());
}

/// The draft as the script of the page needs it.
#[derive(Serialize)]
struct SavedDraft {
    revision: i64,
    /// The time of day.
    saved_at: String,
    /// Whether what members read is older.
    is_changed: bool,
}

/// A draft that somebody else saved.
#[derive(Serialize)]
struct Conflict {
    revision: i64,
    message: String,
}

/// Saves the form, and then publishes the article or sends it to its author.
pub async fn save(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): ArticleAt,
    Query(query): Parameters,
    form: Multipart,
) -> Response<Body> {
    let (account, id) = (AccountId::from(unionid), ArticleId(id));
    let to_script = query.contains_key("fragment");
    let lang = operator.signed_in.lang;
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let mut form = match ArticleForm::read(form).await {
        Ok(form) => form,
        Err(error) => {
            return refusal(lang, &error).unwrap_or_else(|| failed(operator.page(), &error));
        }
    };
    let done = write(&pages, &operator, &account, id, &mut form).await;
    let viewer = operator.viewer(&pages);
    match done {
        Ok((Saved::Stored(state), article)) if to_script => {
            let is_changed = article.publish_time.is_some_and(|published| article.update_time > published);
            let saved_at = viewer.moment(state.saved_at).clock;
            json(200, &SavedDraft { revision: state.revision, saved_at, is_changed })
        }
        Ok((Saved::Stored(_), _)) => {
            let done = ArticleDone::parse(&form.action).unwrap_or(ArticleDone::Save);
            let path = format!("{}?done={}", article_path(&account, id), done.code());
            uncached(Redirect::to(&path).into_response())
        }
        Ok((Saved::Conflict(state), _)) => match conflict(&pages, &operator, &viewer, state).await {
            Ok(conflict) if to_script => json(409, &conflict),
            Ok(conflict) => {
                again(&pages, &operator, account, id, 409, form, |view| {
                    view.conflict =
                        Some(ArticleConflict { message: conflict.message, revision: conflict.revision });
                })
                .await
            }
            Err(error) => failed(operator.page(), &error),
        },
        Err(error) => match (refusal(lang, &error), problem(lang, &error)) {
            (Some(refusal), _) if to_script => refusal,
            (_, Some(problem)) if !matches!(problem.status, 404 | 410) => {
                again(&pages, &operator, account, id, problem.status, form, |view| {
                    view.problem = Some(problem.text);
                })
                .await
            }
            (_, Some(_)) => notice(operator.page(), NoticeKind::NotFound),
            _ => failed(operator.page(), &error),
        },
    }
}

/// Shows the form again with what the author wrote.
async fn again(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    id: ArticleId,
    status: u16,
    form: ArticleForm,
    change: impl FnOnce(&mut ArticleEditor),
) -> Response<Body> {
    let text = form.text(operator.signed_in.lang);
    let refill = |view: &mut ArticleEditor| {
        fill(view, text, operator);
        (view.allow_forward, view.public) = (form.allow_forward, form.public);
        // The page still has the text of this revision.
        view.revision = form.revision;
        change(view);
    };
    respond(operator, status, load(pages, operator, account, id, refill, None).await)
}

async fn write(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: ArticleId,
    form: &mut ArticleForm,
) -> Result<(Saved, Article)> {
    if let Some((name, content)) = form.cover_file.take() {
        form.cover = pictures::store(pages, operator, account, name, content).await?.to_string();
    }
    let lang = operator.signed_in.lang;
    let text = form.text(lang);
    let is_complete = !form.title.is_empty() && !form.content.trim().is_empty();
    if form.action == "publish" && !is_complete {
        let field = if form.title.is_empty() { "title" } else { "content" };
        return Err(Error::invalid(field, "must not be empty"));
    }
    let author = operator.signed_in.userid.clone();
    let change = DraftChange {
        account: account.clone(),
        id,
        author: Some(author.clone()),
        based_on: form.revision,
        text,
        allow_forward: form.allow_forward,
        public: form.public,
    };
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), account.clone());
    let action = form.action.clone();
    let work = move |tx: &mut Tx<'_>| {
        if action == "aside" {
            article::set_aside(tx, &env, &corp, change)?;
            let article = article::find(tx, &corp, &of, id)?;
            return Ok((Saved::Stored(draft_state(tx, &corp, &article)?), article));
        }
        let saved = article::save_draft(tx, &env, &corp, change)?;
        if let Saved::Stored(state) = &saved {
            match action.as_str() {
                "publish" => {
                    drop(article::publish_revision(tx, &env, &corp, &of, id, Some(state.revision))?);
                }
                "phone" => drop(article::send_preview(tx, &env, &corp, &of, id, &author)?),
                _ => {}
            }
        }
        Ok((saved, article::find(tx, &corp, &of, id)?))
    };
    let name = match form.action.as_str() {
        "publish" => "console.article.publish",
        "phone" => "console.article.preview",
        "aside" => "console.article.set_aside",
        _ => "console.article.save",
    };
    pages.store.write(operator.corp(), operator.signature(pages, name), work).await
}

async fn conflict(
    pages: &Pages,
    operator: &Operator,
    viewer: &Viewer,
    state: DraftState,
) -> Result<Conflict> {
    let name = match state.author {
        Some(author) => name_of(pages, operator, author).await?,
        None => String::new(),
    };
    let time = viewer.moment(state.saved_at).clock;
    let message = texts(operator.signed_in.lang).conflict(&name, &time);
    Ok(Conflict { revision: state.revision, message })
}

async fn name_of(pages: &Pages, operator: &Operator, userid: UserId) -> Result<String> {
    let corp = operator.corp().clone();
    let read = pages.store.read(operator.corp(), move |tx| author_name(tx, &corp, &userid));
    read.await
}

/// The name of an author; the userid of one who has left.
pub(super) fn author_name(
    tx: &mut Tx<'_>,
    corp: &carillon_model::id::CorpId,
    userid: &UserId,
) -> Result<String> {
    let member = tx.member_by_userid(corp, userid)?;
    Ok(member.map_or_else(|| userid.to_string(), |member| member.profile.name))
}

/// Deletes the article.
pub async fn delete(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): ArticleAt,
) -> Response<Body> {
    let (account, id) = (AccountId::from(unionid), ArticleId(id));
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (corp, of) = (operator.corp().clone(), account.clone());
    let work = move |tx: &mut Tx<'_>| article::delete(tx, &corp, &of, id);
    let done = pages.store.write(operator.corp(), operator.signature(&pages, "console.article.delete"), work);
    match done.await {
        Ok(()) => {
            let list = format!("{}?account={}", Section::Articles.path(), paths::encode(account.as_str()));
            uncached(Redirect::to(&list).into_response())
        }
        Err(error) => refused(&operator, &error),
    }
}
