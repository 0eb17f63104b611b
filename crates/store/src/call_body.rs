//! Bodies of recorded calls.

use carillon_model::{error::Result, id::CorpId, time::Timestamp};

use crate::{call::CallRow, tx::Tx};

/// The most bodies of an organisation.
const MAX_BODIES: i64 = 1_000;

/// The bodies of a call, without secrets and shortened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallBody {
    /// The fields of the request, JSON.
    pub request: String,
    /// The response, JSON.
    pub response: String,
}

impl Tx<'_> {
    /// Adds the bodies of those calls that have them, and removes the oldest ones beyond the limit.
    pub(crate) fn insert_call_bodies(&mut self, corp: &CorpId, calls: &[CallRow]) -> Result<()> {
        for call in calls {
            let Some(body) = &call.body else { continue };
            let seq = self.next_number(corp, "call_body")?;
            self.execute(
                "INSERT OR IGNORE INTO call_body (corp_id, seq, at, request_id, request, response)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                &[
                    corp.into(),
                    seq.into(),
                    call.at.into(),
                    (&call.request_id).into(),
                    (&body.request).into(),
                    (&body.response).into(),
                ],
            )?;
            self.execute(
                "DELETE FROM call_body WHERE corp_id = ?1 AND seq <= ?2",
                &[corp.into(), (seq - MAX_BODIES).into()],
            )?;
        }
        Ok(())
    }

    /// The bodies of a call, if they were recorded.
    pub fn call_body(&mut self, corp: &CorpId, request_id: &str) -> Result<Option<CallBody>> {
        self.one(
            "SELECT request, response FROM call_body WHERE corp_id = ?1 AND request_id = ?2",
            &[corp.into(), request_id.into()],
            |row| Ok(CallBody { request: row.get(0)?, response: row.get(1)? }),
        )
    }

    /// Removes bodies from before a time, the oldest first. Returns how many.
    pub fn delete_call_bodies(&mut self, corp: &CorpId, before: Timestamp, limit: i64) -> Result<i64> {
        let oldest: Vec<(i64, Timestamp)> = self.all(
            "SELECT seq, at FROM call_body WHERE corp_id = ?1 AND seq > 0 ORDER BY seq LIMIT ?2",
            &[corp.into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let last = oldest.iter().take_while(|(_, at)| *at < before).last().map_or(0, |(seq, _)| *seq);
        let removed = self
            .execute("DELETE FROM call_body WHERE corp_id = ?1 AND seq <= ?2", &[corp.into(), last.into()])?;
        Ok(i64::try_from(removed).unwrap_or(i64::MAX))
    }
}
