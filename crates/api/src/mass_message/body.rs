//! The structured content of a message. Both hosts have the same, except for links.

use schemars::JsonSchema;
use serde::Deserialize;

/// Structured content, for the kinds that need it.
#[derive(Deserialize, JsonSchema)]
pub struct MessageBody<Link> {
    /// For `markdown`.
    pub markdown: Option<Markdown>,
    /// For `action_card`.
    pub action_card: Option<ActionCard>,
    /// For `link`.
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
    /// Shown in the list of conversations.
    #[schemars(length(min = 1, max = 256))]
    pub title: String,
    /// Markdown; up to 5000 characters are suggested.
    #[schemars(length(min = 1, max = 65_535))]
    pub text: String,
}

/// An action card: either `single_title` and `single_url`, or `button_list` and `btn_orientation`.
#[derive(Deserialize, JsonSchema)]
pub struct ActionCard {
    /// Shown in the list of conversations and in notices.
    #[schemars(length(min = 1, max = 64))]
    pub title: String,
    /// Markdown; up to 1000 characters are suggested.
    #[schemars(length(min = 1, max = 65_535))]
    pub markdown: String,
    /// The label of a card with a single target.
    #[schemars(length(max = 20))]
    pub single_title: Option<String>,
    /// The target address.
    #[schemars(length(max = 500))]
    pub single_url: Option<String>,
    /// The layout of buttons: 0 vertical, 1 horizontal.
    #[schemars(extend("enum" = ["0", "1"], "x-aliases" = ["bnt_orientation"]))]
    pub btn_orientation: Option<String>,
    /// The buttons. Decided: at most twenty; no number is documented.
    #[schemars(length(max = 20))]
    pub button_list: Option<Vec<Button>>,
}

/// A button.
#[derive(Deserialize, JsonSchema)]
pub struct Button {
    /// The label.
    #[schemars(length(min = 1, max = 20))]
    pub title: String,
    /// The target address.
    #[schemars(length(min = 1, max = 500))]
    pub action_url: String,
}
