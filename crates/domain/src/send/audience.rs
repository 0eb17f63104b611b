//! Who receives a send.

use carillon_model::{
    audience::Audience,
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, MemberNo, UserId},
    message::Receivers,
};
use carillon_store::Tx;

/// Members, departments and roles that a send may name, of each kind.
pub const MAX_NAMED: usize = 1_000;

/// Who that is, by set algebra over the snapshot.
pub(super) fn resolve(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, receivers: &Receivers) -> Result<Audience> {
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
    let users = receivers.users.iter().map(|userid| known(tx, corp, userid)).collect::<Result<Audience>>()?;
    let state = tx.state().corp(corp)?;
    let mut audience = if receivers.all { Audience::clone(&state.everyone) } else { Audience::empty() };
    audience.unite(&users);
    // Decided: no code is documented for a department or role that does not exist.
    for (index, id) in receivers.departments.iter().enumerate() {
        if !state.departments.contains_key(id) {
            return Err(Error::invalid(format!("dep_id_list[{index}]"), "is no department"));
        }
        audience.unite(&state.members_below(*id));
    }
    for (index, id) in receivers.roles.iter().enumerate() {
        let members = state.role_members.get(id);
        let members = members.ok_or_else(|| Error::invalid(format!("roleIds[{index}]"), "is no role"))?;
        audience.unite(members);
    }
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

fn known(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<MemberNo> {
    let found = tx.member_no(corp, userid)?;
    found.ok_or_else(|| Error::because(Rule::ReceiverUsersInvalid, userid.to_string()))
}
