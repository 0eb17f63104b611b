//! `card.delete`: deletes a card; its articles stay.

use carillon_domain::card;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, CardId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card.
    #[schemars(length(min = 1, max = 128))]
    media_id: CardId,
}

pub fn operation() -> Operation {
    Operation::legacy("card.delete", "/topapi/material/news/delete")
        .title("删除图文卡片", "Delete a message card")
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::UnknownCard])
        .example(json!({ "unionid": "svcUnionId0001", "media_id": "cardMedia0002" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    card::delete(tx, call.corp(), &request.unionid, &request.media_id)?;
    Ok(EmptyResponse {})
}
