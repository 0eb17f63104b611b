//! Closing days: the statistics of a day that is over are kept, and made anew when late facts arrive.

use std::sync::PoisonError;

use carillon_model::{
    audit::Signature, day::Day, env::Env, error::Result, id::CorpId, statistic::RolledDay, time::DAY_MS,
};
use carillon_store::{FinalDay, OrganisationKey, Store, Tx};

use super::{cumulative, read, sign_ins, year};

/// The statistics of a day, made and not yet kept.
pub struct ClosedDay {
    corp: CorpId,
    day: Day,
    seq: i64,
    /// How many facts there are, and how many of them the generator made.
    counts: (i64, i64),
    organisation: OrganisationKey,
    rolled: RolledDay,
}

/// Rolls up the first day that is over and whose statistics are not kept, or no more right. Only reads: it may take a while,
/// and nobody waits for it.
pub fn roll_up_one(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Option<ClosedDay>> {
    let today = read::today(tx, env, corp)?;
    let mut last = Day(0);
    while let Some(day) = tx.next_day_with_facts(corp, last)?.filter(|day| *day < today) {
        let seq = tx.last_fact(corp, day)?;
        // A day whose facts are being removed is final.
        if tx.final_day(corp, day)?.is_none_or(|kept| kept.seq != seq && !kept.pruned) {
            let organisation = tx.organisation_key(corp, day)?;
            let open = tx.open_day(corp, day);
            let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
            let rolled = read::roll_up(tx, corp, day, &organisation, &mut open)?;
            // Nothing is to come, so what was counted is of no more use.
            open.progress = None;
            let counts = tx.count_facts(corp, day)?;
            return Ok(Some(ClosedDay { corp: corp.clone(), day, seq, counts, organisation, rolled }));
        }
        last = day;
    }
    Ok(None)
}

/// Keeps what was rolled up, unless facts or changes of the organisation came in between: then it is to be made again.
pub fn finalize(tx: &mut Tx<'_>, env: &Env, closed: &ClosedDay) -> Result<()> {
    let (corp, day) = (&closed.corp, closed.day);
    let same =
        tx.last_fact(corp, day)? == closed.seq && tx.organisation_key(corp, day)? == closed.organisation;
    if !same {
        return Ok(());
    }
    let (facts, generated) = closed.counts;
    let (tree, memberships) = tx.persist_organisation(corp, &closed.organisation)?;
    let kept = FinalDay {
        seq: closed.seq,
        facts,
        generated,
        cumulative: 0,
        tree,
        memberships,
        rolled_at: env.now(),
        pruned: false,
    };
    tx.finalize_day(corp, day, &kept, &closed.rolled)
}

/// Brings the first day up to date that does not hold all earlier ones as they are now; false when there is none.
pub fn refresh_cumulative(tx: &mut Tx<'_>, corp: &CorpId) -> Result<bool> {
    let Some(day) = tx.first_stale_day(corp)? else { return Ok(false) };
    let (cumulative, basis) = cumulative::count(tx, corp, day)?;
    tx.persist_cumulative(corp, day, &cumulative, &basis)?;
    let sign_ins = sign_ins::count(tx, corp, day)?;
    tx.persist_sign_ins(corp, day, &sign_ins)?;
    Ok(true)
}

/// Facts that one unit of work removes, so that others do not wait long.
const PRUNED_AT_ONCE: i64 = 2_000;

/// The first day that has facts to be removed: its statistics were made so long ago that no more facts are waited for.
pub fn next_to_prune(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Option<Day>> {
    let mut last = Day(0);
    while let Some(day) = tx.next_day_with_facts(corp, last)? {
        if is_to_prune(tx, env, corp, day)? {
            return Ok(Some(day));
        }
        last = day;
    }
    Ok(None)
}

/// Removes facts of a day, if its statistics were made long enough ago. It accepts no more of them from the first step on, and its
/// statistics stay as they are. Returns whether there are more to remove.
pub fn prune(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, day: Day) -> Result<bool> {
    // A late fact may have come since somebody looked.
    Ok(is_to_prune(tx, env, corp, day)? && tx.prune_facts(corp, day, PRUNED_AT_ONCE)?)
}

fn is_to_prune(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, day: Day) -> Result<bool> {
    let days = i64::from(env.settings.retention.fact_days);
    if days == 0 {
        return Ok(false);
    }
    let before = env.now().plus_ms(-days * DAY_MS);
    let seq = tx.last_fact(corp, day)?;
    let is_final = |kept: FinalDay| kept.seq == seq && kept.cumulative > 0 && kept.rolled_at < before;
    Ok(tx.final_day(corp, day)?.is_some_and(|kept| kept.pruned || is_final(kept)))
}

/// Closes all days that are over, from a thread that may wait.
pub fn close_all(store: &Store, env: &Env, corp: &CorpId) -> Result<()> {
    let signature = || Signature::server(env, "statistics.close");
    while let Some(closed) = store.read_blocking(corp, |tx| roll_up_one(tx, env, corp))? {
        let env = env.clone();
        store.write_blocking(corp, signature(), move |tx| finalize(tx, &env, &closed))?;
    }
    loop {
        let of = corp.clone();
        if !store.write_blocking(corp, signature(), move |tx| refresh_cumulative(tx, &of))? {
            break;
        }
    }
    while let Some(closed) = store.read_blocking(corp, |tx| year::roll_up_one(tx, env, corp))? {
        store.write_blocking(corp, signature(), move |tx| year::finalize(tx, &closed))?;
    }
    Ok(())
}
