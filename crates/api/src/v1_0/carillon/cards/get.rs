//! `carillon.card_get`: a card with its articles, and what shows it. An operation of Carillon.

use carillon_domain::card::{self, CardUse};
use carillon_model::{
    error::Result,
    id::{SendDraftId, TaskId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{CardRequest, CardRow, READ, declare_on_one};

#[derive(Serialize, JsonSchema)]
struct Response {
    #[serde(flatten)]
    card: CardRow,
    /// What shows it: at most 20 drafts and 20 sends of each kind.
    uses: Vec<UseRow>,
}

/// What shows a card.
#[derive(Serialize, JsonSchema)]
struct UseRow {
    /// The kind.
    #[schemars(extend("enum" = ["send", "send_draft", "menu", "auto_reply", "conversation"]))]
    kind: &'static str,
    /// The send; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<TaskId>,
    /// The draft of a send; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    draft_id: Option<SendDraftId>,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.card_get", "/v1.0/carillon/cards/{card_id}", READ)
        .get()
        .title("查询图文卡片", "Get a card, and what shows it")
        .example(json!({ "unionid": "svcUnionId0001", "card_id": "cardMedia0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: CardRequest) -> Result<Response> {
    let (corp, account, id) = (call.corp(), &request.unionid, &request.card_id);
    let card = CardRow::of(card::stored(tx, corp, account, id)?);
    let uses = card::uses(tx, corp, account, id)?.into_iter().map(|one| {
        let row = |kind| UseRow { kind, task_id: None, draft_id: None };
        match one {
            CardUse::Send(task) => UseRow { task_id: Some(task), ..row("send") },
            CardUse::SendDraft(draft) => UseRow { draft_id: Some(draft), ..row("send_draft") },
            CardUse::Menu => row("menu"),
            CardUse::AutoReply => row("auto_reply"),
            CardUse::Conversation => row("conversation"),
        }
    });
    Ok(Response { card, uses: uses.collect() })
}
