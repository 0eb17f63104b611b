//! The members a service account may send to, and those who work with it. The documented API returns these lists but has no
//! operation that sets them.

use std::collections::BTreeSet;

use carillon_model::{
    account_audience::AccountList,
    audience::Audience,
    audit::{Change, Subject},
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, DeptId, MemberNo, UserId},
};
use carillon_store::{ConsoleTopic, CorpState, Tx};

use super::enabled;
use crate::{chat::assign, send};

/// Maximum length of each list.
pub const MAX_LIST_LENGTH: usize = 1_000;

/// The scope that an account may send to.
#[derive(Clone, Debug)]
pub struct NewScope {
    /// Everybody. The lists are stored in any case, and count only if this is false.
    pub all: bool,
    /// Members by userid.
    pub users: Vec<UserId>,
    /// Departments, each with all departments below it.
    pub departments: Vec<DeptId>,
}

/// Replaces the members who work with an account.
pub fn set_operators(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, users: &[UserId]) -> Result<()> {
    set_list(tx, corp, account, AccountList::Operators, users)
}

/// Replaces the members to whom an account sends nothing. They keep what they have received.
pub fn set_blocked(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, users: &[UserId]) -> Result<()> {
    set_list(tx, corp, account, AccountList::Blocked, users)
}

/// Replaces the scope that an account may send to.
pub fn set_scope(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, scope: NewScope) -> Result<()> {
    set_list(tx, corp, account, AccountList::Allowed, &scope.users)?;
    let state = tx.state().corp(corp)?;
    require_departments(state, &scope.departments)?;
    let before = state.account_audience(account);
    let departments: BTreeSet<DeptId> = scope.departments.into_iter().collect();
    let ids_text = |ids: &BTreeSet<DeptId>| ids.iter().map(DeptId::to_string).collect::<Vec<_>>().join(",");
    let change = Change::updated(Subject::Account, account)
        .between("allow_send_to_all", before.allows_all, scope.all)
        .between("allow_send_dept_id_list", ids_text(&before.allowed_departments), ids_text(&departments));
    tx.set_account_scope(corp, account, scope.all, departments)?;
    tx.changed(corp, change);
    Ok(())
}

/// Refuses departments that do not exist, and more than a scope may have.
pub(super) fn require_departments(state: &CorpState, departments: &[DeptId]) -> Result<()> {
    for (index, id) in departments.iter().enumerate() {
        if index >= MAX_LIST_LENGTH {
            return Err(Rule::TooManyDepartments.into());
        }
        if !state.departments.contains_key(id) {
            return Err(Error::invalid(format!("allow_send_dept_id_list[{index}]"), "is no department"));
        }
    }
    Ok(())
}

/// The members in the scope of an account.
pub fn scope(state: &CorpState, account: &AccountId) -> Audience {
    let lists = state.account_audience(account);
    send::scope(state, &lists).unwrap_or_else(|| Audience::clone(&state.everyone))
}

/// Blocks a member, or lifts the block.
///
/// # Errors
/// [`Rule::UnknownUserInList`], [`Rule::TooManyUsers`].
pub fn set_member_blocked(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    userid: &UserId,
    blocked: bool,
) -> Result<()> {
    let audience = tx.state().corp(corp)?.account_audience(account);
    let mut users: Vec<UserId> = audience.blocked.userids().filter(|one| *one != userid).cloned().collect();
    if blocked {
        users.push(userid.clone());
    }
    set_blocked(tx, corp, account, &users)?;
    tx.console_changed(corp, Some(account), ConsoleTopic::Conversation(None));
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
    let members = find_members(tx, corp, users)?;
    let ids_text = |tx: &Tx<'_>| -> Result<String> {
        let account_audience = tx.state().corp(corp)?.account_audience(account);
        Ok(account_audience.list(list).userids().map(UserId::as_str).collect::<Vec<_>>().join(","))
    };
    let before = ids_text(tx)?;
    let operators = tx.state().corp(corp)?.account_audience(account).operators.members().clone();
    if list == AccountList::Operators {
        for (member, _) in members.iter().filter(|(member, _)| !operators.contains(*member)) {
            // Whoever made a link for the member before could use it to get the roles of an operator.
            tx.delete_password_links_of(corp, *member)?;
        }
    }
    tx.set_account_list(corp, account, list, members)?;
    if list == AccountList::Operators {
        let remaining = tx.state().corp(corp)?.account_audience(account).operators.members().clone();
        for member in operators.iter().filter(|member| !remaining.contains(*member)) {
            assign::release_lost(tx, corp, member)?;
        }
    }
    let after = ids_text(tx)?;
    tx.changed(corp, Change::updated(Subject::Account, account).between(list.as_str(), before, after));
    Ok(())
}

/// Finds the members of a list.
///
/// # Errors
/// [`Rule::UnknownUserInList`], [`Rule::TooManyUsers`].
pub(super) fn find_members(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    users: &[UserId],
) -> Result<Vec<(MemberNo, UserId)>> {
    if users.len() > MAX_LIST_LENGTH {
        return Err(Rule::TooManyUsers.into());
    }
    users.iter().map(|userid| find_member(tx, corp, userid)).collect()
}

fn find_member(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<(MemberNo, UserId)> {
    let number = tx.member_no(corp, userid)?;
    let number = number.ok_or_else(|| Error::because(Rule::UnknownUserInList, userid.to_string()))?;
    Ok((number, userid.clone()))
}
