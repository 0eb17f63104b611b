//! The saved answers of an account.

use axum::{
    body::Body,
    extract::{Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use std::collections::HashMap;

use carillon_domain::chat::saved_answer::{self, AnswerText, MAX_ANSWERS, MAX_TITLE_CHARS};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, SavedAnswerId, UserId},
};
use carillon_store::{SavedAnswer, Tx};

use super::{ROLES, account_path};
use crate::{
    console::{
        access::Operator,
        csv,
        form::Pairs,
        page::{self, AnswerForm, SavedAnswers},
        text::{conversations::ConversationTexts, drafts::DraftTexts, texts},
    },
    routes::{Pages, Viewer, failed, html, notice, presenter, uncached},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// What was typed and refused, in the form of an answer, or of a new one.
struct Refused {
    id: Option<SavedAnswerId>,
    title: String,
    content: String,
    problem: String,
}

/// The list.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if query.contains_key("csv") {
        return csv::page(&operator, file(&pages, &operator, &account).await);
    }
    respond(&pages, &operator, &account, query.contains_key("done"), None).await
}

/// The answers as a file, in their order; `None` for an account that the operator may not see.
async fn file(pages: &Pages, operator: &Operator, account: &AccountId) -> Result<Option<Response<Body>>> {
    let Some(view) = load(pages, operator, account, false, None).await? else { return Ok(None) };
    let (c, d) = (ConversationTexts::of(operator.signed_in.lang), DraftTexts::of(operator.signed_in.lang));
    let lines = view
        .answers
        .into_iter()
        .map(|answer| vec![answer.name, answer.stored, answer.changed_by, answer.changed_at.full]);
    csv::response("answers", &[c.title, c.content, d.changed_by, d.changed_at], lines).map(Some)
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    is_done: bool,
    refused: Option<Refused>,
) -> Response<Body> {
    let status = if refused.is_some() { 422 } else { 200 };
    match load(pages, operator, account, is_done, refused).await {
        Ok(Some(view)) => html(status, PageKind::App, page::saved_answers(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    is_done: bool,
    refused: Option<Refused>,
) -> Result<Option<SavedAnswers>> {
    let Some(account) = operator.account(account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let (corp, of) = (operator.corp().clone(), account.id.clone());
    let answers = pages.store.read(operator.corp(), move |tx| {
        let answers = saved_answer::list(tx, &corp, &of)?;
        answers
            .into_iter()
            .map(|answer| Ok((author(tx, &corp, &answer)?, answer)))
            .collect::<Result<Vec<_>>>()
    });
    let answers = answers.await?;
    let count = answers.len();
    let path = format!("{}/answers", account_path(&account.id));
    let mut forms: Vec<AnswerForm> = Vec::with_capacity(count);
    for (at, (author, answer)) in answers.into_iter().enumerate() {
        let typed = refused.as_ref().filter(|refused| refused.id == Some(answer.id));
        forms.push(form(&viewer, &path, (at, count), author, answer, typed));
    }
    let new = refused.filter(|refused| refused.id.is_none());
    let problem_of_new = new.as_ref().map(|new| new.problem.clone());
    let c = ConversationTexts::of(viewer.lang);
    Ok(Some(SavedAnswers {
        console: operator.console(),
        account: presenter::account(&account),
        path,
        answers: forms,
        title: new.as_ref().map(|new| new.title.clone()).unwrap_or_default(),
        content: new.map(|new| new.content).unwrap_or_default(),
        problem: problem_of_new,
        count: c.answers_of(count, MAX_ANSWERS),
        is_full: count >= MAX_ANSWERS,
        done: is_done.then_some(c.answers_saved),
        zone: viewer.zone(),
    }))
}

fn author(tx: &mut Tx<'_>, corp: &CorpId, answer: &SavedAnswer) -> Result<String> {
    match &answer.changed_by {
        Some(userid) => crate::console::drafts::name_of(tx, corp, userid),
        None => Ok(String::new()),
    }
}

fn form(
    viewer: &Viewer,
    path: &str,
    (at, count): (usize, usize),
    changed_by: String,
    answer: SavedAnswer,
    typed: Option<&Refused>,
) -> AnswerForm {
    AnswerForm {
        id: answer.id.0,
        action: format!("{path}/{}", answer.id),
        name: answer.title.clone(),
        title: typed.map_or(answer.title, |typed| typed.title.clone()),
        stored: answer.content.clone(),
        content: typed.map_or(answer.content, |typed| typed.content.clone()),
        problem: typed.map(|typed| typed.problem.clone()),
        is_first: at == 0,
        is_last: at + 1 == count,
        changed_by,
        changed_at: viewer.moment(answer.changed_at),
    }
}

/// Adds an answer.
pub async fn add(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let (env, new) = (pages.env.clone(), text(&form));
    write(&pages, &operator, unionid, None, &form, "console.answer.add", move |tx, corp, account, by| {
        saved_answer::add(tx, &env, corp, account, Some(by), &new).map(drop)
    })
    .await
}

/// Changes, moves or removes an answer.
pub async fn change(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): Path<(String, i64)>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let (env, new, id) = (pages.env.clone(), text(&form), SavedAnswerId(id));
    match form.text("action") {
        "save" => {
            let action = "console.answer.set";
            write(&pages, &operator, unionid, Some(id), &form, action, move |tx, corp, account, by| {
                saved_answer::set(tx, &env, corp, (account, id), Some(by), &new)
            })
            .await
        }
        direction @ ("up" | "down") => {
            let (action, is_up) = ("console.answer.order", direction == "up");
            write(&pages, &operator, unionid, Some(id), &form, action, move |tx, corp, account, _| {
                saved_answer::step(tx, corp, account, id, is_up)
            })
            .await
        }
        "remove" => {
            let action = "console.answer.remove";
            write(&pages, &operator, unionid, Some(id), &form, action, move |tx, corp, account, _| {
                saved_answer::remove(tx, corp, account, id)
            })
            .await
        }
        _ => notice(operator.page(), NoticeKind::NotFound),
    }
}

fn text(form: &Pairs) -> AnswerText {
    AnswerText { title: form.text("title").to_owned(), content: form.lines("content") }
}

async fn write(
    pages: &Pages,
    operator: &Operator,
    unionid: String,
    id: Option<SavedAnswerId>,
    form: &Pairs,
    action: &str,
    work: impl FnOnce(&mut Tx<'_>, &CorpId, &AccountId, UserId) -> Result<()> + Send + 'static,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (corp, of, by) = (operator.corp().clone(), account.clone(), operator.signed_in.userid.clone());
    let signature = operator.signature(pages, action);
    let written = pages.store.write(operator.corp(), signature, move |tx| work(tx, &corp, &of, by));
    let target = id.map_or_else(String::new, |id| format!("#answer-{id}"));
    let path = format!("{}/answers?done=1{target}", account_path(&account));
    match written.await {
        Ok(()) => uncached(Redirect::to(&path).into_response()),
        // Another operator has removed it.
        Err(Error::Invalid { field, .. }) if field == "answerId" => {
            uncached(Redirect::to(&format!("{}/answers", account_path(&account))).into_response())
        }
        Err(error) => match problem(operator.signed_in.lang, &error, form) {
            Some(problem) => {
                let (title, content) = (form.text("title").to_owned(), form.lines("content"));
                let refused = Refused { id, title, content, problem };
                respond(pages, operator, &account, false, Some(refused)).await
            }
            None => failed(operator.page(), &error),
        },
    }
}

fn problem(lang: Lang, error: &Error, form: &Pairs) -> Option<String> {
    let (t, c) = (texts(lang), ConversationTexts::of(lang));
    Some(match error {
        Error::Invalid { field, .. } => match field.as_ref() {
            "title" if form.text("title").trim().is_empty() => c.title_missing.to_owned(),
            "title" if form.text("title").trim().chars().count() > MAX_TITLE_CHARS => {
                c.title_too_long(MAX_TITLE_CHARS)
            }
            "title" => c.too_many_answers(MAX_ANSWERS),
            "content" => c.content_missing.to_owned(),
            _ => return None,
        },
        Error::Rule(Rule::ChatTextTooLong) => t.reply_too_long.to_owned(),
        Error::Rule(Rule::AccountDisabled) => t.account_disabled.to_owned(),
        _ => return None,
    })
}
