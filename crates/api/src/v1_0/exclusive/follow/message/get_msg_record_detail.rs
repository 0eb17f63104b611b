//! `mass.record_detail`: one send, with what it says and whom it named.

use carillon_domain::send::{self, FullRecord};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, MediaId, TaskId, UserId},
    message::{CardAction, Message},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{INVALID_ACCOUNT, Success, UNKNOWN_ACCOUNT, UNKNOWN_TASK};
use crate::topapi::material::shown::ShownArticle;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, as its answer or the record named it.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    #[serde(flatten)]
    success: Success,
    /// The send.
    result: Detail,
}

/// A send.
#[derive(Serialize, JsonSchema)]
struct Detail {
    /// Its id.
    task_id: TaskId,
    /// When it was sent, or is to be, in ms.
    send_time: Timestamp,
    /// When it was asked for, in ms.
    create_time: Timestamp,
    /// The kind of message.
    #[schemars(extend("enum" = ["text", "news_card", "image", "markdown", "action_card", "single_news_card", "link"]))]
    msg_type: &'static str,
    /// Its title; absent for a picture, and for a card that lost its articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The member who made it, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_user_id: Option<UserId>,
    /// Whether it named everybody.
    is_to_all: bool,
    /// Members that it named.
    userid_list: Vec<UserId>,
    /// Departments that it named, as texts.
    dep_id_list: Vec<String>,
    /// Roles that it named, as texts.
    #[serde(rename = "roleIdList")]
    role_id_list: Vec<String>,
    /// Whether readers may pass its articles on; absent where it has none. Decided: only if that holds for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_forward: Option<bool>,
    /// Whether readers may comment.
    allow_comment: bool,
    /// Who may read its articles: 0 the organisation, 1 everybody; absent where it has none. Decided: 1 only if that holds
    /// for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["0", "1"]))]
    view_scope_type: Option<&'static str>,
    /// The picture, of image.
    #[serde(rename = "mediaId", skip_serializing_if = "Option::is_none")]
    media_id: Option<MediaId>,
    /// The text, of text.
    #[serde(rename = "textContent", skip_serializing_if = "Option::is_none")]
    text_content: Option<String>,
    /// The articles of a card, without those deleted since.
    #[serde(skip_serializing_if = "Option::is_none")]
    articles: Option<Vec<ShownArticle>>,
    /// Of link.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
    /// Of markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<Markdown>,
    /// Of action_card.
    #[serde(skip_serializing_if = "Option::is_none")]
    action_card: Option<ActionCard>,
}

/// A link.
#[derive(Serialize, JsonSchema)]
struct Link {
    /// Headline.
    title: String,
    /// Description.
    summary: String,
    /// Where it leads.
    link_url: String,
    /// Where it opens: 0 in a browser, 1 in the client, 2 in its side panel; absent where the send did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = [0, 1, 2]))]
    open_type: Option<i64>,
    /// The picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    cover_image_media_id: Option<String>,
}

/// A markdown message.
#[derive(Serialize, JsonSchema)]
struct Markdown {
    /// Shown in the list of conversations.
    title: String,
    /// Markdown.
    text: String,
}

/// An action card; the send spells `btn_orientation`, this answer `bnt_orientation`.
#[derive(Serialize, JsonSchema)]
struct ActionCard {
    /// The layout of buttons: 0 below each other, 1 side by side.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["0", "1"]))]
    bnt_orientation: Option<&'static str>,
    /// Where a card of one target leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    single_url: Option<String>,
    /// The words of a card of one target.
    #[serde(skip_serializing_if = "Option::is_none")]
    single_title: Option<String>,
    /// Markdown.
    markdown: String,
    /// Shown in the list of conversations.
    title: String,
    /// The buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    button_list: Option<Vec<Button>>,
}

/// A button.
#[derive(Serialize, JsonSchema)]
struct Button {
    /// The words on it.
    title: String,
    /// Where it leads.
    action_url: String,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("mass.record_detail", "/v1.0/exclusive/follow/message/getMsgRecordDetail")
        .title("查询消息发送详情", "Get one send of the record")
        .permission("qyapi_service_account_message")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, INVALID_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .missing("unionid", UNKNOWN_ACCOUNT)
        .missing("task_id", UNKNOWN_TASK)
        .own_fault(codes::SYSTEM_ERROR)
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0001" }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let full = send::record(tx, &call.env, call.corp(), &request.unionid, &request.task_id)?;
    Ok(Response { success: Success::OK, result: detail(call, full) })
}

fn detail(call: &Call, full: FullRecord) -> Detail {
    let FullRecord { record, title, articles } = full;
    let on_card = record.message.card().is_some();
    let all_public = articles.iter().all(|article| article.public);
    let mut detail = Detail {
        task_id: record.task,
        send_time: record.send_time,
        create_time: record.requested_at,
        msg_type: record.message.kind().as_str(),
        title,
        operator_user_id: record.operator,
        is_to_all: record.named.all,
        userid_list: record.named.users,
        dep_id_list: record.named.departments.iter().map(ToString::to_string).collect(),
        role_id_list: record.named.roles.iter().map(ToString::to_string).collect(),
        allow_forward: on_card.then(|| articles.iter().all(|article| article.allow_forward)),
        allow_comment: record.allow_comment,
        view_scope_type: on_card.then_some(if all_public { "1" } else { "0" }),
        media_id: None,
        text_content: None,
        articles: on_card
            .then(|| articles.into_iter().map(|article| ShownArticle::of(call, article)).collect()),
        link: None,
        markdown: None,
        action_card: None,
    };
    match record.message {
        Message::Text { content } | Message::Ding { content, .. } => detail.text_content = Some(content),
        Message::Image { media_id } => detail.media_id = Some(media_id),
        Message::Markdown { title, text } => detail.markdown = Some(Markdown { title, text }),
        Message::ActionCard { title, markdown, action } => {
            detail.action_card = Some(action_card(title, markdown, action));
        }
        Message::Link { title, text, url, picture, open_type } => {
            let (summary, link_url, cover_image_media_id) = (text, url, picture);
            detail.link = Some(Link { title, summary, link_url, open_type, cover_image_media_id });
        }
        Message::NewsCard { .. } | Message::SingleNewsCard { .. } => {}
    }
    detail
}

fn action_card(title: String, markdown: String, action: CardAction) -> ActionCard {
    let bare = ActionCard {
        bnt_orientation: None,
        single_url: None,
        single_title: None,
        markdown,
        title,
        button_list: None,
    };
    match action {
        CardAction::Whole { title, url } => {
            ActionCard { single_url: Some(url), single_title: Some(title), ..bare }
        }
        CardAction::Buttons { horizontal, buttons } => ActionCard {
            bnt_orientation: Some(if horizontal { "1" } else { "0" }),
            button_list: Some(
                buttons
                    .into_iter()
                    .map(|button| Button { title: button.title, action_url: button.url })
                    .collect(),
            ),
            ..bare
        },
    }
}
