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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// True for everybody in the organisation; false if absent.
    is_to_all: Option<bool>,
    /// Userids of members; absent: none.
    #[schemars(length(max = 1000))]
    userid_list: Option<Vec<UserId>>,
    /// Ids of departments, each with all departments below it; absent: none.
    #[schemars(length(max = 1000))]
    dep_id_list: Option<Vec<DeptId>>,
    /// Ids of roles; absent: none.
    #[serde(rename = "roleIds")]
    #[schemars(length(max = 1000))]
    role_ids: Option<Vec<RoleId>>,
    /// The kind of message; absent: who got the same content today is not considered.
    msg_type: Option<MessageType>,
    /// The text of a `text` message; absent for other kinds.
    #[schemars(length(max = 65_535))]
    text_content: Option<String>,
    /// For `news_card` and `single_news_card` the id of the card, for `image` the media id of the picture.
    #[schemars(length(max = 256))]
    media_id: Option<String>,
    /// The content of `markdown`, `action_card` and `link`, in the field with the name of the kind.
    msg_body: Option<MessageBody<Link>>,
}

#[derive(Serialize, JsonSchema)]
pub struct Response {
    /// The number of members who are named, directly or by a department, a role or `is_to_all`.
    named: u64,
    /// The number of members who would get it. The other named ones are in one of the next three numbers.
    receivers: u64,
    /// The number of members outside of the scope that the account may send to.
    outside_scope: u64,
    /// The number of members in the scope whom the account has blocked.
    blocked: u64,
    /// The number of members who got the same content from the account today, and would not get it again.
    had_same_today: u64,
    /// The named userids that belong to no member. A send that names one is refused.
    unknown_userids: Vec<UserId>,
    /// The named userids outside of the scope of the account. A send that names one is refused.
    userids_outside_scope: Vec<UserId>,
    /// The limit of receivers, if more members than that would get it: such a send is refused. Absent otherwise.
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
        .purpose(
            "估算一次群发现在会触达多少成员，以及其他人为什么收不到：不在发送范围、被拉黑、\
             今天已收到相同内容。不发送，也不占用额度。",
            "Returns how many members a send would reach now, and how many it leaves out because they \
             are out of scope, blocked, or got the same content today. It sends nothing and uses no \
             quota.",
        )
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
