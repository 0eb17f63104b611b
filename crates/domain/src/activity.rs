//! Activity of members: signing in and opening the inbox make a member active on that day, and activated for good.
//!
//! The facts decide who was active on a day (`stats::sign_ins`), whatever their source. The notes kept here only tell the first
//! visit of a day from later ones, so that only the first becomes a fact.

use carillon_model::{
    audience::Audience,
    env::Env,
    error::{Error, Result},
    event::EventData,
    fact::{Client, Login},
    id::{CorpId, MemberNo},
    time,
};
use carillon_store::{CorpState, Tx};
use jiff::civil::Date;

use crate::{event, stats::fact};

/// Returns true if a visit now would be the member's first of the day.
pub fn is_first_today(state: &CorpState, env: &Env, member: MemberNo) -> Result<bool> {
    Ok(!state.was_active(today(state, env)?, member))
}

/// Records that a member came online today with a client.
pub fn note(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, member: MemberNo, client: Client) -> Result<()> {
    let day = today(tx.state().corp(corp)?, env)?;
    tx.record_activity(corp, day, member)?;
    // The web pages are the client, so its version is that of Carillon.
    let app_version = env!("CARGO_PKG_VERSION").to_owned();
    fact::record(tx, corp, env.now(), Some(member), Login { client, app_version })
}

/// Marks members as activated after a session or a fact showed that they signed in. Apps get an event for each member who signs
/// in for the first time. Former members are left out.
pub fn activate(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, members: &Audience) -> Result<()> {
    let state = tx.state().corp(corp)?;
    let mut new = members.clone();
    new.intersect(&state.everyone);
    new.subtract(&state.activated);
    for member in new.iter() {
        tx.set_active(corp, member)?;
        if let Some((userid, _)) = tx.member_name(corp, member)? {
            event::raise(tx, env, corp, EventData::MemberActivated(userid))?;
        }
    }
    Ok(())
}

/// Maximum number of members folded in one unit of work, to keep units short.
const FOLD_BATCH: i64 = 2_000;

/// Returns the days with members that are not yet folded into the bitmap of the day.
pub fn days_to_fold(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Vec<Date>> {
    let mut found = Vec::new();
    while let Some(day) = tx.next_day_to_fold(corp, found.last().copied())? {
        found.push(day);
    }
    Ok(found)
}

/// Folds members into the bitmap of a day. Returns true if more remain.
pub fn fold(tx: &mut Tx<'_>, corp: &CorpId, day: Date) -> Result<bool> {
    tx.fold_active_day(corp, day, FOLD_BATCH)
}

fn today(state: &CorpState, env: &Env) -> Result<Date> {
    let zone = time::zone(&state.corp.time_zone);
    Ok(env.now().day(&zone.ok_or_else(|| Error::internal("the time zone is unknown"))?))
}
