//! `carillon.mass_reach`: how many members a mass send would reach now, and why it leaves out others. An operation of Carillon.

use carillon_domain::send::{self, Reach};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, DeptId, RoleId, UserId},
    message::{Message, Receivers},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::mass_message::{MessageBody, MessageFields, MessageType};
use crate::v1_0::carillon::{APPS_AND_LOCAL, service_accounts::UNKNOWN_USER};
use crate::v1_0::exclusive::follow::message::{Link, UNKNOWN_ACCOUNT, declare_content};

/// The receivers of a send and, to know who had the same content today, its content.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// To everybody in the organisation.
    is_to_all: Option<bool>,
    /// Members by userid.
    #[schemars(length(max = 1000))]
    userid_list: Option<Vec<UserId>>,
    /// Departments, each with everything below it.
    #[schemars(length(max = 1000))]
    dep_id_list: Option<Vec<DeptId>>,
    /// Roles.
    #[serde(rename = "roleIds")]
    #[schemars(length(max = 1000))]
    role_ids: Option<Vec<RoleId>>,
    /// The kind of message; absent: without regard to the content.
    msg_type: Option<MessageType>,
    /// The text, for text.
    #[schemars(length(max = 65_535))]
    text_content: Option<String>,
    /// The card, for news_card and single_news_card; the picture, for image.
    #[schemars(length(max = 256))]
    media_id: Option<String>,
    /// Structured content, for markdown, action_card and link.
    msg_body: Option<MessageBody<Link>>,
}

#[derive(Serialize, JsonSchema)]
pub struct Response {
    /// Members who are named, directly or by a department, a role or `is_to_all`.
    named: u64,
    /// Members who would get it. The others are in one of the next three.
    receivers: u64,
    /// Members outside of the scope that the account may send to.
    outside_scope: u64,
    /// Members whom the account has blocked.
    blocked: u64,
    /// Members who got the same content from the account today.
    had_same_today: u64,
    /// Named userids that are no member. A send that names one is refused.
    unknown_userids: Vec<UserId>,
    /// Named userids outside of the scope. A send that names one is refused.
    userids_outside_scope: Vec<UserId>,
    /// The limit of receivers, if more members than that would get it: such a send is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    exceeded_limit: Option<u64>,
}

impl From<Reach> for Response {
    fn from(reach: Reach) -> Self {
        let Reach { named, receivers, outside, blocked, repeated, unknown, unreachable, exceeded_limit } =
            reach;
        Self {
            named,
            receivers,
            outside_scope: outside,
            blocked,
            had_same_today: repeated,
            unknown_userids: unknown,
            userids_outside_scope: unreachable,
            exceeded_limit,
        }
    }
}

pub fn operation() -> Operation {
    declare_content(Operation::v1("carillon.mass_reach", "/v1.0/carillon/message/mass/reach"))
        .title("预估群发触达人数", "Whom a mass send would reach")
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .bad_field("userid_list", UNKNOWN_USER)
        .example(json!({
            "unionid": "svcUnionId0001",
            "is_to_all": false,
            "userid_list": ["user01", "user04"],
            "dep_id_list": [101, 102],
            "roleIds": [2001],
            "msg_type": "text",
            "text_content": "Hello",
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let body = request.msg_body.unwrap_or_default();
    let message: Option<Message> = request
        .msg_type
        .map(|kind| {
            let content = MessageFields {
                kind,
                media_id: request.media_id,
                text_content: request.text_content,
                markdown: body.markdown,
                action_card: body.action_card,
                link: body.link.map(Into::into),
            };
            content.into_message()
        })
        .transpose()?;
    let receivers = Receivers {
        all: request.is_to_all.unwrap_or(false),
        users: request.userid_list.unwrap_or_default(),
        departments: request.dep_id_list.unwrap_or_default(),
        roles: request.role_ids.unwrap_or_default(),
    };
    let reach = send::reach(tx, &call.env, call.corp(), &request.unionid, &receivers, message.as_ref())?;
    Ok(reach.into())
}
