//! Articles: the draft, the copy that members read, and who has read it.

use carillon_model::{
    article::{Article, ArticleCopy, ArticleText},
    audience::Audience,
    error::{Error, Result},
    id::{AccountId, ArticleId, CorpId, MemberNo},
    time::Timestamp,
};

use crate::{
    article_head::headline_at,
    live_event::ConsoleTopic,
    sql::{Row, Value},
    tx::Tx,
};

/// Selects what [`article_row`] reads, from the condition on.
macro_rules! select_article {
    ($rest:literal) => {
        concat!(
            "SELECT a.article_id, a.unionid, a.allow_forward, a.public, a.deleted, a.publish_time, a.create_time,
                    a.update_time, a.user_view_count, a.total_view_count, d.title, d.content, d.digest,
                    d.thumb_media_id, p.title, p.digest, p.thumb_media_id
             FROM article a
             JOIN article_text d ON d.corp_id = a.corp_id AND d.article_id = a.article_id AND d.published = 0
             LEFT JOIN article_text p ON p.corp_id = a.corp_id AND p.article_id = a.article_id AND p.published = 1",
            $rest
        )
    };
}

/// A filter of the articles of an account. `None` lets all pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArticleFilter {
    /// Whether they were published at least once.
    pub published: Option<bool>,
    /// Whether they are deleted.
    pub deleted: Option<bool>,
}

impl Tx<'_> {
    /// The next article's id.
    pub fn next_article_id(&mut self, corp: &CorpId) -> Result<ArticleId> {
        self.next_number(corp, "article").map(ArticleId)
    }

    /// Adds an article that was never published. `uuid` is the idempotency key of the caller, unique within the account.
    pub fn insert_article(&mut self, corp: &CorpId, article: &Article, uuid: &str) -> Result<()> {
        self.execute(
            "INSERT INTO article (corp_id, article_id, unionid, uuid, allow_forward, public, deleted, publish_time,
                                  create_time, update_time, user_view_count, total_view_count)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, NULL, ?7, ?8, 0, 0)",
            &[
                corp.into(),
                article.id.into(),
                (&article.account).into(),
                uuid.into(),
                article.allow_forward.into(),
                article.public.into(),
                article.create_time.into(),
                article.update_time.into(),
            ],
        )?;
        self.console_changed(corp, Some(&article.account), ConsoleTopic::Articles);
        self.put_draft(corp, article.id, &article.draft)
    }

    /// The article that an account added with this uuid.
    pub fn article_by_uuid(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        uuid: &str,
    ) -> Result<Option<ArticleId>> {
        self.one(
            "SELECT article_id FROM article WHERE corp_id = ?1 AND unionid = ?2 AND uuid = ?3",
            &[corp.into(), account.into(), uuid.into()],
            |row| row.get(0),
        )
    }

    /// An article, deleted or not.
    pub fn article(&mut self, corp: &CorpId, id: ArticleId) -> Result<Option<Article>> {
        self.one(
            select_article!(" WHERE a.corp_id = ?1 AND a.article_id = ?2"),
            &[corp.into(), id.into()],
            article_row,
        )
    }

    /// Articles of an account, newest first.
    pub fn articles(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        filter: ArticleFilter,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Article>> {
        self.all(
            select_article!(
                " WHERE a.corp_id = ?1 AND a.unionid = ?2 AND (?3 < 0 OR a.deleted = ?3)
               AND (?4 < 0 OR CASE WHEN a.publish_time IS NULL THEN 0 ELSE 1 END = ?4)
             ORDER BY a.article_id DESC LIMIT ?6 OFFSET ?5"
            ),
            &[
                corp.into(),
                account.into(),
                flag_or_any(filter.deleted),
                flag_or_any(filter.published),
                offset.into(),
                limit.into(),
            ],
            article_row,
        )
    }

    /// How many articles of an account pass a filter.
    pub fn count_articles(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        filter: ArticleFilter,
    ) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM article
             WHERE corp_id = ?1 AND unionid = ?2 AND (?3 < 0 OR deleted = ?3)
               AND (?4 < 0 OR CASE WHEN publish_time IS NULL THEN 0 ELSE 1 END = ?4)",
            &[corp.into(), account.into(), flag_or_any(filter.deleted), flag_or_any(filter.published)],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Replaces the draft of an article.
    pub fn set_draft(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        draft: &ArticleText,
        now: Timestamp,
    ) -> Result<()> {
        self.put_draft(corp, id, draft)?;
        self.console_changed(corp, None, ConsoleTopic::Articles);
        self.execute(
            "UPDATE article SET update_time = ?3, revision = revision + 1 WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into(), now.into()],
        )?;
        Ok(())
    }

    /// Copies the draft of an article to the copy that members read.
    pub fn publish_article(&mut self, corp: &CorpId, id: ArticleId, now: Timestamp) -> Result<()> {
        self.delete_article_html(corp, id, ArticleCopy::Published)?;
        self.execute(
            "DELETE FROM article_text WHERE corp_id = ?1 AND article_id = ?2 AND published = 1",
            &[corp.into(), id.into()],
        )?;
        self.execute(
            "INSERT INTO article_text (corp_id, article_id, published, title, content, digest, thumb_media_id)
             SELECT corp_id, article_id, 1, title, content, digest, thumb_media_id FROM article_text
             WHERE corp_id = ?1 AND article_id = ?2 AND published = 0",
            &[corp.into(), id.into()],
        )?;
        self.publish_pictures(corp, id)?;
        self.console_changed(corp, None, ConsoleTopic::Articles);
        self.execute(
            "UPDATE article SET publish_time = ?3 WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into(), now.into()],
        )?;
        Ok(())
    }

    /// Marks an article as deleted. Its row stays for lists of deleted articles.
    pub fn delete_article(&mut self, corp: &CorpId, id: ArticleId) -> Result<()> {
        self.execute(
            "UPDATE article SET deleted = 1 WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into()],
        )?;
        self.console_changed(corp, None, ConsoleTopic::Articles);
        self.forget_pictures(corp, id)
    }

    /// Counts one view of an article. The first view of a member counts the member as well, also if the time of the first view was
    /// pruned.
    pub fn record_article_read(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        member: Option<MemberNo>,
        now: Timestamp,
    ) -> Result<()> {
        let is_new_reader = match member {
            None => false,
            Some(member) => {
                let inserted = self.execute(
                    "INSERT INTO article_reader (corp_id, article_id, member_no, first_read) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO NOTHING",
                    &[corp.into(), id.into(), member.into(), now.into()],
                )?;
                inserted > 0 && !self.article_reader_set(corp, id)?.contains(member)
            }
        };
        self.execute(
            "UPDATE article SET total_view_count = total_view_count + 1, user_view_count = user_view_count + ?3
             WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into(), is_new_reader.into()],
        )?;
        Ok(())
    }

    /// The readers of an article whose rows were pruned.
    pub(crate) fn article_reader_set(&mut self, corp: &CorpId, id: ArticleId) -> Result<Audience> {
        let set = self.one(
            "SELECT readers FROM article_reader_set WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into()],
            |row| Audience::from_bytes(&row.get::<Vec<u8>>(0)?),
        )?;
        Ok(set.unwrap_or_default())
    }

    /// Counts further views of an article. Returns its account; `None` if there is no such article.
    pub fn add_article_views(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        views: i64,
    ) -> Result<Option<AccountId>> {
        self.execute(
            "UPDATE article SET total_view_count = total_view_count + ?3 WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into(), views.into()],
        )?;
        self.one(
            "SELECT unionid FROM article WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into()],
            |row| row.get(0),
        )
    }

    fn put_draft(&mut self, corp: &CorpId, id: ArticleId, draft: &ArticleText) -> Result<()> {
        self.delete_article_html(corp, id, ArticleCopy::Draft)?;
        self.execute(
            "INSERT INTO article_text (corp_id, article_id, published, title, content, digest, thumb_media_id)
             VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6)
             ON CONFLICT (corp_id, article_id, published)
             DO UPDATE SET title = ?3, content = ?4, digest = ?5, thumb_media_id = ?6",
            &[
                corp.into(),
                id.into(),
                (&draft.title).into(),
                (&draft.content).into(),
                draft.digest.as_deref().into(),
                draft.thumb_media_id.as_ref().into(),
            ],
        )?;
        self.index_pictures(corp, id, draft)
    }
}

/// The number of a flag, or -1 if all pass.
pub(crate) fn flag_or_any(flag: Option<bool>) -> Value<'static> {
    Value::Integer(flag.map_or(-1, i64::from))
}

fn article_row(row: &Row<'_>) -> Result<Article> {
    let published = match row.get::<Option<String>>(14)? {
        None => None,
        Some(_) => Some(headline_at(row, 14)?),
    };
    let publish_time: Option<Timestamp> = row.get(5)?;
    if published.is_some() != publish_time.is_some() {
        return Err(Error::internal(
            "an article has a time of publishing without a published text, or the reverse",
        ));
    }
    Ok(Article {
        id: row.get(0)?,
        account: row.get(1)?,
        draft: text_at(row, 10)?,
        published,
        publish_time,
        create_time: row.get(6)?,
        update_time: row.get(7)?,
        allow_forward: row.get(2)?,
        public: row.get(3)?,
        deleted: row.get(4)?,
        user_view_count: row.get(8)?,
        total_view_count: row.get(9)?,
    })
}

fn text_at(row: &Row<'_>, first: usize) -> Result<ArticleText> {
    Ok(ArticleText {
        title: row.get(first)?,
        content: row.get(first + 1)?,
        digest: row.get(first + 2)?,
        thumb_media_id: row.get(first + 3)?,
    })
}
