//! `carillon.group_message_send`: a member posts in an internal group. An operation of Carillon. No client receives the message: it counts
//! in the statistics, and it is refused while the group is muted.

use carillon_domain::group::{self, Post};
use carillon_model::{
    error::{Result, Rule},
    id::{ConversationId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The group, by its `openConversationId`, as `carillon.group_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    open_conversation_id: ConversationId,
    /// The userid of the sender, a member of the group.
    #[schemars(length(min = 1, max = 128))]
    sender_user_id: UserId,
    /// The size of the file in bytes; absent for a text.
    #[schemars(range(min = 1, max = 1_099_511_627_776_i64))]
    file_size: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The id of the recorded message.
    message_id: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_message_send", "/v1.0/carillon/groups/messages/send")
        .title("在内部群发言", "Say something in an internal group")
        .purpose(
            "记录一名群成员在群里发了一条消息或一个文件，计入统计并更新群的活跃时间。消息没有内容，任何客户端都不会收到；群被禁言时，只有群主和管理员可以发。",
            "Records that a member posted a message or a file in a group, for the statistics and the activity of the group. It has no content, and no client receives it. In a group that is muted, only the owner and administrators may post.",
        )
        .permission("Custom.Group.Write")
        .callers(APPS_AND_LOCAL)
        .errors(&[
            Rule::UnknownGroup,
            Rule::GroupOfAnotherCorp,
            Rule::GroupDissolved,
            Rule::NotInGroup,
            Rule::GroupWordsBanned,
        ])
        .example(
            json!({ "openConversationId": "cidSample0001==", "senderUserId": "user01", "fileSize": 1024 }),
        )
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let post = Post { sender: request.sender_user_id, file_bytes: request.file_size };
    let message_id = group::post(tx, &call.env, call.corp(), &request.open_conversation_id, &post)?;
    Ok(Response { message_id })
}
