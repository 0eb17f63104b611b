//! Comments below articles.

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, ArticleId, CommentId, CorpId, MemberNo, SendSeq},
    time::Timestamp,
};

use crate::{sql::Row, tx::Tx};

/// Selects what [`comment_row`] reads, from the condition on.
macro_rules! select_comment {
    ($rest:literal) => {
        concat!(
            "SELECT comment_id, unionid, article_id, send_seq, member_no, author_name, content, selected, created_at,
                    state, answer, answered_at FROM comment",
            $rest
        )
    };
}

/// What operators did about a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentState {
    /// Nothing yet.
    New,
    /// It was selected, answered or marked as done.
    Done,
    /// Only its author sees it.
    Hidden,
}

impl CommentState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::New, Self::Done, Self::Hidden];

    /// The name, in the audit trail and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Done => "done",
            Self::Hidden => "hidden",
        }
    }

    /// The state of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The stored number.
    fn number(self) -> i64 {
        match self {
            Self::New => 0,
            Self::Done => 1,
            Self::Hidden => 2,
        }
    }

    fn of_number(number: i64) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|state| state.number() == number);
        found.ok_or_else(|| Error::internal(format!("unknown state of a comment: {number}")))
    }
}

/// The answer of the account to a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentAnswer {
    /// Plain text.
    pub content: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its id within the organisation.
    pub id: CommentId,
    /// The account that sent the article.
    pub account: AccountId,
    /// The article.
    pub article: ArticleId,
    /// The send that the article came with.
    pub send: SendSeq,
    /// The author.
    pub member: MemberNo,
    /// The name of the author when it was written.
    pub author_name: String,
    /// Plain text.
    pub content: String,
    /// Whether it is shown where only selected comments are.
    pub selected: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// What operators did about it. A new comment is stored as [`CommentState::New`].
    pub state: CommentState,
    /// The answer of the account; that of a new comment is not stored.
    pub answer: Option<CommentAnswer>,
}

// Lists find the ids of a page in an index that covers their filter, and then those comments one by one. Without the subquery the
// engine reads all comments of the organisation.
impl Tx<'_> {
    /// When the comments of a send were written, those of its first article first; the first 10,000.
    pub fn comment_times(&mut self, corp: &CorpId, send: SendSeq) -> Result<Vec<Timestamp>> {
        self.all(
            "SELECT created_at FROM comment WHERE corp_id = ?1 AND send_seq = ?2
             ORDER BY article_id, comment_id LIMIT 10000",
            &[corp.into(), send.into()],
            |row| row.get(0),
        )
    }

    /// Stores a comment.
    pub fn insert_comment(&mut self, corp: &CorpId, comment: &Comment) -> Result<()> {
        self.execute(
            "INSERT INTO comment (corp_id, comment_id, unionid, article_id, send_seq, member_no, author_name, content,
                                  selected, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            &[
                corp.into(),
                comment.id.into(),
                (&comment.account).into(),
                comment.article.into(),
                comment.send.into(),
                comment.member.into(),
                (&comment.author_name).into(),
                (&comment.content).into(),
                comment.selected.into(),
                comment.created_at.into(),
            ],
        )?;
        Ok(())
    }

    /// A comment by its id.
    pub fn comment(&mut self, corp: &CorpId, id: CommentId) -> Result<Option<Comment>> {
        self.one(
            select_comment!(" WHERE corp_id = ?1 AND comment_id = ?2"),
            &[corp.into(), id.into()],
            comment_row,
        )
    }

    /// Deletes a comment.
    pub fn delete_comment(&mut self, corp: &CorpId, id: CommentId) -> Result<()> {
        self.execute(
            "DELETE FROM comment WHERE corp_id = ?1 AND comment_id = ?2",
            &[corp.into(), id.into()],
        )?;
        Ok(())
    }

    /// Stores whether a comment is selected, what operators did about it, and its answer.
    pub fn update_comment(&mut self, corp: &CorpId, comment: &Comment) -> Result<()> {
        self.execute(
            "UPDATE comment SET selected = ?3, state = ?4, answer = ?5, answered_at = ?6
             WHERE corp_id = ?1 AND comment_id = ?2",
            &[
                corp.into(),
                comment.id.into(),
                comment.selected.into(),
                comment.state.number().into(),
                comment.answer.as_ref().map(|answer| &answer.content).into(),
                comment.answer.as_ref().map(|answer| answer.at).into(),
            ],
        )?;
        Ok(())
    }

    /// Comments on what an account sent with an id below `before`, newest first: all, or those in a state.
    pub fn comments_before(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        state: Option<CommentState>,
        before: CommentId,
        limit: i64,
    ) -> Result<Vec<Comment>> {
        let Some(state) = state else {
            return self.all(
                select_comment!(
                    " WHERE corp_id = ?1
                   AND comment_id IN (SELECT comment_id FROM comment WHERE corp_id = ?1 AND unionid = ?2 AND comment_id < ?3
                                      ORDER BY comment_id DESC LIMIT ?4)
                 ORDER BY comment_id DESC"
                ),
                &[corp.into(), account.into(), before.into(), limit.into()],
                comment_row,
            );
        };
        self.all(
            select_comment!(
                " WHERE corp_id = ?1
               AND comment_id IN (SELECT comment_id FROM comment
                                  WHERE corp_id = ?1 AND unionid = ?2 AND state = ?5 AND comment_id < ?3
                                  ORDER BY comment_id DESC LIMIT ?4)
             ORDER BY comment_id DESC"
            ),
            &[corp.into(), account.into(), before.into(), limit.into(), state.number().into()],
            comment_row,
        )
    }

    /// Counts comments of an account in a state, up to a limit.
    pub fn count_comments_in(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        state: CommentState,
        limit: i64,
    ) -> Result<usize> {
        let found = self.all(
            "SELECT comment_id FROM comment WHERE corp_id = ?1 AND unionid = ?2 AND state = ?3 LIMIT ?4",
            &[corp.into(), account.into(), state.number().into(), limit.into()],
            |row| row.get::<CommentId>(0),
        )?;
        Ok(found.len())
    }

    /// Comments on what an account sent, newest first.
    pub fn comments_of_account(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Comment>> {
        self.all(
            select_comment!(
                " WHERE corp_id = ?1
               AND comment_id IN (SELECT comment_id FROM comment WHERE corp_id = ?1 AND unionid = ?2
                                  ORDER BY comment_id DESC LIMIT ?3 OFFSET ?4)
             ORDER BY comment_id DESC"
            ),
            &[corp.into(), account.into(), limit.into(), offset.into()],
            comment_row,
        )
    }

    /// The number of comments on what an account sent.
    pub fn count_comments_of_account(&mut self, corp: &CorpId, account: &AccountId) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM comment WHERE corp_id = ?1 AND unionid = ?2",
            &[corp.into(), account.into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Comments below an article of any send, newest first: all, or those that are selected or not.
    pub fn comments_of_article(
        &mut self,
        corp: &CorpId,
        article: ArticleId,
        selected: Option<bool>,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Comment>> {
        self.all(
            select_comment!(
                " WHERE corp_id = ?1
               AND comment_id IN (SELECT comment_id FROM comment
                                  WHERE corp_id = ?1 AND article_id = ?2 AND (?3 < 0 OR selected = ?3)
                                  ORDER BY comment_id DESC LIMIT ?4 OFFSET ?5)
             ORDER BY comment_id DESC"
            ),
            &[
                corp.into(),
                article.into(),
                selected.map_or(-1, i64::from).into(),
                limit.into(),
                offset.into(),
            ],
            comment_row,
        )
    }

    /// The number of comments below an article.
    pub fn count_comments_of_article(
        &mut self,
        corp: &CorpId,
        article: ArticleId,
        selected: Option<bool>,
    ) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM comment WHERE corp_id = ?1 AND article_id = ?2 AND (?3 < 0 OR selected = ?3)",
            &[corp.into(), article.into(), selected.map_or(-1, i64::from).into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Comments below an article of a send as a reader sees them, newest first: all that are not hidden and the reader's own, or the
    /// selected ones and the reader's own.
    pub fn comments_below(
        &mut self,
        corp: &CorpId,
        send: SendSeq,
        article: ArticleId,
        (reader, selected_only): (MemberNo, bool),
        limit: i64,
    ) -> Result<Vec<Comment>> {
        self.all(
            select_comment!(
                " WHERE corp_id = ?1
               AND comment_id IN (SELECT comment_id FROM comment
                                  WHERE corp_id = ?1 AND send_seq = ?2 AND article_id = ?3
                                    AND (member_no = ?4 OR (state <> 2 AND (?5 = 0 OR selected = 1)))
                                  ORDER BY comment_id DESC LIMIT ?6)
             ORDER BY comment_id DESC"
            ),
            &[corp.into(), send.into(), article.into(), reader.into(), selected_only.into(), limit.into()],
            comment_row,
        )
    }

    /// The number of comments that a member has written since a time.
    pub fn comments_by_since(&mut self, corp: &CorpId, member: MemberNo, since: Timestamp) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM comment WHERE corp_id = ?1 AND member_no = ?2 AND created_at >= ?3",
            &[corp.into(), member.into(), since.into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }
}

fn comment_row(row: &Row<'_>) -> Result<Comment> {
    Ok(Comment {
        id: row.get(0)?,
        account: row.get(1)?,
        article: row.get(2)?,
        send: row.get(3)?,
        member: row.get(4)?,
        author_name: row.get(5)?,
        content: row.get(6)?,
        selected: row.get(7)?,
        created_at: row.get(8)?,
        state: CommentState::of_number(row.get(9)?)?,
        answer: match (row.get(10)?, row.get(11)?) {
            (Some(content), Some(at)) => Some(CommentAnswer { content, at }),
            _ => None,
        },
    })
}
