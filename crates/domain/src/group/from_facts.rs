//! Groups that are known from facts. They are stored like groups that operations created, so all counts are of the same set.
//!
//! Facts may come in any order, and late. Decided:
//! - A group exists from the first moment at which a fact names it. A dissolved group ends at the last such moment.
//! - If a group is known from facts alone, everybody who does something in it is a member from its first day. The members of a
//!   group that was created here are set by operations.
//! - The first fact of its creation to arrive sets its kind and creator. Without one it is an internal group, created by the
//!   member of its first fact.
//! - Its title is its last name, else that of its latest live session, else its id.

use std::collections::HashMap;

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    error::Result,
    fact::{Fact, GroupType},
    group::{Group, GroupKind, GroupOrigin, GroupTemplate},
    id::{ConversationId, CorpId, GroupNo, MemberNo},
    time::Timestamp,
};
use carillon_store::{FactRow, Tx};

/// What a batch of facts says about one group.
struct GroupFacts<'f> {
    id: &'f str,
    /// The earliest moment, and the member of that fact.
    first: (Timestamp, Option<MemberNo>),
    last_at: Timestamp,
    /// Time of the last message. 0 if there is none.
    spoken_at: Timestamp,
    created: Option<Creation>,
    dissolved_at: Option<Timestamp>,
    name: Option<(Timestamp, &'f str)>,
    members: Audience,
}

#[derive(Clone, Copy)]
struct Creation {
    kind: GroupKind,
    creator: Option<MemberNo>,
}

/// Updates groups with new facts.
pub(crate) fn apply(tx: &mut Tx<'_>, corp: &CorpId, facts: &[FactRow<'_>]) -> Result<()> {
    for reported in by_group(facts) {
        match tx.group(corp, &ConversationId::from(reported.id))? {
            Some(group) => change(tx, corp, &group, &reported)?,
            None => add(tx, corp, &reported)?,
        }
    }
    Ok(())
}

/// Collects facts by group, in the order in which they first name them.
fn by_group<'f>(facts: &[FactRow<'f>]) -> Vec<GroupFacts<'f>> {
    let mut groups: Vec<GroupFacts<'f>> = Vec::new();
    let mut indexes: HashMap<&str, usize> = HashMap::new();
    for row in facts {
        let Some(id) = row.fact.conversation() else { continue };
        let index = *indexes.entry(id).or_insert_with(|| {
            groups.push(GroupFacts::new(id, row));
            groups.len() - 1
        });
        groups[index].add(row);
    }
    groups
}

impl<'f> GroupFacts<'f> {
    fn new(id: &'f str, row: &FactRow<'f>) -> Self {
        Self {
            id,
            first: (row.at, row.member),
            last_at: row.at,
            spoken_at: Timestamp(0),
            created: None,
            dissolved_at: None,
            name: None,
            members: Audience::empty(),
        }
    }

    fn add(&mut self, row: &FactRow<'f>) {
        if row.at < self.first.0 {
            self.first = (row.at, row.member);
        }
        self.last_at = self.last_at.max(row.at);
        self.members.extend(row.member);
        match row.fact {
            Fact::GroupMessage(_) => self.spoken_at = self.spoken_at.max(row.at),
            Fact::GroupCreated(created) => {
                let creation = Creation { kind: kind_of(created.group_type), creator: row.member };
                self.created.get_or_insert(creation);
            }
            Fact::GroupDissolved(_) => self.dissolved_at = self.dissolved_at.max(Some(row.at)),
            Fact::GroupNamed(named) => self.set_name(row.at, &named.group_name),
            Fact::LiveSession(live) => self.set_name(row.at, &live.group_name),
            _ => {}
        }
    }

    fn set_name(&mut self, at: Timestamp, name: &'f str) {
        if !name.is_empty() && self.name.is_none_or(|(since, _)| since <= at) {
            self.name = Some((at, name));
        }
    }
}

fn kind_of(group_type: GroupType) -> GroupKind {
    match group_type {
        GroupType::AllStaff => GroupKind::AllStaff,
        GroupType::Department => GroupKind::Department,
        GroupType::Internal => GroupKind::Other,
        GroupType::Scene => GroupKind::Scene,
    }
}

fn add(tx: &mut Tx<'_>, corp: &CorpId, reported: &GroupFacts<'_>) -> Result<()> {
    let (created_at, first) = reported.first;
    let (titled_at, title) = reported.name.unwrap_or((Timestamp(0), reported.id));
    let origin = if reported.created.is_some() { GroupOrigin::Fact } else { GroupOrigin::Mentioned };
    let creator = reported.created.and_then(|created| created.creator).or(first);
    let members = current_members(tx, corp, reported)?;
    let creator = creator.unwrap_or(MemberNo(0));
    let group = Group {
        no: GroupNo(tx.next_number(corp, "group")?),
        id: ConversationId::from(reported.id),
        origin,
        title: title.to_owned(),
        kind: reported.created.map_or(GroupKind::Other, |created| created.kind),
        department: None,
        template: GroupTemplate::default(),
        synced_to_drive: false,
        extensions: std::collections::BTreeMap::new(),
        owner: owner_among(&members, creator),
        creator,
        member_count: 0,
        administrator_count: 0,
        words_banned: false,
        used_bytes: 0,
        created_at,
        active_at: reported.spoken_at,
        dissolved_at: reported.dissolved_at.map(|at| at.max(reported.last_at)),
        named_until: reported.last_at,
        titled_at,
    };
    tx.insert_group(corp, &group)?;
    if group.dissolved_at.is_none() {
        tx.set_group_members(corp, group.no, &Audience::empty(), &members)?;
    }
    let first_day = tx.state().corp(corp)?.day_of(created_at)?;
    tx.set_group_size(corp, group.no, first_day, members.len())
}

/// The members in facts who still belong to the organisation.
fn current_members(tx: &Tx<'_>, corp: &CorpId, reported: &GroupFacts<'_>) -> Result<Audience> {
    let mut members = reported.members.clone();
    members.intersect(&tx.state().corp(corp)?.everyone);
    Ok(members)
}

fn owner_among(members: &Audience, creator: MemberNo) -> Option<MemberNo> {
    if members.contains(creator) { Some(creator) } else { members.iter().next() }
}

fn change(tx: &mut Tx<'_>, corp: &CorpId, before: &Group, reported: &GroupFacts<'_>) -> Result<()> {
    let mut after = before.clone();
    after.named_until = before.named_until.max(reported.last_at);
    if reported.first.0 < before.created_at {
        after.created_at = reported.first.0;
        if before.origin == GroupOrigin::Mentioned {
            after.creator = reported.first.1.unwrap_or(before.creator);
        }
    }
    if before.origin == GroupOrigin::Mentioned
        && let Some(created) = reported.created
    {
        after.origin = GroupOrigin::Fact;
        after.kind = created.kind;
        after.creator = created.creator.unwrap_or(after.creator);
    }
    after.dissolved_at = before.dissolved_at.max(reported.dissolved_at).map(|at| at.max(after.named_until));
    if after != *before {
        tx.update_group_lifespan(corp, before, &after)?;
    }
    if after.created_at < before.created_at {
        let first_day = tx.state().corp(corp)?.day_of(after.created_at)?;
        tx.begin_group_size(corp, before.no, first_day)?;
    }
    tx.record_group_activity(corp, before.no, reported.spoken_at)?;
    if before.origin != GroupOrigin::Operation {
        update_reported(tx, corp, before, &mut after, reported)?;
    }
    if before.dissolved_at.is_none() && after.dissolved_at.is_some() {
        dissolve(tx, corp, before)?;
    }
    Ok(())
}

/// Updates title, members and owner of a group that is known from facts alone.
fn update_reported(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    before: &Group,
    after: &mut Group,
    reported: &GroupFacts<'_>,
) -> Result<()> {
    if let Some((at, name)) = reported.name
        && before.titled_at <= at
    {
        (after.titled_at, after.title) = (at, name.to_owned());
    }
    if before.dissolved_at.is_none() {
        add_members(tx, corp, after, before.creator, &current_members(tx, corp, reported)?)?;
    }
    if (&after.title, after.titled_at, after.owner) != (&before.title, before.titled_at, before.owner) {
        tx.update_group(corp, after)?;
    }
    Ok(())
}

/// Removes all members from a group that was dissolved.
fn dissolve(tx: &mut Tx<'_>, corp: &CorpId, group: &Group) -> Result<()> {
    let members = tx.group_members(corp, group.no)?;
    tx.set_group_members(corp, group.no, &members, &Audience::empty())?;
    if group.origin == GroupOrigin::Operation {
        let change = Change::removed(Subject::Group, &group.id).with("title", &group.title);
        tx.changed(corp, change.with("members", members.len()));
    }
    Ok(())
}

fn add_members(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    group: &mut Group,
    previous_creator: MemberNo,
    named: &Audience,
) -> Result<()> {
    let before = tx.group_members(corp, group.no)?;
    let mut members = before.clone();
    members.unite(named);
    let new = members.len() - before.len();
    if new > 0 {
        tx.set_group_members(corp, group.no, &before, &members)?;
        tx.add_to_group_sizes(corp, group.no, new)?;
    }
    // Derive the owner only as long as nobody set one.
    let is_derived = group.owner == owner_among(&before, previous_creator);
    if is_derived || group.owner.is_none_or(|owner| !members.contains(owner)) {
        group.owner = owner_among(&members, group.creator);
    }
    Ok(())
}
