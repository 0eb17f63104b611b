//! Comments below articles.

use carillon_model::{
    error::Result,
    id::{AccountId, ArticleId, CommentId, CorpId, MemberNo, SendSeq},
    time::Timestamp,
};

use crate::{sql::Row, tx::Tx};

/// Selects what [`comment_row`] reads, from the condition on.
macro_rules! select_comment {
    ($rest:literal) => {
        concat!(
            "SELECT comment_id, unionid, article_id, send_seq, member_no, author_name, content, selected, created_at
             FROM comment",
            $rest
        )
    };
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

    /// Sets whether a comment is selected.
    pub fn set_comment_selected(&mut self, corp: &CorpId, id: CommentId, selected: bool) -> Result<()> {
        self.execute(
            "UPDATE comment SET selected = ?3 WHERE corp_id = ?1 AND comment_id = ?2",
            &[corp.into(), id.into(), selected.into()],
        )?;
        Ok(())
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

    /// Comments below an article of a send, newest first: all, or the selected ones and those of the reader `selected_for`.
    pub fn comments_below(
        &mut self,
        corp: &CorpId,
        send: SendSeq,
        article: ArticleId,
        selected_for: Option<MemberNo>,
        limit: i64,
    ) -> Result<Vec<Comment>> {
        self.all(
            select_comment!(
                " WHERE corp_id = ?1
               AND comment_id IN (SELECT comment_id FROM comment
                                  WHERE corp_id = ?1 AND send_seq = ?2 AND article_id = ?3
                                    AND (?4 IS NULL OR selected = 1 OR member_no = ?4)
                                  ORDER BY comment_id DESC LIMIT ?5)
             ORDER BY comment_id DESC"
            ),
            &[corp.into(), send.into(), article.into(), selected_for.into(), limit.into()],
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
    })
}
