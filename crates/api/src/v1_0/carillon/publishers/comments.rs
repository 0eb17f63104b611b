//! `/v1.0/carillon/publishers/{publisherId}/comments`.

pub mod answer;
pub mod delete;
pub mod done;
pub mod hidden;
pub mod list;
pub mod selected;

use carillon_domain::comment::CommentDetails;
use carillon_model::{
    error::Rule,
    id::{TaskId, UserId},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_wire::{Operation, operation::Builder};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;
use crate::v1_0::{
    carillon::APPS_AND_LOCAL,
    exclusive::publishers::comments::{NO_PUBLISHER, PERMISSION},
};

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(answer::operation),
    Entry::Operation(delete::operation),
    Entry::Operation(done::operation),
    Entry::Operation(hidden::operation),
    Entry::Operation(list::operation),
    Entry::Operation(selected::operation),
];

/// The roles of operators who manage comments.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Agent];

/// Declares an operation on one comment.
fn declare_on_one(id: &'static str, path: &'static str) -> Builder {
    Operation::v1(id, path)
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .account_field("publisherId")
        .error(Rule::UnknownAccount, NO_PUBLISHER)
        .errors(&[Rule::UnknownComment])
}

/// A comment.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommentRow {
    /// The id of the comment, a number as text.
    comment_id: String,
    /// When the comment was written, in ms since 1970.
    comment_time: Timestamp,
    /// The name of the author when the comment was written.
    comment_user_name: String,
    /// Userid of the author; absent if the member has left the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// The text of the comment, plain text.
    content: String,
    /// Whether the comment is selected. Readers of a send with `comment_type` 1 see only these and their own.
    selected: bool,
    /// What operators did about it: `new` nothing yet, `done` something, `hidden` from all but its author.
    #[schemars(extend("enum" = ["new", "done", "hidden"]))]
    state: &'static str,
    /// The answer of the account; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// When the comment was answered, in ms since 1970; absent without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_time: Option<Timestamp>,
    /// The send that the article came with, by its `task_id`.
    task_id: TaskId,
}

impl CommentRow {
    pub fn of(CommentDetails { comment, task, author }: CommentDetails) -> Self {
        Self {
            comment_id: comment.id.to_string(),
            comment_time: comment.created_at,
            comment_user_name: comment.author_name,
            user_id: author,
            content: comment.content,
            selected: comment.selected,
            state: comment.state.as_str(),
            answer_time: comment.answer.as_ref().map(|answer| answer.at),
            answer: comment.answer.map(|answer| answer.content),
            task_id: task,
        }
    }
}
