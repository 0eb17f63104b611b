//! Lookups of members by name, administration level or number of an exclusive account.

use carillon_model::{
    audience::Audience,
    contact::AdminLevel,
    error::Result,
    id::{CorpId, MemberNo, UserId},
    spelling::Query,
};

use crate::{
    member::{admin_level, admin_number},
    sql::contains_pattern,
    state_change::StateChange,
    tx::Tx,
};

impl Tx<'_> {
    /// Members with a query in their name or its spelling. Reads the whole narrow index of names, never the rows of members.
    pub fn members_named_like(&mut self, corp: &CorpId, query: &Query) -> Result<Audience> {
        // An empty part must not match all members.
        let pattern = |part: &str| if part.is_empty() { String::new() } else { contains_pattern(part) };
        let (letters, spelled) = (pattern(&query.letters), pattern(&query.spelled));
        let mut found = Audience::empty();
        self.each(
            // On SQLite LIKE ignores the case of ASCII letters. The spelling is in lower case, so that this matters only for a
            // query with upper case letters beside Chinese characters.
            "SELECT member_no FROM member
             WHERE corp_id = ?1 AND (name LIKE ?2 ESCAPE '!' OR spelling LIKE ?3 ESCAPE '!')",
            &[corp.into(), (&letters).into(), (&spelled).into()],
            |row| {
                found.insert(row.get(0)?);
                Ok(true)
            },
        )?;
        Ok(found)
    }

    /// Members with exactly this name.
    pub fn members_named(&mut self, corp: &CorpId, name: &str) -> Result<Audience> {
        let found = self.all(
            "SELECT member_no FROM member WHERE corp_id = ?1 AND name = ?2",
            &[corp.into(), name.into()],
            |row| row.get::<MemberNo>(0),
        )?;
        Ok(found.into_iter().collect())
    }

    /// The spelling and the name of a member; `None` if the userid is unknown.
    pub fn sort_key(&mut self, corp: &CorpId, userid: &UserId) -> Result<Option<(String, String)>> {
        self.one(
            "SELECT spelling, name FROM member WHERE corp_id = ?1 AND userid = ?2",
            &[corp.into(), userid.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Administrators, the main one first.
    pub fn admins(&mut self, corp: &CorpId) -> Result<Vec<(UserId, AdminLevel)>> {
        let found = self.all(
            "SELECT userid, admin FROM member WHERE corp_id = ?1 AND admin > 0 ORDER BY admin, member_no",
            &[corp.into()],
            |row| Ok((row.get(0)?, admin_level(row.get(1)?))),
        )?;
        Ok(found.into_iter().filter_map(|(userid, level)| level.map(|level| (userid, level))).collect())
    }

    /// Sets the administration level of a member.
    pub fn set_admin(&mut self, corp: &CorpId, userid: &UserId, admin: Option<AdminLevel>) -> Result<()> {
        let edited = self.all(
            "UPDATE member SET admin = ?3 WHERE corp_id = ?1 AND userid = ?2 RETURNING member_no",
            &[corp.into(), userid.into(), admin_number(admin).into()],
            |row| row.get(0),
        )?;
        self.apply(corp, StateChange::MembersEdited(edited))
    }

    /// Members with an exclusive account of this mobile number, in the order of entry.
    pub fn exclusive_accounts_of(&mut self, corp: &CorpId, mobile: &str) -> Result<Vec<UserId>> {
        self.all(
            "SELECT userid FROM member
             WHERE corp_id = ?1 AND exclusive_mobile = ?2 AND exclusive_mobile <> '' AND exclusive_account = 1
             ORDER BY member_no",
            &[corp.into(), mobile.into()],
            |row| row.get(0),
        )
    }
}
