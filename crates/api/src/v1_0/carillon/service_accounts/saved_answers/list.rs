//! `carillon.saved_answer_list`: the saved answers of a service account. An operation of Carillon.

use carillon_domain::chat::saved_answer;
use carillon_model::{
    error::Result,
    id::{AccountId, SavedAnswerId, UserId},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::declare;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The answers, in their order; at most 100.
    answers: Vec<AnswerRow>,
}

/// A saved answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AnswerRow {
    /// Its id.
    answer_id: SavedAnswerId,
    /// What operators find it by.
    title: String,
    /// The text of the reply.
    content: String,
    /// The operator who changed it last; absent for an app or the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_by: Option<UserId>,
    /// When it was changed, in ms.
    change_time: Timestamp,
}

pub fn operation() -> Operation {
    declare("carillon.saved_answer_list", "/v1.0/carillon/service-accounts/{unionid}/saved-answers")
        .get()
        .title("查询常用回复", "List the saved answers")
        .example(json!({ "unionid": "svcUnionId0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let answers = saved_answer::list(tx, call.corp(), &request.unionid)?;
    let answers = answers.into_iter().map(|answer| AnswerRow {
        answer_id: answer.id,
        title: answer.title,
        content: answer.content,
        changed_by: answer.changed_by,
        change_time: answer.changed_at,
    });
    Ok(Response { answers: answers.collect() })
}
