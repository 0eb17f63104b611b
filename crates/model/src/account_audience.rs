//! The members that a service account may send to, and its operators.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    audience::Audience,
    id::{DeptId, MemberNo, UserId},
};

/// Members with their userids, and as a set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemberList {
    userids: BTreeMap<MemberNo, UserId>,
    members: Audience,
}

impl MemberList {
    /// Their userids, in the order of member numbers.
    pub fn userids(&self) -> impl Iterator<Item = &UserId> {
        self.userids.values()
    }

    /// The set of members.
    pub fn members(&self) -> &Audience {
        &self.members
    }

    /// Removes a member. Returns true if the list had it.
    pub fn remove(&mut self, member: MemberNo) -> bool {
        self.members.remove(member);
        self.userids.remove(&member).is_some()
    }
}

impl FromIterator<(MemberNo, UserId)> for MemberList {
    fn from_iter<I: IntoIterator<Item = (MemberNo, UserId)>>(members: I) -> Self {
        let userids: BTreeMap<_, _> = members.into_iter().collect();
        Self { members: userids.keys().copied().collect(), userids }
    }
}

impl Extend<(MemberNo, UserId)> for MemberList {
    fn extend<I: IntoIterator<Item = (MemberNo, UserId)>>(&mut self, members: I) {
        for (member, userid) in members {
            self.members.insert(member);
            self.userids.insert(member, userid);
        }
    }
}

/// The lists of members of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountList {
    /// Operators of the account.
    Operators,
    /// Blocked members, who receive no sends.
    Blocked,
    /// Members that it may send to, if it may not send to all.
    Allowed,
}

impl AccountList {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Operators, Self::Blocked, Self::Allowed];

    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operators => "operators",
            Self::Blocked => "blocked",
            Self::Allowed => "allowed",
        }
    }

    /// Parses the stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == name)
    }
}

/// The lists and the send scope of an account. A new account has no operators, blocks nobody, and may send to all.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountAudience {
    /// Operators of the account.
    pub operators: MemberList,
    /// Blocked members, who receive no sends.
    pub blocked: MemberList,
    /// Whether it may send to all. If so, the two lists below are stored but not used.
    pub allows_all: bool,
    /// Members that it may send to.
    pub allowed_users: MemberList,
    /// Departments that it may send to, each with all departments below it.
    pub allowed_departments: BTreeSet<DeptId>,
}

impl Default for AccountAudience {
    fn default() -> Self {
        Self {
            operators: MemberList::default(),
            blocked: MemberList::default(),
            allows_all: true,
            allowed_users: MemberList::default(),
            allowed_departments: BTreeSet::new(),
        }
    }
}

impl AccountAudience {
    /// One of its lists.
    pub fn list(&self, list: AccountList) -> &MemberList {
        match list {
            AccountList::Operators => &self.operators,
            AccountList::Blocked => &self.blocked,
            AccountList::Allowed => &self.allowed_users,
        }
    }

    /// One of its lists, to change it.
    pub fn list_mut(&mut self, list: AccountList) -> &mut MemberList {
        match list {
            AccountList::Operators => &mut self.operators,
            AccountList::Blocked => &mut self.blocked,
            AccountList::Allowed => &mut self.allowed_users,
        }
    }
}
