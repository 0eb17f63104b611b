//! Operators of the console, and links that let a member choose a password.

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CorpId, MemberNo, UserId},
    operator::{AccountScope, OperatorRights, OperatorRole},
    time::Timestamp,
};

use crate::{sql::Row, tx::Tx};

/// The SHA-256 of the text of a link.
pub type LinkHash = [u8; 32];

/// A member with granted roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorRow {
    /// The member.
    pub member: MemberNo,
    /// The `userid`.
    pub userid: UserId,
    /// The name.
    pub name: String,
    /// The granted roles.
    pub rights: OperatorRights,
}

/// The member that a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedMember {
    /// The organisation.
    pub corp: CorpId,
    /// The member.
    pub member: MemberNo,
    /// The `userid`.
    pub userid: UserId,
    /// The name.
    pub name: String,
}

impl Tx<'_> {
    /// The roles that were granted to a member; none if the member is no operator.
    pub fn operator_rights(&mut self, corp: &CorpId, member: MemberNo) -> Result<OperatorRights> {
        let roles = self.all(
            "SELECT role, unionid FROM operator_role WHERE corp_id = ?1 AND member_no = ?2 ORDER BY role, unionid",
            &[corp.into(), member.into()],
            |row| granted(row, 0),
        )?;
        Ok(roles.into_iter().collect())
    }

    /// Replaces the roles of a member.
    pub fn set_operator_rights(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        rights: &OperatorRights,
    ) -> Result<()> {
        self.delete_operator_roles_of(corp, member)?;
        self.operator_rights_changed(corp, Some(member));
        for (role, scope) in rights.roles() {
            match scope {
                AccountScope::All => self.insert_operator_role(corp, member, role, "")?,
                AccountScope::Only(accounts) => {
                    for account in accounts {
                        self.insert_operator_role(corp, member, role, account.as_str())?;
                    }
                }
            }
        }
        Ok(())
    }

    fn insert_operator_role(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        role: OperatorRole,
        account: &str,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO operator_role (corp_id, member_no, role, unionid) VALUES (?1, ?2, ?3, ?4)",
            &[corp.into(), member.into(), role.as_str().into(), account.into()],
        )?;
        Ok(())
    }

    /// All members with granted roles, by `userid`. There are few: each was granted by hand.
    pub fn operators(&mut self, corp: &CorpId) -> Result<Vec<OperatorRow>> {
        let rows = self.all(
            "SELECT operator_role.role, operator_role.unionid, member.member_no, member.userid, member.name
             FROM operator_role
             JOIN member ON member.corp_id = operator_role.corp_id AND member.member_no = operator_role.member_no
             WHERE operator_role.corp_id = ?1
             ORDER BY member.userid, operator_role.role, operator_role.unionid",
            &[corp.into()],
            |row| Ok((granted(row, 0)?, row.get(2)?, row.get(3)?, row.get(4)?)),
        )?;
        let mut operators: Vec<OperatorRow> = Vec::new();
        for ((role, scope), member, userid, name) in rows {
            if operators.last().is_none_or(|last| last.member != member) {
                operators.push(OperatorRow { member, userid, name, rights: OperatorRights::default() });
            }
            if let Some(last) = operators.last_mut() {
                last.rights.add(role, scope);
            }
        }
        Ok(operators)
    }

    /// Counts the owners, up to a limit.
    pub fn count_owners(&mut self, corp: &CorpId, limit: i64) -> Result<usize> {
        let owners = self.all(
            "SELECT member_no FROM operator_role WHERE corp_id = ?1 AND role = 'owner' LIMIT ?2",
            &[corp.into(), limit.into()],
            |row| row.get::<MemberNo>(0),
        )?;
        Ok(owners.len())
    }

    /// Removes all roles of a member.
    pub(crate) fn delete_operator_roles_of(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        self.execute(
            "DELETE FROM operator_role WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        Ok(())
    }

    /// Adds a link of a member. Links that the member had before end.
    pub fn insert_password_link(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        hash: &LinkHash,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.delete_password_links_of(corp, member)?;
        self.execute(
            "INSERT INTO password_link (corp_id, link_hash, member_no, expires_at) VALUES (?1, ?2, ?3, ?4)",
            &[corp.into(), hash.as_slice().into(), member.into(), expires_at.into()],
        )?;
        Ok(())
    }

    /// The member of a link that has not expired.
    pub fn linked_member(&mut self, hash: &LinkHash, now: Timestamp) -> Result<Option<LinkedMember>> {
        self.one(
            "SELECT member.corp_id, member.member_no, member.userid, member.name
             FROM password_link
             JOIN member ON member.corp_id = password_link.corp_id AND member.member_no = password_link.member_no
             WHERE password_link.link_hash = ?1 AND password_link.expires_at > ?2",
            &[hash.as_slice().into(), now.into()],
            |row| {
                Ok(LinkedMember { corp: row.get(0)?, member: row.get(1)?, userid: row.get(2)?, name: row.get(3)? })
            },
        )
    }

    /// Removes the links of a member.
    pub fn delete_password_links_of(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        self.execute(
            "DELETE FROM password_link WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        Ok(())
    }

    /// Removes links that have expired; returns how many.
    pub fn delete_expired_password_links(
        &mut self,
        corp: &CorpId,
        now: Timestamp,
        limit: i64,
    ) -> Result<i64> {
        let removed = self.execute(
            "DELETE FROM password_link WHERE corp_id = ?1 AND member_no IN
             (SELECT member_no FROM password_link WHERE corp_id = ?1 AND expires_at <= ?2 ORDER BY expires_at LIMIT ?3)",
            &[corp.into(), now.into(), limit.into()],
        )?;
        Ok(i64::try_from(removed).unwrap_or(i64::MAX))
    }
}

/// A role and its account from two columns.
fn granted(row: &Row<'_>, first: usize) -> Result<(OperatorRole, AccountScope)> {
    let name = row.get::<String>(first)?;
    let role = OperatorRole::parse(&name).ok_or_else(|| Error::internal(format!("{name} is no role")))?;
    let account = row.get::<String>(first + 1)?;
    let scope = if account.is_empty() {
        AccountScope::All
    } else {
        AccountScope::Only(std::iter::once(AccountId::from(account.as_str())).collect())
    };
    Ok((role, scope))
}
