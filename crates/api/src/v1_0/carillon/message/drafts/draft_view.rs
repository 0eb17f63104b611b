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
    /// Its id.
    draft_id: SendDraftId,
    /// The account.
    unionid: AccountId,
    /// Rises with each change.
    version: i64,
    /// The message; absent until it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageView>,
    /// Whether it is for everybody.
    is_to_all: bool,
    /// Named members.
    userid_list: Vec<UserId>,
    /// Named departments.
    dep_id_list: Vec<DeptId>,
    /// Named roles.
    #[serde(rename = "roleIds")]
    role_ids: Vec<RoleId>,
    /// When it is to be sent, in ms; absent for at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_time: Option<Timestamp>,
    /// Whether readers may comment.
    allow_comment: bool,
    /// Which comments are shown: 0 all, 1 selected.
    #[schemars(extend("enum" = [0, 1]))]
    comment_type: i64,
    /// Shown on the account's home page: 0 no, 1 yes.
    #[schemars(extend("enum" = [0, 1]))]
    show_homepage: i64,
    /// When it was changed last, in ms.
    change_time: Timestamp,
    /// Who changed it last.
    changed_by: UserId,
    /// Everybody who changed message or receivers.
    authors: Vec<UserId>,
    /// The request for approval, or the decision; absent before a request, and after a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<ApprovalView>,
}

/// The request for approval, or the decision.
#[derive(Serialize, JsonSchema)]
struct ApprovalView {
    /// Where it stands.
    #[schemars(extend("enum" = ["requested", "approved", "rejected"]))]
    status: &'static str,
    /// The SHA-256 of message, receivers and options that it is about, in hexadecimal.
    hash: String,
    /// Whether it is about what the draft says now. An approval that is not does not count.
    is_current: bool,
    /// Who requested or decided.
    user_id: UserId,
    /// When, in ms.
    time: Timestamp,
    /// The reason of a rejection; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// A message.
#[derive(Serialize, JsonSchema)]
struct MessageView {
    /// The kind.
    #[schemars(extend("enum" = ["text", "news_card", "image", "markdown", "action_card", "single_news_card", "link"]))]
    msg_type: &'static str,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The target of a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The picture, also that of a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<String>,
    /// The card.
    #[serde(skip_serializing_if = "Option::is_none")]
    card_id: Option<CardId>,
    /// The articles of the card in their order; absent if the card was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    article_ids: Option<Vec<ArticleId>>,
    /// The buttons of an action card, which an app made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<ButtonView>,
}

/// A button.
#[derive(Serialize, JsonSchema)]
struct ButtonView {
    /// The label.
    title: String,
    /// The target.
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
