//! What other people wrote, made safe to show. A page only prints HTML of the type [`CleanHtml`], and only this
//! module makes it; addresses of links and pictures have the types [`Href`] and [`Picture`] for the same reason.

mod html;
mod markdown;
mod normalize;
mod plain;
mod style;
mod url;

use std::fmt;

pub use url::{Href, Picture};

/// The version of what [`article_html`] does. Whoever changes that counts it up: stored articles are then cleaned again.
pub const RULES_VERSION: i64 = 2;

/// Bytes of a message that is rendered; a longer one is shown as it stands.
const MARKDOWN_MAX: usize = 256 << 10;

/// HTML that has been through the sanitiser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// What [`article_html`] returned before, from where it was stored.
    pub fn stored(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it has a heading.
    pub fn has_heading(&self) -> bool {
        (1..=6).any(|level| self.0.contains(&format!("<h{level}>")))
    }

    /// Whether it sets colours of its own, which need a light ground in the dark theme.
    pub fn sets_colours(&self) -> bool {
        self.0
            .split('<')
            .skip(1)
            .filter_map(|tag| tag.split('>').next())
            .any(|tag| tag.starts_with("font color=") || tag.contains(" style=\"") && tag.contains("color:"))
    }
}

impl fmt::Display for CleanHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for CleanHtml {}

/// Cleans the body of an article. Pictures named by a media id are served from below `media_base`; pictures on
/// other hosts become links, because reading an article must not call anybody else.
pub fn article_html(source: &str, media_base: &str) -> CleanHtml {
    CleanHtml(html::clean(source, html::Kind::Article, media_base))
}

/// Renders and cleans the Markdown of a message.
pub fn markdown_html(source: &str) -> CleanHtml {
    if source.len() > MARKDOWN_MAX {
        return text_html(source);
    }
    CleanHtml(html::clean(&markdown::to_html(source), html::Kind::Message, crate::paths::MEDIA_BASE))
}

/// Escapes a plain text and makes its web addresses links.
pub fn text_html(source: &str) -> CleanHtml {
    CleanHtml(plain::to_html(source))
}
