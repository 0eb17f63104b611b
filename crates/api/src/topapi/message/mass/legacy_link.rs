//! The link of a legacy send.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::mass_message::LinkFields;

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
    /// The address that the message opens.
    #[schemars(length(min = 1, max = 500))]
    #[schemars(extend("x-aliases" = ["link_url"]))]
    message_url: String,
    /// A picture: an address, or the `media_id` of an uploaded one; none if absent.
    #[schemars(length(max = 500))]
    #[schemars(extend("x-aliases" = ["cover_image_media_id"]))]
    pic_url: Option<String>,
    /// Where it opens: 0 in a browser, 1 in the client, 2 in its side panel. The v1.0 send documents it.
    #[schemars(extend("enum" = [0, 1, 2]))]
    open_type: Option<i64>,
}

impl From<Link> for LinkFields {
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
