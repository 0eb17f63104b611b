//! How many members a call would reach. It uses the code of the send itself.

use carillon_domain::send::{self, draft};
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, SendDraftId, TaskId, UserId},
    message::Receivers,
};
use carillon_store::Tx;
use carillon_wire::{Call, Reaches};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Whom a call reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Members.
    pub members: u64,
    /// Whether they are all members of the organisation, and more than one.
    pub is_everybody: bool,
}

/// Returns whom a call with these fields would reach now. `None` for fields that the operation refuses: then, as for any call that would
/// be refused, it is nobody.
pub fn count(tx: &mut Tx<'_>, call: &Call, reaches: &Reaches, fields: Option<&Value>) -> Result<Reached> {
    let Some(fields) = fields else { return Ok(Reached::default()) };
    let members = match members(tx, call, reaches, fields) {
        Ok(members) => members,
        // The call breaks the same rule.
        Err(Error::Rule(_) | Error::RuleBecause(..) | Error::Invalid { .. }) => 0,
        Err(error) => return Err(error),
    };
    let all = tx.state().corp(call.corp())?.everyone.len();
    Ok(Reached { members, is_everybody: members > 1 && members >= all })
}

fn members(tx: &mut Tx<'_>, call: &Call, reaches: &Reaches, fields: &Value) -> Result<u64> {
    let corp = call.corp();
    match reaches {
        Reaches::Send(names) => {
            let receivers = Receivers {
                all: fields[names.everybody].as_bool().unwrap_or(false),
                users: field(fields, names.userids).unwrap_or_default(),
                departments: field(fields, names.departments).unwrap_or_default(),
                roles: field(fields, names.roles).unwrap_or_default(),
            };
            let account: AccountId = required(fields, names.account)?;
            Ok(send::reach(tx, &call.env, corp, &account, &receivers, None)?.receivers)
        }
        Reaches::Members { userids } => {
            let mut userids: Vec<UserId> = required(fields, userids)?;
            userids.sort_unstable();
            userids.dedup();
            let mut known = 0;
            for userid in &userids {
                known += u64::from(tx.member_no(corp, userid)?.is_some());
            }
            Ok(known)
        }
        Reaches::EarlierSend { account, task } => {
            let (account, task): (AccountId, TaskId) = (required(fields, account)?, required(fields, task)?);
            match tx.send_by_task(corp, &account, &task)? {
                Some(send) => Ok(tx.audience_of(corp, send.seq)?.len()),
                None => Ok(0),
            }
        }
        Reaches::Draft { account, draft } => {
            let (account, id): (AccountId, SendDraftId) =
                (required(fields, account)?, required(fields, draft)?);
            let content = draft::get(tx, corp, &account, id)?.content;
            let reach =
                send::reach(tx, &call.env, corp, &account, &content.receivers, content.message.as_ref())?;
            Ok(reach.receivers)
        }
        Reaches::Scheduled { account, task } => {
            let (account, task): (AccountId, TaskId) = (required(fields, account)?, required(fields, task)?);
            match tx.scheduled(corp, &task)?.filter(|send| send.account == account) {
                Some(send) => {
                    let reach = send::reach(tx, &call.env, corp, &account, &send.named, Some(&send.message))?;
                    Ok(reach.receivers)
                }
                None => Ok(0),
            }
        }
        Reaches::Caller | Reaches::OneMember => Ok(1),
    }
}

/// A field of a decoded request; `None` if it is absent.
fn field<T: DeserializeOwned>(fields: &Value, name: &str) -> Option<T> {
    fields.get(name).and_then(|value| T::deserialize(value).ok())
}

fn required<T: DeserializeOwned>(fields: &Value, name: &str) -> Result<T> {
    field(fields, name).ok_or_else(|| Error::invalid(name.to_owned(), "is missing"))
}
