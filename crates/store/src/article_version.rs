//! The history of drafts of articles.

use carillon_model::{
    article::{ArticleText, ArticleVersion, ArticleVersionHead},
    error::Result,
    id::{ArticleId, CorpId, UserId},
    time::Timestamp,
};

use crate::{sql::Row, tx::Tx};

impl Tx<'_> {
    /// The number that grows with each change of a draft; 0 if there is no such article.
    pub fn article_revision(&mut self, corp: &CorpId, id: ArticleId) -> Result<i64> {
        let revision = self.one(
            "SELECT revision FROM article WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into()],
            |row| row.get(0),
        )?;
        Ok(revision.unwrap_or_default())
    }

    /// Sets who may read and forward an article.
    pub fn set_article_access(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        allow_forward: bool,
        public: bool,
    ) -> Result<()> {
        self.execute(
            "UPDATE article SET allow_forward = ?3, public = ?4, revision = revision + 1
             WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), id.into(), allow_forward.into(), public.into()],
        )?;
        Ok(())
    }

    /// The versions of an article without their contents, newest first.
    pub fn article_versions(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        limit: i64,
    ) -> Result<Vec<ArticleVersionHead>> {
        self.all(
            "SELECT version, author, created_at, saved_at, title, length(content) FROM article_version
             WHERE corp_id = ?1 AND article_id = ?2 ORDER BY version DESC LIMIT ?3",
            &[corp.into(), id.into(), limit.into()],
            head_row,
        )
    }

    /// A version of an article.
    pub fn article_version(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        version: i64,
    ) -> Result<Option<ArticleVersion>> {
        self.one(
            "SELECT version, author, created_at, saved_at, title, length(content), content, digest, thumb_media_id
             FROM article_version WHERE corp_id = ?1 AND article_id = ?2 AND version = ?3",
            &[corp.into(), id.into(), version.into()],
            |row| {
                Ok(ArticleVersion {
                    head: head_row(row)?,
                    text: ArticleText {
                        title: row.get(4)?,
                        content: row.get(6)?,
                        digest: row.get(7)?,
                        thumb_media_id: row.get(8)?,
                    },
                })
            },
        )
    }

    /// Adds a version, or replaces the one with the same number, and removes all but the newest `keep`.
    pub fn put_article_version(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        version: &ArticleVersion,
        keep: i64,
    ) -> Result<()> {
        let ArticleVersion { head, text } = version;
        self.execute(
            "INSERT INTO article_version (corp_id, article_id, version, author, created_at, saved_at, title, content,
                                          digest, thumb_media_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (corp_id, article_id, version) DO UPDATE SET author = ?4, created_at = ?5, saved_at = ?6,
                 title = ?7, content = ?8, digest = ?9, thumb_media_id = ?10",
            &[
                corp.into(),
                id.into(),
                head.version.into(),
                head.author.as_ref().map_or("", UserId::as_str).into(),
                head.created_at.into(),
                head.saved_at.into(),
                (&text.title).into(),
                (&text.content).into(),
                text.digest.as_deref().into(),
                text.thumb_media_id.as_ref().into(),
            ],
        )?;
        self.execute(
            "DELETE FROM article_version WHERE corp_id = ?1 AND article_id = ?2 AND version <= ?3",
            &[corp.into(), id.into(), (head.version - keep).into()],
        )?;
        Ok(())
    }
}

fn head_row(row: &Row<'_>) -> Result<ArticleVersionHead> {
    let author: String = row.get(1)?;
    let (created_at, saved_at): (Timestamp, Timestamp) = (row.get(2)?, row.get(3)?);
    Ok(ArticleVersionHead {
        version: row.get(0)?,
        author: (!author.is_empty()).then(|| UserId::from(author)),
        created_at,
        saved_at,
        title: row.get(4)?,
        characters: row.get(5)?,
    })
}
