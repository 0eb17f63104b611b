//! Members found by other things than their id: a part of the name, an administration, a number of an owned login.

use carillon_model::{
    audience::Audience,
    contact::AdminLevel,
    error::Result,
    id::{CorpId, MemberNo, UserId},
    spelling::Query,
};

use crate::{
    member::{admin_level, admin_number},
    state_change::StateChange,
    tx::Tx,
};

impl Tx<'_> {
    /// Members whose name has a part, in its own letters or in those of its spelling. Reads the narrow index of names from end to
    /// end, never the members themselves.
    pub fn members_named_like(&mut self, corp: &CorpId, query: &Query) -> Result<Audience> {
        let letters = containing(&query.letters);
        let spelled = containing(&query.spelled);
        let mut found = Audience::empty();
        self.each(
            "SELECT member_no FROM member
             WHERE corp_id = ?1 AND (name LIKE ?2 ESCAPE '\\' OR spelling LIKE ?3 ESCAPE '\\')",
            &[corp.into(), (&letters).into(), (&spelled).into()],
            |row| {
                found.insert(row.get(0)?);
                Ok(true)
            },
        )?;
        Ok(found)
    }

    /// Members who have exactly this name.
    pub fn members_named(&mut self, corp: &CorpId, name: &str) -> Result<Audience> {
        let found = self.all(
            "SELECT member_no FROM member WHERE corp_id = ?1 AND name = ?2",
            &[corp.into(), name.into()],
            |row| row.get::<MemberNo>(0),
        )?;
        Ok(found.into_iter().collect())
    }

    /// The name of a member in Latin letters and as it is; none when nobody has the userid.
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

    /// Changes how a member administers the organisation.
    pub fn set_admin(&mut self, corp: &CorpId, userid: &UserId, admin: Option<AdminLevel>) -> Result<()> {
        let edited = self.all(
            "UPDATE member SET admin = ?3 WHERE corp_id = ?1 AND userid = ?2 RETURNING member_no",
            &[corp.into(), userid.into(), admin_number(admin).into()],
            |row| row.get(0),
        )?;
        self.apply(corp, StateChange::MembersEdited(edited))
    }

    /// Members whose login the organisation owns and has this number, in the order of entry.
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

/// The pattern of texts that have a part; an empty part is in none.
fn containing(part: &str) -> String {
    if part.is_empty() {
        return String::new();
    }
    let mut pattern = String::from("%");
    for letter in part.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
