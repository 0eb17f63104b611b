//! A message and its body.

use crate::{
    clean::{CleanHtml, Href, Picture},
    text::Lang,
    time::Moment,
};

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The task id of a send, or the message id of a chat message.
    pub id: String,
    /// The sequence number: a later message has a larger one.
    pub seq: i64,
    /// True if the member wrote it, false if the account did.
    pub is_mine: bool,
    /// The name of the sender.
    pub sender: String,
    /// True if it follows a message of the same sender within minutes. Then only screen readers get its sender and time.
    pub is_continued: bool,
    /// The time when it was sent.
    pub time: Moment,
    /// The content.
    pub body: MessageBody,
    /// True if it is a preview for this member alone.
    pub is_preview: bool,
}

/// The content of a message, by its type. A link or picture that may not be shown is `None`; its text is shown.
#[derive(Clone, Debug)]
pub enum MessageBody {
    /// Plain text, from [`crate::clean::text_html`].
    Text {
        /// The text for the summary.
        plain: String,
        /// The text.
        html: CleanHtml,
    },
    /// An urgent message, from [`crate::clean::text_html`].
    Ding {
        /// The text for the summary.
        plain: String,
        /// The text.
        html: CleanHtml,
        /// The channel that the sender asked for.
        channel: DingChannel,
    },
    /// A picture.
    Image {
        /// The address.
        picture: Option<Picture>,
        /// The alternative text; empty if none is known.
        alt: String,
    },
    /// Markdown, from [`crate::clean::markdown_html`].
    Markdown {
        /// The title, which the list of conversations shows.
        title: String,
        /// The text.
        html: CleanHtml,
    },
    /// A card with buttons.
    ActionCard {
        /// The title, which the card and the list of conversations show.
        title: String,
        /// The text.
        html: CleanHtml,
        /// The buttons.
        buttons: Vec<CardButton>,
        /// How the buttons are arranged.
        layout: ButtonLayout,
    },
    /// A card with one link.
    SingleActionCard {
        /// The title, which the card and the list of conversations show.
        title: String,
        /// The text.
        html: CleanHtml,
        /// The text of the link; empty for the default one.
        single_title: String,
        /// The target of the link.
        href: Option<Href>,
    },
    /// A card of several articles: the first one large, the others in rows.
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
        /// The title.
        title: String,
        /// The description.
        text: String,
        /// The target of the link.
        href: Option<Href>,
        /// The picture.
        picture: Option<Picture>,
    },
    /// A list of links: the first one large, the others in rows.
    Feed {
        /// The links.
        links: Vec<FeedLink>,
    },
    /// The member chose a menu item.
    Choice {
        /// The label of the item.
        name: String,
        /// The text for the summary.
        plain: String,
    },
}

impl MessageBody {
    /// Returns the message as one line of text, for the list of conversations.
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

/// The channel that the sender of an urgent message asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DingChannel {
    /// In the app.
    App,
    /// By phone. No call was placed.
    Phone,
}

/// How the buttons of an action card are arranged.
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
    /// The label.
    pub title: String,
    /// The target of the link.
    pub href: Option<Href>,
}

/// A link of a list.
#[derive(Clone, Debug)]
pub struct FeedLink {
    /// The title.
    pub title: String,
    /// The target of the link.
    pub href: Option<Href>,
    /// The picture.
    pub picture: Option<Picture>,
}

/// An article on a card.
#[derive(Clone, Debug)]
pub struct CardArticle {
    /// The title.
    pub title: String,
    /// The summary; may be empty.
    pub digest: String,
    /// The cover.
    pub cover: Option<Picture>,
    /// The path of the article page.
    pub href: Option<Href>,
}
