//! Articles without their content, which can have half a megabyte.

use std::fmt;

use carillon_model::{
    article::{ArticleHead, Headline},
    error::Result,
    id::{AccountId, ArticleId, CardId, CorpId},
    time::Timestamp,
};

use crate::{
    article::{ArticleFilter, flag_or_any},
    seek::Seek,
    sql::Row,
    tx::Tx,
};

/// Selects what [`article_head_row`] reads, from the condition on.
macro_rules! select_head {
    ($rest:literal) => {
        concat!(
            "SELECT a.article_id, a.unionid, a.allow_forward, a.public, a.deleted, a.publish_time, a.update_time,
                    d.title, d.digest, d.thumb_media_id, p.title, p.digest, p.thumb_media_id, a.plain_link
             FROM article a
             JOIN article_text d ON d.corp_id = a.corp_id AND d.article_id = a.article_id AND d.published = 0
             LEFT JOIN article_text p ON p.corp_id = a.corp_id AND p.article_id = a.article_id AND p.published = 1",
            $rest
        )
    };
}

const AFTER: &str = select_head!(
    " WHERE a.corp_id = ?1 AND a.unionid = ?2 AND (?3 < 0 OR a.deleted = ?3)
        AND (?4 < 0 OR CASE WHEN a.publish_time IS NULL THEN 0 ELSE 1 END = ?4)
        AND (a.update_time, a.article_id) < (?5, ?6)
      ORDER BY a.update_time DESC, a.article_id DESC LIMIT ?7"
);
const BEFORE: &str = select_head!(
    " WHERE a.corp_id = ?1 AND a.unionid = ?2 AND (?3 < 0 OR a.deleted = ?3)
        AND (?4 < 0 OR CASE WHEN a.publish_time IS NULL THEN 0 ELSE 1 END = ?4)
        AND (a.update_time, a.article_id) > (?5, ?6)
      ORDER BY a.update_time, a.article_id LIMIT ?7"
);

/// A place in the list of an account's articles: when the draft last changed, and the id. Those after it changed earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArticlePosition(pub Timestamp, pub ArticleId);

impl ArticlePosition {
    /// The position of an article.
    pub fn of(head: &ArticleHead) -> Self {
        Self(head.update_time, head.id)
    }

    /// Reads the text that `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (time, id) = text.split_once('.')?;
        Some(Self(Timestamp(time.parse().ok()?), ArticleId(id.parse().ok()?)))
    }
}

impl fmt::Display for ArticlePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.0, self.1)
    }
}

impl Tx<'_> {
    /// An article without its content, deleted or not.
    pub fn article_head(&mut self, corp: &CorpId, id: ArticleId) -> Result<Option<ArticleHead>> {
        self.one(
            select_head!(" WHERE a.corp_id = ?1 AND a.article_id = ?2"),
            &[corp.into(), id.into()],
            article_head_row,
        )
    }

    /// Articles of an account that are not deleted, without their contents, the newest first.
    pub fn newest_article_heads(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        limit: i64,
    ) -> Result<Vec<ArticleHead>> {
        let ids = self.all(
            "SELECT article_id FROM article WHERE corp_id = ?1 AND unionid = ?2 AND deleted = 0
             ORDER BY article_id DESC LIMIT ?3",
            &[corp.into(), account.into(), limit.into()],
            |row| row.get::<ArticleId>(0),
        )?;
        let mut heads = Vec::with_capacity(ids.len());
        for id in ids {
            heads.extend(self.article_head(corp, id)?);
        }
        Ok(heads)
    }

    /// Articles of an account without their contents, those that changed last first.
    pub fn article_heads(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        filter: ArticleFilter,
        seek: &Seek<ArticlePosition>,
        limit: i64,
    ) -> Result<Vec<ArticleHead>> {
        let (sql, ArticlePosition(changed_at, id)) = match seek {
            Seek::First => (AFTER, ArticlePosition(Timestamp(i64::MAX), ArticleId(i64::MAX))),
            Seek::After(key) => (AFTER, *key),
            Seek::Before(key) => (BEFORE, *key),
        };
        self.all(
            sql,
            &[
                corp.into(),
                account.into(),
                flag_or_any(filter.deleted),
                flag_or_any(filter.published),
                changed_at.into(),
                id.into(),
                limit.into(),
            ],
            article_head_row,
        )
    }

    /// Articles of an account that were last published from a time until before another: id, time and title.
    pub fn published_articles(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        from: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<(ArticleId, Timestamp, String)>> {
        self.all(
            "SELECT a.article_id, a.publish_time, p.title FROM article a
             JOIN article_text p ON p.corp_id = a.corp_id AND p.article_id = a.article_id AND p.published = 1
             WHERE a.corp_id = ?1 AND a.unionid = ?2 AND a.deleted = 0 AND a.publish_time >= ?3 AND a.publish_time < ?4
             ORDER BY a.publish_time, a.article_id LIMIT ?5",
            &[corp.into(), account.into(), from.into(), until.into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    }

    /// Cards that contain an article, by id.
    pub fn cards_with(&mut self, corp: &CorpId, id: ArticleId, limit: i64) -> Result<Vec<CardId>> {
        self.all(
            "SELECT card_id FROM card_article WHERE corp_id = ?1 AND article_id = ?2 ORDER BY card_id LIMIT ?3",
            &[corp.into(), id.into(), limit.into()],
            |row| row.get(0),
        )
    }
}

fn article_head_row(row: &Row<'_>) -> Result<ArticleHead> {
    let published = match row.get::<Option<String>>(10)? {
        None => None,
        Some(_) => Some(headline_at(row, 10)?),
    };
    Ok(ArticleHead {
        id: row.get(0)?,
        account: row.get(1)?,
        allow_forward: row.get(2)?,
        public: row.get(3)?,
        deleted: row.get(4)?,
        publish_time: row.get(5)?,
        update_time: row.get(6)?,
        draft: headline_at(row, 7)?,
        published,
        has_plain_link: row.get(13)?,
    })
}

pub(crate) fn headline_at(row: &Row<'_>, first: usize) -> Result<Headline> {
    Ok(Headline { title: row.get(first)?, digest: row.get(first + 1)?, thumb_media_id: row.get(first + 2)? })
}
