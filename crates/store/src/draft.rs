//! Drafts: texts that members have typed and not sent.

use carillon_model::{
    error::Result,
    id::{CorpId, MemberNo},
    time::Timestamp,
};

use crate::tx::Tx;

/// A draft to be saved.
#[derive(Clone, Debug)]
pub struct NewDraft {
    /// Empty for the text in the field; otherwise the idempotency key of a message that could not be sent, or the name that the domain
    /// has for a text that another page had in the field.
    pub name: String,
    /// Empty if it was cleared.
    pub text: String,
    /// The page that saves it.
    pub writer: String,
    /// Increases with each save of that page.
    pub revision: i64,
}

/// A saved draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// As in [`NewDraft`].
    pub name: String,
    /// Not empty.
    pub text: String,
}

impl Tx<'_> {
    /// Saves a draft. A save with an older revision than the stored one of the same page changes nothing.
    pub fn save_draft(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        location: &str,
        draft: &NewDraft,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO draft (corp_id, member_no, location, name, text, writer, revision, saved_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (corp_id, member_no, location, name) DO UPDATE SET text = ?5, writer = ?6, revision = ?7, saved_at = ?8
             WHERE draft.writer <> ?6 OR draft.revision < ?7",
            &[
                corp.into(),
                member.into(),
                location.into(),
                (&draft.name).into(),
                (&draft.text).into(),
                (&draft.writer).into(),
                draft.revision.into(),
                now.into(),
            ],
        )?;
        Ok(())
    }

    /// The drafts of a member at a location, by name: the field first, then messages that could not be sent.
    pub fn drafts(&mut self, corp: &CorpId, member: MemberNo, location: &str) -> Result<Vec<Draft>> {
        self.all(
            "SELECT name, text FROM draft WHERE corp_id = ?1 AND member_no = ?2 AND location = ?3 AND text <> ''
             ORDER BY name",
            &[corp.into(), member.into(), location.into()],
            |row| Ok(Draft { name: row.get(0)?, text: row.get(1)? }),
        )
    }

    /// The number of drafts of a member, including cleared ones.
    pub fn count_drafts(&mut self, corp: &CorpId, member: MemberNo) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM draft WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Returns true if there is a row for a draft, cleared or not.
    pub fn has_draft(&mut self, corp: &CorpId, member: MemberNo, location: &str, name: &str) -> Result<bool> {
        self.exists(
            "SELECT 1 FROM draft WHERE corp_id = ?1 AND member_no = ?2 AND location = ?3 AND name = ?4",
            &[corp.into(), member.into(), location.into(), name.into()],
        )
    }

    /// Removes the cleared drafts of a member, to make room for others.
    pub fn delete_cleared_drafts(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        self.execute(
            "DELETE FROM draft WHERE corp_id = ?1 AND member_no = ?2 AND text = ''",
            &[corp.into(), member.into()],
        )?;
        Ok(())
    }

    /// Removes a draft.
    pub fn delete_draft(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        location: &str,
        name: &str,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM draft WHERE corp_id = ?1 AND member_no = ?2 AND location = ?3 AND name = ?4",
            &[corp.into(), member.into(), location.into(), name.into()],
        )?;
        Ok(())
    }

    /// A draft with the page that saved it. The text is empty if it was cleared.
    pub fn saved_draft(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        location: &str,
        name: &str,
    ) -> Result<Option<NewDraft>> {
        self.one(
            "SELECT name, text, writer, revision FROM draft
             WHERE corp_id = ?1 AND member_no = ?2 AND location = ?3 AND name = ?4",
            &[corp.into(), member.into(), location.into(), name.into()],
            |row| {
                Ok(NewDraft {
                    name: row.get(0)?,
                    text: row.get(1)?,
                    writer: row.get(2)?,
                    revision: row.get(3)?,
                })
            },
        )
    }

    /// Removes all drafts of a member.
    pub(crate) fn delete_drafts_of(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        self.execute(
            "DELETE FROM draft WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        Ok(())
    }

    /// Removes at most `limit` drafts that were saved before a time. Returns how many.
    pub fn delete_old_drafts(&mut self, corp: &CorpId, before: Timestamp, limit: i64) -> Result<i64> {
        let removed = self.execute(
            "DELETE FROM draft WHERE corp_id = ?1 AND (member_no, location, name) IN
             (SELECT member_no, location, name FROM draft WHERE corp_id = ?1 AND saved_at < ?2 ORDER BY saved_at LIMIT ?3)",
            &[corp.into(), before.into(), limit.into()],
        )?;
        Ok(i64::try_from(removed).unwrap_or(i64::MAX))
    }
}
