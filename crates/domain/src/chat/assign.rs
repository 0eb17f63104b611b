//! Who is to answer a conversation: an operator of the account who may answer, or nobody.
//!
//! A conversation of an operator who may not answer any more is nobody's. Rights by groups of single sign-on that have only expired do
//! not count as lost: they come back with the next sign-in.

use std::collections::BTreeMap;

use carillon_model::{
    audit::{Change, Subject},
    error::{Error, Result},
    id::{AccountId, CorpId, MemberNo, UserId},
    operator::OperatorRole,
};
use carillon_store::{ConsoleTopic, ConversationKey, Tx};

use crate::{operator, sign_on};

/// The roles of operators who answer conversations.
pub const ANSWERING_ROLES: &[OperatorRole] = &[OperatorRole::Agent];

/// An operator who may answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The number of the member.
    pub member: MemberNo,
    /// The `userid`.
    pub userid: UserId,
    /// The name.
    pub name: String,
}

/// The operators who may answer for an account, by `userid`.
pub fn agents(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId) -> Result<Vec<Agent>> {
    tx.state().corp(corp)?.account(account)?;
    let mut agents = BTreeMap::new();
    for row in tx.operators(corp)? {
        if row.rights.may_for(ANSWERING_ROLES, account) {
            agents
                .insert(row.userid.clone(), Agent { member: row.member, userid: row.userid, name: row.name });
        }
    }
    // An account that is in use gives its operators the role.
    let state = tx.state().corp(corp)?;
    let mut others = if state.account(account)?.disabled {
        Vec::new()
    } else {
        state.account_audience(account).operators.members().iter().collect::<Vec<_>>()
    };
    let by_groups = sign_on::operators_by_groups(tx, corp, operator::MAX_OPERATORS)?;
    let by_groups = by_groups.into_iter().filter(|(_, rights)| rights.may_for(ANSWERING_ROLES, account));
    others.extend(by_groups.map(|(member, _)| member));
    for member in others {
        if let Some((userid, name)) = tx.member_name(corp, member)? {
            agents.entry(userid.clone()).or_insert(Agent { member, userid, name });
        }
    }
    Ok(agents.into_values().collect())
}

/// Gives a conversation to an operator, or to nobody. `known` is the operator who had it when the caller decided that: if another one has
/// taken it since, nothing changes.
///
/// # Errors
/// An invalid `operatorId` for a member who may not answer, an invalid `currentOperatorId` if somebody else was faster.
pub fn assign(
    tx: &mut Tx<'_>,
    conversation: &ConversationKey,
    to: Option<&UserId>,
    known: Option<Option<&UserId>>,
) -> Result<()> {
    let missing = || Error::invalid("userId", "has no conversation with the account");
    let row = tx.conversation(conversation)?.ok_or_else(missing)?;
    let before = userid(tx, &conversation.corp, row.assignee)?;
    if known.is_some_and(|known| known != before.as_ref()) {
        return Err(Error::invalid("currentOperatorId", "is not the one who has it now"));
    }
    let assignee = match to {
        None => None,
        Some(to) => Some(answering(tx, conversation, to)?),
    };
    if assignee == row.assignee {
        return Ok(());
    }
    tx.set_assignee(conversation, assignee)?;
    let topic = ConsoleTopic::Conversation(Some(conversation.member));
    tx.console_changed(&conversation.corp, Some(&conversation.account), topic);
    let member = userid(tx, &conversation.corp, Some(conversation.member))?;
    let id = format!("{}/{}", conversation.account, text(member.as_ref()));
    let change = Change::updated(Subject::Conversation, id);
    tx.changed(&conversation.corp, change.between("operator", text(before.as_ref()), text(to)));
    Ok(())
}

/// The number of a member who may answer in a conversation.
fn answering(tx: &mut Tx<'_>, conversation: &ConversationKey, to: &UserId) -> Result<MemberNo> {
    let (corp, account) = (&conversation.corp, &conversation.account);
    let member = tx.member_no(corp, to)?;
    match member {
        Some(member) if may_answer(tx, corp, account, member)? => Ok(member),
        _ => Err(Error::invalid("operatorId", "may not answer for the account")),
    }
}

fn may_answer(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, member: MemberNo) -> Result<bool> {
    Ok(operator::lasting_rights(tx, corp, member)?.may_for(ANSWERING_ROLES, account))
}

/// The `userid` of a member; of a former one the last.
fn userid(tx: &mut Tx<'_>, corp: &CorpId, member: Option<MemberNo>) -> Result<Option<UserId>> {
    let Some(member) = member else { return Ok(None) };
    let named = tx.named_members(corp, &std::iter::once(member).collect())?.remove(&member);
    Ok(named.map(|named| UserId::from(named.userid)))
}

fn text(userid: Option<&UserId>) -> &str {
    userid.map_or("", UserId::as_str)
}

/// Gives the conversations of a member to nobody, with accounts for which the member may not answer any more.
pub fn release_lost(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<()> {
    let rights = operator::lasting_rights(tx, corp, member)?;
    for account in accounts(tx, corp)? {
        if !rights.may_for(ANSWERING_ROLES, &account) {
            release(tx, corp, &account, member)?;
        }
    }
    Ok(())
}

/// The same for all members, after a change of what groups of the provider give.
pub fn release_all_lost(tx: &mut Tx<'_>, corp: &CorpId) -> Result<()> {
    for account in accounts(tx, corp)? {
        for member in tx.assignees(corp, &account)? {
            if !may_answer(tx, corp, &account, member)? {
                release(tx, corp, &account, member)?;
            }
        }
    }
    Ok(())
}

/// Gives all conversations of a member who leaves to nobody.
pub fn release_of_leaver(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<()> {
    accounts(tx, corp)?.iter().try_for_each(|account| release(tx, corp, account, member))
}

fn accounts(tx: &Tx<'_>, corp: &CorpId) -> Result<Vec<AccountId>> {
    Ok(tx.state().corp(corp)?.accounts.values().map(|account| account.id.clone()).collect())
}

fn release(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, member: MemberNo) -> Result<()> {
    let released = tx.release_assignee(corp, account, member)?;
    if released > 0 {
        let before = userid(tx, corp, Some(member))?;
        let change = Change::updated(Subject::Conversation, format!("{account}/*"));
        let change = change.between("operator", text(before.as_ref()), "").with("count", released);
        tx.changed(corp, change);
        tx.console_changed(corp, Some(account), ConsoleTopic::Conversation(None));
    }
    Ok(())
}
