//! A message and its body.

use crate::{
    clean::{CleanHtml, Href, Picture},
    text::Lang,
    time::Moment,
};

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
