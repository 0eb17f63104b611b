//! `/v1.0/exclusive/follow/message`.

mod fields;
pub mod get_msg_record_detail;
mod link;
pub mod query_msg_send_records;
pub mod send;

pub use fields::{Fields, declare};

use carillon_wire::Code;
use schemars::JsonSchema;
use serde::Serialize;

/// No account has the unionid.
pub const UNKNOWN_ACCOUNT: Code = Code::both(800003, "unionid非法", "invalid.unionid", 400);
/// The account is disabled. The text is that of the pages.
const INVALID_ACCOUNT: Code = Code::both(800003, "推送号非法", "invalid.userid", 400);
/// No send of the account has the task_id.
pub const UNKNOWN_TASK: Code = Code::both(800025, "taskId非法", "invalid.taskid", 400);

/// What is beside the result of a success.
#[derive(Serialize, JsonSchema)]
struct Success {
    /// `0`, as a text.
    errorcode: &'static str,
    /// What happened, in a word.
    errmsg: &'static str,
}

impl Success {
    const OK: Self = Self { errorcode: "0", errmsg: "ok" };
}
