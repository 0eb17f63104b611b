//! The sanitized HTML of articles, stored with the version of the rules that produced it.

use carillon_model::{
    article::ArticleCopy,
    error::Result,
    id::{ArticleId, CorpId},
};

use crate::{sql::Value, tx::Tx};

impl Tx<'_> {
    /// The HTML of the author.
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

    /// The sanitized HTML, if it was produced by this version of the rules.
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

    /// Stores sanitized HTML, unless the content has changed meanwhile.
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

    /// Removes the sanitized HTML of content that is about to change.
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
