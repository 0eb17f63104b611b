//! Finalizes days: stores the statistics of past days, and computes them again when late facts arrive.

use std::sync::PoisonError;

use carillon_model::{
    audit::Signature, day::Day, env::Env, error::Result, id::CorpId, statistic::RolledDay, time::DAY_MS,
};
use carillon_store::{FinalDay, OrganisationKey, Store, Tx};

use super::{cumulative, read, sign_ins, year};

/// Statistics of a day that are computed but not stored yet.
pub struct DayToFinalize {
    corp: CorpId,
    day: Day,
    seq: i64,
    /// Number of facts, and number of those that the generator made.
    counts: (i64, i64),
    organisation: OrganisationKey,
    rolled: RolledDay,
}

/// Rolls up the first past day without valid stored statistics. Only reads, so it may take long without blocking others.
pub fn roll_up_one(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Option<DayToFinalize>> {
    let today = read::today(tx, env, corp)?;
    let mut last = Day(0);
    while let Some(day) = tx.next_day_with_facts(corp, last)?.filter(|day| *day < today) {
        let seq = tx.last_fact(corp, day)?;
        // A day whose facts are being pruned is final.
        if tx.final_day(corp, day)?.is_none_or(|stored| stored.seq != seq && !stored.pruned) {
            let organisation = tx.organisation_key(corp, day)?;
            let open = tx.open_day(corp, day);
            let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
            let rolled = read::roll_up(tx, corp, day, &organisation, &mut open)?;
            // The day is over, so intermediate values are of no further use.
            open.progress = None;
            let counts = tx.count_facts(corp, day)?;
            return Ok(Some(DayToFinalize { corp: corp.clone(), day, seq, counts, organisation, rolled }));
        }
        last = day;
    }
    Ok(None)
}

/// Stores what was rolled up, unless facts or the organisation changed meanwhile. Then the day has to be rolled up again.
pub fn finalize(tx: &mut Tx<'_>, env: &Env, to_finalize: &DayToFinalize) -> Result<()> {
    let (corp, day) = (&to_finalize.corp, to_finalize.day);
    let same = tx.last_fact(corp, day)? == to_finalize.seq
        && tx.organisation_key(corp, day)? == to_finalize.organisation;
    if !same {
        return Ok(());
    }
    let (facts, generated) = to_finalize.counts;
    let (tree, memberships) = tx.persist_organisation(corp, &to_finalize.organisation)?;
    let stored = FinalDay {
        seq: to_finalize.seq,
        facts,
        generated,
        cumulative: 0,
        tree,
        memberships,
        rolled_at: env.now(),
        pruned: false,
    };
    tx.finalize_day(corp, day, &stored, &to_finalize.rolled)
}

/// Recomputes the cumulative totals of the oldest stale day. Returns false if no day is stale.
pub fn refresh_cumulative(tx: &mut Tx<'_>, corp: &CorpId) -> Result<bool> {
    let Some(day) = tx.first_stale_day(corp)? else { return Ok(false) };
    let (cumulative, basis) = cumulative::count(tx, corp, day)?;
    tx.persist_cumulative(corp, day, &cumulative, &basis)?;
    let sign_ins = sign_ins::count(tx, corp, day)?;
    tx.persist_sign_ins(corp, day, &sign_ins)?;
    Ok(true)
}

/// Maximum number of facts pruned in one unit of work, to keep units short.
const PRUNED_AT_ONCE: i64 = 2_000;

/// Returns the first day whose facts can be pruned: its statistics were stored so long ago that no more late facts are expected.
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

/// Prunes facts of a day if its statistics were stored long enough ago. From the first step on, the day accepts no more facts and
/// its statistics are final. Returns true if more remain.
pub fn prune(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, day: Day) -> Result<bool> {
    // A late fact may have arrived since the day was selected.
    Ok(is_to_prune(tx, env, corp, day)? && tx.prune_facts(corp, day, PRUNED_AT_ONCE)?)
}

fn is_to_prune(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, day: Day) -> Result<bool> {
    let days = i64::from(env.settings.retention.fact_days);
    if days == 0 {
        return Ok(false);
    }
    let before = env.now().plus_ms(-days * DAY_MS);
    let seq = tx.last_fact(corp, day)?;
    let is_final = |stored: FinalDay| stored.seq == seq && stored.cumulative > 0 && stored.rolled_at < before;
    Ok(tx.final_day(corp, day)?.is_some_and(|stored| stored.pruned || is_final(stored)))
}

/// Finalizes all past days. Blocks the calling thread.
pub fn finalize_all(store: &Store, env: &Env, corp: &CorpId) -> Result<()> {
    let signature = || Signature::server(env, "statistics.close");
    while let Some(to_finalize) = store.read_blocking(corp, |tx| roll_up_one(tx, env, corp))? {
        let env = env.clone();
        store.write_blocking(corp, signature(), move |tx| finalize(tx, &env, &to_finalize))?;
    }
    loop {
        let of = corp.clone();
        if !store.write_blocking(corp, signature(), move |tx| refresh_cumulative(tx, &of))? {
            break;
        }
    }
    while let Some(to_finalize) = store.read_blocking(corp, |tx| year::roll_up_one(tx, env, corp))? {
        store.write_blocking(corp, signature(), move |tx| year::finalize(tx, &to_finalize))?;
    }
    Ok(())
}
