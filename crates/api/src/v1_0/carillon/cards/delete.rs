//! `carillon.card_delete`: deletes a card that nothing shows. An operation of Carillon.

use carillon_domain::card;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use super::{CardRequest, WRITE, declare_on_one};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    declare_on_one("carillon.card_delete", "/v1.0/carillon/cards/{card_id}", WRITE)
        .delete()
        .title("删除图文卡片", "Delete a card that nothing shows")
        .purpose(
            "删除没有被使用的图文卡片，其中的文章保留。群发、群发草稿、菜单、\
             自动回复或会话仍在使用的卡片不能删除。",
            "Deletes a card that nothing shows; its articles stay. A card of a send, a draft, the menu, \
             an automatic reply or a conversation is refused.",
        )
        .errors(&[Rule::CardInUse])
        .example(json!({ "unionid": "svcUnionId0001", "card_id": "cardMedia0003" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: CardRequest) -> Result<EmptyResponse> {
    card::delete_unused(tx, call.corp(), &request.unionid, &request.card_id)?;
    Ok(EmptyResponse {})
}
