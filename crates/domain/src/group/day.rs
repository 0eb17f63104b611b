//! What happened in groups on a day.

use carillon_model::{
    day::Day,
    error::{Error, Result},
    group::{Group, GroupKind},
    id::{ConversationId, CorpId},
    statistic::{GroupUse, Groups},
    time,
};
use carillon_store::{GroupDay, NamedMember, Tx};

use crate::{
    page::{Page, Paged},
    stats::read::DayStatistics,
};

/// Which groups of a day are asked for.
#[derive(Clone, Debug)]
pub struct DayQuery {
    /// The day.
    pub day: Day,
    /// One group alone.
    pub id: Option<ConversationId>,
    /// One kind alone.
    pub kind: Option<GroupKind>,
}

/// A group on a day.
#[derive(Clone, Debug)]
pub struct DayOfGroup {
    /// The group as it is now.
    pub group: Group,
    /// Who made it, whether or not still there.
    pub creator: NamedMember,
    /// How many members it had at the end of the day.
    pub members: i64,
    /// Messages.
    pub messages: u64,
    /// Members who sent one.
    pub senders: u64,
    /// Members who looked at it.
    pub openers: u64,
}

/// A page of the groups that existed on a day, oldest first.
///
/// Decided: a group in which nothing happened is one of them, with zeros.
pub fn day(tx: &mut Tx<'_>, corp: &CorpId, query: &DayQuery, page: Page) -> Result<Paged<DayOfGroup>> {
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let start = |day: Day| day.start(&zone).ok_or_else(|| Error::internal("a day without a beginning"));
    let asked = GroupDay {
        day: query.day,
        begins: start(query.day)?,
        ends: start(query.day.plus(1))?,
        id: query.id.as_ref(),
        kind: query.kind,
    };
    let total = tx.count_groups_on(corp, &asked)?;
    let statistics = DayStatistics::open(tx, corp, query.day)?;
    let uses = statistics.part::<Groups>(tx)?;
    let mut items = Vec::new();
    let groups = tx.groups_on(corp, &asked, page.offset(), page.size)?;
    let named = tx.named_members(corp, &groups.iter().map(|(group, _)| group.creator).collect())?;
    for (group, members) in groups {
        let of = |count: fn(&GroupUse) -> u64| {
            let found = uses.0.binary_search_by(|one| one.id.as_str().cmp(group.id.as_str()));
            found.map_or(0, |index| count(&uses.0[index]))
        };
        items.push(DayOfGroup {
            creator: named.get(&group.creator).cloned().unwrap_or_default(),
            members,
            messages: of(|one| one.messages),
            senders: of(|one| one.senders),
            openers: of(|one| one.openers),
            group,
        });
    }
    Ok(Paged { items, total })
}
