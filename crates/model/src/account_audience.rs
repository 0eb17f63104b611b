//! Whom a service account reaches, and who works with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    audience::Audience,
    id::{DeptId, MemberNo, UserId},
};

/// Members by name, and as the set that audiences are reckoned with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemberList {
    userids: BTreeMap<MemberNo, UserId>,
    members: Audience,
}

impl MemberList {
    /// Their names, in the order of their numbers.
    pub fn userids(&self) -> impl Iterator<Item = &UserId> {
        self.userids.values()
    }

    /// Who they are.
    pub fn members(&self) -> &Audience {
        &self.members
    }

    /// Takes a member out; answers whether the member was there.
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

/// The lists of members that an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountList {
    /// Members who work with the account.
    Operators,
    /// Members who are not sent anything.
    Blocked,
    /// Members whom it may send to, when not to all.
    Allowed,
}

impl AccountList {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Operators, Self::Blocked, Self::Allowed];

    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operators => "operators",
            Self::Blocked => "blocked",
            Self::Allowed => "allowed",
        }
    }

    /// The list of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == word)
    }
}

/// Whom an account reaches, and who works with it. A new account has no operators, blocks nobody, and may send to all.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountAudience {
    /// Members who work with it.
    pub operators: MemberList,
    /// Members who are not sent anything.
    pub blocked: MemberList,
    /// Whether it may send to everybody; the two lists are kept, and count only when it may not.
    pub allows_all: bool,
    /// Members whom it may send to.
    pub allowed_users: MemberList,
    /// Departments that it may send to, each with everything below it.
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
