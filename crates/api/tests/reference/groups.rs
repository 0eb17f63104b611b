//! Internal groups: what happens to them, and what `group.org_group_infos` and `group.active_list` say of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::reference::fixture::Fixture;

/// A group as the test knows it; members by their places in [`Fixture::people`].
#[derive(Clone, Debug)]
pub struct Group {
    pub id: String,
    pub title: String,
    pub kind: i64,
    pub department: Option<i64>,
    pub template: [String; 2],
    pub synced: i64,
    pub extensions: Value,
    pub owner: Option<usize>,
    pub creator: usize,
    pub members: BTreeSet<usize>,
    pub administrators: BTreeSet<usize>,
    pub used: i64,
    pub created: i64,
    pub active: i64,
    pub dissolved: Option<i64>,
    /// How many members it has or, once dissolved, had.
    pub size: usize,
    /// The same at the end of each day that is over.
    pub sizes: BTreeMap<String, usize>,
}

impl Group {
    pub fn add(&mut self, member: usize) {
        self.members.insert(member);
        self.settle();
    }

    pub fn remove(&mut self, member: usize) {
        if self.members.remove(&member) {
            self.administrators.remove(&member);
            self.settle();
        }
    }

    /// An owner who left is followed by the administrator, else by the member, who has been there the longest.
    fn settle(&mut self) {
        self.size = self.members.len();
        if self.owner.is_none_or(|owner| !self.members.contains(&owner)) {
            self.owner = self.administrators.first().or(self.members.first()).copied();
            self.owner.map(|owner| self.administrators.remove(&owner));
        }
    }
}

/// The words of facts for the kinds of groups.
const TYPES: [&str; 4] = ["all_staff", "department", "internal", "scene"];

impl Fixture {
    /// Makes a group of a kind; the group of a department is that of the owner's first.
    pub fn make_group(&mut self, kind: i64, owner: usize, members: &BTreeSet<usize>) -> usize {
        let number = self.groups.len();
        let department = (kind == 2).then(|| *self.org.members[&owner].first().unwrap());
        let is_free = kind > 2;
        let template =
            if kind == 4 { [format!("t{number}"), format!("模板{number}")] } else { Default::default() };
        let mut group = Group {
            id: String::new(),
            title: format!("群{number}"),
            kind,
            department,
            template,
            synced: i64::try_from(number % 2).unwrap(),
            extensions: json!({ "k": number.to_string() }),
            owner: Some(owner),
            creator: owner,
            members: match department {
                _ if is_free => members.iter().copied().chain([owner]).collect(),
                None => self.org.members.keys().copied().collect(),
                Some(dept) => {
                    let direct = self.org.members.iter().filter(|(_, places)| places.contains(&dept));
                    direct.map(|(member, _)| *member).collect()
                }
            },
            administrators: BTreeSet::new(),
            used: 0,
            created: self.now(),
            active: self.now(),
            dissolved: None,
            size: 0,
            sizes: BTreeMap::new(),
        };
        group.settle();
        group.administrators = group.members.iter().copied().filter(|one| *one != owner).take(2).collect();
        let mut new = json!({ "title": group.title, "groupType": kind, "ownerUserId": self.userid(owner),
                              "syncToDingpan": group.synced, "extensions": group.extensions });
        let named = |who: &BTreeSet<usize>| who.iter().map(|one| self.userid(*one)).collect::<Vec<_>>();
        new["administratorUserIds"] = json!(named(&group.administrators));
        if is_free {
            new["memberUserIds"] = json!(named(&group.members));
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
        self.of_itself(Some(owner), fact);
        self.joined(&group.id, if is_free { group.members.clone() } else { BTreeSet::new() });
        self.groups.push(group);
        self.tick(1);
        number
    }

    fn joined(&mut self, id: &str, members: BTreeSet<usize>) {
        for member in members {
            self.of_itself(Some(member), json!({ "kind": "group_joined", "openConversationId": id }));
        }
    }

    /// Adds somebody to a group that people are asked into, or takes somebody out.
    pub fn change_group(&mut self, group: usize, member: usize) {
        let (id, is_in) = (self.groups[group].id.clone(), self.groups[group].members.contains(&member));
        let verb = if is_in { "remove" } else { "add" };
        let change = json!({ "openConversationId": id, "memberUserIds": [self.userid(member)] });
        self.server.ok_v1("POST", &format!("/v1.0/carillon/groups/members/{verb}"), &change);
        if is_in {
            self.groups[group].remove(member);
        } else {
            self.groups[group].add(member);
            self.joined(&id, BTreeSet::from([member]));
        }
    }

    /// Somebody says something in a group, or sends a file to it.
    pub fn say(&mut self, group: usize, sender: usize, file_size: Option<i64>) {
        let id = self.groups[group].id.clone();
        let mut message = json!({ "openConversationId": id, "senderUserId": self.userid(sender) });
        if let Some(bytes) = file_size {
            message["fileSize"] = json!(bytes);
            self.groups[group].used += bytes;
            let fact = json!({ "kind": "group_file", "openConversationId": id, "count": 1 });
            self.of_itself(Some(sender), fact);
        }
        self.server.ok_v1("POST", "/v1.0/carillon/groups/messages/send", &message);
        let fact = json!({ "kind": "group_message", "openConversationId": id, "count": 1 });
        self.of_itself(Some(sender), fact);
    }

    pub fn dissolve(&mut self, group: usize) {
        let now = self.now();
        let group = &mut self.groups[group];
        group.dissolved = Some(now);
        group.members.clear();
        group.administrators.clear();
        let (id, kind) = (group.id.clone(), usize::try_from(group.kind - 1).unwrap());
        let which = json!({ "openConversationId": id });
        self.server.ok_v1("POST", "/v1.0/carillon/groups/dissolve", &which);
        let fact = json!({ "kind": "group_dissolved", "openConversationId": id, "groupType": TYPES[kind] });
        self.of_itself(None, fact);
    }
}
