//! Who is active on which day: whoever signs in, and whoever opens the inbox.

use carillon_model::{
    audience::Audience,
    env::Env,
    error::{Error, Result, Rule},
    fact::{Client, Login},
    id::{CorpId, DeptId, MemberNo},
    time,
};
use carillon_store::{CorpState, Tx};
use jiff::{ToSpan, civil::Date};

use crate::stats::fact;

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

/// Which members to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those who were active.
    Active,
    /// The others.
    Inactive,
}

/// Members of an organisation, or of some of its departments with everything below, who were active on a day or not. The day
/// is over and lies within the last month.
pub fn on_day(
    state: &CorpState,
    env: &Env,
    day: Date,
    wanted: Wanted,
    departments: Option<&[DeptId]>,
) -> Result<Audience> {
    let today = today(state, env)?;
    let oldest = today.checked_sub(1.month()).map_err(Error::internal)?;
    if day < oldest || day >= today {
        return Err(Error::invalid("query_date", "must be a day before today within the last month"));
    }
    let mut members = match departments {
        None => Audience::clone(&state.everyone),
        Some(departments) => {
            let mut members = Audience::empty();
            for id in departments {
                if !state.departments.contains_key(id) {
                    return Err(Error::because(Rule::UnknownDepartment, id.to_string()));
                }
                members.unite(&state.members_below(*id));
            }
            members
        }
    };
    let nobody = Audience::empty();
    let active = state.active_on.get(&day).map_or(&nobody, AsRef::as_ref);
    match wanted {
        Wanted::Active => members.intersect(active),
        Wanted::Inactive => members.subtract(active),
    }
    Ok(members)
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
