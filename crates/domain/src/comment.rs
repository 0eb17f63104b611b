//! Comments on articles. Readers write them on the page of an article that came with a send that allows comments. The managers of
//! the account list, select, answer, hide and delete them.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CommentId, CorpId, MemberNo, TaskId, UserId},
    time::SECOND_MS,
};
use carillon_store::{Comment, CommentAnswer, CommentState, ConsoleTopic, SendRow, Tx};

use crate::{
    account, inbox,
    page::{Page, Paged},
};

/// Maximum length of an answer to a comment, in characters. Decided.
pub const MAX_ANSWER_CHARS: usize = 500;
/// Maximum number of comments on a page. The newest are shown.
const MAX_VISIBLE: i64 = 200;
/// Comments that a search reads at once, and for a page altogether.
const SEARCH_BATCH: usize = 500;
const MAX_SEARCHED: usize = 5_000;

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
    let reader = (thread.reader, thread.shows_selected_only());
    tx.comments_below(corp, thread.send.seq, thread.article, reader, MAX_VISIBLE)
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
        state: CommentState::New,
        answer: None,
    };
    tx.insert_comment(corp, &comment)?;
    tx.console_changed(corp, Some(&comment.account), ConsoleTopic::Comments);
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
        items.push(details(tx, corp, comment)?);
    }
    Ok(Paged { items, total: tx.count_comments_of_article(corp, article, selected)? })
}

/// Deletes a comment on a send of an account.
pub fn delete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: CommentId) -> Result<()> {
    let comment = find(tx, corp, account, id)?;
    remove(tx, corp, &comment)
}

/// Selects or unselects a comment on a send of an account. It is done with, and a selected one is not hidden.
pub fn select(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: CommentId,
    selected: bool,
) -> Result<()> {
    change(tx, corp, account, id, |comment| {
        comment.selected = selected;
        if selected || comment.state == CommentState::New {
            comment.state = CommentState::Done;
        }
    })
}

/// Answers a comment in the name of the account. Readers who see the comment see the answer below it. An empty text takes the answer
/// away.
///
/// # Errors
/// [`Rule::UnknownComment`]; an invalid `text` if it is too long.
pub fn answer(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    id: CommentId,
    text: &str,
) -> Result<()> {
    account::enabled(tx, corp, account)?;
    let text = text.replace("\r\n", "\n");
    let content: String = text.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
    let content = content.trim();
    if content.chars().count() > MAX_ANSWER_CHARS {
        return Err(Error::invalid("text", format!("must have at most {MAX_ANSWER_CHARS} characters")));
    }
    let now = env.now();
    change(tx, corp, account, id, |comment| {
        if comment.answer.as_ref().map_or("", |answer| &answer.content) != content {
            comment.answer =
                (!content.is_empty()).then(|| CommentAnswer { content: content.to_owned(), at: now });
        }
        if comment.state == CommentState::New {
            comment.state = CommentState::Done;
        }
    })
}

/// Hides a comment from all but its author, or shows it again.
pub fn hide(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: CommentId,
    is_hidden: bool,
) -> Result<()> {
    change(tx, corp, account, id, |comment| {
        if is_hidden {
            comment.state = CommentState::Hidden;
            comment.selected = false;
        } else if comment.state == CommentState::Hidden {
            comment.state = CommentState::Done;
        }
    })
}

/// Marks a comment as done. A hidden one stays hidden.
pub fn mark_as_done(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: CommentId) -> Result<()> {
    change(tx, corp, account, id, |comment| {
        if comment.state == CommentState::New {
            comment.state = CommentState::Done;
        }
    })
}

/// Stores what a change makes of a comment, if that is something else.
fn change(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: CommentId,
    change: impl FnOnce(&mut Comment),
) -> Result<()> {
    let before = find(tx, corp, account, id)?;
    let mut comment = before.clone();
    change(&mut comment);
    if comment == before {
        return Ok(());
    }
    tx.update_comment(corp, &comment)?;
    tx.console_changed(corp, Some(account), ConsoleTopic::Comments);
    let change = Change::updated(Subject::Comment, id)
        .between("selected", before.selected, comment.selected)
        .between("state", before.state.as_str(), comment.state.as_str())
        .hidden("answer", &before.answer, &comment.answer);
    tx.changed(corp, change);
    Ok(())
}

/// Which comments a queue has.
#[derive(Clone, Debug)]
pub struct CommentFilter {
    /// Those on what these accounts sent.
    pub accounts: Vec<AccountId>,
    /// Only those in a state.
    pub state: Option<CommentState>,
    /// Only those whose text or author has this, without case; empty for all.
    pub text: String,
}

/// Some comments of a queue.
#[derive(Clone, Debug)]
pub struct CommentQueue {
    /// The comments, newest first.
    pub items: Vec<CommentDetails>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<CommentId>,
}

/// Returns comments with an id below `before`, newest first. A search looks at a bounded number of comments, so that a page of it can have
/// fewer than `limit`, or none, and still a next page.
pub fn queue(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    filter: &CommentFilter,
    before: CommentId,
    limit: usize,
) -> Result<CommentQueue> {
    let text = filter.text.trim().to_lowercase();
    let matches = |comment: &Comment| {
        text.is_empty()
            || [&comment.content, &comment.author_name].iter().any(|one| one.to_lowercase().contains(&text))
    };
    let (mut items, mut next) = (Vec::new(), None);
    let (mut before, mut searched) = (before, 0);
    loop {
        // One more than requested shows whether there is a next page.
        let batch = if text.is_empty() { limit + 1 } else { SEARCH_BATCH };
        let found = merged(tx, corp, filter, before, batch)?;
        searched += found.len();
        let is_last = found.len() < batch;
        before = found.last().map_or(before, |last| last.id);
        for comment in found.into_iter().filter(|comment| matches(comment)) {
            if items.len() == limit {
                next = items.last().map(|last: &Comment| last.id);
                break;
            }
            items.push(comment);
        }
        if is_last || next.is_some() {
            break;
        }
        if searched >= MAX_SEARCHED {
            next = Some(before);
            break;
        }
    }
    let items = items.into_iter().map(|comment| details(tx, corp, comment)).collect::<Result<_>>()?;
    Ok(CommentQueue { items, next })
}

/// The newest comments of all accounts of a filter in its state.
fn merged(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    filter: &CommentFilter,
    before: CommentId,
    limit: usize,
) -> Result<Vec<Comment>> {
    let mut found = Vec::new();
    let of_each = i64::try_from(limit).unwrap_or(i64::MAX);
    for account in &filter.accounts {
        found.extend(tx.comments_before(corp, account, filter.state, before, of_each)?);
    }
    found.sort_unstable_by_key(|comment| std::cmp::Reverse(comment.id));
    found.truncate(limit);
    Ok(found)
}

fn details(tx: &mut Tx<'_>, corp: &CorpId, comment: Comment) -> Result<CommentDetails> {
    let send = tx.send_at(corp, comment.send)?.ok_or_else(|| Error::internal("a comment without a send"))?;
    let author = tx.member_name(corp, comment.member)?.map(|(userid, _)| userid);
    Ok(CommentDetails { comment, task: send.task, author })
}

/// Returns a comment on a send of an account.
///
/// # Errors
/// [`Rule::UnknownComment`], also for a comment on a send of another account.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: CommentId) -> Result<CommentDetails> {
    let comment = find(tx, corp, account, id)?;
    details(tx, corp, comment)
}

fn find(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: CommentId) -> Result<Comment> {
    tx.state().corp(corp)?.account(account)?;
    let comment = tx.comment(corp, id)?.filter(|comment| comment.account == *account);
    comment.ok_or(Error::Rule(Rule::UnknownComment))
}

fn remove(tx: &mut Tx<'_>, corp: &CorpId, comment: &Comment) -> Result<()> {
    tx.delete_comment(corp, comment.id)?;
    tx.console_changed(corp, Some(&comment.account), ConsoleTopic::Comments);
    let change = Change::removed(Subject::Comment, comment.id)
        .with("account", &comment.account)
        .with("article", comment.article);
    tx.changed(corp, change);
    Ok(())
}
