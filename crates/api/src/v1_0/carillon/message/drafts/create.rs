//! `carillon.send_draft_create`: adds the draft of a send, with as much of its content as the caller knows. An operation of Carillon.

use carillon_domain::send::draft;
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{VersionResponse, WRITE, declare, declare_content, new_message::ContentInput, operator};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    #[serde(flatten)]
    content: ContentInput,
}

pub fn operation() -> Operation {
    declare_content(declare("carillon.send_draft_create", "/v1.0/carillon/message/drafts", WRITE))
        .title("新建群发草稿", "Add the draft of a send")
        .purpose(
            "新建一条群发草稿，消息、接收人、时间和选项都可以之后再补充。草稿只供运营人员使用，\
             不会自动发送；每个服务号最多 500 条草稿。",
            "Adds the draft of a send; message, receivers, time and options may follow later. Drafts are \
             for operators, and are never sent by themselves. An account has at most 500.",
        )
        .errors(&[Rule::TooManyDrafts])
        .example(json!({
            "unionid": "svcUnionId0001",
            "message": { "kind": "link", "title": "The new library", "text": "It opens on Monday.", "url": "https://example.com/" },
            "is_to_all": false,
            "userid_list": ["user01"],
            "dep_id_list": [101],
            "roleIds": [2001],
            "send_time": 1_760_086_400_000_i64,
            "allow_comment": true,
            "comment_type": 1,
            "show_homepage": 1,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<VersionResponse> {
    let by = operator(call)?;
    let account = &request.unionid;
    let draft_id = draft::add(tx, &call.env, call.corp(), account, &by)?;
    let version = draft::get(tx, call.corp(), account, draft_id)?.version;
    let version = request.content.write(tx, call, (account, draft_id, version), &by)?;
    Ok(VersionResponse { draft_id, version })
}
