//! How often the apps of an organisation called in a month.

use carillon_model::{day::Day, error::Result, id::CorpId};

use crate::tx::Tx;

impl Tx<'_> {
    /// Counts a call in the month of a day, unless there were as many as may be; says whether it was counted.
    pub fn count_call(&mut self, corp: &CorpId, day: Day, most: u32) -> Result<bool> {
        let counted = self.execute(
            "INSERT INTO call_count (corp_id, month, calls) VALUES (?1, ?2, 1)
             ON CONFLICT (corp_id, month) DO UPDATE SET calls = call_count.calls + 1 WHERE call_count.calls < ?3",
            &[corp.into(), i64::from(day.0 / 100).into(), i64::from(most).into()],
        )?;
        Ok(counted > 0)
    }
}
