//! Numbers of groups on each day, from which all statistics of groups are computed.
//!
//! For each day on which groups were created or dissolved, the snapshot has their numbers by kind: a few numbers a day, whatever
//! the number of groups.

use carillon_model::{
    day::Day,
    error::{Error, Result},
    group::{Group, GroupKind},
    id::CorpId,
    time::{self, Timestamp},
};

use crate::{state::CorpState, state_change::StateChange, tx::Tx};

/// The number of kinds of groups.
const KINDS: usize = GroupKind::ALL.len();

/// Numbers of groups that were created and dissolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupCount {
    /// Created groups.
    pub created: i64,
    /// Dissolved groups.
    pub dissolved: i64,
}

impl GroupCount {
    /// The difference of both.
    pub fn left(self) -> i64 {
        self.created - self.dissolved
    }

    fn add(&mut self, other: Self) {
        self.created += other.created;
        self.dissolved += other.dissolved;
    }
}

/// The numbers of a day, by kind.
pub(crate) type CountsOfDay = [GroupCount; KINDS];

fn index(kind: GroupKind) -> usize {
    GroupKind::ALL.iter().position(|one| *one == kind).unwrap_or_default()
}

impl CorpState {
    /// The numbers of a day, for a kind or for all kinds.
    pub fn groups_on(&self, day: Day, kind: Option<GroupKind>) -> GroupCount {
        self.groups_within(day, day, kind)
    }

    /// The numbers from the first day to the end of a day.
    pub fn groups_until(&self, day: Day, kind: Option<GroupKind>) -> GroupCount {
        self.groups_within(Day(i32::MIN), day, kind)
    }

    /// The numbers of several days, the first and the last one included.
    pub fn groups_within(&self, first: Day, last: Day, kind: Option<GroupKind>) -> GroupCount {
        let mut sum = GroupCount::default();
        for (_, counts) in self.group_counts.range(first..=last) {
            match kind {
                Some(kind) => sum.add(counts[index(kind)]),
                None => counts.iter().for_each(|count| sum.add(*count)),
            }
        }
        sum
    }

    pub(crate) fn add_group_count(&mut self, day: Day, kind: GroupKind, count: GroupCount) {
        let counts = self.group_counts.entry(day).or_default();
        counts[index(kind)].add(count);
        if *counts == CountsOfDay::default() {
            self.group_counts.remove(&day);
        }
    }
}

/// The kind and the times of a group, as they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupLifespan {
    /// Its kind.
    pub kind: GroupKind,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was dissolved.
    pub dissolved_at: Option<Timestamp>,
}

impl GroupLifespan {
    /// The lifespan of a group.
    pub fn of(group: &Group) -> Self {
        Self { kind: group.kind, created_at: group.created_at, dissolved_at: group.dissolved_at }
    }
}

impl Tx<'_> {
    /// Replaces the former lifespan of a group in the numbers.
    pub(crate) fn count_group(
        &mut self,
        corp: &CorpId,
        before: Option<GroupLifespan>,
        after: GroupLifespan,
    ) -> Result<()> {
        if before == Some(after) {
            return Ok(());
        }
        for (lifespan, sign) in before.map(|lifespan| (lifespan, -1)).into_iter().chain([(after, 1)]) {
            let state = self.state().corp(corp)?;
            let created = (lifespan.created_at, GroupCount { created: sign, dissolved: 0 });
            let dissolved = lifespan.dissolved_at.map(|at| (at, GroupCount { created: 0, dissolved: sign }));
            let mut changes = Vec::new();
            for (at, count) in [created].into_iter().chain(dissolved) {
                changes.push(StateChange::GroupsCounted {
                    day: state.day_of(at)?,
                    kind: lifespan.kind,
                    count,
                });
            }
            for change in changes {
                self.apply(corp, change)?;
            }
        }
        Ok(())
    }

    pub(crate) fn load_group_counts(&mut self, state: &mut CorpState) -> Result<()> {
        // Without a known time zone nothing can be counted, but the server must start nevertheless.
        let Some(zone) = time::zone(&state.corp.time_zone) else { return Ok(()) };
        let corp = state.corp.id.clone();
        self.each(
            "SELECT kind, created_at, dissolved_at FROM chat_group WHERE corp_id = ?1",
            &[(&corp).into()],
            |row| {
                let kind = GroupKind::parse(row.get(0)?)
                    .ok_or_else(|| Error::internal("unknown kind of a group"))?;
                let created = GroupCount { created: 1, dissolved: 0 };
                state.add_group_count(Day::of(row.get(1)?, &zone), kind, created);
                if let Some(at) = row.get::<Option<Timestamp>>(2)? {
                    state.add_group_count(Day::of(at, &zone), kind, GroupCount { created: 0, dissolved: 1 });
                }
                Ok(true)
            },
        )
    }
}
