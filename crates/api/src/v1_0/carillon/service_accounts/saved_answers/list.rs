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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The saved answers in the order that operators gave them; at most 100.
    answers: Vec<AnswerRow>,
}

/// A saved answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AnswerRow {
    /// The id of the saved answer, a number that stays the same when the answer changes.
    answer_id: SavedAnswerId,
    /// The title by which operators find the answer: one line.
    title: String,
    /// The text of the reply, plain text.
    content: String,
    /// Userid of the operator who changed it last; absent if an app or the command line did.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_by: Option<UserId>,
    /// When it was added or last changed, in ms since 1970.
    change_time: Timestamp,
}

pub fn operation() -> Operation {
    declare("carillon.saved_answer_list", "/v1.0/carillon/service-accounts/{unionid}/saved-answers")
        .get()
        .title("查询常用回复", "List the saved answers")
        .purpose(
            "查询服务号的全部常用回复，按客服看到的顺序排列，不分页。",
            "Returns all saved answers of a service account on one page, in the order in which agents \
             see them.",
        )
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
