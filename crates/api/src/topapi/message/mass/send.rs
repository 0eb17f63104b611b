//! `mass.send_legacy`: sends a message to members, departments, roles or everybody.

use carillon_domain::send::{self, NewSend};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, DeptId, RoleId, TaskId, UserId},
    message::{Receivers, SendSource},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::legacy_link::Link;
use crate::mass_message::{MessageBody, MessageFields, MessageType, QUOTA_RULES, RECEIVERS};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The sending account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card, for `news_card` and `single_news_card`; the uploaded picture, for `image`; ignored otherwise.
    #[schemars(length(max = 256))]
    media_id: Option<String>,
    /// Whether to send to everybody whom the account may send to.
    is_to_all: bool,
    /// The type of message, which decides which of the other fields count.
    msg_type: MessageType,
    /// The text of a message of type `text`, and needed for it; ignored for other types.
    #[schemars(length(max = 65_535))]
    text_content: Option<String>,
    /// The caller's id of the send, unique for this account: a repeated one is refused.
    #[schemars(length(min = 1, max = 128))]
    uuid: String,
    /// Members to send to, by userid; each must be in the scope that the account may send to.
    #[schemars(length(max = 1000))]
    userid_list: Option<Vec<UserId>>,
    /// Departments to send to, each with everything below it; members outside of the account's scope are left out.
    #[schemars(length(max = 1000))]
    dep_id_list: Option<Vec<DeptId>>,
    /// Roles whose members it is sent to, by the `id` that `roles.list` returns.
    #[serde(rename = "roleIds")]
    #[schemars(length(max = 1000), extend("x-aliases" = ["roleIdList"]))]
    role_ids: Option<Vec<RoleId>>,
    /// Whether receivers may comment on the articles of the card; false if absent.
    allow_comment: Option<bool>,
    /// Which comments are shown: 0 all, 1 only selected ones and the reader's own; 0 if absent.
    #[schemars(extend("enum" = [0, 1]))]
    comment_type: Option<i64>,
    /// Whether the account's home page shows it: 0 no, 1 yes. Stored alone: Carillon has no such page.
    #[schemars(extend("enum" = [0, 1]))]
    show_homepage: Option<i64>,
    /// A preview for the one member in `userid_list`: its links show drafts, for 24 hours; false if absent.
    is_preview: Option<bool>,
    /// Structured content, needed for `markdown`, `action_card` and `link`.
    msg_body: Option<MessageBody<Link>>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The id of the send, by which it is recalled and its record found.
    task_id: TaskId,
}

pub fn operation() -> Operation {
    let content = codes::of(Rule::MessageInvalid);
    Operation::legacy("mass.send_legacy", "/topapi/message/mass/send")
        .title("服务号群发消息", "Send a message to many")
        .purpose(
            "以服务号的名义向成员、部门、角色或全企业发送一条消息，返回时已在接收人的收件箱中。发给多人时，\
             当天已收到该服务号相同内容的成员会被跳过；黑名单成员不会收到，也没有提示。`uuid` 不能重复，\
             超出额度或需要审批时整条拒绝。",
            "Sends a message of a service account to members, departments, roles or everybody; it is in the inboxes \
             of its receivers when the call returns. A send to several members skips those who got the same content \
             from the account that day, and blocked members are left out silently. A repeated `uuid` is refused, \
             and so is the whole send if it is over a quota or needs approval.",
        )
        .permission("qyapi_service_account_message")
        .errors(&[
            Rule::UnknownAccount,
            Rule::AccountDisabled,
            Rule::NoReceivers,
            Rule::MessageInvalid,
            Rule::MessageMediaInvalid,
            Rule::MessageLinkIncomplete,
            Rule::ReceiverUsersInvalid,
            Rule::UuidTaken,
            Rule::TooManyUsers,
            Rule::TooManyDepartments,
            Rule::TooManyReceivers,
            Rule::ApprovalNeeded,
        ])
        .errors(QUOTA_RULES)
        .reaches(RECEIVERS)
        .missing("uuid", codes::of(Rule::UuidMissing))
        .bad_field("userid_list", codes::of(Rule::TooManyUsers))
        .too_long("dep_id_list", codes::of(Rule::TooManyDepartments))
        .bad_field("msg_type", content)
        .bad_field("media_id", content)
        .bad_field("text_content", content)
        .bad_field("msg_body", content)
        .example(json!({
            "unionid": "svcUnionId0001",
            "is_to_all": false,
            "msg_type": "action_card",
            "uuid": "7d9f2c1e-0001",
            "userid_list": ["user01", "user02"],
            "dep_id_list": [101, 102],
            "roleIds": [2001],
            "is_preview": false,
            "msg_body": {
                "action_card": {
                    "title": "Spring outing",
                    "markdown": "**We leave at eight** from [gate 2](https://example.com/gates/2)",
                    "btn_orientation": "0",
                    "button_list": [
                        { "title": "I come too", "action_url": "https://example.com/outing?answer=yes&day=1" },
                        { "title": "Not this time", "action_url": "https://example.com/outing?answer=no&day=1" },
                    ],
                },
            },
            "allow_comment": true,
            "comment_type": 1,
            "show_homepage": 1,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let body = request.msg_body.unwrap_or_default();
    let content = MessageFields {
        kind: request.msg_type,
        media_id: request.media_id,
        text_content: request.text_content,
        markdown: body.markdown,
        action_card: body.action_card,
        link: body.link.map(Into::into),
    };
    let new = NewSend {
        account: request.unionid,
        uuid: request.uuid,
        app_key: call.app()?.key.clone(),
        message: content.into_message()?,
        receivers: Receivers {
            all: request.is_to_all,
            users: request.userid_list.unwrap_or_default(),
            departments: request.dep_id_list.unwrap_or_default(),
            roles: request.role_ids.unwrap_or_default(),
        },
        preview: request.is_preview.unwrap_or(false),
        allow_comment: request.allow_comment.unwrap_or(false),
        comment_type: request.comment_type.unwrap_or(0),
        show_homepage: request.show_homepage == Some(1),
        source: SendSource::Api,
        operator: None,
    };
    let task_id = send::create(tx, &call.env, call.corp(), new)?;
    Ok(Response { task_id })
}
