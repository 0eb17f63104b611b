//! The archive of broadcasts that are too old for memory. A member's broadcasts are found in rows, by reading a number of bitmaps
//! that grows with the logarithm of the number of broadcasts.
//!
//! The archived broadcasts of an account have consecutive positions. Each complete group of 8, 64, 512 and so on of them has a row
//! with the union of their receivers, so that a read from new to old skips groups of which the member received nothing. A read
//! without a result reads at most seven bitmaps of each level.

use std::ops::Range;

use carillon_model::{
    audience::Audience,
    error::{Error, Result},
    id::{AccountId, CorpId, MemberNo, SendSeq},
};

use crate::tx::Tx;

/// A group consists of `1 << GROUP_BITS` groups of the level below, or broadcasts.
const GROUP_BITS: u32 = 3;

impl Tx<'_> {
    /// Archived broadcasts that a member received, with a number between the ends of a range, both excluded, newest first, without
    /// recalled ones.
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
        // Positions before this one were not read yet.
        let mut end = newest + 1;
        while end > oldest && found.len() < limit {
            // The largest group that ends here, or its last subgroup if the member is in it.
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

    /// Appends a broadcast to the archive of its account. It must be newer than all others there.
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

    /// Removes the receivers of a recalled broadcast from its groups, if it is archived, so that reads of those members can skip
    /// them.
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

    /// Stores the union of the receivers of a complete group, from the level below.
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

/// The number of broadcasts of a group of a level.
fn group_len(level: u32) -> i64 {
    1 << (GROUP_BITS * level)
}

/// The level of the largest group that ends at a position.
fn largest_level(end: i64) -> u32 {
    end.trailing_zeros() / GROUP_BITS
}

/// The number of the group of a level that ends at a position.
fn group_before(end: i64, level: u32) -> i64 {
    end / group_len(level) - 1
}
