//! Passwords of members.

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{CorpId, MemberNo, UserId},
};
use rusqlite::types::ValueRef;

use crate::{
    sql::{Column, Value},
    tx::Tx,
};

/// Who chose a member's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordOrigin {
    /// The organisation, when it added the member or later.
    Initial,
    /// The member.
    Own,
    /// An operator, who may know it: the member must choose another one before anything else.
    Temporary,
}

impl From<PasswordOrigin> for Value<'_> {
    fn from(origin: PasswordOrigin) -> Self {
        Self::Integer(match origin {
            PasswordOrigin::Initial => 0,
            PasswordOrigin::Own => 1,
            PasswordOrigin::Temporary => 2,
        })
    }
}

impl Column for PasswordOrigin {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        match value.as_i64().ok()? {
            0 => Some(Self::Initial),
            1 => Some(Self::Own),
            2 => Some(Self::Temporary),
            _ => None,
        }
    }
}

impl Tx<'_> {
    /// Members who have no password.
    pub fn members_without_password(&mut self, corp: &CorpId) -> Result<Audience> {
        let mut found = Audience::empty();
        self.each(
            "SELECT member_no FROM member WHERE corp_id = ?1 AND password_hash = '' ORDER BY member_no",
            &[corp.into()],
            |row| {
                found.extend([row.get::<MemberNo>(0)?]);
                Ok(true)
            },
        )?;
        Ok(found)
    }

    /// A member's password hash; empty when the member has none and cannot sign in.
    pub fn password_hash(&mut self, corp: &CorpId, no: MemberNo) -> Result<String> {
        let found = self.one(
            "SELECT password_hash FROM member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or_default())
    }

    /// A member's password hash, and who chose the password.
    pub fn password_of(&mut self, corp: &CorpId, no: MemberNo) -> Result<(String, PasswordOrigin)> {
        let found = self.one(
            "SELECT password_hash, password_origin FROM member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(found.unwrap_or((String::new(), PasswordOrigin::Initial)))
    }

    /// The first members that have a password which the organisation set, by number.
    pub fn members_with_initial_password(
        &mut self,
        corp: &CorpId,
        limit: i64,
    ) -> Result<Vec<(UserId, String)>> {
        self.all(
            "SELECT userid, name FROM member
             WHERE corp_id = ?1 AND password_hash <> '' AND password_origin = ?3 ORDER BY member_no LIMIT ?2",
            &[corp.into(), limit.into(), PasswordOrigin::Initial.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Replaces a member's password by its hash.
    pub fn set_password_hash(
        &mut self,
        corp: &CorpId,
        no: MemberNo,
        hash: &str,
        origin: PasswordOrigin,
    ) -> Result<()> {
        self.execute(
            "UPDATE member SET password_hash = ?3, password_origin = ?4 WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into(), hash.into(), origin.into()],
        )?;
        Ok(())
    }
}
