//! Former members, as statistics show them.

use std::collections::BTreeMap;

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{CorpId, MemberNo, UserId},
    time::Timestamp,
};

use crate::{sql::Row, tx::Tx};

/// The names of a present or former member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedMember {
    /// `userid`.
    pub userid: String,
    /// The person's id across organisations.
    pub unionid: String,
    /// Name.
    pub name: String,
    /// Job number.
    pub job_number: String,
}

fn named_member(row: &Row<'_>) -> Result<NamedMember> {
    Ok(NamedMember { userid: row.get(0)?, unionid: row.get(1)?, name: row.get(2)?, job_number: row.get(3)? })
}

impl Tx<'_> {
    /// Stores the names of a member that is about to be removed.
    pub(crate) fn insert_former_member(&mut self, corp: &CorpId, no: MemberNo) -> Result<()> {
        self.execute(
            "INSERT INTO former_member (corp_id, member_no, userid, unionid, name, job_number, since)
             SELECT corp_id, member_no, userid, unionid, name, job_number, created_at FROM member
             WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
        )?;
        Ok(())
    }

    /// The names of a present or former member.
    pub fn named_member(&mut self, corp: &CorpId, no: MemberNo) -> Result<Option<NamedMember>> {
        let mut found = self.named_members(corp, &std::iter::once(no).collect())?;
        Ok(found.remove(&no))
    }

    /// The names of present or former members.
    pub fn named_members(
        &mut self,
        corp: &CorpId,
        members: &Audience,
    ) -> Result<BTreeMap<MemberNo, NamedMember>> {
        let mut of_member = self.prepare_many(
            "SELECT userid, unionid, name, job_number FROM member WHERE corp_id = ?1 AND member_no = ?2",
            corp,
        )?;
        let mut of_former_member = self.prepare_many(
            "SELECT userid, unionid, name, job_number FROM former_member WHERE corp_id = ?1 AND member_no = ?2",
            corp,
        )?;
        let mut found = BTreeMap::new();
        for member in members.iter() {
            let named = match of_member.first([member.into()], named_member)? {
                Some(named) => Some(named),
                None => of_former_member.first([member.into()], named_member)?,
            };
            found.extend(named.map(|named| (member, named)));
        }
        Ok(found)
    }

    /// The member who has a userid, or who had it last.
    pub fn present_or_former_member(&mut self, corp: &CorpId, userid: &UserId) -> Result<Option<MemberNo>> {
        if let Some(no) = self.member_no(corp, userid)? {
            return Ok(Some(no));
        }
        self.one(
            "SELECT member_no FROM former_member WHERE corp_id = ?1 AND userid = ?2 ORDER BY member_no DESC LIMIT 1",
            &[corp.into(), userid.into()],
            |row| row.get(0),
        )
    }

    /// All present and former members with a userid and the time since which they had it, earliest first.
    pub fn members_with_userid(
        &mut self,
        corp: &CorpId,
        userid: &UserId,
    ) -> Result<Vec<(Timestamp, MemberNo)>> {
        self.all(
            "SELECT since, member_no FROM former_member WHERE corp_id = ?1 AND userid = ?2
             UNION ALL
             SELECT created_at, member_no FROM member WHERE corp_id = ?1 AND userid = ?2
             ORDER BY 1, 2",
            &[corp.into(), userid.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}
