//! Former members, as statistics show them.

use std::collections::BTreeMap;

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{CorpId, MemberNo, UserId},
    time::Timestamp,
};

use crate::{sql::Value, tx::Tx};

/// Members that one statement looks up.
const BATCH: usize = 8;

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
        let mut found = BTreeMap::new();
        let members: Vec<MemberNo> = members.iter().collect();
        for some in members.chunks(BATCH) {
            let wanted = found.len() + some.len();
            let mut values: Vec<Value<'_>> = vec![corp.into()];
            // The last batch is padded with its first member, so that the statement stays the same.
            let padded = some.iter().chain(std::iter::repeat(&some[0])).take(BATCH);
            values.extend(padded.map(|no| Value::from(*no)));
            self.each(
                "SELECT member_no, userid, unionid, name, job_number FROM member
                 WHERE corp_id = ?1 AND member_no IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 UNION ALL
                 SELECT member_no, userid, unionid, name, job_number FROM former_member
                 WHERE corp_id = ?1 AND member_no IN (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                &values,
                |row| {
                    let named = NamedMember {
                        userid: row.get(1)?,
                        unionid: row.get(2)?,
                        name: row.get(3)?,
                        job_number: row.get(4)?,
                    };
                    found.insert(row.get(0)?, named);
                    Ok(found.len() < wanted)
                },
            )?;
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
