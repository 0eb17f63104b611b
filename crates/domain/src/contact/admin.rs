//! Administrators of an organisation.

use carillon_model::{
    audit::{Change, Subject},
    contact::AdminLevel,
    env::Env,
    error::Result,
    event::EventData,
    id::{CorpId, UserId},
};
use carillon_store::Tx;

use super::user;
use crate::event;

/// Makes a member an administrator. There is one main administrator at most: whoever was it becomes another one.
pub fn grant(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId, level: AdminLevel) -> Result<()> {
    user::get(tx, corp, userid)?;
    if level == AdminLevel::Main {
        let admins = tx.admins(corp)?.into_iter();
        for (before, _) in admins.filter(|(_, level)| *level == AdminLevel::Main) {
            set(tx, env, corp, &before, Some(AdminLevel::Sub))?;
        }
    }
    set(tx, env, corp, userid, Some(level))
}

/// Makes a member an ordinary one.
pub fn revoke(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId) -> Result<()> {
    set(tx, env, corp, userid, None)
}

fn set(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId, level: Option<AdminLevel>) -> Result<()> {
    let before = user::get(tx, corp, userid)?.admin;
    tx.changed(
        corp,
        Change::updated(Subject::Member, userid).between("admin", in_short(before), in_short(level)),
    );
    tx.set_admin(corp, userid, level)?;
    match (before, level) {
        (None, Some(_)) => event::raise(tx, env, corp, EventData::AdminsAdded(vec![userid.clone()])),
        (Some(_), None) => event::raise(tx, env, corp, EventData::AdminsRemoved(vec![userid.clone()])),
        // Another kind of administrator is no event.
        _ => Ok(()),
    }
}

/// How somebody administers, as the audit trail tells it.
fn in_short(level: Option<AdminLevel>) -> &'static str {
    match level {
        None => "no",
        Some(AdminLevel::Main) => "main",
        Some(AdminLevel::Sub) => "sub",
    }
}
