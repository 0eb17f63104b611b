//! Comments below articles. Readers write them on the page of an article that came with a send that allows comments; whoever
//! manages the account lists, selects and deletes them.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CommentId, CorpId, MemberNo, TaskId, UserId},
    time::SECOND_MS,
};
use carillon_store::{Comment, SendRow, Tx};

use crate::{
    inbox,
    page::{Page, Paged},
};

/// Comments that a page shows, the newest ones.
const SHOWN: i64 = 200;

/// An article as it came to a reader: where comments are written and read.
#[derive(Clone, Debug)]
pub struct Place {
    /// The article.
    pub article: ArticleId,
    /// The send that it came with.
    pub send: SendRow,
    /// Who reads.
    pub reader: MemberNo,
}

impl Place {
    /// Whether readers see only what was selected, and what they wrote themselves.
    pub fn shows_selected_only(&self) -> bool {
        self.send.comment_type == 1
    }
}

/// Why a comment was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There are no comments here: the reader did not receive the send, it was taken back, or it does not allow them.
    Closed,
    /// It says nothing.
    Empty,
    /// It has more characters than allowed.
    TooLong,
    /// The reader has written too many in the last minute.
    TooMany,
}

/// The place of an article that came to a reader with a send, if comments are allowed there. A preview has none: its links end.
pub fn place(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    reader: MemberNo,
    article: ArticleId,
    task: &TaskId,
) -> Result<Option<Place>> {
    let Some(account) =
        tx.article_head(corp, article)?.filter(|article| !article.deleted).map(|one| one.account)
    else {
        return Ok(None);
    };
    let Some(send) = inbox::message(tx, corp, reader, &account, task)? else { return Ok(None) };
    let is_on_card = match send.message.card() {
        Some(card) => tx.card(corp, card)?.is_some_and(|card| card.articles.contains(&article)),
        None => false,
    };
    let open = send.allow_comment && !send.preview && is_on_card;
    Ok(open.then_some(Place { article, send, reader }))
}

/// What a reader sees there, newest first.
pub fn shown(tx: &mut Tx<'_>, corp: &CorpId, place: &Place) -> Result<Vec<Comment>> {
    let selected_for = place.shows_selected_only().then_some(place.reader);
    tx.comments_below(corp, place.send.seq, place.article, selected_for, SHOWN)
}

/// Writes a comment.
pub fn write(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    place: &Place,
    content: &str,
) -> Result<Result<CommentId, Refused>> {
    let limits = &env.settings.comment;
    let content = content.trim();
    if content.is_empty() {
        return Ok(Err(Refused::Empty));
    }
    if content.chars().count() as u64 > limits.max_chars {
        return Ok(Err(Refused::TooLong));
    }
    let now = env.now();
    let minute_ago = now.plus_ms(1 - 60 * SECOND_MS);
    let per_minute = i64::try_from(limits.per_minute).unwrap_or(i64::MAX);
    if per_minute > 0 && tx.comments_by_since(corp, place.reader, minute_ago)? >= per_minute {
        return Ok(Err(Refused::TooMany));
    }
    let Some((_, author_name)) = tx.member_name(corp, place.reader)? else { return Ok(Err(Refused::Closed)) };
    let comment = Comment {
        id: CommentId(tx.next_number(corp, "comment")?),
        account: place.send.account.clone(),
        article: place.article,
        send: place.send.seq,
        member: place.reader,
        author_name,
        content: content.to_owned(),
        selected: false,
        created_at: now,
    };
    tx.insert_comment(corp, &comment)?;
    let change = Change::created(Subject::Comment, comment.id)
        .with("account", &comment.account)
        .with("article", comment.article);
    tx.changed(corp, change);
    Ok(Ok(comment.id))
}

/// Deletes a comment that the reader wrote; answers whether there was one.
pub fn delete_own(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo, id: CommentId) -> Result<bool> {
    let Some(comment) = tx.comment(corp, id)?.filter(|comment| comment.member == member) else {
        return Ok(false);
    };
    remove(tx, corp, &comment)?;
    Ok(true)
}

/// A page of the comments on what an account sent, newest first.
pub fn list(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, page: Page) -> Result<Paged<Comment>> {
    tx.state().corp(corp)?.account(account)?;
    Ok(Paged {
        items: tx.comments_of_account(corp, account, page.offset(), page.size)?,
        total: tx.count_comments_of_account(corp, account)?,
    })
}

/// A comment, with the send that its article came with and who wrote it; nobody, when the author has left.
#[derive(Clone, Debug)]
pub struct Told {
    /// The comment.
    pub comment: Comment,
    /// The send.
    pub task: TaskId,
    /// The author, while a member.
    pub author: Option<UserId>,
}

/// A page of the comments below an article of an account, newest first: all, or those that are selected or not.
pub fn of_article(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    article: ArticleId,
    selected: Option<bool>,
    page: Page,
) -> Result<Paged<Told>> {
    tx.state().corp(corp)?.account(account)?;
    let found = tx.article_head(corp, article)?.filter(|found| found.account == *account);
    found.ok_or_else(|| Error::invalid("articleId", "is no article of the account"))?;
    let mut items = Vec::new();
    for comment in tx.comments_of_article(corp, article, selected, page.offset(), page.size)? {
        let send =
            tx.send_at(corp, comment.send)?.ok_or_else(|| Error::internal("a comment without a send"))?;
        let author = tx.member_name(corp, comment.member)?.map(|(userid, _)| userid);
        items.push(Told { comment, task: send.task, author });
    }
    Ok(Paged { items, total: tx.count_comments_of_article(corp, article, selected)? })
}

/// Deletes a comment on what an account sent.
pub fn delete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: CommentId) -> Result<()> {
    let comment = find(tx, corp, account, id)?;
    remove(tx, corp, &comment)
}

/// Selects a comment on what an account sent, or no longer.
pub fn select(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: CommentId,
    selected: bool,
) -> Result<()> {
    let before = find(tx, corp, account, id)?;
    tx.set_comment_selected(corp, id, selected)?;
    tx.changed(corp, Change::updated(Subject::Comment, id).between("selected", before.selected, selected));
    Ok(())
}

fn find(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: CommentId) -> Result<Comment> {
    tx.state().corp(corp)?.account(account)?;
    let comment = tx.comment(corp, id)?.filter(|comment| comment.account == *account);
    comment.ok_or(Error::Rule(Rule::UnknownComment))
}

fn remove(tx: &mut Tx<'_>, corp: &CorpId, comment: &Comment) -> Result<()> {
    tx.delete_comment(corp, comment.id)?;
    let change = Change::removed(Subject::Comment, comment.id)
        .with("account", &comment.account)
        .with("article", comment.article);
    tx.changed(corp, change);
    Ok(())
}
