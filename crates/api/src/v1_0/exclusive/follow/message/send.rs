//! `mass.send`: sends a message to members, departments, roles or everybody.

use carillon_domain::send;
use carillon_model::{error::Result, id::TaskId};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{SendFields, Success, declare_send};
use crate::mass_message::QUOTA_RULES;

#[derive(Serialize, JsonSchema)]
struct Response {
    #[serde(flatten)]
    success: Success,
    /// The id of the send, by which it is recalled and its record found.
    task_id: TaskId,
}

pub fn operation() -> Operation {
    let operation = Operation::v1("mass.send", "/v1.0/exclusive/follow/message/send")
        .title("服务窗群发消息", "Send a message to many")
        .purpose(
            "以服务号的身份向成员、部门、角色或所有人发送消息，成功后消息立即出现在收件箱中；`uuid` 不能重复使用。发送给多人时会跳过当天已收到相同内容的成员，被拉黑的成员收不到，指定可发送范围之外的成员则返回错误。若服务号要求所有群发都经过审批，则拒绝发送，预览除外。",
            "Sends a message from the account to members, departments, roles or everybody; it is in their inboxes when the call returns, and a `uuid` works once. A send to several members skips those who got the same content that day and those who are blocked; naming a member outside of the scope is an error. An account whose sends all need approval refuses it, except for previews.",
        );
    declare_send(operation)
        .errors(QUOTA_RULES)
        .example(json!({
            "unionid": "svcUnionId0001",
            "is_to_all": false,
            "msg_type": "link",
            "uuid": "7d9f2c1e-0002",
            "userid_list": ["user01", "user02"],
            "dep_id_list": [101, 102],
            "roleIds": [2001],
            "msg_body": {
                "link": {
                    "title": "The menu of this week",
                    "summary": "From Monday to Friday",
                    "link_url": "https://example.com/menu?week=41&lang=en",
                    "cover_image_media_id": "@lADOcover001",
                    "open_type": 1,
                },
            },
            "is_preview": false,
            "allow_comment": true,
            "comment_type": 1,
            "show_homepage": 1,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, fields: SendFields) -> Result<Response> {
    let new = fields.into_send(call, None)?;
    let task_id = send::create(tx, &call.env, call.corp(), new)?;
    // The example of this page says "success"; those of the other pages say "ok".
    Ok(Response { success: Success { errorcode: "0", errmsg: "success" }, task_id })
}
