//! `/v1.0/carillon/operators`: operators of the console and their roles. For owners: who gives rights must have them.

pub mod link;
pub mod list;
pub mod remove;
pub mod set;

use carillon_domain::operator::Operator;
use carillon_model::{
    id::{AccountId, UserId},
    operator::{AccountScope, OperatorRights, OperatorRole},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(link::operation),
    Entry::Operation(list::operation),
    Entry::Operation(remove::operation),
    Entry::Operation(set::operation),
];

/// Who may call these operations.
const ROLES: &[OperatorRole] = &[OperatorRole::Owner];

/// A role of an operator.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Grant {
    /// The role, which decides what the operator may do.
    role: OperatorRole,
    /// The service accounts that the role is for; absent: all, also later ones. Only `editor`, `sender`, `approver`, `agent` and
    /// `analyst` can be limited.
    #[schemars(length(max = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    unionids: Option<Vec<AccountId>>,
}

impl Grant {
    fn of(rights: &OperatorRights) -> Vec<Self> {
        let grant = |(role, scope): (OperatorRole, &AccountScope)| Self {
            role,
            unionids: match scope {
                AccountScope::All => None,
                AccountScope::Only(accounts) => Some(accounts.iter().cloned().collect()),
            },
        };
        rights.roles().map(grant).collect()
    }

    fn into_rights(grants: Vec<Self>) -> OperatorRights {
        let grants = grants.into_iter().map(|Self { role, unionids }| {
            let accounts = unionids.map(|accounts| AccountScope::Only(accounts.into_iter().collect()));
            (role, accounts.unwrap_or(AccountScope::All))
        });
        grants.collect()
    }
}

/// A member who may work in the console.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OperatorRow {
    /// The userid of the member who is an operator.
    user_id: UserId,
    /// The name of the member.
    name: String,
    /// The roles that were given to the member; empty for none.
    roles: Vec<Grant>,
    /// Service accounts that have the member among their operators (`operator_user_id_list`): the member is editor, sender and
    /// agent of these, without being given the roles.
    operated_unionids: Vec<AccountId>,
    /// The roles that groups of the provider of single sign-on gave at the last sign-in. They count for 12 hours.
    roles_by_groups: Vec<OperatorRole>,
}

impl OperatorRow {
    fn of(operator: Operator) -> Self {
        Self {
            user_id: operator.userid,
            name: operator.name,
            roles: Grant::of(&operator.granted),
            operated_unionids: operator.operated,
            roles_by_groups: operator.by_groups.roles().map(|(role, _)| role).collect(),
        }
    }
}
