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
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card, by the `media_id` that `card.add` returned.
    #[schemars(length(min = 1, max = 128))]
    media_id: CardId,
}

pub fn operation() -> Operation {
    Operation::legacy("card.delete", "/topapi/material/news/delete")
        .title("删除图文卡片", "Delete a message card")
        .purpose(
            "删除图文卡片，其中的文章保留。本接口不检查卡片是否仍在使用：已发出的消息和菜单引用它时，\
             将不再显示内容。Carillon 自有接口“删除图文卡片”会拒绝删除使用中的卡片。",
            "Deletes a card and keeps its articles. It does not check whether the card is in use: messages and \
             menus that refer to it show nothing any more. `carillon.card_delete` refuses to delete a card that \
             something shows.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::UnknownCard])
        .example(json!({ "unionid": "svcUnionId0001", "media_id": "cardMedia0002" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    card::delete(tx, call.corp(), &request.unionid, &request.media_id)?;
    Ok(EmptyResponse {})
}
