//! Converts stored accounts and messages to view models.

use carillon_domain::{
    article::{LinkSource, article_link},
    card,
    inbox::Entry,
};
use carillon_model::{
    article::{ArticleHead, Headline},
    chat::{ChatContent, FeedLink},
    env::Env,
    error::Result,
    id::{AccountId, ArticleId, CardId, CorpId, MediaId, MessageId},
    message::{CardAction, Message},
    service_account::ServiceAccount,
    time::{self, MINUTE_MS, Timestamp},
};
use carillon_store::{ChatMessage, CorpState, SendRow, Tx};
use jiff::tz::TimeZone;

use crate::{
    clean::{self, Href, Picture},
    paths,
    text::Lang,
    time::Moment,
    view,
};

/// The reader of a page: organisation, language, time and time zone.
#[derive(Clone)]
pub struct Viewer {
    pub corp: CorpId,
    pub lang: Lang,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub env: Env,
}

impl Viewer {
    pub fn new(state: &CorpState, lang: Lang, env: &Env) -> Self {
        let zone = time::zone(&state.corp.time_zone).unwrap_or(TimeZone::UTC);
        Self { corp: state.corp.id.clone(), lang, now: env.now(), zone, env: env.clone() }
    }

    /// Returns the time zone, for readers in another one.
    pub fn zone(&self) -> view::Zone {
        let now = jiff::Timestamp::from_millisecond(self.now.0).unwrap_or_default();
        view::Zone {
            name: self.zone.iana_name().unwrap_or("UTC").to_owned(),
            offset_minutes: self.zone.to_offset(now).seconds() / 60,
        }
    }

    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment::new(self.lang, at.0, self.now.0, &self.zone)
    }
}

pub fn account(account: &ServiceAccount) -> view::Account {
    view::Account {
        unionid: account.id.to_string(),
        name: account.name.clone(),
        avatar: Picture::media(account.avatar_media_id.as_str()),
    }
}

/// Milliseconds after which a message of the same sender shows sender and time again.
const CONTINUED_MS: i64 = 5 * MINUTE_MS;

pub fn message(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &ServiceAccount,
    entry: &Entry,
) -> Result<view::Message> {
    let is_mine = is_of_member(entry);
    let time = viewer.moment(entry.created_at());
    let mut body = body(tx, viewer, entry)?;
    if let view::MessageBody::Image { alt, .. } = &mut body {
        *alt = viewer.lang.picture_of(&sender(viewer, account, entry), &time.full);
    }
    Ok(view::Message {
        id: entry.id().to_owned(),
        seq: entry.seq().0,
        is_mine,
        sender: sender(viewer, account, entry),
        is_continued: false,
        time,
        body,
        is_preview: entry.sent().is_some_and(|send| send.preview),
    })
}

fn is_of_member(entry: &Entry) -> bool {
    matches!(entry, Entry::Chat(chat) if !chat.author.is_account())
}

/// Returns the name of the sender: "you" for the member.
pub fn sender(viewer: &Viewer, account: &ServiceAccount, entry: &Entry) -> String {
    if is_of_member(entry) { viewer.lang.texts().you.to_owned() } else { account.name.clone() }
}

/// Merges messages and notes of recalled ones in their order. Adds days and the start of unread messages, and sets `is_continued`.
/// `messages` are oldest first, `recalled` newest first.
pub fn items(
    messages: Vec<view::Message>,
    mut recalled: Vec<view::Recalled>,
    is_unread: impl Fn(&view::Message) -> bool,
) -> Vec<view::Item> {
    let mut items: Vec<view::Item> = Vec::with_capacity(messages.len() + recalled.len() + 4);
    let mut is_unread_marked = false;
    let day_of = |items: &[view::Item]| match items.last() {
        Some(view::Item::Message(message)) => Some(message.time.date.clone()),
        Some(view::Item::Recalled(recalled)) => Some(recalled.time.date.clone()),
        _ => None,
    };
    let add_recalled = |items: &mut Vec<view::Item>, recalled: view::Recalled| {
        if day_of(items).as_ref() != Some(&recalled.time.date) {
            items.push(view::Item::Day(recalled.time.clone()));
        }
        items.push(view::Item::Recalled(recalled));
    };
    for mut message in messages {
        while let Some(earlier) = recalled.pop_if(|recalled| recalled.seq < message.seq) {
            add_recalled(&mut items, earlier);
        }
        if day_of(&items).as_ref() != Some(&message.time.date) {
            items.push(view::Item::Day(message.time.clone()));
        }
        if !is_unread_marked && is_unread(&message) {
            is_unread_marked = true;
            items.push(view::Item::Unread);
        }
        message.is_continued = matches!(items.last(), Some(view::Item::Message(before))
            if before.is_mine == message.is_mine && !message.is_preview && message.time.at_ms - before.time.at_ms < CONTINUED_MS);
        items.push(view::Item::Message(message));
    }
    while let Some(later) = recalled.pop() {
        add_recalled(&mut items, later);
    }
    items
}

/// Returns the content of a message.
pub fn body(tx: &mut Tx<'_>, viewer: &Viewer, entry: &Entry) -> Result<view::MessageBody> {
    match entry {
        Entry::Sent(send) => message_body(tx, viewer, &send.message, &Origin::Send(send)),
        Entry::Chat(ChatMessage { id, content: ChatContent::Message(message), .. }) => {
            message_body(tx, viewer, message, &Origin::Chat(id))
        }
        Entry::Chat(ChatMessage { content: ChatContent::Feed(links), .. }) => Ok(feed(links)),
        Entry::Chat(ChatMessage { content: ChatContent::Choice { name }, .. }) => {
            Ok(view::MessageBody::Choice { plain: viewer.lang.chose(name), name: name.clone() })
        }
    }
}

/// A mass send or a chat message, which links of the message name.
enum Origin<'e> {
    Send(&'e SendRow),
    Chat(&'e MessageId),
    /// Nothing that members have got: its articles have no links.
    Draft,
}

impl Origin<'_> {
    fn link_source(&self) -> Option<LinkSource> {
        match self {
            Self::Send(send) if send.preview => Some(LinkSource::Preview(send.task.clone())),
            Self::Send(send) => Some(LinkSource::Send(send.task.clone())),
            Self::Chat(id) => Some(LinkSource::Message((*id).clone())),
            Self::Draft => None,
        }
    }

    /// Returns the query parameter by which links name the message. With `send`, the article page has comments.
    fn parameter(&self) -> (&'static str, &str) {
        match self {
            Self::Send(send) if send.preview => ("preview", send.task.as_str()),
            Self::Send(send) if send.allow_comment => ("send", send.task.as_str()),
            Self::Send(send) => ("from", send.task.as_str()),
            Self::Chat(id) => ("message", id.as_str()),
            Self::Draft => ("", ""),
        }
    }
}

/// Returns the content of a message that nobody has got yet.
pub fn draft_body(tx: &mut Tx<'_>, viewer: &Viewer, message: &Message) -> Result<view::MessageBody> {
    message_body(tx, viewer, message, &Origin::Draft)
}

/// Returns a card of articles of an account as members would see it.
pub fn articles_body(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &AccountId,
    ids: &[ArticleId],
) -> Result<view::MessageBody> {
    let mut heads = Vec::with_capacity(ids.len());
    for id in ids {
        let head = tx.article_head(&viewer.corp, *id)?;
        heads.extend(head.filter(|article| !article.deleted && article.account == *account));
    }
    Ok(view::MessageBody::NewsCard { articles: card_articles(viewer, heads, &Origin::Draft) })
}

fn message_body(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    message: &Message,
    origin: &Origin<'_>,
) -> Result<view::MessageBody> {
    Ok(match message {
        Message::Text { content } => {
            view::MessageBody::Text { plain: content.clone(), html: clean::text_html(content) }
        }
        Message::Ding { content, phone } => view::MessageBody::Ding {
            plain: content.clone(),
            html: clean::text_html(content),
            channel: if *phone { view::DingChannel::Phone } else { view::DingChannel::App },
        },
        Message::Image { media_id } => picture(media_id),
        Message::Markdown { title, text } => {
            view::MessageBody::Markdown { title: title.clone(), html: clean::markdown_html(text) }
        }
        Message::ActionCard { title, markdown, action } => action_card(title, markdown, action),
        Message::Link { title, text, url, picture, .. } => view::MessageBody::Link {
            title: title.clone(),
            text: text.clone(),
            href: Href::external(url),
            picture: picture.as_deref().and_then(|source| Picture::from_source(source, paths::MEDIA_BASE)),
        },
        Message::NewsCard { card_id } => {
            view::MessageBody::NewsCard { articles: articles(tx, viewer, card_id, origin)? }
        }
        Message::SingleNewsCard { card_id } => single_news(articles(tx, viewer, card_id, origin)?),
    })
}

fn feed(links: &[FeedLink]) -> view::MessageBody {
    let link = |link: &FeedLink| view::FeedLink {
        title: link.title.clone(),
        href: Href::external(&link.url),
        picture: Picture::from_source(&link.picture, paths::MEDIA_BASE),
    };
    view::MessageBody::Feed { links: links.iter().map(link).collect() }
}

fn picture(id: &MediaId) -> view::MessageBody {
    view::MessageBody::Image { picture: Picture::media(id.as_str()), alt: String::new() }
}

fn action_card(title: &str, markdown: &str, action: &CardAction) -> view::MessageBody {
    let (title, html) = (title.to_owned(), clean::markdown_html(markdown));
    match action {
        CardAction::Whole { title: single_title, url } => view::MessageBody::SingleActionCard {
            title,
            html,
            single_title: single_title.clone(),
            href: Href::external(url),
        },
        CardAction::Buttons { horizontal, buttons } => view::MessageBody::ActionCard {
            title,
            html,
            buttons: buttons
                .iter()
                .map(|button| view::CardButton {
                    title: button.title.clone(),
                    href: Href::external(&button.url),
                })
                .collect(),
            layout: match horizontal {
                true => view::ButtonLayout::Horizontal,
                false => view::ButtonLayout::Vertical,
            },
        },
    }
}

/// A card whose article was deleted is empty.
fn single_news(articles: Vec<view::CardArticle>) -> view::MessageBody {
    match articles.into_iter().next() {
        Some(article) => view::MessageBody::SingleNews { article },
        None => view::MessageBody::NewsCard { articles: Vec::new() },
    }
}

/// Returns the articles of a card that can be read. A preview has the drafts. Links name the message.
fn articles(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    id: &CardId,
    origin: &Origin<'_>,
) -> Result<Vec<view::CardArticle>> {
    let Some(found) = tx.card(&viewer.corp, id)? else { return Ok(Vec::new()) };
    let heads = card::heads(tx, &viewer.corp, &found)?;
    Ok(card_articles(viewer, heads, origin))
}

fn card_articles(viewer: &Viewer, articles: Vec<ArticleHead>, origin: &Origin<'_>) -> Vec<view::CardArticle> {
    let source = origin.link_source();
    let (name, value) = origin.parameter();
    let is_preview = matches!(source, Some(LinkSource::Preview(_)));
    let visible = articles.into_iter().filter_map(|article| {
        let href = source.as_ref().map(|source| {
            let path = article_link::path(&viewer.env, &viewer.corp, article.id, source);
            Href::local(format!("{path}?{name}={}", paths::encode(value)))
        });
        let text = match source {
            None => article.published.unwrap_or(article.draft),
            Some(_) => visible_headline(article, is_preview)?,
        };
        Some(view::CardArticle {
            title: text.title,
            digest: text.digest.unwrap_or_default(),
            cover: text.thumb_media_id.and_then(|id| Picture::media(id.as_str())),
            href,
        })
    });
    visible.collect()
}

/// Returns the headline of the copy that a reader sees; `None` if the article is not published.
fn visible_headline(article: ArticleHead, is_preview: bool) -> Option<Headline> {
    if is_preview { Some(article.draft) } else { article.published }
}
