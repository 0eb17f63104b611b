//! Activity in groups on a day.

use carillon_model::{
    day::Day,
    error::{Error, Result},
    group::{Group, GroupKind},
    id::{ConversationId, CorpId},
    statistic::{GroupUse, Groups},
    time,
};
use carillon_store::{GroupDayFilter, GroupOfDay, NamedMember, Tx};

use crate::{
    page::{Page, Paged},
    stats::read::DayStatistics,
};

/// A query for groups on a day.
#[derive(Clone, Debug)]
pub struct DayQuery {
    /// The day.
    pub day: Day,
    /// Only this group.
    pub id: Option<ConversationId>,
    /// Only this kind.
    pub kind: Option<GroupKind>,
}

/// A group and its activity on a day.
#[derive(Clone, Debug)]
pub struct GroupOnDay {
    /// The group, and how many members it had.
    pub group: GroupOfDay,
    /// The creator, whether still a member or not.
    pub creator: NamedMember,
    /// Number of messages.
    pub messages: u64,
    /// Number of members who sent a message.
    pub senders: u64,
    /// Number of members who opened the group.
    pub openers: u64,
}

/// Returns a page of the groups that existed on a day, in the order in which they became known.
///
/// Decided: a group without activity is included, with zeros.
pub fn day(tx: &mut Tx<'_>, corp: &CorpId, query: &DayQuery, page: Page) -> Result<Paged<GroupOnDay>> {
    let (groups, total) = match &query.id {
        Some(id) => one_group(tx, corp, query, id, page)?,
        None => groups(tx, corp, query, page)?,
    };
    let day_uses = DayStatistics::open(tx, corp, query.day)?.part::<Groups>(tx)?;
    let named = tx.named_members(corp, &groups.iter().map(|group| group.creator).collect())?;
    let of_day = |group: GroupOfDay| {
        let found = day_uses.0.binary_search_by(|one| one.id.as_str().cmp(group.id.as_str()));
        let of = |count: fn(&GroupUse) -> u64| found.map_or(0, |index| count(&day_uses.0[index]));
        GroupOnDay {
            creator: named.get(&group.creator).cloned().unwrap_or_default(),
            messages: of(|one| one.messages),
            senders: of(|one| one.senders),
            openers: of(|one| one.openers),
            group,
        }
    };
    Ok(Paged { items: groups.into_iter().map(of_day).collect(), total })
}

/// Groups, and their number on all pages.
type CountedGroups = (Vec<GroupOfDay>, i64);

fn groups(tx: &mut Tx<'_>, corp: &CorpId, query: &DayQuery, page: Page) -> Result<CountedGroups> {
    let state = tx.state().corp(corp)?;
    let zone = time::zone(&state.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let start = |day: Day| day.start(&zone).ok_or_else(|| Error::internal("a day without a beginning"));
    // The groups that were dissolved on the day existed on it.
    let total = state.groups_until(query.day.plus(-1), query.kind).left()
        + state.groups_on(query.day, query.kind).created;
    let query_row = GroupDayFilter {
        day: query.day,
        begins: start(query.day)?,
        ends: start(query.day.plus(1))?,
        kind: query.kind,
    };
    Ok((tx.groups_on(corp, &query_row, page.offset(), page.size)?, total))
}

fn one_group(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    query: &DayQuery,
    id: &ConversationId,
    page: Page,
) -> Result<CountedGroups> {
    let Some(group) = tx.group(corp, id)? else { return Ok((Vec::new(), 0)) };
    let state = tx.state().corp(corp)?;
    let dissolved = group.dissolved_at.map(|at| state.day_of(at)).transpose()?;
    let existed =
        state.day_of(group.created_at)? <= query.day && dissolved.is_none_or(|last| query.day <= last);
    if !existed || query.kind.is_some_and(|kind| kind != group.kind) {
        return Ok((Vec::new(), 0));
    }
    let members = tx.group_size_on(corp, group.no, query.day)?;
    let Group { id, title, kind, creator, created_at, .. } = group;
    let group = GroupOfDay { id, title, kind, creator, created_at, members };
    Ok((if page.offset() == 0 { vec![group] } else { Vec::new() }, 1))
}
