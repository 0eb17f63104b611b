//! A draft in a response.

use carillon_domain::send::draft;
use carillon_model::{
    error::Result,
    id::{AccountId, ArticleId, CardId, DeptId, RoleId, SendDraftId, UserId},
    message::{CardAction, Message},
    send_draft::{ApprovalStatus, SendDraft},
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Serialize;

/// A draft.
#[derive(Serialize, JsonSchema)]
pub struct DraftView {
    /// The id of the draft, a number.
    draft_id: SendDraftId,
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    unionid: AccountId,
    /// The version of the draft, from 1; rises with each change, and calls that change it name it.
    version: i64,
    /// The message of the draft; absent until it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageView>,
    /// Whether the send is for everybody in the organisation.
    is_to_all: bool,
    /// Userids of the members whom it is for.
    userid_list: Vec<UserId>,
    /// Ids of the departments that it is for, each with all departments below it.
    dep_id_list: Vec<DeptId>,
    /// Ids of the roles whose members it is for.
    #[serde(rename = "roleIds")]
    role_ids: Vec<RoleId>,
    /// When it is to be sent, in ms since 1970; absent: at once, when somebody sends the draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_time: Option<Timestamp>,
    /// Whether readers may comment on the articles of the send.
    allow_comment: bool,
    /// Which comments readers see: 0 all, 1 only selected ones and their own.
    #[schemars(extend("enum" = [0, 1]))]
    comment_type: i64,
    /// Whether the send is shown on the account's home page: 0 no, 1 yes. It is stored, without effect here.
    #[schemars(extend("enum" = [0, 1]))]
    show_homepage: i64,
    /// When the draft was last changed, in ms since 1970.
    change_time: Timestamp,
    /// Userid of the operator who last changed the draft.
    changed_by: UserId,
    /// Userids of everybody who wrote the draft or changed more than its time. With `fourEyes` they cannot approve it.
    authors: Vec<UserId>,
    /// The request for approval, or the decision; absent before a request, and after a change of more than the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<ApprovalView>,
}

/// The request for approval, or the decision.
#[derive(Serialize, JsonSchema)]
struct ApprovalView {
    /// Where the approval stands: requested, approved or rejected.
    #[schemars(extend("enum" = ["requested", "approved", "rejected"]))]
    status: &'static str,
    /// The SHA-256 of message, receivers and options that it is about, in hexadecimal.
    hash: String,
    /// Whether it is about the content that the draft has now. An approval of other content does not count.
    is_current: bool,
    /// Userid of the operator who requested or decided.
    user_id: UserId,
    /// When it was requested or decided, in ms since 1970.
    time: Timestamp,
    /// The reason of a rejection, empty without one; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// A message.
#[derive(Serialize, JsonSchema)]
struct MessageView {
    /// The kind of message, with the names of a mass send.
    #[schemars(extend("enum" = ["text", "news_card", "image", "markdown", "action_card", "single_news_card", "link"]))]
    msg_type: &'static str,
    /// The title of a `markdown`, `action_card` or `link`; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The text, of `markdown` and `action_card` as Markdown; absent for pictures and cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The address that a `link` opens; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The media id of a picture, of a link also an address; absent if the message has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
    /// The id of the card of articles; absent for other messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    card_id: Option<CardId>,
    /// Ids of the articles of the card in their order; absent without a card, or if it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    article_ids: Option<Vec<ArticleId>>,
    /// The buttons of an `action_card` that an app scheduled; absent for other messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<ButtonView>,
}

/// A button.
#[derive(Serialize, JsonSchema)]
struct ButtonView {
    /// The label of the button.
    title: String,
    /// The address that the button opens.
    url: String,
}

impl DraftView {
    /// A draft as it is now.
    pub fn of(tx: &mut Tx<'_>, call: &Call, draft: SendDraft) -> Result<Self> {
        let corp = call.corp();
        let is_current = draft::is_approval_current(tx, corp, &draft)?;
        let SendDraft { id, account, content, version, changed_at, changed_by, authors, approval } = draft;
        let message = match content.message {
            Some(message) => Some(message_view(tx, call, message)?),
            None => None,
        };
        Ok(Self {
            draft_id: id,
            unionid: account,
            version,
            message,
            is_to_all: content.receivers.all,
            userid_list: content.receivers.users,
            dep_id_list: content.receivers.departments,
            role_ids: content.receivers.roles,
            send_time: content.due_at,
            allow_comment: content.allow_comment,
            comment_type: content.comment_type,
            show_homepage: content.show_homepage.into(),
            change_time: changed_at,
            changed_by,
            authors,
            approval: approval.map(|approval| ApprovalView {
                status: approval.status.as_str(),
                hash: approval.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
                is_current,
                user_id: approval.by,
                time: approval.at,
                note: (approval.status == ApprovalStatus::Rejected).then_some(approval.note),
            }),
        })
    }
}

fn message_view(tx: &mut Tx<'_>, call: &Call, message: Message) -> Result<MessageView> {
    let mut view = MessageView {
        msg_type: message.kind().as_str(),
        title: None,
        text: None,
        url: None,
        media_id: None,
        card_id: None,
        article_ids: None,
        buttons: Vec::new(),
    };
    match message {
        Message::Text { content } | Message::Ding { content, .. } => view.text = Some(content),
        Message::Image { media_id } => view.media_id = Some(media_id.to_string()),
        Message::Markdown { title, text } => (view.title, view.text) = (Some(title), Some(text)),
        Message::ActionCard { title, markdown, action } => {
            (view.title, view.text) = (Some(title), Some(markdown));
            view.buttons = match action {
                CardAction::Whole { title, url } => vec![ButtonView { title, url }],
                CardAction::Buttons { buttons, .. } => {
                    let buttons = buttons.into_iter();
                    buttons.map(|button| ButtonView { title: button.title, url: button.url }).collect()
                }
            };
        }
        Message::NewsCard { card_id } | Message::SingleNewsCard { card_id } => {
            view.article_ids = tx.card(call.corp(), &card_id)?.map(|card| card.articles);
            view.card_id = Some(card_id);
        }
        Message::Link { title, text, url, picture, .. } => {
            (view.title, view.text, view.url) = (Some(title), Some(text), Some(url));
            view.media_id = picture;
        }
    }
    Ok(view)
}
