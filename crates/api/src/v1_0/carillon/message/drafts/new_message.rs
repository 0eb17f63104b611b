//! The message and the receivers of a draft in a request.

use carillon_domain::send::{
    draft,
    draft_message::{self, NewMessage, Options},
};
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, ArticleId, CardId, DeptId, MediaId, RoleId, SendDraftId, UserId},
    message::Receivers,
    send_draft::DraftContent,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Deserialize;

/// The kind of a message.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewMessageKind {
    /// Plain text in `text`.
    Text,
    /// Markdown with `title` and `text`.
    Markdown,
    /// A link with `title`, `text` and `url`.
    Link,
    /// A picture of the account's library, by `media_id`.
    Picture,
    /// Articles of the account, by `article_ids`. They get a card of their own.
    Articles,
    /// A card that the account has, by `card_id`.
    Card,
}

/// A message. The kind decides which of the other fields it needs.
#[derive(Deserialize, JsonSchema)]
pub struct MessageInput {
    /// The kind of message. It decides which of the other fields are needed.
    kind: NewMessageKind,
    /// For `markdown` and `link`: the title, which members see in the list of conversations.
    #[schemars(length(max = 256))]
    title: Option<String>,
    /// For `text` the text, for `markdown` Markdown, for `link` the description with at most 500 characters.
    #[schemars(length(max = 20_000))]
    text: Option<String>,
    /// For `link`: the address that it opens, with `https://` or `http://`.
    #[schemars(length(max = 500))]
    url: Option<String>,
    /// For `picture`: the media id of a picture of the account's library, from `carillon.picture_list`.
    #[schemars(length(max = 128))]
    media_id: Option<MediaId>,
    /// For `articles`: ids of articles of the account in their order, from `carillon.article_list`.
    #[schemars(length(max = 8))]
    article_ids: Option<Vec<ArticleId>>,
    /// For `card`: the id of a card of the account, from `carillon.card_list`.
    #[schemars(length(max = 128))]
    card_id: Option<CardId>,
}

impl MessageInput {
    /// Returns the message. What is missing is refused as empty.
    fn into_message(self) -> NewMessage {
        let (title, text) = (self.title.unwrap_or_default(), self.text.unwrap_or_default());
        match self.kind {
            NewMessageKind::Text => NewMessage::Text { text },
            NewMessageKind::Markdown => NewMessage::Markdown { title, text },
            NewMessageKind::Link => NewMessage::Link { title, text, url: self.url.unwrap_or_default() },
            NewMessageKind::Picture => {
                NewMessage::Picture(self.media_id.unwrap_or_else(|| MediaId::from("")))
            }
            NewMessageKind::Articles => NewMessage::Articles(self.article_ids.unwrap_or_default()),
            NewMessageKind::Card => NewMessage::Card(self.card_id.unwrap_or_else(|| CardId::from(""))),
        }
    }
}

/// What a draft says. A change leaves as it is what is absent.
#[derive(Deserialize, JsonSchema)]
pub struct ContentInput {
    /// The message. It replaces the one of the draft as a whole; absent: unchanged.
    message: Option<MessageInput>,
    /// True for everybody in the organisation. This field or one of the three lists replaces all receivers; absent: unchanged.
    is_to_all: Option<bool>,
    /// Userids of members; absent: none, if another field names receivers.
    #[schemars(length(max = 1000))]
    userid_list: Option<Vec<UserId>>,
    /// Ids of departments, each with all departments below it; absent: none, if another field names receivers.
    #[schemars(length(max = 1000))]
    dep_id_list: Option<Vec<DeptId>>,
    /// Ids of roles; absent: none, if another field names receivers.
    #[serde(rename = "roleIds")]
    #[schemars(length(max = 1000))]
    role_ids: Option<Vec<RoleId>>,
    /// When to send it, in ms since 1970: in the future; 0 for at once. Absent: unchanged, at once for a new draft.
    #[schemars(range(min = 0))]
    send_time: Option<Timestamp>,
    /// Whether readers may comment on the articles of the send; absent: unchanged, false for a new draft.
    allow_comment: Option<bool>,
    /// Which comments readers see: 0 all, 1 only selected ones and their own. Absent: unchanged, 0 for a new draft.
    #[schemars(extend("enum" = [0, 1]))]
    comment_type: Option<i64>,
    /// Whether it is shown on the account's home page: 0 no, 1 yes; without effect here. Absent: unchanged, 1 for a new draft.
    #[schemars(extend("enum" = [0, 1]))]
    show_homepage: Option<i64>,
}

impl ContentInput {
    /// Writes the content to the version of a draft, and returns the new version.
    pub fn write(
        self,
        tx: &mut Tx<'_>,
        call: &Call,
        (account, id, version): (&AccountId, SendDraftId, i64),
        by: &UserId,
    ) -> Result<i64> {
        let (env, corp) = (&call.env, call.corp());
        let before = draft::get(tx, corp, account, id)?.content;
        let receivers = self.receivers();
        let due_at = self.due_at(call, &before)?;
        let options = Options::of(&before);
        let options = Options {
            allow_comment: self.allow_comment.unwrap_or(options.allow_comment),
            only_selected: self.comment_type.map_or(options.only_selected, |kind| kind == 1),
            show_homepage: self.show_homepage.map_or(options.show_homepage, |flag| flag == 1),
        };
        let message = self.message.map(MessageInput::into_message);
        let version = draft_message::set(tx, env, corp, (account, id, version), by, message, options)?;
        draft::change(tx, env, corp, (account, id, version), by, |content| {
            content.due_at = due_at;
            if let Some(receivers) = receivers {
                content.receivers = receivers;
            }
        })
    }

    fn receivers(&self) -> Option<Receivers> {
        let (users, departments, roles) = (&self.userid_list, &self.dep_id_list, &self.role_ids);
        let is_named =
            self.is_to_all.is_some() || users.is_some() || departments.is_some() || roles.is_some();
        is_named.then(|| match self.is_to_all {
            // As in the console: everybody needs no names.
            Some(true) => Receivers { all: true, ..Receivers::default() },
            _ => Receivers {
                all: false,
                users: users.clone().unwrap_or_default(),
                departments: departments.clone().unwrap_or_default(),
                roles: roles.clone().unwrap_or_default(),
            },
        })
    }

    fn due_at(&self, call: &Call, before: &DraftContent) -> Result<Option<Timestamp>> {
        match self.send_time {
            None => Ok(before.due_at),
            Some(Timestamp(0)) => Ok(None),
            Some(at) if at <= call.env.now() => Err(Error::invalid("send_time", "must be in the future")),
            Some(at) => Ok(Some(at)),
        }
    }
}
