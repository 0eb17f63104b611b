//! The journal of calls. Calls that succeeded and refused ones are in tables of their own, since they are stored for different times.

use std::{collections::BTreeMap, fmt::Display};

use carillon_model::{
    error::{Error, Result},
    id::CorpId,
    time::{HOUR_MS, Timestamp},
};

use crate::{call_body::CallBody, live_event::ConsoleTopic, sql::Row, tx::Tx};

/// Rows that are removed at once when there are too many: more than are written at once, so that the number falls.
const TRIMMED_ROWS: i64 = 2_000;

/// Selects calls that succeeded below a number, the newest first, with another condition.
macro_rules! select_accepted {
    ($condition:literal) => {
        concat!(
            "SELECT at, request_id, operation, caller, caller_id, status, micros, address, seq FROM accepted_call
             WHERE corp_id = ?1 AND seq < ?2 AND at >= ?6 AND at < ?7",
            $condition,
            " ORDER BY seq DESC LIMIT ?3"
        )
    };
}

/// Selects what [`refused_row`] reads, from the condition on.
macro_rules! select_refused {
    ($condition:literal) => {
        concat!(
            "SELECT at, request_id, operation, caller, caller_id, status, micros, address, seq, code, message, cause, detail,
                    path, ids FROM refused_call
             WHERE corp_id = ?1 AND seq < ?2 AND at >= ?6 AND at < ?7 AND (?8 = '' OR code = ?8)",
            $condition,
            " ORDER BY seq DESC LIMIT ?3"
        )
    };
}

/// A call of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// When the response was ready.
    pub at: Timestamp,
    /// The id in the response.
    pub request_id: String,
    /// The id of the operation; `none` for a path that no operation has.
    pub operation: String,
    /// The kind of caller: `app`, `operator`, `member` or `local`.
    pub caller: String,
    /// The key of the app, or the userid of the operator.
    pub caller_id: String,
    /// The HTTP status.
    pub status: u16,
    /// Microseconds until the response was ready.
    pub micros: i64,
    /// Where the call came from: `loopback`, `private` or `public`; empty on the socket of the data folder.
    pub address: String,
    /// Why it was refused; `None` if it succeeded.
    pub refusal: Option<RefusalRow>,
    /// Its bodies, of a call that is to be stored. Calls are read without them: see [`Tx::call_body`].
    pub body: Option<CallBody>,
}

/// Why a call was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusalRow {
    /// The code as the caller got it.
    pub code: String,
    /// The text as the caller got it, cut off if it is long.
    pub message: String,
    /// The name of the broken rule, `field` or `fault`.
    pub cause: String,
    /// The field, or what else the rule is about.
    pub detail: String,
    /// Method and path, if they were wrong.
    pub path: String,
    /// Ids in the request by field.
    pub ids: BTreeMap<String, String>,
}

/// A filter of calls. Empty and absent fields let all pass.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// The key of an app, or the userid of an operator.
    pub caller_id: String,
    /// The id of an operation.
    pub operation: String,
    /// The code of a refused call.
    pub code: String,
    /// Only refused calls.
    pub refused_only: bool,
    /// This time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
}

/// A position in the list of calls: the numbers in both tables that earlier calls are below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPosition {
    accepted: i64,
    refused: i64,
}

/// Calls, the newest first.
#[derive(Clone, Debug)]
pub struct CallPage {
    /// The calls.
    pub calls: Vec<CallRow>,
    /// Where the next page begins; `None` on the last page.
    pub next: Option<CallPosition>,
}

/// The most rows of each kind.
#[derive(Clone, Copy, Debug)]
pub struct CallLimits {
    /// Calls that succeeded.
    pub accepted: i64,
    /// Refused calls.
    pub refused: i64,
}

impl CallPosition {
    /// The beginning of the list.
    pub const NEWEST: Self = Self { accepted: i64::MAX, refused: i64::MAX };

    /// The position of a text of [`Display`].
    pub fn parse(text: &str) -> Option<Self> {
        let (accepted, refused) = text.split_once('.')?;
        let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
        Some(Self { accepted: number(accepted)?, refused: number(refused)? })
    }
}

impl Display for CallPosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.accepted, self.refused)
    }
}

impl Tx<'_> {
    /// Adds calls, and the number of those that were not recorded before a time. The oldest ones beyond the limits are removed.
    pub fn insert_calls(
        &mut self,
        corp: &CorpId,
        calls: &[CallRow],
        (unrecorded, now): (u64, Timestamp),
        limits: CallLimits,
    ) -> Result<()> {
        self.insert_call_bodies(corp, calls)?;
        if !calls.is_empty() {
            self.console_changed(corp, None, ConsoleTopic::Calls);
        }
        let (refused, accepted): (Vec<_>, Vec<_>) = calls.iter().partition(|call| call.refusal.is_some());
        if !accepted.is_empty() {
            let first = self.next_numbers(corp, "accepted_call", count(accepted.len()))?;
            for (seq, call) in (first..).zip(&accepted) {
                self.insert_accepted_call(corp, seq, call)?;
            }
            let last_removed = first + count(accepted.len()) - 1 - limits.accepted;
            self.execute(
                "DELETE FROM accepted_call WHERE corp_id = ?1 AND seq IN
                 (SELECT seq FROM accepted_call WHERE corp_id = ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3)",
                &[corp.into(), last_removed.into(), TRIMMED_ROWS.into()],
            )?;
        }
        if !refused.is_empty() {
            let first = self.next_numbers(corp, "refused_call", count(refused.len()))?;
            for (seq, call) in (first..).zip(&refused) {
                self.insert_refused_call(corp, seq, call)?;
            }
            let last_removed = first + count(refused.len()) - 1 - limits.refused;
            self.execute(
                "DELETE FROM refused_call WHERE corp_id = ?1 AND seq IN
                 (SELECT seq FROM refused_call WHERE corp_id = ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3)",
                &[corp.into(), last_removed.into(), TRIMMED_ROWS.into()],
            )?;
        }
        if unrecorded > 0 {
            self.execute(
                "INSERT INTO unrecorded_call (corp_id, hour, calls) VALUES (?1, ?2, ?3)
                 ON CONFLICT (corp_id, hour) DO UPDATE SET calls = unrecorded_call.calls + ?3",
                &[
                    corp.into(),
                    now.0.div_euclid(HOUR_MS).saturating_mul(HOUR_MS).into(),
                    i64::try_from(unrecorded).unwrap_or(i64::MAX).into(),
                ],
            )?;
        }
        Ok(())
    }

    fn insert_accepted_call(&mut self, corp: &CorpId, seq: i64, call: &CallRow) -> Result<()> {
        self.execute(
            "INSERT OR IGNORE INTO accepted_call (corp_id, seq, at, request_id, operation, caller, caller_id, status, micros, address)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            &[
                corp.into(),
                seq.into(),
                call.at.into(),
                (&call.request_id).into(),
                (&call.operation).into(),
                (&call.caller).into(),
                (&call.caller_id).into(),
                i64::from(call.status).into(),
                call.micros.into(),
                (&call.address).into(),
            ],
        )?;
        Ok(())
    }

    fn insert_refused_call(&mut self, corp: &CorpId, seq: i64, call: &CallRow) -> Result<()> {
        let unnamed = RefusalRow::default();
        let refusal = call.refusal.as_ref().unwrap_or(&unnamed);
        let ids = serde_json::to_string(&refusal.ids).map_err(Error::internal)?;
        self.execute(
            "INSERT OR IGNORE INTO refused_call (corp_id, seq, at, request_id, operation, caller, caller_id, status, micros, address,
                                       code, message, cause, detail, path, ids)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            &[
                corp.into(),
                seq.into(),
                call.at.into(),
                (&call.request_id).into(),
                (&call.operation).into(),
                (&call.caller).into(),
                (&call.caller_id).into(),
                i64::from(call.status).into(),
                call.micros.into(),
                (&call.address).into(),
                (&refusal.code).into(),
                (&refusal.message).into(),
                (&refusal.cause).into(),
                (&refusal.detail).into(),
                (&refusal.path).into(),
                (&ids).into(),
            ],
        )?;
        Ok(())
    }

    /// Calls from a position on, the newest first.
    pub fn calls(
        &mut self,
        corp: &CorpId,
        filter: &CallFilter,
        before: CallPosition,
        limit: usize,
    ) -> Result<CallPage> {
        // One more than requested shows whether there is a next page.
        let more = count(limit).saturating_add(1);
        let succeeded = if filter.refused_only || !filter.code.is_empty() {
            Vec::new()
        } else {
            self.accepted_calls(corp, filter, before.accepted, more)?
        };
        let refused = self.refused_calls(corp, filter, before.refused, more)?;
        let (mut succeeded, mut refused) = (succeeded.into_iter().peekable(), refused.into_iter().peekable());
        let (mut calls, mut next) = (Vec::new(), before);
        while calls.len() < limit {
            let refused_is_newer = match (succeeded.peek(), refused.peek()) {
                (None, None) => break,
                (Some((_, call)), Some((_, refused))) => refused.at >= call.at,
                (one, _) => one.is_none(),
            };
            let taken = if refused_is_newer {
                refused.next().inspect(|(seq, _)| next.refused = *seq)
            } else {
                succeeded.next().inspect(|(seq, _)| next.accepted = *seq)
            };
            calls.extend(taken.map(|(_, call)| call));
        }
        let has_more = succeeded.peek().is_some() || refused.peek().is_some();
        Ok(CallPage { calls, next: has_more.then_some(next) })
    }

    fn accepted_calls(
        &mut self,
        corp: &CorpId,
        filter: &CallFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<(i64, CallRow)>> {
        // One statement for each index.
        let sql = if !filter.caller_id.is_empty() {
            select_accepted!(" AND caller_id = ?4 AND (?5 = '' OR operation = ?5)")
        } else if !filter.operation.is_empty() {
            select_accepted!(" AND operation = ?5")
        } else {
            select_accepted!("")
        };
        let (from, to) = times(filter);
        let values = [
            corp.into(),
            before.into(),
            limit.into(),
            (&filter.caller_id).into(),
            (&filter.operation).into(),
            from.into(),
            to.into(),
        ];
        self.all(sql, &values, |row| Ok((row.get(8)?, call_row(row)?)))
    }

    fn refused_calls(
        &mut self,
        corp: &CorpId,
        filter: &CallFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<(i64, CallRow)>> {
        let sql = if !filter.caller_id.is_empty() {
            select_refused!(" AND caller_id = ?4 AND (?5 = '' OR operation = ?5)")
        } else if !filter.operation.is_empty() {
            select_refused!(" AND operation = ?5")
        } else {
            select_refused!("")
        };
        let (from, to) = times(filter);
        let values = [
            corp.into(),
            before.into(),
            limit.into(),
            (&filter.caller_id).into(),
            (&filter.operation).into(),
            from.into(),
            to.into(),
            (&filter.code).into(),
        ];
        self.all(sql, &values, |row| Ok((row.get(8)?, refused_row(row)?)))
    }

    /// The call with an id.
    pub fn call(&mut self, corp: &CorpId, request_id: &str) -> Result<Option<CallRow>> {
        let refused = self.one(
            "SELECT at, request_id, operation, caller, caller_id, status, micros, address, seq, code, message, cause, detail,
                    path, ids FROM refused_call WHERE corp_id = ?1 AND request_id = ?2",
            &[corp.into(), request_id.into()],
            refused_row,
        )?;
        if refused.is_some() {
            return Ok(refused);
        }
        self.one(
            "SELECT at, request_id, operation, caller, caller_id, status, micros, address FROM accepted_call
             WHERE corp_id = ?1 AND request_id = ?2",
            &[corp.into(), request_id.into()],
            call_row,
        )
    }

    /// The number of calls since a time that were not recorded, by full hours.
    pub fn count_unrecorded_calls(&mut self, corp: &CorpId, since: Timestamp) -> Result<i64> {
        let calls: Option<Option<i64>> = self.one(
            "SELECT sum(calls) FROM unrecorded_call WHERE corp_id = ?1 AND hour > ?2",
            &[corp.into(), since.plus_ms(-HOUR_MS).into()],
            |row| row.get(0),
        )?;
        Ok(calls.flatten().unwrap_or_default())
    }

    /// Removes calls that succeeded before a time, the oldest first. Returns how many.
    pub fn delete_accepted_calls(&mut self, corp: &CorpId, before: Timestamp, limit: i64) -> Result<i64> {
        let oldest = self.all(
            "SELECT seq, at FROM accepted_call WHERE corp_id = ?1 AND seq > 0 ORDER BY seq LIMIT ?2",
            &[corp.into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let removed = self.execute(
            "DELETE FROM accepted_call WHERE corp_id = ?1 AND seq <= ?2",
            &[corp.into(), last_before(&oldest, before).into()],
        )?;
        Ok(count(removed))
    }

    /// Removes refused calls from before a time, the oldest first. Returns how many.
    pub fn delete_refused_calls(&mut self, corp: &CorpId, before: Timestamp, limit: i64) -> Result<i64> {
        self.execute(
            "DELETE FROM unrecorded_call WHERE corp_id = ?1 AND hour < ?2",
            &[corp.into(), before.plus_ms(-HOUR_MS).into()],
        )?;
        let oldest = self.all(
            "SELECT seq, at FROM refused_call WHERE corp_id = ?1 AND seq > 0 ORDER BY seq LIMIT ?2",
            &[corp.into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let removed = self.execute(
            "DELETE FROM refused_call WHERE corp_id = ?1 AND seq <= ?2",
            &[corp.into(), last_before(&oldest, before).into()],
        )?;
        Ok(count(removed))
    }
}

/// The number of the last call before a time. Calls are in the order of time.
fn last_before(oldest: &[(i64, Timestamp)], before: Timestamp) -> i64 {
    oldest.iter().take_while(|(_, at)| *at < before).last().map_or(0, |(seq, _)| *seq)
}

fn call_row(row: &Row<'_>) -> Result<CallRow> {
    let status: i64 = row.get(5)?;
    Ok(CallRow {
        at: row.get(0)?,
        request_id: row.get(1)?,
        operation: row.get(2)?,
        caller: row.get(3)?,
        caller_id: row.get(4)?,
        status: u16::try_from(status).map_err(Error::internal)?,
        micros: row.get(6)?,
        address: row.get(7)?,
        refusal: None,
        body: None,
    })
}

fn refused_row(row: &Row<'_>) -> Result<CallRow> {
    let ids: String = row.get(14)?;
    let refusal = RefusalRow {
        code: row.get(9)?,
        message: row.get(10)?,
        cause: row.get(11)?,
        detail: row.get(12)?,
        path: row.get(13)?,
        ids: serde_json::from_str(&ids).map_err(Error::internal)?,
    };
    Ok(CallRow { refusal: Some(refusal), ..call_row(row)? })
}

fn times(filter: &CallFilter) -> (Timestamp, Timestamp) {
    (filter.from.unwrap_or(Timestamp(i64::MIN)), filter.to.unwrap_or(Timestamp(i64::MAX)))
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_parsed_back_and_nothing_else_is() {
        let position = CallPosition { accepted: 12, refused: i64::MAX };
        assert_eq!(CallPosition::parse(&position.to_string()), Some(position));
        for text in ["", "1", "1.", ".1", "0.1", "-1.2", "1.2.3", "a.b", "99999999999999999999.1"] {
            assert_eq!(CallPosition::parse(text), None, "{text}");
        }
    }
}
