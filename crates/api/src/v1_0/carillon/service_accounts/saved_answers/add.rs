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
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// What operators find it by: one line.
    #[schemars(length(min = 1, max = 50))]
    title: String,
    /// The text of the reply.
    #[schemars(length(min = 1, max = 5000))]
    content: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The new answer.
    answer_id: SavedAnswerId,
}

pub fn operation() -> Operation {
    declare_writing("carillon.saved_answer_add", "/v1.0/carillon/service-accounts/{unionid}/saved-answers")
        .title("新增常用回复", "Add a saved answer")
        .example(json!({ "unionid": "svcUnionId0001", "title": "Opening hours", "content": "We are here from 9 to 18." }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let new = AnswerText { title: request.title, content: request.content };
    let added = saved_answer::add(tx, &call.env, call.corp(), &request.unionid, operator_of(call), &new)?;
    Ok(Response { answer_id: added })
}
