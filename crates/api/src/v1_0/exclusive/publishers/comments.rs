//! `/v1.0/exclusive/publishers/{publisherId}/comments`: only the generated clients know it, which name neither a permission nor
//! a code.

pub mod delete;
pub mod list;

use carillon_model::id::CommentId;
use carillon_wire::Code;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(delete::operation), Entry::Operation(list::operation)];

/// The permission for messages: comments are replies to messages.
pub const PERMISSION: &str = "qyapi_service_account_message";
/// No account has the publisherId.
pub const NO_PUBLISHER: Code = Code::both(800003, "推送号不存在", "publisher.not.exist", 400);

/// Parses the id of a comment. An invalid one becomes the id of no comment.
pub fn comment_id(text: &str) -> CommentId {
    // No comment has the id 0.
    CommentId(text.parse().unwrap_or_default())
}
