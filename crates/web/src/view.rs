//! What the pages show, as plain structs. The routes fill them; [`crate::page`] prints them.

use carillon_domain::password::Objection;
use carillon_model::color::Color;
use carillon_store::Corp;

use crate::{
    clean::{CleanHtml, Href, Picture},
    paths,
    text::Lang,
    time::Moment,
};

/// What every page needs.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language.
    pub lang: Lang,
    /// Path and query of this page, to come back to after signing in or switching the language.
    pub path: String,
    /// The name of the signed-in member, if there is one.
    pub member: Option<String>,
    /// The organisation that the page belongs to, if it is known.
    pub organisation: Option<Organisation>,
}

impl Page {
    /// One of nobody in particular.
    pub fn new(lang: Lang, path: impl Into<String>) -> Self {
        Self { lang, path: path.into(), member: None, organisation: None }
    }
}

/// How an organisation looks.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its picture.
    pub logo: Option<Logo>,
    /// The colour of links and buttons.
    pub accent: Option<Color>,
}

impl Organisation {
    /// As it is stored.
    pub fn of(corp: &Corp) -> Self {
        let logo = |logo: &carillon_store::Logo| {
            let picture = Picture::media(logo.media.as_str())?;
            Some(Logo { picture, width: logo.width, height: logo.height })
        };
        Self { name: corp.name.clone(), logo: corp.logo.as_ref().and_then(logo), accent: corp.accent_color }
    }
}

/// The picture of an organisation, with its size in pixels: pages do not move while it is loaded.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Where it is.
    pub picture: Picture,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// The time zone of the organisation, in which all times are shown. A reader elsewhere is told.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its name, such as `Asia/Shanghai`.
    pub name: String,
    /// Minutes ahead of UTC now.
    pub offset_minutes: i32,
}

impl Zone {
    /// How far it is from UTC: `UTC+8`, `UTC−3:30`.
    pub fn from_utc(&self) -> String {
        let (hours, minutes) = (self.offset_minutes.abs() / 60, self.offset_minutes.abs() % 60);
        let sign = if self.offset_minutes < 0 { '\u{2212}' } else { '+' };
        let minutes = if minutes == 0 { String::new() } else { format!(":{minutes:02}") };
        format!("UTC{sign}{hours}{minutes}")
    }
}

/// A service account as its messages show it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub unionid: String,
    /// Its name.
    pub name: String,
    /// Its picture; without one, the first character of the name stands in.
    pub avatar: Option<Picture>,
}

impl Account {
    /// The first character of the name.
    pub fn initial(&self) -> String {
        self.name.trim().chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
    }

    /// The conversation.
    pub fn href(&self) -> String {
        paths::conversation(&self.unionid)
    }

    /// Where messages to it are posted to.
    pub fn messages(&self) -> String {
        paths::messages(&self.unionid)
    }

    /// The profile page.
    pub fn profile(&self) -> String {
        paths::profile(&self.unionid)
    }
}

/// The sign-in page of an organisation.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// What every page needs.
    pub page: Page,
    /// Where to go afterwards; checked with [`paths::safe_return`].
    pub next: String,
    /// Where the form is sent.
    pub action: String,
    /// Where another organisation can be named; `None` if there is no other one.
    pub other: Option<String>,
    /// The user id typed so far.
    pub userid: String,
    /// Members to pick, on the demonstration organisation only.
    pub hints: Vec<MemberHint>,
    /// Why the last try failed.
    pub error: Option<SignInError>,
}

/// The question which organisation to sign in to.
#[derive(Clone, Debug)]
pub struct OrganisationChoice {
    /// What every page needs.
    pub page: Page,
    /// Where to go afterwards.
    pub next: String,
    /// The short name typed so far.
    pub named: String,
    /// Why it leads nowhere.
    pub problem: Option<ChoiceError>,
    /// Members of the demonstration organisation to pick.
    pub hints: Vec<MemberHint>,
}

/// Why no organisation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceError {
    /// None was named.
    Missing,
    /// No organisation has the short name.
    Unknown,
}

impl ChoiceError {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            ChoiceError::Missing => 400,
            ChoiceError::Unknown => 404,
        }
    }
}

/// Somebody who is signed in to one organisation came to the door of another one. The page is that of the first one.
#[derive(Clone, Debug)]
pub struct OtherOrganisation {
    /// What every page needs.
    pub page: Page,
    /// The organisation whose door it is.
    pub other: Organisation,
    /// Its door, and where that leads.
    pub enter: String,
}

/// What members see of themselves.
#[derive(Clone, Debug)]
pub struct Me {
    /// What every page needs.
    pub page: Page,
    /// The user id.
    pub userid: String,
    /// The password was set by the organisation: another one is advised.
    pub has_initial_password: bool,
    /// Something that was just done.
    pub done: Option<MeDone>,
    /// The sessions, the one that asks first.
    pub sessions: Vec<MemberSession>,
}

/// What a member has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeDone {
    /// The password was changed.
    Password,
    /// A session, or all others, were ended.
    Sessions,
}

/// One of a member's sessions.
#[derive(Clone, Debug)]
pub struct MemberSession {
    /// How the form that ends it names it.
    pub id: String,
    /// The browser and the device, as far as they are known.
    pub device: String,
    /// When it began.
    pub began: Moment,
    /// It is the one that asks.
    pub is_this: bool,
}

/// The form with which a member chooses another password.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// What every page needs.
    pub page: Page,
    /// Where to go afterwards.
    pub next: String,
    /// The user id, for programs that keep passwords.
    pub userid: String,
    /// The password is a temporary one: nothing else is possible before.
    pub must: bool,
    /// Why the last try failed.
    pub error: Option<PasswordError>,
}

/// Why a password was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// The password of before is wrong.
    WrongCurrent,
    /// The two new ones differ.
    Different,
    /// The new one cannot be one.
    Objection(Objection),
    /// Too many tries.
    TooManyTries,
    /// Too many passwords wait to be verified.
    Busy,
}

impl PasswordError {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            PasswordError::WrongCurrent => 403,
            PasswordError::Different | PasswordError::Objection(_) => 422,
            PasswordError::TooManyTries => 429,
            PasswordError::Busy => 503,
        }
    }
}

/// A member of the demonstration organisation that anybody may sign in as.
#[derive(Clone, Debug)]
pub struct MemberHint {
    /// The short name of the organisation.
    pub corp: String,
    /// The user id.
    pub userid: String,
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The user id or the password is wrong; which of them is not told.
    WrongPassword,
    /// Too many tries.
    TooManyTries,
    /// Too many passwords wait to be verified.
    Busy,
}

impl SignInError {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            SignInError::WrongPassword => 401,
            SignInError::TooManyTries => 429,
            SignInError::Busy => 503,
        }
    }
}

/// The list of conversations.
#[derive(Clone, Debug)]
pub struct ConversationList {
    /// What every page needs.
    pub page: Page,
    /// The rows, most recent first.
    pub rows: Vec<ConversationRow>,
    /// By what scripts keep in the browser what the server does not have: the name of the member there, and a key.
    pub vault: String,
    /// In which times are shown.
    pub zone: Zone,
}

impl ConversationList {
    /// Unread messages of all conversations.
    pub fn unread(&self) -> u64 {
        self.rows.iter().map(|row| row.unread).sum()
    }
}

/// One row of the list.
#[derive(Clone, Debug)]
pub struct ConversationRow {
    /// The account.
    pub account: Account,
    /// The last message in a line, from [`MessageBody::summary`].
    pub summary: Option<String>,
    /// When it came.
    pub time: Option<Moment>,
    /// How many messages were not read.
    pub unread: u64,
    /// Whether one of them is urgent.
    pub urgent: bool,
    /// The place of the last message.
    pub seq: i64,
}

/// A conversation with an account.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// What every page needs.
    pub page: Page,
    /// The account.
    pub account: Account,
    /// One page of messages with what stands between them, oldest first.
    pub items: Vec<Item>,
    /// Messages that could not be sent: they were saved, and can be sent again.
    pub unsent: Vec<Unsent>,
    /// By what scripts keep in the browser what the server does not have: the name of the member there, and a key.
    pub vault: String,
    /// In which times are shown.
    pub zone: Zone,
    /// The cursor of the page before; `None` at the start of the conversation.
    pub older: Option<String>,
    /// Whether the newest message is among them. Only then is the page live.
    pub is_newest: bool,
    /// The menu: empty if the account has none or has stopped it.
    pub menu: Vec<MenuButton>,
    /// Where the member writes.
    pub composer: Composer,
    /// Why what the member did just now was refused.
    pub problem: Option<&'static str>,
}

/// What stands in a conversation.
#[derive(Clone, Debug)]
pub enum Item {
    /// A day begins.
    Day(Moment),
    /// What follows is unread.
    Unread,
    /// A message.
    Message(Message),
    /// Where a message was recalled.
    Recalled(Recalled),
}

impl Item {
    /// The message, if it is one.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }
}

/// What is left of a recalled message.
#[derive(Clone, Debug)]
pub struct Recalled {
    /// Its id.
    pub id: String,
    /// Its place.
    pub seq: i64,
    /// When it had been sent.
    pub time: Moment,
}

/// A message that could not be sent.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// Its idempotency key: sent again, it is one message.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Where a member writes.
#[derive(Clone, Debug)]
pub enum Composer {
    /// The member may write.
    Open {
        /// The name that the message will have, so that sent twice it is one message.
        submission: String,
        /// What was written before it was refused.
        text: String,
        /// Characters that it may have.
        max_chars: usize,
    },
    /// The member may not write, and why.
    Shut(&'static str),
    /// Not here: on pages of earlier messages, and of accounts where it needs no word.
    Absent,
}

/// A button of the menu bar. Only items that do something are shown.
#[derive(Clone, Debug)]
pub enum MenuButton {
    /// A button that does something itself.
    Item(MenuItem),
    /// A button that opens more.
    Parent {
        /// Its label.
        name: String,
        /// What it opens.
        items: Vec<MenuItem>,
    },
}

/// A menu item.
#[derive(Clone, Debug)]
pub struct MenuItem {
    /// Its label.
    pub name: String,
    /// What it does.
    pub action: MenuAction,
}

/// What a menu item does.
#[derive(Clone, Debug)]
pub enum MenuAction {
    /// Opens a page.
    Open(Href),
    /// Tells the account that it was chosen: the path to post to, from [`paths::menu_item`].
    Choose(String),
}

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// Its place: a later one has a larger number.
    pub seq: i64,
    /// Whether the member said it rather than the account.
    pub is_mine: bool,
    /// The name of who said it.
    pub sender: String,
    /// Whether it follows another message of the same sender closely. Its sender and time are for screen readers alone then.
    pub is_continued: bool,
    /// When it was sent.
    pub time: Moment,
    /// What it says.
    pub body: MessageBody,
    /// Whether it is a preview for this member only.
    pub is_preview: bool,
}

/// What a message says, by its type. A link or picture that may not be shown is `None`, and its words remain.
#[derive(Clone, Debug)]
pub enum MessageBody {
    /// Plain text, from [`crate::clean::text_html`].
    Text {
        /// The text in a line, for the summary.
        plain: String,
        /// The text.
        html: CleanHtml,
    },
    /// An urgent message, from [`crate::clean::text_html`].
    Ding {
        /// The text in a line, for the summary.
        plain: String,
        /// The text.
        html: CleanHtml,
        /// How it was asked for.
        channel: DingChannel,
    },
    /// A picture.
    Image {
        /// Where it is.
        picture: Option<Picture>,
        /// What it shows, if that is known.
        alt: String,
    },
    /// Markdown, from [`crate::clean::markdown_html`].
    Markdown {
        /// Stands in the list.
        title: String,
        /// The text.
        html: CleanHtml,
    },
    /// A card with buttons.
    ActionCard {
        /// Stands over the text and in the list.
        title: String,
        /// The text.
        html: CleanHtml,
        /// The buttons.
        buttons: Vec<CardButton>,
        /// How they stand.
        layout: ButtonLayout,
    },
    /// A card that leads to one page as a whole.
    SingleActionCard {
        /// Stands over the text and in the list.
        title: String,
        /// The text.
        html: CleanHtml,
        /// The words of the link at its foot; empty for the usual ones.
        single_title: String,
        /// The page.
        href: Option<Href>,
    },
    /// A card of several articles: the first large, the rest in rows.
    NewsCard {
        /// The articles.
        articles: Vec<CardArticle>,
    },
    /// A card of one article.
    SingleNews {
        /// The article.
        article: CardArticle,
    },
    /// A link with a description.
    Link {
        /// Its title.
        title: String,
        /// The description.
        text: String,
        /// The page.
        href: Option<Href>,
        /// Its picture.
        picture: Option<Picture>,
    },
    /// A list of links: the first large, the rest in rows.
    Feed {
        /// The links.
        links: Vec<FeedLink>,
    },
    /// The member chose a menu item.
    Choice {
        /// The words on it.
        name: String,
        /// The same in a line, for the summary.
        plain: String,
    },
}

impl MessageBody {
    /// The message in a line, for the list of conversations.
    pub fn summary(&self, lang: Lang) -> &str {
        match self {
            MessageBody::Text { plain, .. } | MessageBody::Ding { plain, .. } => plain,
            MessageBody::Image { .. } => lang.texts().image_summary,
            MessageBody::Markdown { title, .. }
            | MessageBody::ActionCard { title, .. }
            | MessageBody::SingleActionCard { title, .. }
            | MessageBody::Link { title, .. } => title,
            MessageBody::NewsCard { articles } => articles.first().map_or("", |article| &article.title),
            MessageBody::SingleNews { article } => &article.title,
            MessageBody::Feed { links } => links.first().map_or("", |link| &link.title),
            MessageBody::Choice { plain, .. } => plain,
        }
    }
}

/// How an urgent message was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DingChannel {
    /// In the app.
    App,
    /// By phone. No call was placed.
    Phone,
}

/// How the buttons of an action card stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonLayout {
    /// One below the other.
    Vertical,
    /// Side by side.
    Horizontal,
}

/// A button of an action card.
#[derive(Clone, Debug)]
pub struct CardButton {
    /// Its label.
    pub title: String,
    /// Where it leads.
    pub href: Option<Href>,
}

/// A link of a list.
#[derive(Clone, Debug)]
pub struct FeedLink {
    /// Its title.
    pub title: String,
    /// The page.
    pub href: Option<Href>,
    /// Its picture.
    pub picture: Option<Picture>,
}

/// An article as a card shows it.
#[derive(Clone, Debug)]
pub struct CardArticle {
    /// Its title.
    pub title: String,
    /// Its summary, possibly empty.
    pub digest: String,
    /// Its cover.
    pub cover: Option<Picture>,
    /// The article page.
    pub href: Option<Href>,
}

/// The profile page of an account.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What every page needs.
    pub page: Page,
    /// The account.
    pub account: Account,
    /// The short introduction, possibly empty.
    pub brief: String,
    /// What the account sends.
    pub desc: String,
    /// A picture of its messages.
    pub preview: Option<Picture>,
}

/// An article page.
#[derive(Clone, Debug)]
pub struct Article {
    /// What every page needs.
    pub page: Page,
    /// The title.
    pub title: String,
    /// The cover.
    pub cover: Option<Picture>,
    /// The account it belongs to; a link for members only.
    pub account: Account,
    /// When it was published.
    pub published: Moment,
    /// The text, from [`crate::clean::article_html`].
    pub body: CleanHtml,
    /// Whether readers may pass it on.
    pub forwarding: Forwarding,
    /// When the link of a preview ends.
    pub preview_until: Option<Moment>,
    /// Comments, where the message that it came with allows them.
    pub comments: Option<Comments>,
    /// Where a member goes back to: the conversation, at the message that the article came with.
    pub back: Option<String>,
    /// In which times are shown.
    pub zone: Zone,
}

/// The comments below an article, and the form for another one.
#[derive(Clone, Debug)]
pub struct Comments {
    /// Where the form goes.
    pub action: String,
    /// Where what is typed is saved.
    pub draft_action: String,
    /// By what scripts keep in the browser what the server does not have: the name of the member there, and a key.
    pub vault: String,
    /// The message that the article came with.
    pub task_id: String,
    /// Characters of a comment.
    pub max_chars: u64,
    /// Whether readers see only what was selected, and what they wrote themselves.
    pub selected_only: bool,
    /// What is in the form already.
    pub draft: String,
    /// Why that was not taken.
    pub error: Option<CommentError>,
    /// What is there, newest first.
    pub items: Vec<Comment>,
}

/// A comment.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// The name of who wrote it.
    pub author: String,
    /// When.
    pub time: Moment,
    /// The text, from [`crate::clean::text_html`].
    pub html: CleanHtml,
    /// Where the reader who wrote it deletes it; none for the comments of others.
    pub delete: Option<String>,
    /// Whether only its author sees it, until it is selected.
    pub waits: bool,
}

/// Why a comment was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentError {
    /// It says nothing.
    Empty,
    /// It is too long.
    TooLong,
    /// Too many in a minute.
    TooMany,
}

/// Whether readers may pass an article on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forwarding {
    /// With a button that copies the link.
    Allowed,
    /// Without one, and search engines are asked to stay away.
    Refused,
}

/// A search and what it found.
#[derive(Clone, Debug)]
pub struct Search {
    /// What every page needs.
    pub page: Page,
    /// What was typed.
    pub query: String,
    /// The conversation that is searched; all when absent.
    pub account: Option<Account>,
    /// Accounts by their names.
    pub accounts: Vec<Account>,
    /// Messages, newest first.
    pub hits: Vec<Hit>,
    /// Where to go on; none when everything was looked at.
    pub next: Option<String>,
    /// Whether this is the first page of the results.
    pub is_first: bool,
    /// In which times are shown.
    pub zone: Zone,
}

/// A message that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Whose conversation.
    pub account: Account,
    /// Who wrote it.
    pub sender: String,
    /// When.
    pub time: Moment,
    /// The place in the conversation.
    pub href: String,
    /// Parts of an excerpt, and whether each is what was looked for.
    pub excerpt: Vec<(String, bool)>,
}

/// A page that says why there is nothing, and what to do next.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What every page needs.
    pub page: Page,
    /// Why there is nothing.
    pub kind: NoticeKind,
    /// Where to sign in to the organisation whose page it would be.
    pub door: Option<String>,
    /// The request id, shown when the server failed.
    pub request_id: Option<String>,
}

/// Why there is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// No such page.
    NotFound,
    /// No organisation has this address.
    UnknownOrganisation,
    /// The article was deleted.
    Deleted,
    /// The message was recalled.
    Recalled,
    /// The preview is over.
    LinkExpired,
    /// For members only.
    SignInNeeded,
    /// For other members.
    Forbidden,
    /// For members of another organisation than the one that the browser is signed in to.
    OtherOrganisation,
    /// The server has too much to do just now.
    Busy,
    /// The server failed.
    Unavailable,
}

impl NoticeKind {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            NoticeKind::NotFound | NoticeKind::UnknownOrganisation => 404,
            NoticeKind::Deleted | NoticeKind::Recalled | NoticeKind::LinkExpired => 410,
            NoticeKind::SignInNeeded => 401,
            NoticeKind::Forbidden | NoticeKind::OtherOrganisation => 403,
            NoticeKind::Busy => 503,
            NoticeKind::Unavailable => 500,
        }
    }

    /// The heading, and what to do next.
    pub fn texts(self, lang: Lang) -> (&'static str, &'static str) {
        let t = lang.texts();
        match self {
            NoticeKind::NotFound => (t.not_found, t.not_found_next),
            NoticeKind::UnknownOrganisation => (t.unknown_organisation, t.unknown_organisation_next),
            NoticeKind::Deleted => (t.deleted, t.deleted_next),
            NoticeKind::Recalled => (t.recalled, t.recalled_next),
            NoticeKind::LinkExpired => (t.link_expired, t.link_expired_next),
            NoticeKind::SignInNeeded => (t.sign_in_needed, t.sign_in_needed_next),
            NoticeKind::Forbidden => (t.forbidden, t.forbidden_next),
            NoticeKind::OtherOrganisation => (t.other_organisation, t.other_organisation_next),
            NoticeKind::Busy => (t.busy, t.busy_next),
            NoticeKind::Unavailable => (t.unavailable, t.unavailable_next),
        }
    }
}
