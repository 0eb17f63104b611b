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
    /// What shows the card, at most 20 sends and 20 drafts. A card with uses cannot be deleted here.
    uses: Vec<UseRow>,
}

/// What shows a card.
#[derive(Serialize, JsonSchema)]
struct UseRow {
    /// What shows the card: a send or the draft of one, the menu, an automatic reply, or a conversation.
    #[schemars(extend("enum" = ["send", "send_draft", "menu", "auto_reply", "conversation"]))]
    kind: &'static str,
    /// For `send`: the send that shows the card; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<TaskId>,
    /// For `send_draft`: the draft that shows the card; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    draft_id: Option<SendDraftId>,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.card_get", "/v1.0/carillon/cards/{card_id}", READ)
        .get()
        .title("查询图文卡片", "Get a card, and what shows it")
        .purpose(
            "查询一张图文卡片的文章，以及哪些群发、群发草稿、菜单、自动回复或会话在使用它。",
            "Returns a card with its articles, and what shows it: sends, drafts, the menu, automatic \
             replies or conversations.",
        )
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
