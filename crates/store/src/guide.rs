//! The first-run guide: whether it was put away, and what was done already.

use carillon_model::{error::Result, id::CorpId};

use crate::tx::Tx;

impl Tx<'_> {
    /// Returns true if the guide of an organisation was put away.
    pub fn is_guide_dismissed(&mut self, corp: &CorpId) -> Result<bool> {
        self.exists("SELECT 1 FROM corp_guide WHERE corp_id = ?1", &[corp.into()])
    }

    /// Puts the guide of an organisation away, or brings it back.
    pub fn set_guide_dismissed(&mut self, corp: &CorpId, dismissed: bool) -> Result<()> {
        let sql = if dismissed {
            "INSERT INTO corp_guide (corp_id) VALUES (?1) ON CONFLICT (corp_id) DO NOTHING"
        } else {
            "DELETE FROM corp_guide WHERE corp_id = ?1"
        };
        self.execute(sql, &[corp.into()])?;
        Ok(())
    }

    /// Returns true if the organisation has ever written an article.
    pub fn has_articles(&mut self, corp: &CorpId) -> Result<bool> {
        self.exists("SELECT 1 FROM article WHERE corp_id = ?1 LIMIT 1", &[corp.into()])
    }

    /// Returns true if the organisation has ever sent something that is no preview. Previews are few, so the search is short.
    pub fn has_sends(&mut self, corp: &CorpId) -> Result<bool> {
        self.exists("SELECT 1 FROM send WHERE corp_id = ?1 AND preview = 0 LIMIT 1", &[corp.into()])
    }
}
