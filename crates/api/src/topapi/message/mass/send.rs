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
use crate::mass_message::{MessageBody, MessageFields, MessageType, QUOTA_RULES};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The sending account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card, for news_card and single_news_card; the picture, for image.
    #[schemars(length(max = 256))]
    media_id: Option<String>,
    /// To everybody in the organisation.
    is_to_all: bool,
    /// The kind of message.
    msg_type: MessageType,
    /// The text, for text.
    #[schemars(length(max = 65_535))]
    text_content: Option<String>,
    /// The caller's id of the send, unique for this account.
    #[schemars(length(min = 1, max = 128))]
    uuid: String,
    /// Members by userid.
    #[schemars(length(max = 1000))]
    userid_list: Option<Vec<UserId>>,
    /// Departments, each with everything below it.
    #[schemars(length(max = 1000))]
    dep_id_list: Option<Vec<DeptId>>,
    /// Roles.
    #[serde(rename = "roleIds")]
    #[schemars(length(max = 1000), extend("x-aliases" = ["roleIdList"]))]
    role_ids: Option<Vec<RoleId>>,
    /// Whether readers may comment.
    allow_comment: Option<bool>,
    /// Which comments are shown: 0 all, 1 selected.
    #[schemars(extend("enum" = [0, 1]))]
    comment_type: Option<i64>,
    /// Shown on the account's home page: 0 no, 1 yes.
    #[schemars(extend("enum" = [0, 1]))]
    show_homepage: Option<i64>,
    /// A preview for one member, whose links work for 24 hours.
    is_preview: Option<bool>,
    /// Structured content, for markdown, action_card and link.
    msg_body: Option<MessageBody<Link>>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The send's id.
    task_id: TaskId,
}

pub fn operation() -> Operation {
    let content = codes::of(Rule::MessageInvalid);
    Operation::legacy("mass.send_legacy", "/topapi/message/mass/send")
        .title("服务号群发消息", "Send a message to many")
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
