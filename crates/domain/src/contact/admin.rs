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

/// Makes a member an administrator. There is at most one main administrator: the previous one becomes a sub-administrator.
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

/// Removes a member's administrator level.
pub fn revoke(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId) -> Result<()> {
    set(tx, env, corp, userid, None)
}

fn set(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId, level: Option<AdminLevel>) -> Result<()> {
    let before = user::get(tx, corp, userid)?.admin;
    tx.changed(
        corp,
        Change::updated(Subject::Member, userid).between("admin", audit_text(before), audit_text(level)),
    );
    tx.set_admin(corp, userid, level)?;
    match (before, level) {
        (None, Some(_)) => event::raise(tx, env, corp, EventData::AdminsAdded(vec![userid.clone()])),
        (Some(_), None) => event::raise(tx, env, corp, EventData::AdminsRemoved(vec![userid.clone()])),
        // A change of the level raises no event.
        _ => Ok(()),
    }
}

/// Administrator level as text for the audit trail.
fn audit_text(level: Option<AdminLevel>) -> &'static str {
    match level {
        None => "no",
        Some(AdminLevel::Main) => "main",
        Some(AdminLevel::Sub) => "sub",
    }
}
