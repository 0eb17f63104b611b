//! Reads the statistics of a day: stored ones if they include all facts, else rolled up on demand.

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
use carillon_store::{DayHead, DerivedSet, FinalDay, OpenDay, OrganisationKey, Tx};

use super::{cumulative, roll_up::RollUp, sign_ins};

/// Maximum number of values of a day that stay in memory to continue from: 32 MB.
const MOST_VALUES: usize = 2 << 20;

/// The statistics of a day.
pub struct DayStatistics {
    corp: CorpId,
    /// The day.
    pub day: Day,
    source: Source,
}

enum Source {
    Final(FinalDay),
    Open(OrganisationKey, Arc<RolledDay>),
}

/// A reference to a part of a day's statistics.
pub enum PartRef<P> {
    /// The stored part of a finalized day.
    Stored(Arc<P>),
    /// A part of a day that was rolled up on demand.
    RolledUp(Arc<RolledDay>),
}

impl<P: Part> Deref for PartRef<P> {
    type Target = P;

    fn deref(&self) -> &P {
        match self {
            Self::Stored(part) => part,
            Self::RolledUp(day) => P::of(day),
        }
    }
}

/// Parses the day in a request field. It must be a valid date that is not in the future. Today is allowed and covers the time up
/// to now.
pub fn requested_day(tx: &Tx<'_>, env: &Env, corp: &CorpId, field: &'static str, text: &str) -> Result<Day> {
    let day = Day::parse(text).ok_or_else(|| Error::invalid(field, "must be a day in the form yyyyMMdd"))?;
    if day > today(tx, env, corp)? {
        return Err(Error::invalid(field, "must not be in the future"));
    }
    Ok(day)
}

/// Today in the organisation's time zone.
pub fn today(tx: &Tx<'_>, env: &Env, corp: &CorpId) -> Result<Day> {
    tx.state().corp(corp)?.day_of(env.now())
}

impl DayStatistics {
    /// Opens the statistics of a day.
    pub fn open(tx: &mut Tx<'_>, corp: &CorpId, day: Day) -> Result<Self> {
        let DayHead { last, stored } = tx.day_head(corp, day)?;
        let source = match stored.filter(|stored| stored.pruned || stored.seq == last) {
            Some(stored) => Source::Final(stored),
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

    /// The organisation.
    pub(super) fn corp(&self) -> &CorpId {
        &self.corp
    }

    /// Returns a part.
    pub fn part<P: Part>(&self, tx: &mut Tx<'_>) -> Result<PartRef<P>> {
        Ok(match &self.source {
            Source::Final(stored) => {
                PartRef::Stored(tx.part(&self.corp, self.day, stored.seq)?.unwrap_or_default())
            }
            Source::Open(_, rolled) => PartRef::RolledUp(Arc::clone(rolled)),
        })
    }

    /// Totals of the organisation.
    pub fn summary(&self, tx: &mut Tx<'_>) -> Result<PartRef<Summary>> {
        self.part(tx)
    }

    /// Totals by department.
    pub fn departments(&self, tx: &mut Tx<'_>) -> Result<PartRef<Departments>> {
        self.part(tx)
    }

    /// Values of a metric by member.
    pub fn column(&self, tx: &mut Tx<'_>, metric: Metric) -> Result<Column> {
        match &self.source {
            Source::Final(_) => Ok(tx.column(&self.corp, self.day, metric)?.unwrap_or_default()),
            Source::Open(_, rolled) => {
                let found = rolled.columns.binary_search_by_key(&metric, |(metric, _)| *metric);
                Ok(found.map_or_else(|_| Column::default(), |index| rolled.columns[index].1.clone()))
            }
        }
    }

    /// Members who have a value.
    pub fn users(&self, tx: &mut Tx<'_>, metric: Metric) -> Result<Audience> {
        Ok(self.column(tx, metric)?.iter().map(|(member, _)| member).collect())
    }

    /// Cumulative totals from the first fact to the end of the day.
    pub fn cumulative(&self, tx: &mut Tx<'_>) -> Result<Arc<Cumulative>> {
        match self.cumulative_version() {
            Some(version) => cumulative::stored(tx, &self.corp, self.day, version),
            None => cumulative::find(tx, &self.corp, self.day),
        }
    }

    /// Members who signed in within each of [`sign_ins::WINDOWS`]; the windows end with the day.
    pub fn sign_ins(&self, tx: &mut Tx<'_>) -> Result<Arc<SignIns>> {
        match self.stored_sign_ins(tx)? {
            Some(stored) => Ok(stored),
            None => sign_ins::count(tx, &self.corp, self.day).map(Arc::new),
        }
    }

    /// Members who signed in on the day.
    pub fn sign_ins_of_day(&self, tx: &mut Tx<'_>) -> Result<Audience> {
        // A stored bitmap is smaller than the column.
        match self.stored_sign_ins(tx)? {
            Some(stored) => Ok(stored.windows[0].clone()),
            None => self.users(tx, Metric::Logins),
        }
    }

    /// Members on the day who did not sign in on it.
    pub fn inactive(&self, tx: &mut Tx<'_>) -> Result<Arc<Audience>> {
        self.derived(tx, DerivedSet::Inactive, |tx| {
            let mut members = self.everyone(tx)?;
            members.subtract(&self.sign_ins_of_day(tx)?);
            Ok(members)
        })
    }

    /// Members on the day who have never signed in.
    pub fn never_signed_in(&self, tx: &mut Tx<'_>) -> Result<Arc<Audience>> {
        self.derived(tx, DerivedSet::NeverSignedIn, |tx| {
            let mut members = self.everyone(tx)?;
            members.subtract(&self.cumulative(tx)?.activated);
            Ok(members)
        })
    }

    fn derived(
        &self,
        tx: &mut Tx<'_>,
        set: DerivedSet,
        derive: impl FnOnce(&mut Tx<'_>) -> Result<Audience>,
    ) -> Result<Arc<Audience>> {
        match self.cumulative_version() {
            Some(version) => tx.derived_set(&self.corp, self.day, set, version, derive),
            None => derive(tx).map(Arc::new),
        }
    }

    /// Windows of sign-ins, if they are stored.
    fn stored_sign_ins(&self, tx: &mut Tx<'_>) -> Result<Option<Arc<SignIns>>> {
        match self.cumulative_version() {
            Some(version) => tx.stored_sign_ins(&self.corp, self.day, version),
            None => Ok(None),
        }
    }

    fn cumulative_version(&self) -> Option<i64> {
        match &self.source {
            Source::Final(stored) => Some(stored.cumulative).filter(|version| *version > 0),
            Source::Open(..) => None,
        }
    }

    /// The key of the organisation on the day.
    pub fn organisation_key(&self) -> OrganisationKey {
        match &self.source {
            Source::Final(stored) => OrganisationKey::Stored(stored.tree, stored.memberships),
            Source::Open(key, _) => key.clone(),
        }
    }

    /// Departments on the day.
    pub fn tree(&self, tx: &mut Tx<'_>) -> Result<Arc<Tree>> {
        match &self.source {
            Source::Final(stored) => tx.tree_of(&self.corp, &stored.tree),
            Source::Open(OrganisationKey::Stored(tree, _), _) => tx.tree_of(&self.corp, tree),
            Source::Open(OrganisationKey::Current(..), _) => {
                Ok(Arc::new(tx.state().corp(&self.corp)?.tree()))
            }
        }
    }

    /// All members on the day.
    pub fn everyone(&self, tx: &mut Tx<'_>) -> Result<Audience> {
        match &self.source {
            Source::Final(stored) => {
                tx.everyone(&self.corp, &OrganisationKey::Stored(stored.tree, stored.memberships))
            }
            Source::Open(key, _) => tx.everyone(&self.corp, key),
        }
    }

    /// Members on the day who have ever signed in.
    pub fn activated(&self, tx: &mut Tx<'_>) -> Result<Audience> {
        let mut activated = self.everyone(tx)?;
        activated.intersect(&self.cumulative(tx)?.activated);
        Ok(activated)
    }

    /// Number of groups at the end of the day, of one kind or of all.
    pub fn groups(&self, tx: &Tx<'_>, kind: Option<GroupKind>) -> Result<u64> {
        let count = tx.state().corp(&self.corp)?.groups_until(self.day, kind).left();
        Ok(count.try_into().unwrap_or_default())
    }

    /// Number of groups created on the day.
    pub fn new_groups(&self, tx: &Tx<'_>) -> Result<u64> {
        Ok(tx.state().corp(&self.corp)?.groups_on(self.day, None).created.try_into().unwrap_or_default())
    }

    /// Number of members of each department in the tree, with all departments below it.
    pub fn headcounts(&self, tx: &mut Tx<'_>) -> Result<PartRef<Headcounts>> {
        self.part(tx)
    }

    /// Departments on the day with their members.
    pub fn organisation(&self, tx: &mut Tx<'_>) -> Result<Organisation> {
        match &self.source {
            Source::Final(stored) => {
                tx.organisation(&self.corp, &OrganisationKey::Stored(stored.tree, stored.memberships))
            }
            Source::Open(key, _) => tx.organisation(&self.corp, key),
        }
    }
}

/// Rolls up the current facts of a day with the organisation of a key. Continues from the last fact that was counted, even if the
/// previous read was aborted.
pub(super) fn roll_up(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    day: Day,
    key: &OrganisationKey,
    open: &mut OpenDay,
) -> Result<RolledDay> {
    let last = tx.last_fact(corp, day)?;
    // A read that started earlier may not see all facts that were counted.
    let before = open.progress.take_if(|(seq, _)| *seq <= last);
    let before = before.and_then(|(seq, rolling)| Some((seq, rolling.downcast::<RollUp>().ok()?)));
    let (mut seq, mut rolling) = before.unwrap_or_default();
    let read = tx.each_fact(corp, day, seq, |fact| {
        seq = fact.seq;
        rolling.add(fact);
        Ok(())
    });
    let rolled = read.and_then(|()| Ok(rolling.clone().finish(&tx.organisation(corp, key)?)));
    if open.progress.is_none() && rolling.len() <= MOST_VALUES {
        open.progress = Some((seq, rolling));
    }
    rolled
}
