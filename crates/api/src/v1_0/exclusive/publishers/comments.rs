//! `/v1.0/exclusive/publishers/{publisherId}/comments`: known to the generated clients alone, which name neither a permission nor
//! a code.

pub mod delete;
pub mod list;

use carillon_model::id::CommentId;
use carillon_wire::Code;

/// Comments are answers to messages.
pub const PERMISSION: &str = "qyapi_service_account_message";
/// No account has the publisherId.
pub const NO_PUBLISHER: Code = Code::both(800003, "推送号不存在", "publisher.not.exist", 400);

/// The comment of a text that a list answered.
pub fn comment_id(text: &str) -> CommentId {
    // No comment has the number zero.
    CommentId(text.parse().unwrap_or_default())
}
