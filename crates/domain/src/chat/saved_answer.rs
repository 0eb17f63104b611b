//! Answers that operators of an account use again: a list in an order of their own.

use std::collections::BTreeSet;

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, SavedAnswerId, UserId},
};
use carillon_store::{SavedAnswer, Tx};

use super::post_message::normalize_text;
use crate::account;

/// The maximum number of answers of an account. Decided.
pub const MAX_ANSWERS: usize = 100;
/// The maximum number of characters of a title. Decided.
pub const MAX_TITLE_CHARS: usize = 50;

/// What an operator writes.
#[derive(Clone, Debug)]
pub struct AnswerText {
    /// What operators find it by: one line.
    pub title: String,
    /// Plain text, as a reply.
    pub content: String,
}

/// The answers of an account, in their order.
pub fn list(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId) -> Result<Vec<SavedAnswer>> {
    tx.state().corp(corp)?.account(account)?;
    tx.saved_answers(corp, account)
}

/// Adds an answer at the end of the list.
///
/// # Errors
/// [`Rule::ChatTextEmpty`], [`Rule::ChatTextTooLong`]; an invalid `title`, also if the account has the maximum number of answers.
pub fn add(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    by: Option<UserId>,
    new: &AnswerText,
) -> Result<SavedAnswerId> {
    account::enabled(tx, corp, account)?;
    let count = tx.saved_answers(corp, account)?.len();
    let (title, content) = checked(new)?;
    if count >= MAX_ANSWERS {
        let reason = format!("cannot be added: an account has at most {MAX_ANSWERS} saved answers");
        return Err(Error::invalid("title", reason));
    }
    let id = SavedAnswerId(tx.next_number(corp, "saved_answer")?);
    tx.changed(
        corp,
        Change::created(Subject::SavedAnswer, id).with("account", account).with("title", &title),
    );
    let answer = SavedAnswer { id, title, content, changed_by: by, changed_at: env.now() };
    // Places of removed answers stay free, so the last place may be above the count.
    tx.put_saved_answer(corp, account, &answer, usize::try_from(id.0).unwrap_or(usize::MAX))?;
    Ok(id)
}

/// Replaces an answer. It keeps its place.
///
/// # Errors
/// Those of [`add`]; an invalid `answerId`.
pub fn set(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (account, id): (&AccountId, SavedAnswerId),
    by: Option<UserId>,
    new: &AnswerText,
) -> Result<()> {
    account::enabled(tx, corp, account)?;
    let before = find(tx, corp, account, id)?;
    let (title, content) = checked(new)?;
    if (&before.title, &before.content) == (&title, &content) {
        return Ok(());
    }
    let change = Change::updated(Subject::SavedAnswer, id).between("title", &before.title, &title).hidden(
        "content",
        &before.content,
        &content,
    );
    tx.changed(corp, change);
    let answer = SavedAnswer { id, title, content, changed_by: by, changed_at: env.now() };
    tx.put_saved_answer(corp, account, &answer, 0)
}

/// Removes an answer.
///
/// # Errors
/// An invalid `answerId`.
pub fn remove(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: SavedAnswerId) -> Result<()> {
    let before = find(tx, corp, account, id)?;
    tx.delete_saved_answer(corp, account, id)?;
    let change = Change::removed(Subject::SavedAnswer, id).with("account", account);
    tx.changed(corp, change.with("title", before.title));
    Ok(())
}

/// Puts the answers of an account in another order.
///
/// # Errors
/// Invalid `answerIds` if they are not all answers of the account, each once.
pub fn order(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, ids: &[SavedAnswerId]) -> Result<()> {
    let before: Vec<SavedAnswerId> = list(tx, corp, account)?.iter().map(|answer| answer.id).collect();
    let is_complete = ids.len() == before.len()
        && ids.iter().collect::<BTreeSet<_>>() == before.iter().collect::<BTreeSet<_>>();
    if !is_complete {
        return Err(Error::invalid("answerIds", "must name each saved answer of the account once"));
    }
    if ids == before {
        return Ok(());
    }
    // Every place is written: those of new answers are their ids, which are above all others.
    for (position, id) in ids.iter().enumerate() {
        tx.place_saved_answer(corp, account, *id, position)?;
    }
    tx.changed(corp, Change::updated(Subject::SavedAnswer, account).replaced("order"));
    Ok(())
}

/// Moves an answer up or down by one place. At the end of the list nothing happens.
pub fn step(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: SavedAnswerId,
    is_up: bool,
) -> Result<()> {
    let mut ids: Vec<SavedAnswerId> = list(tx, corp, account)?.iter().map(|answer| answer.id).collect();
    let at = ids.iter().position(|one| *one == id).ok_or_else(unknown)?;
    let to = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < ids.len()) };
    if let Some(to) = to {
        ids.swap(at, to);
    }
    order(tx, corp, account, &ids)
}

/// An answer of an account.
pub fn find(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: SavedAnswerId) -> Result<SavedAnswer> {
    tx.state().corp(corp)?.account(account)?;
    tx.saved_answer(corp, account, id)?.ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::invalid("answerId", "is no saved answer of the account")
}

fn checked(new: &AnswerText) -> Result<(String, String)> {
    let title = new.title.trim();
    if title.is_empty() || title.chars().any(char::is_control) {
        return Err(Error::invalid("title", "must be one line of text"));
    }
    if title.chars().count() > MAX_TITLE_CHARS {
        return Err(Error::invalid("title", format!("must have at most {MAX_TITLE_CHARS} characters")));
    }
    let content = match normalize_text(&new.content) {
        Err(Error::Rule(Rule::ChatTextEmpty)) => return Err(Error::invalid("content", "must not be blank")),
        checked => checked?,
    };
    Ok((title.to_owned(), content))
}
