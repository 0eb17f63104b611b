//! The structured content of a message as the legacy send has it.

use carillon_model::message::CardButton;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::given::{GivenCard, GivenLink, GivenMarkdown};

/// Structured content, for the kinds that need it.
#[derive(Default, Deserialize, JsonSchema)]
pub struct MessageBody {
    /// For `markdown`.
    pub markdown: Option<Markdown>,
    /// For `action_card`.
    pub action_card: Option<ActionCard>,
    /// For `link`.
    pub link: Option<Link>,
}

/// A markdown message.
#[derive(Deserialize, JsonSchema)]
pub struct Markdown {
    /// Shown in the list of conversations.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// Markdown; up to 5000 characters are suggested.
    #[schemars(length(min = 1, max = 65_535))]
    text: String,
}

/// An action card: either `single_title` and `single_url`, or `button_list` and `btn_orientation`.
#[derive(Deserialize, JsonSchema)]
pub struct ActionCard {
    /// Shown in the list of conversations and in notices.
    #[schemars(length(min = 1, max = 64))]
    title: String,
    /// Markdown; up to 1000 characters are suggested.
    #[schemars(length(min = 1, max = 65_535))]
    markdown: String,
    /// The words of a card that leads to one place.
    #[schemars(length(max = 20))]
    single_title: Option<String>,
    /// Where it leads.
    #[schemars(length(max = 500))]
    single_url: Option<String>,
    /// The layout of buttons: 0 below each other, 1 side by side.
    #[schemars(extend("enum" = ["0", "1"], "x-aliases" = ["bnt_orientation"]))]
    btn_orientation: Option<String>,
    /// The buttons. Decided: at most twenty; no number is documented.
    #[schemars(length(max = 20))]
    button_list: Option<Vec<Button>>,
}

/// A button.
#[derive(Deserialize, JsonSchema)]
struct Button {
    /// The words on it.
    #[schemars(length(min = 1, max = 20))]
    title: String,
    /// Where it leads.
    #[schemars(length(min = 1, max = 500))]
    action_url: String,
}

/// A link.
#[derive(Deserialize, JsonSchema)]
pub struct Link {
    /// Headline; up to 100 characters are suggested.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// Description; up to 500 characters are suggested.
    #[schemars(length(min = 1, max = 4096))]
    #[schemars(extend("x-aliases" = ["summary"]))]
    text: String,
    /// Where it leads.
    #[schemars(length(min = 1, max = 500))]
    #[schemars(extend("x-aliases" = ["link_url"]))]
    message_url: String,
    /// A picture: an address, or the media_id of an uploaded one.
    #[schemars(length(max = 500))]
    #[schemars(extend("x-aliases" = ["cover_image_media_id"]))]
    pic_url: Option<String>,
    /// Where it opens: 0 in a browser, 1 in the client, 2 in its side panel. The v1.0 send documents it.
    #[schemars(extend("enum" = [0, 1, 2]))]
    open_type: Option<i64>,
}

impl From<Markdown> for GivenMarkdown {
    fn from(markdown: Markdown) -> Self {
        Self { title: markdown.title, text: markdown.text }
    }
}

impl From<ActionCard> for GivenCard {
    fn from(card: ActionCard) -> Self {
        let buttons = card.button_list.unwrap_or_default().into_iter();
        Self {
            title: card.title,
            markdown: card.markdown,
            single_title: card.single_title,
            single_url: card.single_url,
            orientation: card.btn_orientation,
            buttons: buttons
                .map(|button| CardButton { title: button.title, url: button.action_url })
                .collect(),
        }
    }
}

impl From<Link> for GivenLink {
    fn from(link: Link) -> Self {
        Self {
            title: link.title,
            text: link.text,
            url: link.message_url,
            picture: link.pic_url,
            open_type: link.open_type,
        }
    }
}
