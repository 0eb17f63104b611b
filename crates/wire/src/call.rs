//! The caller and the origin of a call, which the request pipeline checks before the function of an operation runs.

use std::sync::Arc;

use carillon_model::{
    audit::Signature,
    env::Env,
    error::Result,
    id::CorpId,
    operator::{AccountScope, OperatorRole},
};
use carillon_store::App;

use crate::{caller::Caller, context::Origin};

/// A call by somebody who may make it: an app, unless the operation declares other callers.
#[derive(Clone)]
pub struct Call {
    /// Clock, randomness, settings.
    pub env: Env,
    /// Who calls.
    pub caller: Caller,
    /// Where the caller reached this server.
    pub origin: Origin,
    /// The operation that is called.
    pub operation: &'static str,
    /// The roles of operators that the operation is open to.
    pub roles: &'static [OperatorRole],
    /// What ties the answer to the log line and the audit trail.
    pub request_id: String,
}

impl Call {
    /// The organisation that the caller works for.
    pub fn corp(&self) -> &CorpId {
        self.caller.corp()
    }

    /// The calling app.
    ///
    /// # Errors
    /// [`Rule::PermissionDenied`](carillon_model::error::Rule) if another kind of caller is allowed to call, and does.
    pub fn app(&self) -> Result<&Arc<App>> {
        self.caller.app()
    }

    /// The service accounts that the call may be about: those of the operator's roles, all for other callers.
    pub fn accounts(&self) -> AccountScope {
        match &self.caller {
            Caller::Operator(operator) => operator.rights.accounts(self.roles),
            _ => AccountScope::All,
        }
    }

    /// The caller signs for what the call changes.
    pub fn signature(&self) -> Signature {
        Signature {
            at: self.env.now(),
            actor: self.caller.actor(),
            action: self.operation.to_owned(),
            request_id: self.request_id.clone(),
        }
    }

    /// The address that links in answers begin with, such as `http://127.0.0.1:8080`.
    pub fn base_url(&self) -> String {
        self.origin.base_url()
    }

    /// Whether the caller has a permission.
    pub fn may(&self, permission: &str) -> bool {
        self.caller.may(permission)
    }
}

/// A call without a token: to operations that issue tokens and tickets.
#[derive(Clone)]
pub struct Visitor {
    /// Clock, randomness, settings.
    pub env: Env,
    /// What ties the answer to the log line.
    pub request_id: String,
    /// Where the caller reached this server.
    pub origin: Origin,
}
