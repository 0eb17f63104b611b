//! `carillon.saved_answer_order`: puts the saved answers in another order. An operation of Carillon.

use carillon_domain::chat::saved_answer;
use carillon_model::{
    error::Result,
    id::{AccountId, SavedAnswerId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::declare;
use crate::v1_0::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The ids of all saved answers of the account, each once, in the new order. An incomplete list is refused.
    #[schemars(length(max = 100))]
    answer_ids: Vec<SavedAnswerId>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/saved-answers/order";
    declare("carillon.saved_answer_order", path)
        .title("调整常用回复顺序", "Order the saved answers")
        .purpose(
            "按传入的顺序重新排列服务号的常用回复，须列出全部常用回复。内容不变。",
            "Puts the saved answers of a service account in another order. All of them have to be named; \
             their texts stay.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "answerIds": [8002, 8001] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    saved_answer::order(tx, call.corp(), &request.unionid, &request.answer_ids)?;
    Ok(EmptyResponse {})
}
