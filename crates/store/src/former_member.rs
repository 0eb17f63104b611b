//! Members who left, as far as statistics name them.

use carillon_model::{
    error::Result,
    id::{CorpId, MemberNo, UserId},
    time::Timestamp,
};

use crate::tx::Tx;

/// How statistics name a member.
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
    /// Keeps how a member is named who is about to leave.
    pub(crate) fn keep_former_member(&mut self, corp: &CorpId, no: MemberNo) -> Result<()> {
        self.execute(
            "INSERT INTO former_member (corp_id, member_no, userid, unionid, name, job_number, since)
             SELECT corp_id, member_no, userid, unionid, name, job_number, created_at FROM member
             WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
        )?;
        Ok(())
    }

    /// How a member is named, whether or not still there.
    pub fn named_member(&mut self, corp: &CorpId, no: MemberNo) -> Result<Option<NamedMember>> {
        self.one(
            "SELECT userid, unionid, name, job_number FROM member WHERE corp_id = ?1 AND member_no = ?2
             UNION ALL
             SELECT userid, unionid, name, job_number FROM former_member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
            |row| {
                Ok(NamedMember {
                    userid: row.get(0)?,
                    unionid: row.get(1)?,
                    name: row.get(2)?,
                    job_number: row.get(3)?,
                })
            },
        )
    }

    /// The number of the member who has a userid, or who had it last.
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

    /// All who have or had a userid, each with the moment since when, earliest first.
    pub fn holders_of(&mut self, corp: &CorpId, userid: &UserId) -> Result<Vec<(Timestamp, MemberNo)>> {
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
