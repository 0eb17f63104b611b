//! What a change of a service account takes away from members and operators. It is computed before the change is made.

use std::collections::HashMap;

use carillon_model::{
    account_audience::AccountAudience,
    audience::Audience,
    error::{Result, Rule},
    id::{AccountId, CorpId, MemberNo, UserId},
    operator::OperatorRole,
    service_account::Menu,
};
use carillon_store::{CorpState, Tx};
use serde::Serialize;

use super::{
    audience::{self, NewScope},
    revision,
};
use crate::send;

/// What a change takes away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Losses {
    /// The number of members to whom the account could not send any more.
    pub scope: u64,
    /// Members who would be blocked.
    pub blocked: Vec<UserId>,
    /// Members who would not operate the account any more, and have no other role for it.
    pub operators: Vec<UserId>,
    /// Entries of the menu that members would not find any more. The label of an item follows that of its button.
    pub entries: Vec<String>,
    /// Whether members could not write any more.
    pub input: bool,
}

impl Losses {
    /// Returns true if the change takes nothing away.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A digest, by which an operator confirms exactly these losses.
    pub fn digest(&self) -> Result<String> {
        revision::hash(self)
    }
}

/// The losses of [`audience::set_scope`].
///
/// # Errors
/// Those of the change.
pub fn of_scope(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, new: &NewScope) -> Result<Losses> {
    audience::require_departments(tx.state().corp(corp)?, &new.departments)?;
    let allowed_users = audience::find_members(tx, corp, &new.users)?.into_iter().collect();
    let state = tx.state().corp(corp)?;
    let lists = AccountAudience {
        allows_all: new.all,
        allowed_users,
        allowed_departments: new.departments.iter().copied().collect(),
        ..AccountAudience::clone(&state.account_audience(account))
    };
    let mut lost = audience::scope(state, account);
    match send::scope(state, &lists) {
        Some(after) => lost.subtract(&after),
        None => lost = Audience::empty(),
    }
    Ok(Losses { scope: lost.len(), ..Losses::default() })
}

/// The losses of [`audience::set_blocked`].
///
/// # Errors
/// Those of the change.
pub fn of_blocked(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, users: &[UserId]) -> Result<Losses> {
    let members = audience::find_members(tx, corp, users)?;
    let before = tx.state().corp(corp)?.account_audience(account);
    let is_new = |(member, _): &(MemberNo, UserId)| !before.blocked.members().contains(*member);
    let blocked = members.into_iter().filter(is_new).map(|(_, userid)| userid).collect();
    Ok(Losses { blocked, ..Losses::default() })
}

/// The losses of [`audience::set_operators`].
///
/// # Errors
/// Those of the change.
pub fn of_operators(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, users: &[UserId]) -> Result<Losses> {
    let members = audience::find_members(tx, corp, users)?;
    let before = tx.state().corp(corp)?.account_audience(account);
    let mut operators = Vec::new();
    for userid in before.operators.userids().filter(|userid| members.iter().all(|(_, one)| one != *userid)) {
        let member = tx.member_no(corp, userid)?.ok_or(Rule::UnknownUser)?;
        let granted = tx.operator_rights(corp, member)?;
        let has_all =
            OperatorRole::OF_ACCOUNT_OPERATORS.iter().all(|role| granted.may_for(&[*role], account));
        if !has_all {
            operators.push(userid.clone());
        }
    }
    Ok(Losses { operators, ..Losses::default() })
}

/// The losses of [`menu::set`](super::menu::set).
///
/// # Errors
/// [`Rule::UnknownAccount`]
pub fn of_menu(state: &CorpState, account: &AccountId, new: &Menu) -> Result<Losses> {
    let before = state.account(account)?.menu.as_ref();
    let mut after: HashMap<String, usize> = HashMap::new();
    for label in visible_entries(new) {
        *after.entry(label).or_default() += 1;
    }
    // Of several entries with the same label, each new one replaces one.
    let is_gone = |label: &String| match after.get_mut(label) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let entries = before.map(visible_entries).unwrap_or_default().into_iter().filter(is_gone).collect();
    let may_write = |menu: &Menu| menu.stopped || menu.enable_input;
    Ok(Losses { entries, input: before.is_none_or(may_write) && !may_write(new), ..Losses::default() })
}

/// The labels that members see. Buttons that only open their items are left out.
fn visible_entries(menu: &Menu) -> Vec<String> {
    if menu.stopped {
        return Vec::new();
    }
    let mut labels = Vec::new();
    for button in &menu.buttons {
        if button.children.is_empty() {
            labels.push(button.name.clone());
        }
        labels.extend(button.children.iter().map(|item| format!("{} › {}", button.name, item.name)));
    }
    labels
}
