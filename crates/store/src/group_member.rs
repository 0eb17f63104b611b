//! Members and administrators of groups, and the number of members on each day.

use carillon_model::{
    audience::Audience,
    day::Day,
    error::Result,
    id::{CorpId, GroupNo, MemberNo},
};

use crate::tx::Tx;

/// The largest group that has a row for each member, so that an index finds the groups of a member. Larger groups, of which there
/// are few, have a bitmap.
pub const INDEXED_AT_MOST: u64 = 256;

impl Tx<'_> {
    /// The members of a group.
    pub fn group_members(&mut self, corp: &CorpId, group: GroupNo) -> Result<Audience> {
        let large = self.one(
            "SELECT members FROM group_audience WHERE corp_id = ?1 AND group_no = ?2",
            &[corp.into(), group.into()],
            |row| row.get::<Audience>(0),
        )?;
        if let Some(members) = large {
            return Ok(members);
        }
        let mut members = Audience::empty();
        self.each(
            "SELECT member_no FROM group_member WHERE corp_id = ?1 AND group_no = ?2 ORDER BY member_no",
            &[corp.into(), group.into()],
            |row| {
                members.insert(row.get(0)?);
                Ok(true)
            },
        )?;
        Ok(members)
    }

    /// Replaces the members of a group. Administrators who are no longer members are removed.
    pub fn set_group_members(
        &mut self,
        corp: &CorpId,
        group: GroupNo,
        before: &Audience,
        after: &Audience,
    ) -> Result<()> {
        let (mut added, mut removed) = (after.clone(), before.clone());
        added.subtract(before);
        removed.subtract(after);
        if after.len() > INDEXED_AT_MOST {
            let members = after.clone().compact().to_bytes()?;
            self.execute(
                "INSERT INTO group_audience (corp_id, group_no, members) VALUES (?1, ?2, ?3)
                 ON CONFLICT (corp_id, group_no) DO UPDATE SET members = ?3",
                &[corp.into(), group.into(), (&members).into()],
            )?;
            if before.len() <= INDEXED_AT_MOST {
                self.delete_group_member_rows(corp, group, before)?;
            }
        } else {
            let has_rows = before.len() <= INDEXED_AT_MOST;
            if has_rows {
                self.delete_group_member_rows(corp, group, &removed)?;
            } else {
                self.execute(
                    "DELETE FROM group_audience WHERE corp_id = ?1 AND group_no = ?2",
                    &[corp.into(), group.into()],
                )?;
            }
            for member in if has_rows { added.iter() } else { after.iter() } {
                self.execute(
                    "INSERT INTO group_member (corp_id, group_no, member_no) VALUES (?1, ?2, ?3)",
                    &[corp.into(), group.into(), member.into()],
                )?;
            }
        }
        let mut administrators = self.group_administrators(corp, group)?;
        administrators.intersect(after);
        self.set_group_administrators(corp, group, &administrators)?;
        let count = i64::try_from(after.len()).unwrap_or(i64::MAX);
        self.execute(
            "UPDATE chat_group SET member_count = ?3 WHERE corp_id = ?1 AND group_no = ?2",
            &[corp.into(), group.into(), count.into()],
        )?;
        Ok(())
    }

    fn delete_group_member_rows(&mut self, corp: &CorpId, group: GroupNo, members: &Audience) -> Result<()> {
        for member in members.iter() {
            self.execute(
                "DELETE FROM group_member WHERE corp_id = ?1 AND group_no = ?2 AND member_no = ?3",
                &[corp.into(), group.into(), member.into()],
            )?;
        }
        Ok(())
    }

    /// The administrators of a group, beside its owner.
    pub fn group_administrators(&mut self, corp: &CorpId, group: GroupNo) -> Result<Audience> {
        let members = self.all(
            "SELECT member_no FROM group_administrator WHERE corp_id = ?1 AND group_no = ?2",
            &[corp.into(), group.into()],
            |row| row.get::<MemberNo>(0),
        )?;
        Ok(members.into_iter().collect())
    }

    /// Replaces the administrators of a group.
    pub fn set_group_administrators(
        &mut self,
        corp: &CorpId,
        group: GroupNo,
        administrators: &Audience,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM group_administrator WHERE corp_id = ?1 AND group_no = ?2",
            &[corp.into(), group.into()],
        )?;
        for member in administrators.iter() {
            self.execute(
                "INSERT INTO group_administrator (corp_id, group_no, member_no) VALUES (?1, ?2, ?3)",
                &[corp.into(), group.into(), member.into()],
            )?;
        }
        let count = i64::try_from(administrators.len()).unwrap_or(i64::MAX);
        self.execute(
            "UPDATE chat_group SET administrator_count = ?3 WHERE corp_id = ?1 AND group_no = ?2",
            &[corp.into(), group.into(), count.into()],
        )?;
        Ok(())
    }

    /// The groups of a member, by number.
    pub fn groups_of(&mut self, corp: &CorpId, member: MemberNo) -> Result<Vec<GroupNo>> {
        let mut groups = self.all(
            "SELECT group_no FROM group_member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
            |row| row.get(0),
        )?;
        self.each(
            "SELECT group_no, members FROM group_audience WHERE corp_id = ?1",
            &[corp.into()],
            |row| {
                if row.get::<Audience>(1)?.contains(member) {
                    groups.push(row.get(0)?);
                }
                Ok(true)
            },
        )?;
        groups.sort_unstable();
        Ok(groups)
    }

    /// Stores the number of members of a group on a day.
    pub fn set_group_size(&mut self, corp: &CorpId, group: GroupNo, day: Day, members: u64) -> Result<()> {
        let members = i64::try_from(members).unwrap_or(i64::MAX);
        self.execute(
            "INSERT INTO group_size (corp_id, group_no, day, members) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (corp_id, group_no, day) DO UPDATE SET members = ?4",
            &[corp.into(), group.into(), day.into(), members.into()],
        )?;
        Ok(())
    }

    /// The number of members of a group at the end of a day.
    pub fn group_size_on(&mut self, corp: &CorpId, group: GroupNo, day: Day) -> Result<i64> {
        let members = self.one(
            "SELECT members FROM group_size WHERE corp_id = ?1 AND group_no = ?2 AND day <= ?3 ORDER BY day DESC LIMIT 1",
            &[corp.into(), group.into(), day.into()],
            |row| row.get(0),
        )?;
        Ok(members.unwrap_or_default())
    }

    /// Extends the stored sizes of a group back to an earlier day.
    pub fn begin_group_size(&mut self, corp: &CorpId, group: GroupNo, day: Day) -> Result<()> {
        let first = self.one(
            "SELECT day, members FROM group_size WHERE corp_id = ?1 AND group_no = ?2 ORDER BY day LIMIT 1",
            &[corp.into(), group.into()],
            |row| Ok((row.get::<Day>(0)?, row.get::<i64>(1)?)),
        )?;
        if let Some((first, members)) = first
            && day < first
        {
            self.set_group_size(corp, group, day, members.unsigned_abs())?;
        }
        Ok(())
    }

    /// Adds members to all stored sizes of a group.
    pub fn add_to_group_sizes(&mut self, corp: &CorpId, group: GroupNo, members: u64) -> Result<()> {
        let members = i64::try_from(members).unwrap_or(i64::MAX);
        self.execute(
            "UPDATE group_size SET members = members + ?3 WHERE corp_id = ?1 AND group_no = ?2",
            &[corp.into(), group.into(), members.into()],
        )?;
        Ok(())
    }
}
