//! The number of calls of the apps of an organisation in a month.

use carillon_model::{error::Result, id::CorpId};

use crate::tx::Tx;

impl Tx<'_> {
    /// The stored number of calls of a month such as 202511.
    pub fn calls_of_month(&mut self, corp: &CorpId, month: i64) -> Result<u32> {
        let calls: Option<i64> = self.one(
            "SELECT calls FROM call_count WHERE corp_id = ?1 AND month = ?2",
            &[corp.into(), month.into()],
            |row| row.get(0),
        )?;
        Ok(calls.map_or(0, |calls| u32::try_from(calls).unwrap_or(u32::MAX)))
    }

    /// Adds to the calls of a month.
    pub fn add_calls(&mut self, corp: &CorpId, month: i64, more: u32) -> Result<()> {
        self.execute(
            "INSERT INTO call_count (corp_id, month, calls) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id, month) DO UPDATE SET calls = call_count.calls + ?3",
            &[corp.into(), month.into(), i64::from(more).into()],
        )?;
        Ok(())
    }
}
