//! `/v1.0/carillon/sessions`: where the operator who calls is signed in.

pub mod end;
pub mod end_others;
pub mod list;

use carillon_domain::session;
use carillon_model::{
    error::{Error, Result},
    time::Timestamp,
};
use carillon_store::{Session, SessionHash};
use carillon_wire::{Call, Caller, caller::SignedIn};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(end::operation),
    Entry::Operation(end_others::operation),
    Entry::Operation(list::operation),
];

/// A session.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionRow {
    /// The id of the session, which gives no access to it.
    session_id: String,
    /// When the session began, in ms since 1970.
    create_time: Timestamp,
    /// When it was last used, in ms since 1970, to some minutes; absent if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    use_time: Option<Timestamp>,
    /// When it ends if it is not used again, in ms since 1970.
    expire_time: Timestamp,
    /// The `User-Agent` of the browser when it began; may be empty.
    user_agent: String,
    /// Whether it is the session of this call.
    current: bool,
}

impl SessionRow {
    pub(super) fn of((hash, session): (SessionHash, Session), current: Option<&SessionHash>) -> Self {
        let Session { created_at, used_at, expires_at, user_agent, .. } = session;
        Self {
            session_id: session::id(&hash),
            create_time: created_at,
            use_time: (used_at.0 > 0).then_some(used_at),
            expire_time: expires_at,
            user_agent,
            current: current == Some(&hash),
        }
    }
}

/// Returns the member who calls, with the session.
fn own(call: &Call) -> Result<&SignedIn> {
    match &call.caller {
        Caller::Operator(operator) => Ok(&operator.signed_in),
        _ => Err(Error::internal("only operators have sessions")),
    }
}
