//! Receivers of a send.

use carillon_model::{
    account_audience::AccountAudience,
    audience::Audience,
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, MemberNo, UserId},
    message::Receivers,
};
use carillon_store::{CorpState, Tx};

/// Maximum number of members, of departments and of roles in one send.
pub const MAX_NAMED: usize = 1_000;

/// Who that is, by set algebra over the snapshot: all that are named, without those that the account does not reach.
///
/// Decided, as nothing is documented: naming a member outside of the account's scope is an error. Naming a department, a role or
/// everybody selects those inside of the scope. A blocked member is left out silently: neither the member nor the sender is told.
pub(crate) fn resolve(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    receivers: &Receivers,
) -> Result<Audience> {
    if receivers.users.len() > MAX_NAMED {
        return Err(Rule::TooManyUsers.into());
    }
    if receivers.departments.len() > MAX_NAMED {
        return Err(Rule::TooManyDepartments.into());
    }
    // Decided: no code is documented for too many roles.
    if receivers.roles.len() > MAX_NAMED {
        return Err(Error::invalid("roleIds", format!("must have at most {MAX_NAMED} items")));
    }
    let numbers = receivers
        .users
        .iter()
        .map(|userid| find_member(tx, corp, userid))
        .collect::<Result<Vec<MemberNo>>>()?;
    let state = tx.state().corp(corp)?;
    let account_audience = state.account_audience(account);
    let scope = scope(state, &account_audience);
    if let Some(scope) = &scope {
        check_scope(scope, &receivers.users, &numbers)?;
    }
    let Reached { audience, .. } =
        reached(named(state, receivers, numbers)?, scope.as_ref(), account_audience.blocked.members());
    if audience.is_empty() {
        return Err(Rule::NoReceivers.into());
    }
    let limit = env.settings.send.max_receivers;
    let by_set = receivers.all || !receivers.departments.is_empty();
    if by_set && limit > 0 && audience.len() > limit {
        let reason = format!("{} receivers, at most {limit}", audience.len());
        return Err(Error::because(Rule::TooManyReceivers, reason));
    }
    Ok(audience)
}

/// All that are named: members by number, departments with everything below them, roles, or everybody.
pub(super) fn named(
    state: &CorpState,
    receivers: &Receivers,
    numbers: impl IntoIterator<Item = MemberNo>,
) -> Result<Audience> {
    let mut named = if receivers.all { Audience::clone(&state.everyone) } else { Audience::empty() };
    named.extend(numbers);
    // Decided: no code is documented for an unknown department or role.
    for (index, id) in receivers.departments.iter().enumerate() {
        if !state.departments.contains_key(id) {
            return Err(Error::invalid(format!("dep_id_list[{index}]"), "is no department"));
        }
        named.unite(&state.members_below(*id));
    }
    for (index, id) in receivers.roles.iter().enumerate() {
        let members = state.role_members.get(id);
        let members = members.ok_or_else(|| Error::invalid(format!("roleIds[{index}]"), "is no role"))?;
        named.unite(members);
    }
    Ok(named)
}

/// Named members whom an account reaches, and how many of the others it does not reach for which reason.
pub(super) struct Reached {
    pub(super) audience: Audience,
    /// Outside of the account's scope.
    pub(super) outside: u64,
    /// In the scope, but blocked.
    pub(super) blocked: u64,
}

/// Removes those whom an account does not reach.
pub(super) fn reached(mut audience: Audience, scope: Option<&Audience>, blocked: &Audience) -> Reached {
    let named = audience.len();
    if let Some(scope) = scope {
        audience.intersect(scope);
    }
    let in_scope = audience.len();
    audience.subtract(blocked);
    let left = audience.len();
    Reached { audience, outside: named - in_scope, blocked: in_scope - left }
}

fn find_member(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<MemberNo> {
    let found = tx.member_no(corp, userid)?;
    found.ok_or_else(|| Error::because(Rule::ReceiverUsersInvalid, userid.to_string()))
}

/// The members that an account may send to. None for everybody.
pub(crate) fn scope(state: &CorpState, account_audience: &AccountAudience) -> Option<Audience> {
    if account_audience.allows_all {
        return None;
    }
    let mut scope = account_audience.allowed_users.members().clone();
    for id in &account_audience.allowed_departments {
        scope.unite(&state.members_below(*id));
    }
    Some(scope)
}

fn check_scope(scope: &Audience, userids: &[UserId], numbers: &[MemberNo]) -> Result<()> {
    let named = userids.iter().zip(numbers);
    let outside: Vec<&str> =
        named.filter(|(_, number)| !scope.contains(**number)).map(|(userid, _)| userid.as_str()).collect();
    if outside.is_empty() {
        return Ok(());
    }
    let reason = format!("{} outside of the scope that the account may send to", outside.join(", "));
    Err(Error::because(Rule::ReceiverUsersInvalid, reason))
}
