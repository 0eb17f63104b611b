//! The link of a v1.0 send.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::mass_message::LinkFields;

/// A link.
#[derive(Deserialize, JsonSchema)]
pub struct Link {
    /// The main text of the card, also shown in the list of conversations.
    #[schemars(length(min = 1, max = 64))]
    title: String,
    /// The description, shown below the title.
    #[schemars(length(min = 1, max = 4096))]
    #[schemars(extend("x-aliases" = ["text"]))]
    summary: String,
    /// The address that the message opens.
    #[schemars(length(min = 1, max = 500))]
    #[schemars(extend("x-aliases" = ["message_url"]))]
    link_url: String,
    /// A picture: an address, or the `media_id` of an uploaded one; none if absent.
    #[schemars(length(max = 500))]
    #[schemars(extend("x-aliases" = ["pic_url"]))]
    cover_image_media_id: Option<String>,
    /// Where it opens: 0 in a browser, 1 in the client's workbench, 2 in its side panel. Stored alone, without effect here.
    #[schemars(extend("enum" = [0, 1, 2]))]
    open_type: Option<i64>,
}

impl From<Link> for LinkFields {
    fn from(link: Link) -> Self {
        Self {
            title: link.title,
            text: link.summary,
            url: link.link_url,
            picture: link.cover_image_media_id,
            open_type: link.open_type,
        }
    }
}
