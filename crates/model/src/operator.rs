//! Operators: members who may work in the console, with roles.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::AccountId;

/// What an operator does in the console. A role is for all service accounts, or for named ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperatorRole {
    /// Everything, and the roles of others.
    Owner,
    /// Accounts, articles, cards, menus, automatic replies.
    Editor,
    /// Mass sends and recalls.
    Sender,
    /// Approval of sends.
    Approver,
    /// Conversations and comments.
    Agent,
    /// Statistics and results of sends.
    Analyst,
    /// Contacts: members, departments, roles, resets of passwords.
    Members,
    /// Apps, events and the journal of calls.
    Developer,
    /// The audit trail; changes nothing.
    Auditor,
}

impl OperatorRole {
    /// All roles.
    pub const ALL: [Self; 9] = [
        Self::Owner,
        Self::Editor,
        Self::Sender,
        Self::Approver,
        Self::Agent,
        Self::Analyst,
        Self::Members,
        Self::Developer,
        Self::Auditor,
    ];

    /// Roles that the vendor's operators of a service account (`operator_user_id_list`) have for that account.
    pub const OF_ACCOUNT_OPERATORS: [Self; 3] = [Self::Editor, Self::Sender, Self::Agent];

    /// The name, as stored and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Sender => "sender",
            Self::Approver => "approver",
            Self::Agent => "agent",
            Self::Analyst => "analyst",
            Self::Members => "members",
            Self::Developer => "developer",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Returns true if the role can be limited to named service accounts.
    pub fn can_be_limited(self) -> bool {
        matches!(self, Self::Editor | Self::Sender | Self::Approver | Self::Agent | Self::Analyst)
    }
}

/// The service accounts that a role is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountScope {
    /// All accounts, also later ones.
    All,
    /// These accounts.
    Only(BTreeSet<AccountId>),
}

impl AccountScope {
    /// Returns true if an account is in the scope.
    pub fn contains(&self, account: &AccountId) -> bool {
        match self {
            Self::All => true,
            Self::Only(accounts) => accounts.contains(account),
        }
    }
}

/// The roles of an operator. Without any, a member is no operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorRights(BTreeMap<OperatorRole, AccountScope>);

impl OperatorRights {
    /// Adds a role, for all accounts or in addition to the accounts that it is already for.
    pub fn add(&mut self, role: OperatorRole, scope: AccountScope) {
        match (self.0.get_mut(&role), scope) {
            (Some(AccountScope::All), _) => {}
            (Some(AccountScope::Only(accounts)), AccountScope::Only(more)) => accounts.extend(more),
            (_, scope) => {
                self.0.insert(role, scope);
            }
        }
    }

    /// Adds all roles of other rights.
    pub fn extend(&mut self, more: &Self) {
        for (role, scope) in more.roles() {
            self.add(role, scope.clone());
        }
    }

    /// The roles, in the order of [`OperatorRole::ALL`].
    pub fn roles(&self) -> impl Iterator<Item = (OperatorRole, &AccountScope)> {
        self.0.iter().map(|(role, scope)| (*role, scope))
    }

    /// Returns true if there is no role.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns true if the operator is an owner.
    pub fn is_owner(&self) -> bool {
        self.0.contains_key(&OperatorRole::Owner)
    }

    /// Returns true if the operator has one of the roles, for any account. An owner has all of them.
    pub fn may(&self, roles: &[OperatorRole]) -> bool {
        self.is_owner() || roles.iter().any(|role| self.0.contains_key(role))
    }

    /// Returns true if the operator has one of the roles for all accounts. An owner has all of them.
    pub fn may_for_all(&self, roles: &[OperatorRole]) -> bool {
        self.is_owner() || roles.iter().any(|role| self.0.get(role) == Some(&AccountScope::All))
    }

    /// Returns the accounts that the operator has one of the roles for. An owner has all of them for all accounts.
    pub fn accounts(&self, roles: &[OperatorRole]) -> AccountScope {
        if self.may_for_all(roles) {
            return AccountScope::All;
        }
        let scopes = roles.iter().filter_map(|role| self.0.get(role));
        let only = scopes.filter_map(|scope| match scope {
            AccountScope::All => None,
            AccountScope::Only(accounts) => Some(accounts),
        });
        AccountScope::Only(only.flatten().cloned().collect())
    }

    /// Returns true if the operator has one of the roles for an account. An owner has all of them for all accounts.
    pub fn may_for(&self, roles: &[OperatorRole], account: &AccountId) -> bool {
        self.is_owner()
            || roles.iter().any(|role| self.0.get(role).is_some_and(|scope| scope.contains(account)))
    }
}

impl FromIterator<(OperatorRole, AccountScope)> for OperatorRights {
    fn from_iter<I: IntoIterator<Item = (OperatorRole, AccountScope)>>(roles: I) -> Self {
        let mut rights = Self::default();
        for (role, scope) in roles {
            rights.add(role, scope);
        }
        rights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(accounts: &[&str]) -> AccountScope {
        AccountScope::Only(accounts.iter().map(|id| AccountId::from(*id)).collect())
    }

    #[test]
    fn a_role_is_for_its_accounts_alone() {
        let rights: OperatorRights = [
            (OperatorRole::Editor, only(&["a"])),
            (OperatorRole::Editor, only(&["b"])),
            (OperatorRole::Agent, AccountScope::All),
        ]
        .into_iter()
        .collect();
        let may = |role, account: &str| rights.may_for(&[role], &AccountId::from(account));
        assert!(may(OperatorRole::Editor, "a") && may(OperatorRole::Editor, "b"));
        assert!(!may(OperatorRole::Editor, "c") && may(OperatorRole::Agent, "c"));
        assert!(!may(OperatorRole::Sender, "a") && !rights.may(&[OperatorRole::Sender]));
        assert!(rights.may(&[OperatorRole::Sender, OperatorRole::Editor]));
        assert!(rights.may_for_all(&[OperatorRole::Agent]) && !rights.may_for_all(&[OperatorRole::Editor]));
        assert_eq!(rights.accounts(&[OperatorRole::Editor, OperatorRole::Sender]), only(&["a", "b"]));
        assert_eq!(rights.accounts(&[OperatorRole::Editor, OperatorRole::Agent]), AccountScope::All);
        assert_eq!(rights.accounts(&[OperatorRole::Sender]), only(&[]));
    }

    #[test]
    fn an_owner_has_every_role_and_nobody_else_becomes_one() {
        let owner: OperatorRights = [(OperatorRole::Owner, AccountScope::All)].into_iter().collect();
        assert!(OperatorRole::ALL.iter().all(|role| owner.may(&[*role]) && owner.may_for_all(&[*role])));
        let others: OperatorRights =
            OperatorRole::ALL[1..].iter().map(|role| (*role, AccountScope::All)).collect();
        assert!(!others.is_owner() && !others.may(&[OperatorRole::Owner]));
    }

    #[test]
    fn names_are_parsed_back() {
        for role in OperatorRole::ALL {
            assert_eq!(OperatorRole::parse(role.as_str()), Some(role));
        }
        assert_eq!(OperatorRole::parse("root"), None);
    }
}
