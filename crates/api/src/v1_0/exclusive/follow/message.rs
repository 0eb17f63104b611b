//! `/v1.0/exclusive/follow/message`.

pub mod get_msg_record_detail;
pub mod query_msg_send_records;
pub mod send;
mod send_fields;
mod v1_link;

pub use send_fields::{SendFields, declare_content, declare_send};
pub use v1_link::Link;

use carillon_wire::Code;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(get_msg_record_detail::operation),
    Entry::Operation(query_msg_send_records::operation),
    Entry::Operation(send::operation),
];

/// No account has the unionid.
pub const UNKNOWN_ACCOUNT: Code = Code::both(800003, "unionid非法", "invalid.unionid", 400);
/// The account is disabled. The text is that of the pages.
const INVALID_ACCOUNT: Code = Code::both(800003, "推送号非法", "invalid.userid", 400);
/// No send of the account has the task_id.
pub const UNKNOWN_TASK: Code = Code::both(800025, "taskId非法", "invalid.taskid", 400);

/// The fields beside the result of a successful response.
#[derive(Serialize, JsonSchema)]
struct Success {
    /// The code of the result: `0`, as a text, since a refusal is an error.
    errorcode: &'static str,
    /// The text of the result: `ok`, or `success` after a send.
    errmsg: &'static str,
}

impl Success {
    const OK: Self = Self { errorcode: "0", errmsg: "ok" };
}
