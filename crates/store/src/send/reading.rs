//! When sends were read: the number of readers by hour. The hours are those since the send, later ones are rounded down to days.

use std::collections::BTreeMap;

use carillon_model::{
    error::Result,
    id::{AccountId, CorpId, MemberNo, SendSeq},
    time::{HOUR_MS, Timestamp},
};

use crate::tx::Tx;

/// The hour of readers whose time is not known.
pub const UNKNOWN_HOUR: i64 = -1;
/// Hours that are counted one by one: three days.
pub const SINGLE_HOURS: i64 = 72;
/// The last hour. Whoever reads a send later counts as one of that day.
pub const LAST_HOUR: i64 = 90 * 24;

/// The totals of the sends of an account in a period, without previews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendTotals {
    /// The number of sends, recalled ones included.
    pub sends: i64,
    /// The number of receivers of each send, added up.
    pub receivers: i64,
    /// The number of readers of each send, added up.
    pub readers: i64,
}

/// Returns the hour under which a reader counts.
pub fn hour_of(sent_at: Timestamp, read_at: Option<Timestamp>) -> i64 {
    let Some(read_at) = read_at else { return UNKNOWN_HOUR };
    let hour = ((read_at.0 - sent_at.0) / HOUR_MS).max(0);
    if hour < SINGLE_HOURS { hour } else { (hour / 24 * 24).min(LAST_HOUR) }
}

impl Tx<'_> {
    /// Counts readers whose receipts are folded.
    pub(super) fn add_reading(
        &mut self,
        corp: &CorpId,
        seq: SendSeq,
        readers: &BTreeMap<i64, i64>,
    ) -> Result<()> {
        for (hour, count) in readers {
            self.execute(
                "INSERT INTO send_reading (corp_id, seq, hour, readers) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (corp_id, seq, hour) DO UPDATE SET readers = send_reading.readers + excluded.readers",
                &[corp.into(), seq.into(), (*hour).into(), (*count).into()],
            )?;
        }
        Ok(())
    }

    /// Readers of a send by hour, those included whose receipts are not folded yet.
    pub fn reading_of(
        &mut self,
        corp: &CorpId,
        seq: SendSeq,
        sent_at: Timestamp,
    ) -> Result<BTreeMap<i64, i64>> {
        let key = [corp.into(), seq.into()];
        let folded = self.all(
            "SELECT hour, readers FROM send_reading WHERE corp_id = ?1 AND seq = ?2 ORDER BY hour",
            &key,
            |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)),
        )?;
        let mut hours: BTreeMap<i64, i64> = folded.into_iter().collect();
        for (hour, count) in self.pending_reading(corp, seq, sent_at)? {
            *hours.entry(hour).or_default() += count;
        }
        Ok(hours)
    }

    /// Readers by hour whose receipts are not folded yet.
    fn pending_reading(
        &mut self,
        corp: &CorpId,
        seq: SendSeq,
        sent_at: Timestamp,
    ) -> Result<BTreeMap<i64, i64>> {
        let mut hours = BTreeMap::new();
        let waiting = self.all(
            "SELECT member_no, read_at FROM receipt WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.into()],
            |row| Ok((row.get::<MemberNo>(0)?, row.get::<Option<Timestamp>>(1)?)),
        )?;
        if waiting.is_empty() || self.has_pruned_readers(corp, seq)? {
            return Ok(hours);
        }
        let folded = self.folded_readers(corp, seq)?;
        for (_, read_at) in waiting.into_iter().filter(|(member, _)| !folded.contains(*member)) {
            *hours.entry(hour_of(sent_at, read_at)).or_default() += 1;
        }
        Ok(hours)
    }

    /// Totals of the sends of an account from a time until before another.
    pub fn send_totals(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<SendTotals> {
        let key = [corp.into(), account.into(), from.into(), until.into()];
        let found = self.one(
            "SELECT count(*), coalesce(sum(receivers), 0) FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND created_at >= ?3 AND created_at < ?4 AND preview = 0
               AND msg_type NOT IN ('ding', 'phone_ding')",
            &key,
            |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)),
        )?;
        let (sends, receivers) = found.unwrap_or_default();
        let folded = self.one(
            "SELECT coalesce(sum(r.readers), 0) FROM send AS s CROSS JOIN send_reading AS r
             WHERE s.corp_id = ?1 AND s.unionid = ?2 AND s.created_at >= ?3 AND s.created_at < ?4 AND s.preview = 0
               AND s.msg_type NOT IN ('ding', 'phone_ding') AND r.corp_id = s.corp_id AND r.seq = s.seq",
            &key,
            |row| row.get::<i64>(0),
        )?;
        let mut readers = folded.unwrap_or_default();
        // Receipts wait for seconds only, so these are few sends.
        let mut last = SendSeq(0);
        while let Some(seq) = self.next_send_to_fold(corp, last)? {
            last = seq;
            let sent_at = self.one(
                "SELECT created_at FROM send
                 WHERE corp_id = ?1 AND seq = ?5 AND unionid = ?2 AND created_at >= ?3 AND created_at < ?4
                   AND preview = 0 AND msg_type NOT IN ('ding', 'phone_ding')",
                &[key[0], key[1], key[2], key[3], seq.into()],
                |row| row.get::<Timestamp>(0),
            )?;
            if let Some(sent_at) = sent_at {
                readers += self.pending_reading(corp, seq, sent_at)?.values().sum::<i64>();
            }
        }
        Ok(SendTotals { sends, receivers, readers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_readers_count_by_day() {
        let hour = |hours: i64, more: i64| hour_of(Timestamp(5), Some(Timestamp(5 + hours * HOUR_MS + more)));
        assert_eq!((hour(0, -6), hour(0, 0), hour(1, -1), hour(1, 0)), (0, 0, 0, 1));
        assert_eq!((hour(71, 0), hour(72, 0), hour(95, 0), hour(96, 0)), (71, 72, 72, 96));
        assert_eq!(
            (hour(LAST_HOUR, -1), hour(LAST_HOUR, 0), hour(9_999, 0)),
            (89 * 24, LAST_HOUR, LAST_HOUR)
        );
        assert_eq!(hour_of(Timestamp(5), None), UNKNOWN_HOUR);
    }
}
