//! Read receipts: rows that a job folds into the bitmap of the readers of a send.

use std::collections::BTreeMap;

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{CorpId, MemberNo, SendSeq},
    time::Timestamp,
};

use super::reading::hour_of;
use crate::{live_event::ConsoleTopic, tx::Tx};

impl Tx<'_> {
    /// Records that a member has read a send.
    pub fn insert_receipt(
        &mut self,
        corp: &CorpId,
        seq: SendSeq,
        member: MemberNo,
        at: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO receipt (corp_id, seq, member_no, read_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            &[corp.into(), seq.0.into(), member.into(), at.into()],
        )?;
        Ok(())
    }

    /// The number of members who have read a send.
    pub fn count_readers(&mut self, corp: &CorpId, seq: SendSeq) -> Result<u64> {
        match self.pruned_reader_count(corp, seq)? {
            Some(count) => Ok(count.unsigned_abs()),
            None => Ok(self.readers_of(corp, seq)?.len()),
        }
    }

    /// Returns true if only the number of readers of a send is still stored.
    pub fn has_pruned_readers(&mut self, corp: &CorpId, seq: SendSeq) -> Result<bool> {
        Ok(self.pruned_reader_count(corp, seq)?.is_some())
    }

    /// The number of readers of a send whose readers were pruned; `None` if they were not.
    fn pruned_reader_count(&mut self, corp: &CorpId, seq: SendSeq) -> Result<Option<i64>> {
        let found = self.one(
            "SELECT readers_count FROM send WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.into()],
            |row| row.get::<Option<i64>>(0),
        )?;
        Ok(found.flatten())
    }

    /// The members who have read a send; empty once they were pruned.
    pub fn readers_of(&mut self, corp: &CorpId, seq: SendSeq) -> Result<Audience> {
        let mut readers = self.folded_readers(corp, seq)?;
        self.each(
            "SELECT member_no FROM receipt WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.0.into()],
            |row| {
                readers.insert(row.get(0)?);
                Ok(true)
            },
        )?;
        Ok(readers)
    }

    /// The readers of a send whose receipts are folded.
    pub(super) fn folded_readers(&mut self, corp: &CorpId, seq: SendSeq) -> Result<Audience> {
        let folded = self.one(
            "SELECT readers FROM send WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.0.into()],
            |row| row.get::<Audience>(0),
        )?;
        Ok(folded.unwrap_or_default())
    }

    /// The first send after another that has receipts to fold. One index lookup, whatever the number of receipts.
    pub fn next_send_to_fold(&mut self, corp: &CorpId, after: SendSeq) -> Result<Option<SendSeq>> {
        let found = self.one(
            "SELECT min(seq) FROM receipt WHERE corp_id = ?1 AND seq > ?2",
            &[corp.into(), after.into()],
            |row| row.get::<Option<SendSeq>>(0),
        )?;
        Ok(found.flatten())
    }

    /// Folds at most `limit` receipts of a send into its bitmap, and counts them by hour. Returns true if there are more.
    pub fn fold_receipts(&mut self, corp: &CorpId, seq: SendSeq, limit: i64) -> Result<bool> {
        let key = [corp.into(), seq.into()];
        let waiting = self.all(
            "SELECT member_no, read_at FROM receipt WHERE corp_id = ?1 AND seq = ?2 ORDER BY member_no LIMIT ?3",
            &[key[0], key[1], limit.into()],
            |row| Ok((row.get::<MemberNo>(0)?, row.get::<Option<Timestamp>>(1)?)),
        )?;
        let Some((last, _)) = waiting.last().copied() else { return Ok(false) };
        let more = i64::try_from(waiting.len()).is_ok_and(|count| count >= limit);
        if self.pruned_reader_count(corp, seq)?.is_none() {
            let folded = self.one(
                "SELECT readers, created_at FROM send WHERE corp_id = ?1 AND seq = ?2",
                &key,
                |row| Ok((row.get::<Audience>(0)?, row.get::<Timestamp>(1)?)),
            )?;
            let (mut readers, sent_at) = folded.unwrap_or((Audience::empty(), Timestamp(0)));
            let mut hours = BTreeMap::new();
            // Whoever reads it again has been counted.
            for (_, read_at) in waiting.iter().filter(|(member, _)| !readers.contains(*member)) {
                *hours.entry(hour_of(sent_at, *read_at)).or_default() += 1;
            }
            self.add_reading(corp, seq, &hours)?;
            readers.extend(waiting.into_iter().map(|(member, _)| member));
            self.execute(
                "UPDATE send SET readers = ?3 WHERE corp_id = ?1 AND seq = ?2",
                &[key[0], key[1], (&readers.compact().to_bytes()?).into()],
            )?;
        }
        self.execute(
            "DELETE FROM receipt WHERE corp_id = ?1 AND seq = ?2 AND member_no <= ?3",
            &[key[0], key[1], last.into()],
        )?;
        self.console_changed(corp, None, ConsoleTopic::Sends);
        Ok(more)
    }
}
