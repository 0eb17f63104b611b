//! The active members of each day: those who signed in or opened the inbox.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{CorpId, MemberNo},
};
use jiff::civil::Date;

use crate::{member::gather, state::CorpState, state_change::StateChange, tx::Tx};

/// The number of days with activity in the snapshot. Older ones are in rows only.
pub const ACTIVE_DAYS: usize = 40;

impl Tx<'_> {
    /// Records that a member was active on a day. Further calls change nothing.
    pub fn record_activity(&mut self, corp: &CorpId, day: Date, member: MemberNo) -> Result<()> {
        if self.state().corp(corp)?.was_active(day, member) {
            return Ok(());
        }
        self.execute(
            "INSERT INTO active_member (corp_id, day, member_no) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            &[corp.into(), (&day.to_string()).into(), member.into()],
        )?;
        self.apply(corp, StateChange::MemberActive { day, member })
    }

    /// The first day, after another one if given, with members to fold. One index lookup.
    pub fn next_day_to_fold(&mut self, corp: &CorpId, after: Option<Date>) -> Result<Option<Date>> {
        let after = after.map(|day| day.to_string()).unwrap_or_default();
        let found = self.one(
            "SELECT min(day) FROM active_member WHERE corp_id = ?1 AND day > ?2",
            &[corp.into(), (&after).into()],
            |row| row.get::<Option<Date>>(0),
        )?;
        Ok(found.flatten())
    }

    /// Folds at most `limit` members into the bitmap of a day. Returns true if there are more.
    pub fn fold_active_day(&mut self, corp: &CorpId, day: Date, limit: i64) -> Result<bool> {
        let text = day.to_string();
        let waiting = self.all(
            "SELECT member_no FROM active_member WHERE corp_id = ?1 AND day = ?2 ORDER BY member_no LIMIT ?3",
            &[corp.into(), (&text).into(), limit.into()],
            |row| row.get::<MemberNo>(0),
        )?;
        let Some(last) = waiting.last().copied() else { return Ok(false) };
        let more = i64::try_from(waiting.len()).is_ok_and(|count| count >= limit);
        let mut members = self.active_members(corp, &text)?.unwrap_or_default();
        members.extend(waiting);
        self.execute(
            "INSERT INTO active_day (corp_id, day, members) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id, day) DO UPDATE SET members = ?3",
            &[corp.into(), (&text).into(), (&members.compact().to_bytes()?).into()],
        )?;
        self.execute(
            "DELETE FROM active_member WHERE corp_id = ?1 AND day = ?2 AND member_no <= ?3",
            &[corp.into(), (&text).into(), last.into()],
        )?;
        Ok(more)
    }

    fn active_members(&mut self, corp: &CorpId, day: &str) -> Result<Option<Audience>> {
        self.one(
            "SELECT members FROM active_day WHERE corp_id = ?1 AND day = ?2",
            &[corp.into(), day.into()],
            |row| row.get(0),
        )
    }

    pub(crate) fn load_active_days(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let most = i64::try_from(ACTIVE_DAYS).unwrap_or(i64::MAX);
        let folded = self.all(
            "SELECT day, members FROM active_day WHERE corp_id = ?1 ORDER BY day DESC LIMIT ?2",
            &[(&corp).into(), most.into()],
            |row| Ok((row.get::<Date>(0)?, row.get::<Audience>(1)?)),
        )?;
        let mut waiting: Vec<(Date, Audience)> = Vec::new();
        self.each(
            "SELECT day, member_no FROM active_member WHERE corp_id = ?1 ORDER BY day, member_no",
            &[(&corp).into()],
            |row| {
                gather(&mut waiting, row.get(0)?, row.get(1)?);
                Ok(true)
            },
        )?;
        for (day, members) in folded.into_iter().chain(waiting) {
            state.add_active(day, &members);
        }
        Ok(())
    }
}

impl CorpState {
    /// Adds active members of a day. Only the newest [`ACTIVE_DAYS`] days stay.
    pub(crate) fn add_active(&mut self, day: Date, members: &Audience) {
        Arc::make_mut(self.active_on.entry(day).or_default()).unite(members);
        while self.active_on.len() > ACTIVE_DAYS {
            let Some((oldest, _)) = self.active_on.get_min() else { break };
            let oldest = *oldest;
            self.active_on.remove(&oldest);
        }
    }
}
