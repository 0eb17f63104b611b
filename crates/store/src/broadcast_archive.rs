//! Broadcasts that are too old for memory. A member finds theirs in rows, by reading a number of bitmaps that grows with the
//! logarithm of the broadcasts.
//!
//! The archived broadcasts of an account have positions without gaps. For each complete group of 8, 64, 512 and so on of them there
//! is a row with everybody who received any: a read that goes back skips whole groups that the member received nothing of. What a
//! look without a result reads is at most seven bitmaps of each level.

use std::ops::Range;

use carillon_model::{
    audience::Audience,
    error::{Error, Result},
    id::{AccountId, CorpId, MemberNo, SendSeq},
};

use crate::tx::Tx;

/// A group has `1 << GROUP_BITS` groups of the level below it, or broadcasts.
const GROUP_BITS: u32 = 3;

impl Tx<'_> {
    /// Broadcasts of the archive that a member received, after the start of a range of places and before its end, newest first.
    /// Recalled ones are left out.
    pub fn archived_broadcasts(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        account: &AccountId,
        between: Range<SendSeq>,
        limit: usize,
    ) -> Result<Vec<SendSeq>> {
        let oldest = self.one(
            "SELECT position FROM archived_broadcast WHERE corp_id = ?1 AND unionid = ?2 AND seq > ?3
             ORDER BY seq LIMIT 1",
            &[corp.into(), account.into(), between.start.into()],
            |row| row.get::<i64>(0),
        )?;
        let newest = self.one(
            "SELECT position FROM archived_broadcast WHERE corp_id = ?1 AND unionid = ?2 AND seq < ?3
             ORDER BY seq DESC LIMIT 1",
            &[corp.into(), account.into(), between.end.into()],
            |row| row.get::<i64>(0),
        )?;
        let (Some(oldest), Some(newest)) = (oldest, newest) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        // Positions before it were not looked at yet.
        let mut end = newest + 1;
        while end > oldest && found.len() < limit {
            // The largest group that ends here; if it holds the member, the last one of those in it.
            let mut level = largest_level(end);
            while level > 0
                && self.archived_receivers(corp, account, level, group_before(end, level))?.contains(member)
            {
                level -= 1;
            }
            if level == 0 {
                found.extend(self.archived_to(corp, account, end - 1, member)?);
            }
            end -= group_len(level);
        }
        Ok(found)
    }

    /// Puts a broadcast at the end of the archive of its account. It has to be newer than all there.
    pub(crate) fn archive_broadcast(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        seq: SendSeq,
    ) -> Result<()> {
        let position = self.archive_len(corp, account)?;
        self.execute(
            "INSERT INTO archived_broadcast (corp_id, unionid, position, seq) VALUES (?1, ?2, ?3, ?4)",
            &[corp.into(), account.into(), position.into(), seq.into()],
        )?;
        let end = position + 1;
        for level in 1..=largest_level(end) {
            self.unite_group(corp, account, level, group_before(end, level))?;
        }
        Ok(())
    }

    /// Takes the receivers of a recalled broadcast out of the groups that it is in, if it is in the archive: else looks of those
    /// members would find the groups and nothing in them.
    pub(crate) fn recall_archived(&mut self, corp: &CorpId, account: &AccountId, seq: SendSeq) -> Result<()> {
        let position = self.one(
            "SELECT position FROM archived_broadcast WHERE corp_id = ?1 AND unionid = ?2 AND seq = ?3",
            &[corp.into(), account.into(), seq.into()],
            |row| row.get::<i64>(0),
        )?;
        let Some(position) = position else { return Ok(()) };
        let len = self.archive_len(corp, account)?;
        for level in 1.. {
            let number = position / group_len(level);
            if (number + 1) * group_len(level) > len {
                break;
            }
            self.unite_group(corp, account, level, number)?;
        }
        Ok(())
    }

    fn archive_len(&mut self, corp: &CorpId, account: &AccountId) -> Result<i64> {
        let last = self.one(
            "SELECT position FROM archived_broadcast WHERE corp_id = ?1 AND unionid = ?2
             ORDER BY position DESC LIMIT 1",
            &[corp.into(), account.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(last.map_or(0, |last| last + 1))
    }

    /// The broadcast at a position, if a member received it and it was not recalled.
    fn archived_to(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        position: i64,
        member: MemberNo,
    ) -> Result<Option<SendSeq>> {
        let found = self.one(
            "SELECT a.seq, s.audience FROM archived_broadcast a JOIN send s ON s.corp_id = a.corp_id AND s.seq = a.seq
             WHERE a.corp_id = ?1 AND a.unionid = ?2 AND a.position = ?3 AND s.recalled_at IS NULL",
            &[corp.into(), account.into(), position.into()],
            |row| Ok((row.get::<SendSeq>(0)?, row.get::<Audience>(1)?.contains(member))),
        )?;
        Ok(found.filter(|(_, received)| *received).map(|(seq, _)| seq))
    }

    fn archived_receivers(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        level: u32,
        number: i64,
    ) -> Result<Audience> {
        let found = self.one(
            "SELECT receivers FROM archived_receivers
             WHERE corp_id = ?1 AND unionid = ?2 AND level = ?3 AND number = ?4",
            &[corp.into(), account.into(), i64::from(level).into(), number.into()],
            |row| row.get(0),
        )?;
        found.ok_or_else(|| Error::internal(format!("the archive lacks group {number} of level {level}")))
    }

    /// Stores who received any broadcast of a complete group, from what is one level below.
    fn unite_group(&mut self, corp: &CorpId, account: &AccountId, level: u32, number: i64) -> Result<()> {
        let mut receivers = Audience::empty();
        let first = number << GROUP_BITS;
        let last = first + group_len(1) - 1;
        let mut unite = |row: &crate::sql::Row<'_>| {
            receivers.unite(&row.get::<Audience>(0)?);
            Ok(true)
        };
        if level == 1 {
            self.each(
                "SELECT s.audience FROM archived_broadcast a JOIN send s ON s.corp_id = a.corp_id AND s.seq = a.seq
                 WHERE a.corp_id = ?1 AND a.unionid = ?2 AND a.position BETWEEN ?3 AND ?4 AND s.recalled_at IS NULL",
                &[corp.into(), account.into(), first.into(), last.into()],
                &mut unite,
            )?;
        } else {
            self.each(
                "SELECT receivers FROM archived_receivers
                 WHERE corp_id = ?1 AND unionid = ?2 AND level = ?3 AND number BETWEEN ?4 AND ?5",
                &[corp.into(), account.into(), i64::from(level - 1).into(), first.into(), last.into()],
                &mut unite,
            )?;
        }
        self.execute(
            "INSERT INTO archived_receivers (corp_id, unionid, level, number, receivers) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (corp_id, unionid, level, number) DO UPDATE SET receivers = ?5",
            &[
                corp.into(),
                account.into(),
                i64::from(level).into(),
                number.into(),
                (&receivers.compact().to_bytes()?).into(),
            ],
        )?;
        Ok(())
    }
}

/// How many broadcasts a group of a level has.
fn group_len(level: u32) -> i64 {
    1 << (GROUP_BITS * level)
}

/// The level of the largest group that ends before a position.
fn largest_level(end: i64) -> u32 {
    end.trailing_zeros() / GROUP_BITS
}

/// The number of the group of a level that ends before a position.
fn group_before(end: i64, level: u32) -> i64 {
    end / group_len(level) - 1
}
