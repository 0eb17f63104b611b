//! The statistics of a day, wherever they come from: kept ones while they hold all facts, else rolled up on the spot.

use std::{
    ops::Deref,
    sync::{Arc, PoisonError},
};

use carillon_model::{
    audience::Audience,
    day::Day,
    env::Env,
    error::{Error, Result},
    group::GroupKind,
    id::CorpId,
    statistic::{
        Column, Cumulative, Departments, Headcounts, Metric, Organisation, Part, RolledDay, SignIns, Summary,
        Tree,
    },
};
use carillon_store::{FinalDay, OpenDay, OrganisationKey, Tx};

use super::{cumulative, roll_up::RollUp, sign_ins};

/// Values that stay in memory to go on from, of a day: 32 MB.
const MOST_VALUES: usize = 2 << 20;

/// A day to read of.
pub struct DayStatistics {
    corp: CorpId,
    /// The day.
    pub day: Day,
    source: Source,
}

enum Source {
    Kept(FinalDay),
    Open(OrganisationKey, Arc<RolledDay>),
}

/// A part of a day.
pub enum Shown<P> {
    /// One that is kept.
    Kept(Arc<P>),
    /// One of a day that is not.
    Open(Arc<RolledDay>),
}

impl<P: Part> Deref for Shown<P> {
    type Target = P;

    fn deref(&self) -> &P {
        match self {
            Self::Kept(part) => part,
            Self::Open(day) => P::of(day),
        }
    }
}

/// The day of a request's field: one that the calendar knows and that is not in the future. Today is answered as far as it is.
pub fn requested_day(tx: &Tx<'_>, env: &Env, corp: &CorpId, field: &'static str, text: &str) -> Result<Day> {
    let day = Day::parse(text).ok_or_else(|| Error::invalid(field, "must be a day in the form yyyyMMdd"))?;
    if day > today(tx, env, corp)? {
        return Err(Error::invalid(field, "must not be in the future"));
    }
    Ok(day)
}

/// The day of now in the organisation's time zone.
pub fn today(tx: &Tx<'_>, env: &Env, corp: &CorpId) -> Result<Day> {
    tx.state().corp(corp)?.day_of(env.now())
}

impl DayStatistics {
    /// Opens a day.
    pub fn open(tx: &mut Tx<'_>, corp: &CorpId, day: Day) -> Result<Self> {
        let last = tx.last_fact(corp, day)?;
        let kept = tx.final_day(corp, day)?.filter(|kept| kept.pruned || kept.seq == last);
        let source = match kept {
            Some(kept) => Source::Kept(kept),
            None => {
                let key = tx.organisation_key(corp, day)?;
                let open = tx.open_day(corp, day);
                let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
                let rolled = match open.rolled(last, &key) {
                    Some(rolled) => rolled,
                    None => {
                        let rolled = Arc::new(roll_up(tx, corp, day, &key, &mut open)?);
                        open.store(last, key.clone(), Arc::clone(&rolled));
                        rolled
                    }
                };
                Source::Open(key, rolled)
            }
        };
        Ok(Self { corp: corp.clone(), day, source })
    }

    /// A part.
    pub fn part<P: Part>(&self, tx: &mut Tx<'_>) -> Result<Shown<P>> {
        Ok(match &self.source {
            Source::Kept(kept) => Shown::Kept(tx.part(&self.corp, self.day, kept.seq)?.unwrap_or_default()),
            Source::Open(_, rolled) => Shown::Open(Arc::clone(rolled)),
        })
    }

    /// The organisation as a whole.
    pub fn summary(&self, tx: &mut Tx<'_>) -> Result<Shown<Summary>> {
        self.part(tx)
    }

    /// Totals by department.
    pub fn departments(&self, tx: &mut Tx<'_>) -> Result<Shown<Departments>> {
        self.part(tx)
    }

    /// A metric by member.
    pub fn column(&self, tx: &mut Tx<'_>, metric: Metric) -> Result<Column> {
        match &self.source {
            Source::Kept(_) => Ok(tx.column(&self.corp, self.day, metric)?.unwrap_or_default()),
            Source::Open(_, rolled) => {
                let found = rolled.columns.binary_search_by_key(&metric, |(metric, _)| *metric);
                Ok(found.map_or_else(|_| Column::default(), |index| rolled.columns[index].1.clone()))
            }
        }
    }

    /// The members who have a value.
    pub fn users(&self, tx: &mut Tx<'_>, metric: Metric) -> Result<Audience> {
        Ok(self.column(tx, metric)?.iter().map(|(member, _)| member).collect())
    }

    /// What has come together from the first fact to the end of the day.
    pub fn cumulative(&self, tx: &mut Tx<'_>) -> Result<Arc<Cumulative>> {
        match self.cumulative_version() {
            Some(version) => cumulative::kept(tx, &self.corp, self.day, version),
            None => cumulative::find(tx, &self.corp, self.day),
        }
    }

    /// Who signed in within each of [`sign_ins::WINDOWS`], which end with the day.
    pub fn sign_ins(&self, tx: &mut Tx<'_>) -> Result<Arc<SignIns>> {
        match self.stored_sign_ins(tx)? {
            Some(kept) => Ok(kept),
            None => sign_ins::count(tx, &self.corp, self.day).map(Arc::new),
        }
    }

    /// Who signed in on the day.
    pub fn sign_ins_of_day(&self, tx: &mut Tx<'_>) -> Result<Audience> {
        // The bitmap of an earlier day is there already, and smaller than its column.
        match self.stored_sign_ins(tx)? {
            Some(kept) => Ok(kept.windows[0].clone()),
            None => self.users(tx, Metric::Logins),
        }
    }

    /// Windows of sign-ins, where they are kept.
    fn stored_sign_ins(&self, tx: &mut Tx<'_>) -> Result<Option<Arc<SignIns>>> {
        match self.cumulative_version() {
            Some(version) => tx.stored_sign_ins(&self.corp, self.day, version),
            None => Ok(None),
        }
    }

    fn cumulative_version(&self) -> Option<i64> {
        match &self.source {
            Source::Kept(kept) => Some(kept.cumulative).filter(|version| *version > 0),
            Source::Open(..) => None,
        }
    }

    /// Which organisation the day had.
    pub fn organisation_key(&self) -> OrganisationKey {
        match &self.source {
            Source::Kept(kept) => OrganisationKey::Stored(kept.tree, kept.memberships),
            Source::Open(key, _) => key.clone(),
        }
    }

    /// The departments of the day.
    pub fn tree(&self, tx: &mut Tx<'_>) -> Result<Arc<Tree>> {
        match &self.source {
            Source::Kept(kept) => tx.tree_of(&self.corp, &kept.tree),
            Source::Open(OrganisationKey::Stored(tree, _), _) => tx.tree_of(&self.corp, tree),
            Source::Open(OrganisationKey::Current(..), _) => {
                Ok(Arc::new(tx.state().corp(&self.corp)?.tree()))
            }
        }
    }

    /// All members of the day.
    pub fn everyone(&self, tx: &mut Tx<'_>) -> Result<Audience> {
        match &self.source {
            Source::Kept(kept) => {
                tx.everyone(&self.corp, &OrganisationKey::Stored(kept.tree, kept.memberships))
            }
            Source::Open(key, _) => tx.everyone(&self.corp, key),
        }
    }

    /// The members of the day who have ever signed in.
    pub fn activated(&self, tx: &mut Tx<'_>) -> Result<Audience> {
        let mut activated = self.everyone(tx)?;
        activated.intersect(&self.cumulative(tx)?.activated);
        Ok(activated)
    }

    /// How many groups of a kind, or of all, there were at the end of the day.
    pub fn groups(&self, tx: &Tx<'_>, kind: Option<GroupKind>) -> Result<u64> {
        let count = tx.state().corp(&self.corp)?.groups_until(self.day, kind).left();
        Ok(count.try_into().unwrap_or_default())
    }

    /// How many groups were created on the day.
    pub fn new_groups(&self, tx: &Tx<'_>) -> Result<u64> {
        Ok(tx.state().corp(&self.corp)?.groups_on(self.day, None).created.try_into().unwrap_or_default())
    }

    /// How many members each department of the tree has, those below it included.
    pub fn headcounts(&self, tx: &mut Tx<'_>) -> Result<Shown<Headcounts>> {
        self.part(tx)
    }

    /// The departments of the day with their members.
    pub fn organisation(&self, tx: &mut Tx<'_>) -> Result<Organisation> {
        match &self.source {
            Source::Kept(kept) => {
                tx.organisation(&self.corp, &OrganisationKey::Stored(kept.tree, kept.memberships))
            }
            Source::Open(key, _) => tx.organisation(&self.corp, key),
        }
    }
}

/// The facts of a day as they are now, with the organisation of a key. Goes on from the last fact that was counted, also when
/// the read before was ended early.
pub(super) fn roll_up(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    day: Day,
    key: &OrganisationKey,
    open: &mut OpenDay,
) -> Result<RolledDay> {
    let last = tx.last_fact(corp, day)?;
    // A read that began earlier may not know all facts that were counted.
    let before = open.progress.take_if(|(seq, _)| *seq <= last);
    let before = before.and_then(|(seq, rolling)| Some((seq, rolling.downcast::<RollUp>().ok()?)));
    let (mut seq, mut rolling) = before.unwrap_or_default();
    let read = tx.each_fact(corp, day, seq, |fact| {
        seq = fact.seq;
        rolling.take(fact);
        Ok(())
    });
    let rolled = read.and_then(|()| Ok(rolling.clone().finish(&tx.organisation(corp, key)?)));
    if open.progress.is_none() && rolling.len() <= MOST_VALUES {
        open.progress = Some((seq, rolling));
    }
    rolled
}
