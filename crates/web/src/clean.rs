//! Sanitises text and HTML that others wrote. Templates print raw HTML only of the type [`CleanHtml`], which only this
//! module creates. For the same reason, addresses of links and pictures have the types [`Href`] and [`Picture`].

mod address;
#[cfg(test)]
mod corpus;
mod html;
mod markdown;
mod normalize;
mod plain;
mod style;

use std::fmt;

pub use address::{Href, Picture};

/// The version of the rules of [`article_html`]. Increase it with each change of the rules: stored articles are then cleaned again.
pub const RULES_VERSION: i64 = 5;

/// The most bytes of Markdown that are rendered. A longer message is shown as plain text.
const MARKDOWN_MAX: usize = 256 << 10;

/// HTML that was sanitised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// Wraps a stored result of [`article_html`]. Callers must pass nothing else.
    pub fn stored(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true if it contains a heading.
    pub fn has_heading(&self) -> bool {
        (1..=6).any(|level| self.0.contains(&format!("<h{level}>")))
    }

    /// Returns true if it sets colours. Then it needs a light background in the dark theme.
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

/// Sanitises the body of an article. Pictures with a media id get an address below `media_base`. Pictures on other hosts become
/// links, because reading an article must not send requests to other hosts.
pub fn article_html(source: &str, media_base: &str) -> CleanHtml {
    CleanHtml(html::clean(source, html::Kind::Article, media_base))
}

/// Renders and sanitises the Markdown of a message.
pub fn markdown_html(source: &str) -> CleanHtml {
    if source.len() > MARKDOWN_MAX {
        return text_html(source);
    }
    CleanHtml(html::clean(&markdown::to_html(source), html::Kind::Message, crate::paths::MEDIA_BASE))
}

/// Escapes a plain text and turns its web addresses into links.
pub fn text_html(source: &str) -> CleanHtml {
    CleanHtml(plain::to_html(source))
}
