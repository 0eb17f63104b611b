//! `carillon.saved_answer_add`: adds a saved answer at the end of the list. An operation of Carillon.

use carillon_domain::chat::saved_answer::{self, AnswerText};
use carillon_model::{
    error::Result,
    id::{AccountId, SavedAnswerId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::declare_writing;
use crate::v1_0::carillon::operator_of;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The title by which operators find the answer: one line.
    #[schemars(length(min = 1, max = 50))]
    title: String,
    /// The text of the reply, plain text.
    #[schemars(length(min = 1, max = 5000))]
    content: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the new saved answer, which is at the end of the list.
    answer_id: SavedAnswerId,
}

pub fn operation() -> Operation {
    declare_writing("carillon.saved_answer_add", "/v1.0/carillon/service-accounts/{unionid}/saved-answers")
        .title("新增常用回复", "Add a saved answer")
        .purpose(
            "为服务号新增一条常用回复，排在列表末尾，由该服务号的客服共用。每个服务号最多 100 条，\
             已满则拒绝。",
            "Adds a saved answer at the end of the list, which all agents of the account share. An \
             account has at most 100; one more is refused.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "title": "Opening hours", "content": "We are here from 9 to 18." }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let new = AnswerText { title: request.title, content: request.content };
    let added = saved_answer::add(tx, &call.env, call.corp(), &request.unionid, operator_of(call), &new)?;
    Ok(Response { answer_id: added })
}
