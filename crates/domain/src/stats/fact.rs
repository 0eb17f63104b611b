//! Facts coming in: Carillon's own, and those that are sent.

use std::collections::{BTreeMap, HashMap};

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

/// A sender's clock may be ahead by so much.
const AHEAD_MS: i64 = 5 * 60 * 1000;
/// Nothing of the kinds that are counted is older than this, 2000-01-01: an earlier time is one in seconds.
const EARLIEST: Timestamp = Timestamp(10_957 * DAY_MS);

/// Where facts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// They happened.
    Sent,
    /// The generator made them.
    Generated,
}

/// What became of facts that were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ingested {
    /// How many were new.
    pub added: usize,
    /// How many were known by their ids, and left as they are.
    pub known: usize,
}

/// A fact that cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFact {
    /// Its place among those that were sent, from 0.
    pub index: usize,
    /// The field.
    pub field: String,
    /// What is wrong with it, to follow the field's name.
    pub reason: String,
}

/// Records a fact of Carillon's own, in the unit of work of what it is a fact of.
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

/// Records a fact of Carillon's own that may come after its day is over. Statistics of a day whose facts have been removed are final:
/// then it is left out.
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
        if tx.final_day(corp, day)?.is_some_and(|kept| kept.pruned) {
            return Ok(());
        }
        tx.delete_cumulative(corp, day)?;
        tx.becomes_due(corp, DueWork::Days, env.now());
    }
    tx.insert_internal_fact(corp, day, FactRow { at, member, fact: &fact.into() })
}

/// Takes facts in: all of them, or, when any of them is bad, none. Those whose ids are known change nothing. Whoever signed in by a new
/// one is activated, and groups that new ones name are brought up to date.
pub fn ingest(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    facts: &[NewFact],
    source: Source,
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
    group::from_facts::take(tx, corp, &new)?;
    Ok(Ok(Ingested { added: new.len(), known: facts.len() - new.len() }))
}

/// Facts by day, ready to be written.
pub type ByDay<'f> = BTreeMap<Day, Vec<SentFact<'f>>>;

/// Facts by day, ready to be written; or what is wrong with them.
pub fn check<'f>(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    facts: &'f [NewFact],
    source: Source,
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
        let gone = match pruned.get(&day) {
            Some(gone) => *gone,
            None => {
                let gone = tx.final_day(corp, day)?.is_some_and(|kept| kept.pruned);
                pruned.insert(day, gone);
                gone
            }
        };
        if gone {
            refuse("time", "is of a day whose facts have been removed: its statistics are final");
            continue;
        }
        let member = match &new.member {
            None => None,
            Some(userid) => {
                if !members.contains_key(userid) {
                    members.insert(userid, tx.holders_of(corp, userid)?);
                }
                let known = members.get(userid).and_then(|holders| holder_at(holders, new.at));
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
        let generated = source == Source::Generated;
        days.entry(day).or_default().push(SentFact { index, id: &new.id, generated, row });
    }
    Ok(if bad.is_empty() { Ok(days) } else { Err(bad) })
}

/// Who of those that had a userid one after the other had it at a moment. Decided: after somebody left it stays theirs until
/// somebody else gets it, and before anybody had it, it is that of the first: a history can be brought in afterwards.
fn holder_at(holders: &[(Timestamp, MemberNo)], at: Timestamp) -> Option<MemberNo> {
    let last = holders.iter().rev().find(|(since, _)| *since <= at);
    last.or(holders.first()).map(|(_, member)| *member)
}
