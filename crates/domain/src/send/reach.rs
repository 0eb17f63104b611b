//! Reach: how many members a send would reach, and why it leaves out others. It uses the code of the send itself.

use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, UserId},
    message::{Message, Receivers},
    time,
};
use carillon_store::Tx;

use super::{
    audience::{self, MAX_NAMED, Reached},
    content,
};

/// Whom a send would reach now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Members who are named, directly or by a department, a role or "everybody".
    pub named: u64,
    /// Members who would get it.
    pub receivers: u64,
    /// Members outside of the account's scope.
    pub outside: u64,
    /// Members in the scope whom the account has blocked.
    pub blocked: u64,
    /// Members who got the same content from the account today.
    pub repeated: u64,
    /// Named userids that are no member. A send that names one is refused.
    pub unknown: Vec<UserId>,
    /// Named userids outside of the account's scope. A send that names one is refused.
    pub unreachable: Vec<UserId>,
    /// The limit of receivers, if more members than that would get it. Such a send is refused.
    pub exceeded_limit: Option<u64>,
}

/// Returns the reach of a send by an account. Without a message, nobody counts as repeated.
///
/// # Errors
/// An invalid field if a named department or role does not exist, or if there are too many names.
pub fn reach(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    receivers: &Receivers,
    message: Option<&Message>,
) -> Result<Reach> {
    if receivers.users.len() > MAX_NAMED {
        return Err(Rule::TooManyUsers.into());
    }
    let (mut unknown, mut users) = (Vec::new(), Vec::new());
    for userid in &receivers.users {
        match tx.member_no(corp, userid)? {
            Some(number) => users.push((userid, number)),
            None => unknown.push(userid.clone()),
        }
    }
    let state = tx.state().corp(corp)?;
    state.account(account)?;
    let account_audience = state.account_audience(account);
    let scope = audience::scope(state, &account_audience);
    let is_outside = |number| scope.as_ref().is_some_and(|scope| !scope.contains(number));
    let outside = users.iter().filter(|(_, number)| is_outside(*number));
    let unreachable = outside.map(|(userid, _)| (*userid).clone()).collect();
    let named = audience::named(state, receivers, users.iter().map(|(_, number)| *number))?;
    let named_count = named.len();
    let Reached { mut audience, outside, blocked } =
        audience::reached(named, scope.as_ref(), account_audience.blocked.members());
    let limit = env.settings.send.max_receivers;
    let by_set = receivers.all || !receivers.departments.is_empty();
    let exceeded_limit = (by_set && limit > 0 && audience.len() > limit).then_some(limit);
    let before = audience.len();
    if let Some(message) = message.filter(|_| !receivers.is_one_user()) {
        let zone = time::zone(&state.corp.time_zone)
            .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
        let today = env.now().start_of_day(&zone);
        audience.subtract(&tx.received_since(corp, account, &content::hash(message)?, today)?);
    }
    Ok(Reach {
        named: named_count,
        receivers: audience.len(),
        outside,
        blocked,
        repeated: before - audience.len(),
        unknown,
        unreachable,
        exceeded_limit,
    })
}
