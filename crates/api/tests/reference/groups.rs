//! The fixture's record of internal groups, for `group.org_group_infos` and `group.active_list`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::reference::fixture::{FactRecord, Fixture};

/// How the server learned of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Operation,
    Mention,
    CreationFact,
}

/// A group as the fixture knows it. Members are indices into [`Fixture::people`].
#[derive(Clone, Debug)]
pub struct Group {
    pub id: String,
    pub origin: Origin,
    pub title: String,
    pub kind: i64,
    pub department: Option<i64>,
    pub template: [String; 2],
    pub synced: i64,
    pub extensions: Value,
    pub owner: Option<usize>,
    pub creator: Option<usize>,
    pub members: BTreeSet<usize>,
    pub administrators: BTreeSet<usize>,
    pub used_bytes: i64,
    pub created: i64,
    /// When the last message was posted.
    pub last_message: i64,
    pub dissolved: Option<i64>,
    /// The latest moment at which a sent fact names the group.
    pub last_named: i64,
    pub title_set: i64,
    /// Number of members, or at its end if it was dissolved.
    pub size: usize,
    /// By day: the size from the end of that day on.
    pub sizes: BTreeMap<String, usize>,
}

impl Group {
    pub fn active(&self) -> i64 {
        self.created.max(self.last_message)
    }

    pub fn size_on(&self, day: &str, today: &str) -> usize {
        let past_size = self.sizes.range(..=day.to_owned()).next_back().map_or(0, |(_, size)| *size);
        if day == today { self.size } else { past_size }
    }

    pub fn add(&mut self, member: usize) {
        self.members.insert(member);
        self.settle_owner();
    }

    pub fn remove(&mut self, member: usize) {
        if self.members.remove(&member) {
            self.administrators.remove(&member);
            self.settle_owner();
        }
    }

    /// The first administrator, else the first member, becomes the owner in place of one who left.
    fn settle_owner(&mut self) {
        self.size = self.members.len();
        if self.owner.is_none_or(|owner| !self.members.contains(&owner)) {
            self.owner = self.administrators.first().or(self.members.first()).copied();
            self.owner.map(|owner| self.administrators.remove(&owner));
        }
    }
}

/// The `groupType` of facts, by kind.
const TYPES: [&str; 4] = ["all_staff", "department", "internal", "scene"];

impl Fixture {
    /// Creates a group. A group of kind 2 belongs to the owner's first department.
    pub fn make_group(&mut self, kind: i64, owner: usize, members: &BTreeSet<usize>) -> usize {
        let number = self.groups.len();
        let department = (kind == 2).then(|| *self.org.members[&owner].first().unwrap());
        let is_free = kind > 2;
        let template =
            if kind == 4 { [format!("t{number}"), format!("模板{number}")] } else { Default::default() };
        let mut group = Group {
            id: String::new(),
            origin: Origin::Operation,
            title: format!("群{number}"),
            kind,
            department,
            template,
            synced: i64::try_from(number % 2).unwrap(),
            extensions: json!({ "k": number.to_string() }),
            owner: Some(owner),
            creator: Some(owner),
            members: match department {
                _ if is_free => members.iter().copied().chain([owner]).collect(),
                None => self.org.members.keys().copied().collect(),
                Some(dept) => {
                    let direct =
                        self.org.members.iter().filter(|(_, memberships)| memberships.contains(&dept));
                    direct.map(|(member, _)| *member).collect()
                }
            },
            administrators: BTreeSet::new(),
            used_bytes: 0,
            created: self.now(),
            last_message: self.now(),
            dissolved: None,
            last_named: 0,
            title_set: self.now(),
            size: 0,
            sizes: BTreeMap::new(),
        };
        group.settle_owner();
        group.administrators = group.members.iter().copied().filter(|one| *one != owner).take(2).collect();
        let mut new = json!({ "title": group.title, "groupType": kind, "ownerUserId": self.userid(owner),
                              "syncToDingpan": group.synced, "extensions": group.extensions });
        let userids = |who: &BTreeSet<usize>| who.iter().map(|one| self.userid(*one)).collect::<Vec<_>>();
        new["administratorUserIds"] = json!(userids(&group.administrators));
        if is_free {
            new["memberUserIds"] = json!(userids(&group.members));
        }
        if let Some(dept) = department {
            new["deptId"] = json!(dept);
        }
        if kind == 4 {
            (new["templateId"], new["templateName"]) = (json!(group.template[0]), json!(group.template[1]));
        }
        let made = self.server.ok_v1("POST", "/v1.0/carillon/groups/create", &new);
        assert_eq!(made["groupMembersCount"], json!(group.size));
        group.id = made["openConversationId"].as_str().unwrap().to_owned();
        let index = usize::try_from(kind - 1).unwrap();
        let fact =
            json!({ "kind": "group_created", "openConversationId": group.id, "groupType": TYPES[index] });
        self.record_server_fact(Some(owner), fact);
        self.record_joins(&group.id, if is_free { group.members.clone() } else { BTreeSet::new() });
        self.groups.push(group);
        self.tick(1);
        number
    }

    fn record_joins(&mut self, id: &str, members: BTreeSet<usize>) {
        for member in members {
            self.record_server_fact(
                Some(member),
                json!({ "kind": "group_joined", "openConversationId": id }),
            );
        }
    }

    /// Adds a member to a group, or removes one who is in it.
    pub fn change_group(&mut self, group: usize, member: usize) {
        let (id, is_in) = (self.groups[group].id.clone(), self.groups[group].members.contains(&member));
        let verb = if is_in { "remove" } else { "add" };
        let change = json!({ "openConversationId": id, "memberUserIds": [self.userid(member)] });
        self.server.ok_v1("POST", &format!("/v1.0/carillon/groups/members/{verb}"), &change);
        if is_in {
            self.groups[group].remove(member);
        } else {
            self.groups[group].add(member);
            self.record_joins(&id, BTreeSet::from([member]));
        }
    }

    /// Posts a message to a group, or sends a file to it.
    pub fn post_message(&mut self, group: usize, sender: usize, file_size: Option<i64>) {
        let id = self.groups[group].id.clone();
        let mut message = json!({ "openConversationId": id, "senderUserId": self.userid(sender) });
        if let Some(bytes) = file_size {
            message["fileSize"] = json!(bytes);
            self.groups[group].used_bytes += bytes;
            let fact = json!({ "kind": "group_file", "openConversationId": id, "count": 1 });
            self.record_server_fact(Some(sender), fact);
        }
        self.server.ok_v1("POST", "/v1.0/carillon/groups/messages/send", &message);
        let fact = json!({ "kind": "group_message", "openConversationId": id, "count": 1 });
        self.groups[group].last_message = self.groups[group].last_message.max(self.now());
        self.record_server_fact(Some(sender), fact);
    }

    pub fn dissolve(&mut self, group: usize) {
        let now = self.now();
        let group = &mut self.groups[group];
        group.dissolved = Some(now.max(group.last_named));
        group.members.clear();
        group.administrators.clear();
        let (id, kind) = (group.id.clone(), usize::try_from(group.kind - 1).unwrap());
        let which = json!({ "openConversationId": id });
        self.server.ok_v1("POST", "/v1.0/carillon/groups/dissolve", &which);
        let fact = json!({ "kind": "group_dissolved", "openConversationId": id, "groupType": TYPES[kind] });
        self.record_server_fact(None, fact);
    }

    /// Applies facts that were sent together to the groups that they name.
    pub fn apply_records(&mut self, records: &[FactRecord]) {
        let mut ids: Vec<&str> = Vec::new();
        for one in records {
            if let Some(id) = one.fact["openConversationId"].as_str()
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
        for id in ids {
            let records_of_group: Vec<&FactRecord> =
                records.iter().filter(|one| one.fact["openConversationId"] == id).collect();
            self.apply_records_of_group(id, &records_of_group);
        }
    }

    fn apply_records_of_group(&mut self, id: &str, records: &[&FactRecord]) {
        let first = records.iter().min_by_key(|one| one.at).unwrap();
        let kind = |kind: &'static str| records.iter().filter(move |one| one.fact["kind"] == kind);
        let index_of_group = self.groups.iter().position(|group| group.id == id);
        let is_new = index_of_group.is_none();
        let index = index_of_group.unwrap_or_else(|| {
            self.groups.push(Group {
                id: id.to_owned(),
                origin: Origin::Mention,
                title: id.to_owned(),
                kind: 3,
                department: None,
                template: Default::default(),
                synced: 0,
                extensions: json!({}),
                owner: None,
                creator: None,
                members: BTreeSet::new(),
                administrators: BTreeSet::new(),
                used_bytes: 0,
                created: i64::MAX,
                last_message: 0,
                dissolved: None,
                last_named: 0,
                title_set: 0,
                size: 0,
                sizes: BTreeMap::new(),
            });
            self.groups.len() - 1
        });
        let (first_day, creator_was) = (first.day.clone(), self.groups[index].creator);
        let active_members: BTreeSet<usize> = records
            .iter()
            .filter_map(|one| one.who)
            .filter(|who| self.org.members.contains_key(who))
            .collect();
        let group = &mut self.groups[index];
        group.last_named = group.last_named.max(records.iter().map(|one| one.at).max().unwrap());
        if first.at < group.created {
            group.created = first.at;
            if group.origin == Origin::Mention {
                group.creator = first.who.or(group.creator);
            }
            let size = group.sizes.values().next().copied().unwrap_or(group.size);
            let is_earlier = group.sizes.keys().next().is_none_or(|day| first_day < *day);
            if !is_new && is_earlier {
                group.sizes.insert(first_day.clone(), size);
            }
        }
        if let Some(created) = kind("group_created").next()
            && group.origin == Origin::Mention
        {
            group.origin = Origin::CreationFact;
            let group_type = created.fact["groupType"].as_str().unwrap();
            group.kind = i64::try_from(TYPES.iter().position(|one| *one == group_type).unwrap()).unwrap() + 1;
            group.creator = created.who.or(group.creator);
        }
        let last_message = kind("group_message").map(|one| one.at).max();
        group.last_message = group.last_message.max(last_message.unwrap_or_default());
        let was_active = group.dissolved.is_none();
        if group.origin != Origin::Operation {
            let mut names: Vec<&&FactRecord> =
                records.iter().filter(|one| one.fact["groupName"].is_string()).collect();
            // The latest name counts; of the same moment, the one that arrived last.
            names.sort_by_key(|one| one.at);
            if let Some(name) = names.last().filter(|name| group.title_set <= name.at) {
                (group.title_set, group.title) =
                    (name.at, name.fact["groupName"].as_str().unwrap().to_owned());
            }
            if was_active {
                let owner_of = |members: &BTreeSet<usize>, creator: Option<usize>| {
                    creator.filter(|creator| members.contains(creator)).or(members.first().copied())
                };
                let is_derived = group.owner == owner_of(&group.members, creator_was);
                let before = group.members.len();
                group.members.extend(&active_members);
                let new = group.members.len() - before;
                group.size += new;
                group.sizes.values_mut().for_each(|size| *size += new);
                if is_derived || group.owner.is_none_or(|owner| !group.members.contains(&owner)) {
                    group.owner = owner_of(&group.members, group.creator);
                }
            }
        }
        if is_new {
            group.sizes.insert(first_day, group.size);
        }
        let dissolved = kind("group_dissolved").map(|one| one.at).max();
        group.dissolved = group.dissolved.max(dissolved).map(|at| at.max(group.last_named));
        if was_active && group.dissolved.is_some() {
            group.members.clear();
            group.administrators.clear();
        }
    }
}
