//! Which operators may call an operation, and for which service accounts.

use carillon_model::{
    error::{Error, Result, Rule},
    id::AccountId,
    operator::{OperatorRights, OperatorRole},
};
use serde_json::Value;

use crate::caller::Caller;

/// The operators that an operation is open to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatorAccess {
    /// One of these roles is needed. Owners have all of them.
    pub roles: &'static [OperatorRole],
    /// What a role that is limited to service accounts allows.
    pub accounts: RoleLimit,
}

/// What a role that is limited to service accounts allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleLimit {
    /// Nothing: the role must be for all accounts.
    AllAccounts,
    /// Requests with one of the accounts in this field. The pipeline checks it.
    Field(&'static str),
    /// Every request. The function uses only [`Call::accounts`](crate::Call::accounts).
    Filtered,
}

impl OperatorAccess {
    /// Returns whether an operator may call the operation, at least for some account.
    pub(crate) fn admits(&self, rights: &OperatorRights) -> bool {
        match self.accounts {
            RoleLimit::AllAccounts => rights.may_for_all(self.roles),
            RoleLimit::Field(_) | RoleLimit::Filtered => rights.may(self.roles),
        }
    }

    /// Returns the names of the roles, with that of owners, in their usual order.
    pub fn role_names(&self) -> impl Iterator<Item = &'static str> {
        let roles = self.roles;
        let has = move |role: &OperatorRole| *role == OperatorRole::Owner || roles.contains(role);
        OperatorRole::ALL.into_iter().filter(has).map(OperatorRole::as_str)
    }

    /// Checks the account in the decoded fields of a request.
    ///
    /// # Errors
    /// [`Rule::UnknownAccount`] if the operator has none of the roles for it, as if there were no such account.
    pub(crate) fn require_account(&self, caller: &Caller, fields: &Value) -> Result<()> {
        let (RoleLimit::Field(name), Caller::Operator(operator)) = (self.accounts, caller) else {
            return Ok(());
        };
        let may = match &fields[name] {
            Value::String(account) => operator.rights.may_for(self.roles, &AccountId::from(account.as_str())),
            // Without an account, the request is about all of them.
            Value::Null => operator.rights.may_for_all(self.roles),
            _ => return Err(Error::internal("the field of the account is no text")),
        };
        if may { Ok(()) } else { Err(Rule::UnknownAccount.into()) }
    }
}
