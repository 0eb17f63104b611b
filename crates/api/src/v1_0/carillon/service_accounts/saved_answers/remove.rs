//! `carillon.saved_answer_remove`: removes a saved answer. An operation of Carillon.

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
    /// The saved answer, by the `answerId` that `carillon.saved_answer_list` returns.
    answer_id: SavedAnswerId,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/saved-answers/{answerId}";
    declare("carillon.saved_answer_remove", path)
        .delete()
        .title("删除常用回复", "Remove a saved answer")
        .purpose(
            "删除一条常用回复，不可恢复。已经发出的回复不受影响。",
            "Removes a saved answer for good. Replies that were sent with it stay.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "answerId": 8002 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    saved_answer::remove(tx, call.corp(), &request.unionid, request.answer_id)?;
    Ok(EmptyResponse {})
}
