//! The structured content of a message. Both hosts have the same, except for links.

use schemars::JsonSchema;
use serde::Deserialize;

/// Structured content, for the kinds that need it.
#[derive(Deserialize, JsonSchema)]
pub struct MessageBody<Link> {
    /// The content of a message of the kind markdown.
    pub markdown: Option<Markdown>,
    /// The content of a message of the kind action_card: `single_title` and `single_url`, or `button_list` and `btn_orientation`.
    pub action_card: Option<ActionCard>,
    /// The content of a message of the kind link.
    pub link: Option<Link>,
}

impl<Link> Default for MessageBody<Link> {
    fn default() -> Self {
        Self { markdown: None, action_card: None, link: None }
    }
}

/// A markdown message.
#[derive(Deserialize, JsonSchema)]
pub struct Markdown {
    /// The title, shown in the list of conversations.
    #[schemars(length(min = 1, max = 256))]
    pub title: String,
    /// The body of the message in Markdown; up to 5000 characters are suggested.
    #[schemars(length(min = 1, max = 65_535))]
    pub text: String,
}

/// An action card: either `single_title` and `single_url`, or `button_list` and `btn_orientation`.
#[derive(Deserialize, JsonSchema)]
pub struct ActionCard {
    /// The title, shown in the list of conversations and in notices.
    #[schemars(length(min = 1, max = 64))]
    pub title: String,
    /// The body of the card in Markdown; up to 1000 characters are suggested.
    #[schemars(length(min = 1, max = 65_535))]
    pub markdown: String,
    /// The label of the only button, for a card with a single target; needs `single_url`.
    #[schemars(length(max = 20))]
    pub single_title: Option<String>,
    /// The address of a card with a single target; needs `single_title`. With buttons it is ignored.
    #[schemars(length(max = 500))]
    pub single_url: Option<String>,
    /// The layout of buttons: 0 vertical, 1 horizontal; needed with `button_list`.
    #[schemars(extend("enum" = ["0", "1"], "x-aliases" = ["bnt_orientation"]))]
    pub btn_orientation: Option<String>,
    /// The buttons, for a card with several targets. Decided: at most twenty; no number is documented.
    #[schemars(length(max = 20))]
    pub button_list: Option<Vec<Button>>,
}

/// A button.
#[derive(Deserialize, JsonSchema)]
pub struct Button {
    /// The label of the button.
    #[schemars(length(min = 1, max = 20))]
    pub title: String,
    /// The address that the button opens.
    #[schemars(length(min = 1, max = 500))]
    pub action_url: String,
}
