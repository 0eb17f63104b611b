//! `mass.record_detail`: one send with its content and its named receivers.

use carillon_domain::{
    article::article_link,
    send::{self, FullRecord},
};
use carillon_model::{
    article,
    error::{Result, Rule},
    id::{AccountId, ArticleId, MediaId, TaskId, UserId},
    message::{CardAction, Message},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{INVALID_ACCOUNT, Success, UNKNOWN_ACCOUNT, UNKNOWN_TASK};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, by the `task_id` that a send or `mass.query_records` returned.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    #[serde(flatten)]
    success: Success,
    /// The send with its content and the receivers that it named.
    result: Detail,
}

/// A send.
#[derive(Serialize, JsonSchema)]
struct Detail {
    /// The id of the send, by which it is recalled and its record found.
    task_id: TaskId,
    /// When the message was or will be sent, in ms since 1970.
    send_time: Timestamp,
    /// When the send was requested, in ms since 1970.
    create_time: Timestamp,
    /// The kind of message that was sent.
    #[schemars(extend("enum" = ["text", "news_card", "image", "markdown", "action_card", "single_news_card", "link"]))]
    msg_type: &'static str,
    /// The title: the first line of a text, the first article of a card; absent for a picture and a card without articles.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The userid of the member who created it; absent if the send named none.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_user_id: Option<UserId>,
    /// Whether the message was for everybody in the scope of the account.
    is_to_all: bool,
    /// Userids of the members that the send named.
    userid_list: Vec<UserId>,
    /// Ids of the departments that the send named, as texts.
    dep_id_list: Vec<String>,
    /// Ids of the roles that the send named, as texts.
    #[serde(rename = "roleIdList")]
    role_id_list: Vec<String>,
    /// Whether readers may forward its articles; absent without articles. Decided: only if that holds for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_forward: Option<bool>,
    /// Whether readers may comment on its articles.
    allow_comment: bool,
    /// Who may read its articles: 0 the organisation, 1 everybody; absent without articles. Decided: 1 only if all are public.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["0", "1"]))]
    view_scope_type: Option<&'static str>,
    /// The `media_id` of the picture, for a message of the kind image.
    #[serde(rename = "mediaId", skip_serializing_if = "Option::is_none")]
    media_id: Option<MediaId>,
    /// The text of the message, for one of the kind text.
    #[serde(rename = "textContent", skip_serializing_if = "Option::is_none")]
    text_content: Option<String>,
    /// The articles of a card, without those that were deleted since; absent for other kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    articles: Option<Vec<Article>>,
    /// The content of a message of the kind link; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
    /// The content of a message of the kind markdown; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<Markdown>,
    /// The content of a message of the kind action_card; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    action_card: Option<ActionCard>,
}

/// An article of a card, as its draft.
#[derive(Serialize, JsonSchema)]
struct Article {
    /// The id of the article.
    article_id: ArticleId,
    /// The headline of the article, as in its draft now.
    title: String,
    /// The `media_id` of the cover picture; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb_media_id: Option<MediaId>,
    /// 0 never published, 1 published; stays 1 when the draft changes.
    #[schemars(extend("enum" = [0, 1]))]
    publish_status: i64,
    /// When the article was last published, in ms since 1970; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<Timestamp>,
    /// When the article was added, in ms since 1970.
    create_time: Timestamp,
    /// When the draft last changed, in ms since 1970.
    update_time: Timestamp,
    /// The body of the draft in HTML, as it was received.
    content: String,
    /// The address for readers; absent before the first publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The summary of the article; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
}

impl Article {
    fn of(call: &Call, article: article::Article) -> Self {
        Self {
            article_id: article.id,
            publish_status: article.published.is_some().into(),
            publish_time: article.publish_time,
            create_time: article.create_time,
            update_time: article.update_time,
            url: article_link::url(
                &call.env,
                &call.base_url(),
                call.corp(),
                article.id,
                article.published.is_some(),
            ),
            title: article.draft.title,
            thumb_media_id: article.draft.thumb_media_id,
            content: article.draft.content,
            digest: article.draft.digest,
        }
    }
}

/// A link.
#[derive(Serialize, JsonSchema)]
struct Link {
    /// The headline of the link.
    title: String,
    /// The description below the headline.
    summary: String,
    /// The address that the message opens.
    link_url: String,
    /// Where it opens: 0 in a browser, 1 in the client, 2 in its side panel; absent if the send did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = [0, 1, 2]))]
    open_type: Option<i64>,
    /// The picture: its `media_id`, or its address; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    cover_image_media_id: Option<String>,
}

/// A markdown message.
#[derive(Serialize, JsonSchema)]
struct Markdown {
    /// The title, shown in the list of conversations.
    title: String,
    /// The body of the message in Markdown.
    text: String,
}

/// An action card; the send spells `btn_orientation`, this response `bnt_orientation`.
#[derive(Serialize, JsonSchema)]
struct ActionCard {
    /// The layout of buttons: 0 vertical, 1 horizontal; absent for a card with a single target.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["0", "1"]))]
    bnt_orientation: Option<&'static str>,
    /// The address of a card with a single target; absent for one with buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    single_url: Option<String>,
    /// The label of a card with a single target; absent for one with buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    single_title: Option<String>,
    /// The body of the card in Markdown.
    markdown: String,
    /// The title, shown in the list of conversations.
    title: String,
    /// The buttons of a card with several targets; absent for one with a single target.
    #[serde(skip_serializing_if = "Option::is_none")]
    button_list: Option<Vec<Button>>,
}

/// A button.
#[derive(Serialize, JsonSchema)]
struct Button {
    /// The label of the button.
    title: String,
    /// The address that the button opens.
    action_url: String,
}

pub fn operation() -> Operation {
    Operation::v1("mass.record_detail", "/v1.0/exclusive/follow/message/getMsgRecordDetail")
        .title("查询消息发送详情", "Get one send of the record")
        .purpose(
            "查询服务号的一次群发，无论处于何种状态：消息内容、发送时指定的接收人和评论设置。卡片中的文章取当前草稿，不含之后删除的文章。送达与已读人数请用 Carillon 自有的接口查询。",
            "Returns one send of the account in any state: the content, the receivers that it named and its settings. Articles of a card are shown as their drafts are now, without deleted ones. The numbers of receivers and readers come from `carillon.mass_progress`.",
        )
        .permission("qyapi_service_account_message")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, INVALID_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .missing("unionid", UNKNOWN_ACCOUNT)
        .missing("task_id", UNKNOWN_TASK)
        .own_fault(codes::SYSTEM_ERROR)
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
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
        articles: on_card.then(|| articles.into_iter().map(|article| Article::of(call, article)).collect()),
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
