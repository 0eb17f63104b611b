//! The fields of a v1.0 send and their errors. The page marks none as required: the rules of the legacy send apply.

use carillon_domain::send::NewSend;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, DeptId, RoleId, UserId},
    message::{Receivers, SendSource},
};
use carillon_wire::{Call, Code, codes, operation::Builder};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{UNKNOWN_ACCOUNT, v1_link::Link};
use crate::mass_message::{MessageBody, MessageFields, MessageType, RECEIVERS};

const UNKNOWN_USER: Code = Code::both(800022, "userId列表非法", "invalid.userid.list", 400);
const NO_RECEIVERS: Code = Code::both(800019, "接收人列表为空", "receivers.list.empty", 400);
const NO_CONTENT: Code = Code::both(800020, "指定消息内容不能为空", "message.not.empty", 400);
const UNKNOWN_MEDIA: Code = Code::both(800020, "media_id非法", "invalid.media.id", 400);
const LINK_INCOMPLETE: Code = Code::both(800020, "链接消息参数缺失", "link.params.missing", 400);
const UUID_TAKEN: Code = Code::both(800035, "uuid重复", "uuid.repeat", 400);

/// The fields of a send.
#[derive(Deserialize, JsonSchema)]
pub struct SendFields {
    /// The sending account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Whether to send to everybody whom the account may send to; false if absent.
    is_to_all: Option<bool>,
    /// The type of message, which decides which of the other fields count.
    msg_type: MessageType,
    /// The caller's id of the send, unique for this account: a repeated one is refused.
    #[schemars(length(min = 1, max = 128))]
    uuid: String,
    /// The text of a message of type `text`, and needed for it; ignored for other types.
    #[schemars(length(max = 65_535))]
    text_content: Option<String>,
    /// A preview for the one member in `userid_list`: its links show drafts, for 24 hours; false if absent.
    is_preview: Option<bool>,
    /// The card, for `news_card` and `single_news_card`; the uploaded picture, for `image`; ignored otherwise.
    #[schemars(length(max = 256))]
    media_id: Option<String>,
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
    /// Structured content, needed for `markdown`, `action_card` and `link`.
    msg_body: Option<MessageBody<Link>>,
    /// Whether receivers may comment on the articles of the card; false if absent.
    allow_comment: Option<bool>,
    /// Which comments are shown: 0 all, 1 only selected ones and the reader's own; 0 if absent.
    #[schemars(extend("enum" = [0, 1]))]
    comment_type: Option<i64>,
    /// Whether the account's home page shows it: 0 no, 1 yes. Stored alone: Carillon has no such page.
    #[schemars(extend("enum" = [0, 1]))]
    show_homepage: Option<i64>,
}

impl SendFields {
    /// Returns the send.
    pub fn into_send(self, call: &Call, operator: Option<UserId>) -> Result<NewSend> {
        let body = self.msg_body.unwrap_or_default();
        let content = MessageFields {
            kind: self.msg_type,
            media_id: self.media_id,
            text_content: self.text_content,
            markdown: body.markdown,
            action_card: body.action_card,
            link: body.link.map(Into::into),
        };
        Ok(NewSend {
            account: self.unionid,
            uuid: self.uuid,
            app_key: call.app()?.key.clone(),
            message: content.into_message()?,
            receivers: Receivers {
                all: self.is_to_all.unwrap_or(false),
                users: self.userid_list.unwrap_or_default(),
                departments: self.dep_id_list.unwrap_or_default(),
                roles: self.role_ids.unwrap_or_default(),
            },
            preview: self.is_preview.unwrap_or(false),
            allow_comment: self.allow_comment.unwrap_or(false),
            comment_type: self.comment_type.unwrap_or(0),
            show_homepage: self.show_homepage == Some(1),
            source: SendSource::Api,
            operator,
        })
    }
}

/// Declares the errors of the fields with the content.
pub fn declare_content(operation: Builder) -> Builder {
    operation
        .error(Rule::MessageInvalid, NO_CONTENT)
        .error(Rule::MessageLinkIncomplete, LINK_INCOMPLETE)
        .bad_field("media_id", UNKNOWN_MEDIA)
        .bad_field("text_content", NO_CONTENT)
        .bad_field("msg_body.link", LINK_INCOMPLETE)
        .bad_field("msg_body", NO_CONTENT)
}

/// Declares the errors of the fields.
pub fn declare_send(operation: Builder) -> Builder {
    declare_content(operation)
        .permission("qyapi_service_account_message")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::ReceiverUsersInvalid, UNKNOWN_USER)
        .error(Rule::TooManyUsers, UNKNOWN_USER)
        .error(Rule::NoReceivers, NO_RECEIVERS)
        .error(Rule::MessageMediaInvalid, UNKNOWN_MEDIA)
        .error(Rule::UuidTaken, UUID_TAKEN)
        .errors(&[Rule::TooManyDepartments, Rule::TooManyReceivers, Rule::ApprovalNeeded])
        .missing("unionid", UNKNOWN_ACCOUNT)
        .missing("msg_type", NO_CONTENT)
        .missing("uuid", codes::of(Rule::UuidMissing))
        .bad_field("userid_list", UNKNOWN_USER)
        .reaches(RECEIVERS)
        .own_fault(codes::SYSTEM_ERROR)
}
