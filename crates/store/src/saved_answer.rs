//! Answers that operators of a service account use again.

use carillon_model::{
    error::Result,
    id::{AccountId, CorpId, SavedAnswerId, UserId},
    time::Timestamp,
};

use crate::{sql::Row, tx::Tx};

/// A saved answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedAnswer {
    /// Its id within the organisation.
    pub id: SavedAnswerId,
    /// What operators find it by.
    pub title: String,
    /// Plain text.
    pub content: String,
    /// Who changed it last; `None` for an app or the command line.
    pub changed_by: Option<UserId>,
    /// When it was changed.
    pub changed_at: Timestamp,
}

impl Tx<'_> {
    /// The answers of an account, in their order.
    pub fn saved_answers(&mut self, corp: &CorpId, account: &AccountId) -> Result<Vec<SavedAnswer>> {
        self.all(
            "SELECT answer_id, title, content, changed_by, changed_at FROM saved_answer
             WHERE corp_id = ?1 AND unionid = ?2 ORDER BY position, answer_id",
            &[corp.into(), account.into()],
            saved_answer_row,
        )
    }

    /// An answer of an account.
    pub fn saved_answer(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        id: SavedAnswerId,
    ) -> Result<Option<SavedAnswer>> {
        self.one(
            "SELECT answer_id, title, content, changed_by, changed_at FROM saved_answer
             WHERE corp_id = ?1 AND unionid = ?2 AND answer_id = ?3",
            &[corp.into(), account.into(), id.into()],
            saved_answer_row,
        )
    }

    /// Adds an answer at a place in the list, or replaces it where it is.
    pub fn put_saved_answer(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        answer: &SavedAnswer,
        position: usize,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO saved_answer (corp_id, unionid, answer_id, position, title, content, changed_by, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (corp_id, unionid, answer_id) DO UPDATE
             SET title = ?5, content = ?6, changed_by = ?7, changed_at = ?8",
            &[
                corp.into(),
                account.into(),
                answer.id.into(),
                place(position),
                (&answer.title).into(),
                (&answer.content).into(),
                answer.changed_by.as_ref().map_or("", UserId::as_str).into(),
                answer.changed_at.into(),
            ],
        )?;
        Ok(())
    }

    /// Sets the place of an answer in the list.
    pub fn place_saved_answer(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        id: SavedAnswerId,
        position: usize,
    ) -> Result<()> {
        self.execute(
            "UPDATE saved_answer SET position = ?4 WHERE corp_id = ?1 AND unionid = ?2 AND answer_id = ?3",
            &[corp.into(), account.into(), id.into(), place(position)],
        )?;
        Ok(())
    }

    /// Removes an answer.
    pub fn delete_saved_answer(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        id: SavedAnswerId,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM saved_answer WHERE corp_id = ?1 AND unionid = ?2 AND answer_id = ?3",
            &[corp.into(), account.into(), id.into()],
        )?;
        Ok(())
    }
}

fn place<'a>(position: usize) -> crate::sql::Value<'a> {
    i64::try_from(position).unwrap_or(i64::MAX).into()
}

fn saved_answer_row(row: &Row<'_>) -> Result<SavedAnswer> {
    let changed_by = row.get::<String>(3)?;
    Ok(SavedAnswer {
        id: row.get(0)?,
        title: row.get(1)?,
        content: row.get(2)?,
        changed_by: (!changed_by.is_empty()).then(|| UserId::from(changed_by)),
        changed_at: row.get(4)?,
    })
}
