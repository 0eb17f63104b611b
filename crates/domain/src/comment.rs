//! Comments on articles. Readers write them on the page of an article that came with a send that allows comments. The managers of
//! the account list, select and delete them.

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

/// Maximum number of comments on a page. The newest are shown.
const MAX_VISIBLE: i64 = 200;

/// The comments on an article that came with a send, as one reader sees them.
#[derive(Clone, Debug)]
pub struct CommentThread {
    /// The article.
    pub article: ArticleId,
    /// The send that the article came with.
    pub send: SendRow,
    /// The reader.
    pub reader: MemberNo,
}

impl CommentThread {
    /// Returns true if readers see only selected comments and their own.
    pub fn shows_selected_only(&self) -> bool {
        self.send.comment_type == 1
    }
}

/// Why a comment was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentRejected {
    /// Comments are closed: the reader did not receive the send, it was recalled, or it does not allow comments.
    Closed,
    /// It is blank.
    Empty,
    /// It has more characters than allowed.
    TooLong,
    /// The reader wrote too many comments in the last minute.
    TooMany,
}

/// Returns the comments on an article that came to a reader with a send. None if they are closed, and for a preview, because its
/// links expire.
pub fn thread(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    reader: MemberNo,
    article: ArticleId,
    task: &TaskId,
) -> Result<Option<CommentThread>> {
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
    Ok(open.then_some(CommentThread { article, send, reader }))
}

/// Returns the comments that the reader may see, newest first.
pub fn visible(tx: &mut Tx<'_>, corp: &CorpId, thread: &CommentThread) -> Result<Vec<Comment>> {
    let selected_for = thread.shows_selected_only().then_some(thread.reader);
    tx.comments_below(corp, thread.send.seq, thread.article, selected_for, MAX_VISIBLE)
}

/// Writes a comment.
pub fn write(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    thread: &CommentThread,
    content: &str,
) -> Result<Result<CommentId, CommentRejected>> {
    let limits = &env.settings.comment;
    let content = content.trim();
    if content.is_empty() {
        return Ok(Err(CommentRejected::Empty));
    }
    if content.chars().count() as u64 > limits.max_chars {
        return Ok(Err(CommentRejected::TooLong));
    }
    let now = env.now();
    let minute_ago = now.plus_ms(1 - 60 * SECOND_MS);
    let per_minute = i64::try_from(limits.per_minute).unwrap_or(i64::MAX);
    if per_minute > 0 && tx.comments_by_since(corp, thread.reader, minute_ago)? >= per_minute {
        return Ok(Err(CommentRejected::TooMany));
    }
    let Some((_, author_name)) = tx.member_name(corp, thread.reader)? else {
        return Ok(Err(CommentRejected::Closed));
    };
    let comment = Comment {
        id: CommentId(tx.next_number(corp, "comment")?),
        account: thread.send.account.clone(),
        article: thread.article,
        send: thread.send.seq,
        member: thread.reader,
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

/// Deletes a comment of the reader. Returns false if there was none.
pub fn delete_own(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo, id: CommentId) -> Result<bool> {
    let Some(comment) = tx.comment(corp, id)?.filter(|comment| comment.member == member) else {
        return Ok(false);
    };
    remove(tx, corp, &comment)?;
    Ok(true)
}

/// Returns a page of the comments on all sends of an account, newest first.
pub fn list(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, page: Page) -> Result<Paged<Comment>> {
    tx.state().corp(corp)?.account(account)?;
    Ok(Paged {
        items: tx.comments_of_account(corp, account, page.offset(), page.size)?,
        total: tx.count_comments_of_account(corp, account)?,
    })
}

/// A comment with its send and its author.
#[derive(Clone, Debug)]
pub struct CommentDetails {
    /// The comment.
    pub comment: Comment,
    /// The send that its article came with.
    pub task: TaskId,
    /// The author. None if the author is no longer a member.
    pub author: Option<UserId>,
}

/// Returns a page of the comments on an article of an account, newest first. `selected` limits them to those that are selected or
/// not.
pub fn of_article(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    article: ArticleId,
    selected: Option<bool>,
    page: Page,
) -> Result<Paged<CommentDetails>> {
    tx.state().corp(corp)?.account(account)?;
    let found = tx.article_head(corp, article)?.filter(|found| found.account == *account);
    found.ok_or_else(|| Error::invalid("articleId", "is no article of the account"))?;
    let mut items = Vec::new();
    for comment in tx.comments_of_article(corp, article, selected, page.offset(), page.size)? {
        let send =
            tx.send_at(corp, comment.send)?.ok_or_else(|| Error::internal("a comment without a send"))?;
        let author = tx.member_name(corp, comment.member)?.map(|(userid, _)| userid);
        items.push(CommentDetails { comment, task: send.task, author });
    }
    Ok(Paged { items, total: tx.count_comments_of_article(corp, article, selected)? })
}

/// Deletes a comment on a send of an account.
pub fn delete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: CommentId) -> Result<()> {
    let comment = find(tx, corp, account, id)?;
    remove(tx, corp, &comment)
}

/// Selects or unselects a comment on a send of an account.
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
