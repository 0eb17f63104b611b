//! Signing in, and opening the inbox: what makes a member active on a day, and activated for good.
//!
//! Who was active on a day is what facts say (`stats::sign_ins`), whatever way they came. The notes here are what tells the first visit of a
//! day from the others, so that it alone becomes a fact.

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

/// Whether the visit of a member at this moment is worth a note: the first one of the day is.
pub fn is_first_today(state: &CorpState, env: &Env, member: MemberNo) -> Result<bool> {
    Ok(!state.was_active(today(state, env)?, member))
}

/// Notes that a member came online today with a client.
pub fn note(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, member: MemberNo, client: Client) -> Result<()> {
    let day = today(tx.state().corp(corp)?, env)?;
    tx.note_active(corp, day, member)?;
    // The pages are the client, so their version is Carillon's own.
    let app_version = env!("CARGO_PKG_VERSION").to_owned();
    fact::record(tx, corp, env.now(), Some(member), Login { client, app_version })
}

/// Notes that members have signed in, as a session or a fact says; apps are told of those for whom it is the first time. Those who are
/// no members any more are left out.
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

/// Members that one unit of work folds, so that others do not wait long.
const FOLDED_AT_ONCE: i64 = 2_000;

/// Days with members that are not folded into the day's bitmap yet.
pub fn days_to_fold(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Vec<Date>> {
    let mut found = Vec::new();
    while let Some(day) = tx.next_day_to_fold(corp, found.last().copied())? {
        found.push(day);
    }
    Ok(found)
}

/// Folds members into the bitmap of a day; returns whether there are more.
pub fn fold(tx: &mut Tx<'_>, corp: &CorpId, day: Date) -> Result<bool> {
    tx.fold_active_day(corp, day, FOLDED_AT_ONCE)
}

fn today(state: &CorpState, env: &Env) -> Result<Date> {
    let zone = time::zone(&state.corp.time_zone);
    Ok(env.now().day(&zone.ok_or_else(|| Error::internal("the time zone is unknown"))?))
}
