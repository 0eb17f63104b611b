//! The HTML of articles as it is shown: made once from what the author gave, and stored with the version of the rules that made it.

use carillon_model::{
    article::ArticleCopy,
    error::Result,
    id::{ArticleId, CorpId},
};

use crate::{sql::Value, tx::Tx};

impl Tx<'_> {
    /// What the author gave.
    pub fn article_content(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        copy: ArticleCopy,
    ) -> Result<Option<String>> {
        self.one(
            "SELECT content FROM article_text WHERE corp_id = ?1 AND article_id = ?2 AND published = ?3",
            &[corp.into(), id.into(), copy.into()],
            |row| row.get(0),
        )
    }

    /// What is shown, if these rules made it.
    pub fn article_html(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        copy: ArticleCopy,
        rules_version: i64,
    ) -> Result<Option<String>> {
        self.one(
            "SELECT html FROM article_html
             WHERE corp_id = ?1 AND article_id = ?2 AND published = ?3 AND rules_version = ?4",
            &[corp.into(), id.into(), copy.into(), rules_version.into()],
            |row| row.get(0),
        )
    }

    /// Stores what is shown, unless the content has changed since it was made.
    pub fn put_article_html(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        copy: ArticleCopy,
        rules_version: i64,
        content: &str,
        html: &str,
    ) -> Result<()> {
        let is_current = self.exists(
            "SELECT 1 FROM article_text
             WHERE corp_id = ?1 AND article_id = ?2 AND published = ?3 AND content = ?4",
            &[corp.into(), id.into(), copy.into(), content.into()],
        )?;
        if is_current {
            self.execute(
                "INSERT INTO article_html (corp_id, article_id, published, rules_version, html)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (corp_id, article_id, published) DO UPDATE SET rules_version = ?4, html = ?5",
                &[corp.into(), id.into(), copy.into(), rules_version.into(), html.into()],
            )?;
        }
        Ok(())
    }

    /// Forgets what was made of a content that is about to change.
    pub(crate) fn delete_article_html(
        &mut self,
        corp: &CorpId,
        id: ArticleId,
        copy: ArticleCopy,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM article_html WHERE corp_id = ?1 AND article_id = ?2 AND published = ?3",
            &[corp.into(), id.into(), copy.into()],
        )?;
        Ok(())
    }
}

impl From<ArticleCopy> for Value<'_> {
    fn from(copy: ArticleCopy) -> Self {
        Self::Integer(i64::from(copy == ArticleCopy::Published))
    }
}
