//! Whom a service account reaches, and who works with it. What is documented returns this and has nothing to set it.

use std::collections::BTreeSet;

use carillon_model::{
    account_audience::AccountList,
    audit::{Change, Subject},
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, DeptId, MemberNo, UserId},
};
use carillon_store::Tx;

use super::enabled;

/// Entries of each list.
pub const MAX_LISTED: usize = 1_000;

/// Whom an account may send to.
#[derive(Clone, Debug)]
pub struct NewScope {
    /// Everybody; the lists are kept, and count only when not.
    pub all: bool,
    /// Members.
    pub users: Vec<UserId>,
    /// Departments, each with everything below it.
    pub departments: Vec<DeptId>,
}

/// Replaces the members who work with an account.
pub fn set_operators(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, users: &[UserId]) -> Result<()> {
    set_list(tx, corp, account, AccountList::Operators, users)
}

/// Replaces the members whom an account sends nothing. What they have received stays theirs.
pub fn set_blocked(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, users: &[UserId]) -> Result<()> {
    set_list(tx, corp, account, AccountList::Blocked, users)
}

/// Replaces the scope that an account may send to.
pub fn set_scope(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, scope: NewScope) -> Result<()> {
    set_list(tx, corp, account, AccountList::Allowed, &scope.users)?;
    let state = tx.state().corp(corp)?;
    for (index, id) in scope.departments.iter().enumerate() {
        if index >= MAX_LISTED {
            return Err(Rule::TooManyDepartments.into());
        }
        if !state.departments.contains_key(id) {
            return Err(Error::invalid(format!("allow_send_dept_id_list[{index}]"), "is no department"));
        }
    }
    let before = state.account_audience(account);
    let departments: BTreeSet<DeptId> = scope.departments.into_iter().collect();
    let words = |ids: &BTreeSet<DeptId>| ids.iter().map(DeptId::to_string).collect::<Vec<_>>().join(",");
    let change = Change::updated(Subject::Account, account)
        .between("allow_send_to_all", before.allows_all, scope.all)
        .between("allow_send_dept_id_list", words(&before.allowed_departments), words(&departments));
    tx.set_account_scope(corp, account, scope.all, departments)?;
    tx.changed(corp, change);
    Ok(())
}

fn set_list(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    list: AccountList,
    users: &[UserId],
) -> Result<()> {
    enabled(tx, corp, account)?;
    if users.len() > MAX_LISTED {
        return Err(Rule::TooManyUsers.into());
    }
    let members = users.iter().map(|userid| known(tx, corp, userid)).collect::<Result<Vec<_>>>()?;
    let words = |tx: &Tx<'_>| -> Result<String> {
        let reach = tx.state().corp(corp)?.account_audience(account);
        Ok(reach.list(list).userids().map(UserId::as_str).collect::<Vec<_>>().join(","))
    };
    let before = words(tx)?;
    tx.set_account_list(corp, account, list, members)?;
    let after = words(tx)?;
    tx.changed(corp, Change::updated(Subject::Account, account).between(list.as_str(), before, after));
    Ok(())
}

fn known(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<(MemberNo, UserId)> {
    let number = tx.member_no(corp, userid)?;
    let number = number.ok_or_else(|| Error::because(Rule::UnknownUserInList, userid.to_string()))?;
    Ok((number, userid.clone()))
}
