//! What sent facts tell of groups. A group that facts name is a group like those that operations make, so every number of groups is one
//! of the same groups.
//!
//! Facts may come in any order, and late. Decided:
//! - A group exists from the first moment of which a fact names it, and a dissolved one until the last.
//! - Whoever does something in a group belongs to it, from its first day on, if that group is known from facts alone. Who belongs to
//!   a group that was made here is what operations say.
//! - The first fact of its creation to arrive says what it is and who made it; without one it is an internal group of whoever did
//!   something in it first.
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

/// What some facts tell of a group.
struct Told<'f> {
    id: &'f str,
    /// The first moment, and who did something then.
    first: (Timestamp, Option<MemberNo>),
    last_at: Timestamp,
    /// When somebody last spoke; 0 if nobody did.
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

/// Brings groups up to date with facts that are new.
pub(crate) fn take(tx: &mut Tx<'_>, corp: &CorpId, facts: &[FactRow<'_>]) -> Result<()> {
    for told in gather(facts) {
        match tx.group(corp, &ConversationId::from(told.id))? {
            Some(group) => change(tx, corp, &group, &told)?,
            None => add(tx, corp, &told)?,
        }
    }
    Ok(())
}

/// Groups in the order in which facts name them first.
fn gather<'f>(facts: &[FactRow<'f>]) -> Vec<Told<'f>> {
    let mut groups: Vec<Told<'f>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for row in facts {
        let Some(id) = row.fact.conversation() else { continue };
        let place = *places.entry(id).or_insert_with(|| {
            groups.push(Told::new(id, row));
            groups.len() - 1
        });
        groups[place].take(row);
    }
    groups
}

impl<'f> Told<'f> {
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

    fn take(&mut self, row: &FactRow<'f>) {
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
            Fact::GroupNamed(named) => self.take_name(row.at, &named.group_name),
            Fact::LiveSession(live) => self.take_name(row.at, &live.group_name),
            _ => {}
        }
    }

    fn take_name(&mut self, at: Timestamp, name: &'f str) {
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

fn add(tx: &mut Tx<'_>, corp: &CorpId, told: &Told<'_>) -> Result<()> {
    let (created_at, first) = told.first;
    let (titled_at, title) = told.name.unwrap_or((Timestamp(0), told.id));
    let origin = if told.created.is_some() { GroupOrigin::Fact } else { GroupOrigin::Mentioned };
    let creator = told.created.and_then(|created| created.creator).or(first);
    let members = present(tx, corp, told)?;
    let creator = creator.unwrap_or(MemberNo(0));
    let group = Group {
        no: GroupNo(tx.next_number(corp, "group")?),
        id: ConversationId::from(told.id),
        origin,
        title: title.to_owned(),
        kind: told.created.map_or(GroupKind::Other, |created| created.kind),
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
        active_at: told.spoken_at,
        dissolved_at: told.dissolved_at.map(|at| at.max(told.last_at)),
        named_until: told.last_at,
        titled_at,
    };
    tx.insert_group(corp, &group)?;
    if group.dissolved_at.is_none() {
        tx.set_group_members(corp, group.no, &Audience::empty(), &members)?;
    }
    let first_day = tx.state().corp(corp)?.day_of(created_at)?;
    tx.note_group_size(corp, group.no, first_day, members.len())
}

/// Those that facts name who are members of the organisation.
fn present(tx: &Tx<'_>, corp: &CorpId, told: &Told<'_>) -> Result<Audience> {
    let mut members = told.members.clone();
    members.intersect(&tx.state().corp(corp)?.everyone);
    Ok(members)
}

fn owner_among(members: &Audience, creator: MemberNo) -> Option<MemberNo> {
    if members.contains(creator) { Some(creator) } else { members.iter().next() }
}

fn change(tx: &mut Tx<'_>, corp: &CorpId, before: &Group, told: &Told<'_>) -> Result<()> {
    let mut after = before.clone();
    after.named_until = before.named_until.max(told.last_at);
    if told.first.0 < before.created_at {
        after.created_at = told.first.0;
        if before.origin == GroupOrigin::Mentioned {
            after.creator = told.first.1.unwrap_or(before.creator);
        }
    }
    if before.origin == GroupOrigin::Mentioned
        && let Some(created) = told.created
    {
        after.origin = GroupOrigin::Fact;
        after.kind = created.kind;
        after.creator = created.creator.unwrap_or(after.creator);
    }
    after.dissolved_at = before.dissolved_at.max(told.dissolved_at).map(|at| at.max(after.named_until));
    if after != *before {
        tx.update_group_lifespan(corp, before, &after)?;
    }
    if after.created_at < before.created_at {
        let first_day = tx.state().corp(corp)?.day_of(after.created_at)?;
        tx.begin_group_size(corp, before.no, first_day)?;
    }
    tx.record_group_activity(corp, before.no, told.spoken_at)?;
    if before.origin != GroupOrigin::Operation {
        change_told(tx, corp, before, &mut after, told)?;
    }
    if before.dissolved_at.is_none() && after.dissolved_at.is_some() {
        dissolve(tx, corp, before)?;
    }
    Ok(())
}

/// Changes what only facts say of a group that facts alone tell of.
fn change_told(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    before: &Group,
    after: &mut Group,
    told: &Told<'_>,
) -> Result<()> {
    if let Some((at, name)) = told.name
        && before.titled_at <= at
    {
        (after.titled_at, after.title) = (at, name.to_owned());
    }
    if before.dissolved_at.is_none() {
        add_members(tx, corp, after, before.creator, &present(tx, corp, told)?)?;
    }
    if (&after.title, after.titled_at, after.owner) != (&before.title, before.titled_at, before.owner) {
        tx.update_group(corp, after)?;
    }
    Ok(())
}

/// Everybody leaves a group that is dissolved.
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
    creator_was: MemberNo,
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
    // As long as nobody gave the group away.
    let is_derived = group.owner == owner_among(&before, creator_was);
    if is_derived || group.owner.is_none_or(|owner| !members.contains(owner)) {
        group.owner = owner_among(&members, group.creator);
    }
    Ok(())
}
