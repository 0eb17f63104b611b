//! Which members a call reaches: what whoever tries an operation sees and confirms first.

use serde_json::{Map, Value, json};

/// Which members get something by a call, or lose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaches {
    /// The receivers of a mass send, by the names of the fields of its request.
    Send(SendFields),
    /// The members in a list of userids.
    Members {
        /// The field with the list.
        userids: &'static str,
    },
    /// Those who received an earlier send.
    EarlierSend {
        /// The field with the service account.
        account: &'static str,
        /// The field with the id of the send.
        task: &'static str,
    },
    /// The receivers of a draft.
    Draft {
        /// The field with the service account.
        account: &'static str,
        /// The field with the id of the draft.
        draft: &'static str,
    },
    /// The receivers of a scheduled send.
    Scheduled {
        /// The field with the service account.
        account: &'static str,
        /// The field with the id of the send.
        task: &'static str,
    },
    /// The operator who calls.
    Caller,
    /// The member whose conversation the request names.
    OneMember,
}

/// The names of the fields of a mass send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendFields {
    /// The service account.
    pub account: &'static str,
    /// Whether it is for everybody.
    pub everybody: &'static str,
    /// Userids.
    pub userids: &'static str,
    /// Ids of departments.
    pub departments: &'static str,
    /// Ids of roles.
    pub roles: &'static str,
}

impl Reaches {
    /// The name in the document.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Send(_) | Self::Members { .. } | Self::Draft { .. } | Self::Scheduled { .. } => "receivers",
            Self::EarlierSend { .. } => "earlier_receivers",
            Self::Caller => "caller",
            Self::OneMember => "one_member",
        }
    }

    /// Whether a request can be made one for a single member.
    pub fn can_narrow(&self) -> bool {
        matches!(self, Self::Send(_) | Self::Members { .. })
    }

    /// Makes a request one for a single member. Returns false if that is not possible.
    pub fn narrow(&self, request: &mut Map<String, Value>, userid: &str) -> bool {
        match self {
            Self::Send(fields) => {
                request.insert(fields.everybody.to_owned(), json!(false));
                request.insert(fields.userids.to_owned(), json!([userid]));
                request.remove(fields.departments);
                request.remove(fields.roles);
                true
            }
            Self::Members { userids } => {
                request.insert((*userids).to_owned(), json!([userid]));
                true
            }
            Self::EarlierSend { .. }
            | Self::Draft { .. }
            | Self::Scheduled { .. }
            | Self::Caller
            | Self::OneMember => false,
        }
    }
}
