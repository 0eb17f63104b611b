//! Incoming facts: those of Carillon itself, and those that are sent to it.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result},
    fact::{Fact, NewFact},
    id::{CorpId, MemberNo, UserId},
    time::{self, DAY_MS, Timestamp},
};
use carillon_store::{DueWork, FactRow, SentFact, Tx};

use crate::{activity, group};

/// Tolerance for a sender's clock that is ahead, in ms.
const AHEAD_MS: i64 = 5 * 60 * 1000;
/// The earliest accepted time, 2000-01-01. An earlier one was probably given in seconds.
const EARLIEST: Timestamp = Timestamp(10_957 * DAY_MS);

/// The source of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactSource {
    /// Sent by a client.
    Sent,
    /// Made by the generator.
    Generated,
}

/// The result of an ingestion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ingested {
    /// Number of new facts.
    pub added: usize,
    /// Number of facts whose ids were known. They are left unchanged.
    pub known: usize,
}

/// A fact that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFact {
    /// Its index in the request, from 0.
    pub index: usize,
    /// The invalid field.
    pub field: String,
    /// The reason, to follow the field name.
    pub reason: String,
}

/// Records a fact of Carillon itself, in the unit of work that it describes.
pub fn record(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    at: Timestamp,
    member: Option<MemberNo>,
    fact: impl Into<Fact>,
) -> Result<()> {
    let day = tx.state().corp(corp)?.day_of(at)?;
    tx.insert_internal_fact(corp, day, FactRow { at, member, fact: &fact.into() })
}

/// Records a fact of Carillon itself that may arrive after the end of its day. It is ignored if the facts of that day were
/// pruned, because the statistics of such a day are final.
pub fn record_late(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    at: Timestamp,
    member: Option<MemberNo>,
    fact: impl Into<Fact>,
) -> Result<()> {
    let state = tx.state().corp(corp)?;
    let (day, today) = (state.day_of(at)?, state.day_of(env.now())?);
    if day < today {
        if tx.final_day(corp, day)?.is_some_and(|stored| stored.pruned) {
            return Ok(());
        }
        tx.delete_cumulative(corp, day)?;
        tx.becomes_due(corp, DueWork::Days, env.now());
    }
    tx.insert_internal_fact(corp, day, FactRow { at, member, fact: &fact.into() })
}

/// Ingests facts: all of them, or none if any is invalid. Facts with known ids change nothing. Members who signed in are
/// activated, and the groups in new facts are updated.
pub fn ingest(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    facts: &[NewFact],
    source: FactSource,
) -> Result<Result<Ingested, Vec<BadFact>>> {
    let days = match check(tx, env, corp, facts, source)? {
        Ok(days) => days,
        Err(bad) => return Ok(Err(bad)),
    };
    let today = tx.state().corp(corp)?.day_of(env.now())?;
    if days.keys().any(|day| *day < today) {
        tx.becomes_due(corp, DueWork::Days, env.now());
    }
    let mut new = Vec::new();
    for (day, facts) in days {
        let is_new = tx.insert_sent_facts(corp, day, &facts)?;
        new.extend(facts.into_iter().zip(is_new).filter(|(_, is_new)| *is_new).map(|(sent, _)| sent));
    }
    new.sort_unstable_by_key(|sent| sent.index);
    let new: Vec<FactRow<'_>> = new.into_iter().map(|sent| sent.row).collect();
    let signed_in = new.iter().filter(|row| matches!(row.fact, Fact::Login(_)));
    activity::activate(tx, env, corp, &signed_in.filter_map(|row| row.member).collect())?;
    group::from_facts::apply(tx, corp, &new)?;
    Ok(Ok(Ingested { added: new.len(), known: facts.len() - new.len() }))
}

/// Facts by day, ready to be inserted.
pub type ByDay<'f> = BTreeMap<Day, Vec<SentFact<'f>>>;

/// Checks facts. Returns them by day, or the reasons why they are refused.
pub fn check<'f>(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    facts: &'f [NewFact],
    source: FactSource,
) -> Result<Result<ByDay<'f>, Vec<BadFact>>> {
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let latest = env.now().plus_ms(AHEAD_MS);
    let mut members: HashMap<&UserId, Vec<(Timestamp, MemberNo)>> = HashMap::new();
    let mut pruned: BTreeMap<Day, bool> = BTreeMap::new();
    let mut days: BTreeMap<Day, Vec<SentFact<'f>>> = BTreeMap::new();
    let mut bad = Vec::new();
    for (index, new) in facts.iter().enumerate() {
        let mut refuse = |field: &str, reason: &str| {
            bad.push(BadFact { index, field: field.to_owned(), reason: reason.to_owned() });
        };
        if new.at < EARLIEST {
            refuse("time", "must be in milliseconds since 1970, and after 1999");
            continue;
        }
        if new.at > latest {
            refuse("time", "must not be in the future");
            continue;
        }
        let day = Day::of(new.at, &zone);
        let is_pruned = match pruned.get(&day) {
            Some(is_pruned) => *is_pruned,
            None => {
                let is_pruned = tx.final_day(corp, day)?.is_some_and(|stored| stored.pruned);
                pruned.insert(day, is_pruned);
                is_pruned
            }
        };
        if is_pruned {
            refuse("time", "is of a day whose facts have been removed: its statistics are final");
            continue;
        }
        let member = match &new.member {
            None => None,
            Some(userid) => {
                let holders = match members.entry(userid) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(tx.members_with_userid(corp, userid)?),
                };
                let known = holder_at(holders, new.at);
                if known.is_none() {
                    refuse("userId", "is of nobody who is or was a member");
                    continue;
                }
                known
            }
        };
        if member.is_none() && new.fact.kind().needs_member() {
            refuse("userId", "is missing");
            continue;
        }
        let row = FactRow { at: new.at, member, fact: &new.fact };
        let generated = source == FactSource::Generated;
        days.entry(day).or_default().push(SentFact { index, id: &new.id, generated, row });
    }
    Ok(if bad.is_empty() { Ok(days) } else { Err(bad) })
}

/// Returns who had a userid at a moment. Decided: a userid of a former member stays theirs until it is assigned again, and before
/// it was first assigned it is that of the first holder, so that a history can be imported.
fn holder_at(holders: &[(Timestamp, MemberNo)], at: Timestamp) -> Option<MemberNo> {
    let last = holders.iter().rev().find(|(since, _)| *since <= at);
    last.or(holders.first()).map(|(_, member)| *member)
}
