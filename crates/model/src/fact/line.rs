//! The fields that all facts have when they are sent.

use schemars::{JsonSchema, Schema};
use serde::Deserialize;

use crate::{id::UserId, time::Timestamp};

/// The common fields of all facts.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FactLine {
    /// The sender's id of the fact, an idempotency key: a known id changes nothing.
    #[schemars(length(min = 1, max = 64))]
    pub id: String,
    /// When it happened, in ms since 1970; at most five minutes ahead.
    pub time: Timestamp,
    /// The userid of the member whose fact it is; absent for facts of nobody.
    #[schemars(length(min = 1, max = 64))]
    pub user_id: Option<UserId>,
    /// The kind of fact, such as `group_message`; it decides which other fields there are.
    pub kind: String,
}

impl FactLine {
    /// The schema of the fields, without references.
    pub fn schema() -> Schema {
        super::schema::<Self>()
    }
}
