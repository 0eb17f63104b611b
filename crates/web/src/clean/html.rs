//! Sanitises HTML: [`normalize`] makes it regular, `ammonia` removes what is not allowed, then pictures and the levels of
//! headings are rewritten.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

use super::{
    address::{Href, Picture, host},
    normalize::normalize,
    plain::escape,
    style,
};
use crate::paths;

/// The attributes of external links. The sanitiser sets the same.
pub(super) const LINK_ATTRIBUTES: &str = "target=\"_blank\" rel=\"noopener noreferrer\"";
const REL: &str = "noopener noreferrer";

const TAGS: [&str; 56] = [
    "a",
    "abbr",
    "address",
    "article",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
];
/// `ul`, ruby and old elements that editors still write.
const MORE_TAGS: [&str; 8] = ["ul", "ruby", "rt", "rp", "strike", "tt", "time", "wbr"];
/// Elements that are removed with their content.
const CONTENT_TAGS: [&str; 20] = [
    "applet", "audio", "button", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes",
    "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
];

/// The origin of the HTML.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An article: harmless declarations of `style` attributes are kept.
    Article,
    /// A message: `style` attributes are removed.
    Message,
}

/// Built once, because a builder has a dozen hash sets.
static ARTICLE: LazyLock<Builder<'static>> = LazyLock::new(|| builder(true));
static MESSAGE: LazyLock<Builder<'static>> = LazyLock::new(|| builder(false));

pub(super) fn clean(source: &str, kind: Kind, media_base: &str) -> String {
    let Some(regular) = normalize(source) else {
        // No legitimate HTML is nested that deep: it is shown as text.
        let mut text = String::with_capacity(source.len());
        escape(source, &mut text);
        return text;
    };
    let builder = match kind {
        Kind::Article => &ARTICLE,
        Kind::Message => &MESSAGE,
    };
    rewrite(&builder.clean(&regular).to_string(), media_base)
}

fn builder(styles: bool) -> Builder<'static> {
    let cell = ["align", "valign", "colspan", "rowspan", "width", "height"];
    let attributes: [(&str, &[&str]); 11] = [
        ("a", &["href", "title"]),
        ("img", &["src", "alt", "width", "height"]),
        ("font", &["color"]),
        ("ol", &["start", "reversed"]),
        ("td", &cell),
        ("th", &cell),
        ("col", &["span", "width"]),
        ("colgroup", &["span"]),
        ("table", &["border", "cellpadding", "cellspacing", "width"]),
        ("p", &["align"]),
        ("time", &["datetime"]),
    ];
    let attributes: HashMap<_, HashSet<_>> =
        attributes.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect();
    let everywhere: &[&str] = if styles { &["style", "lang", "dir"] } else { &["lang", "dir"] };
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().chain(&MORE_TAGS).copied().collect())
        .clean_content_tags(CONTENT_TAGS.into_iter().collect())
        .tag_attributes(attributes)
        .generic_attributes(everywhere.iter().copied().collect())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "dingtalk", "data"]))
        .url_relative(UrlRelative::PassThrough)
        .set_tag_attribute_value("a", "target", "_blank")
        .link_rel(Some(REL))
        .strip_comments(true)
        .attribute_filter(filter_attribute);
    builder
}

fn filter_attribute<'v>(tag: &str, name: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match (tag, name) {
        // The only page of this server that texts may link to, at whatever address the server is: help with passwords needs it.
        ("a", "href") if value == paths::CHANGE_PASSWORD => Some(Cow::Borrowed(value)),
        ("a", "href") => Href::external(value).map(|href| Cow::Owned(href.to_string())),
        (_, "style") => style::filter(value).map(Cow::Owned),
        (
            _,
            "width" | "height" | "border" | "cellpadding" | "cellspacing" | "colspan" | "rowspan" | "span",
        ) => {
            let number = value.trim().trim_end_matches("px").trim_end_matches('%');
            let harmless = number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit());
            harmless.then_some(Cow::Borrowed(value))
        }
        ("font", "color") => value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
            .then_some(Cow::Borrowed(value)),
        _ => Some(Cow::Borrowed(value)),
    }
}

/// Rewrites the pictures and the levels of headings in sanitised HTML. No second parser is needed: in the output of the sanitiser each `<` begins a tag,
/// and a tag is a name with quoted attributes.
fn rewrite(html: &str, media_base: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut in_link = false;
    let mut headings = Headings::default();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tag = &rest[start..];
        let tag = &tag[..tag_length(tag)];
        match tag {
            _ if tag.starts_with("<img ") || tag == "<img>" => picture(tag, media_base, in_link, &mut out),
            _ => {
                if tag.starts_with("<a ") {
                    in_link = true;
                } else if tag == "</a>" {
                    in_link = false;
                }
                match heading_level(tag) {
                    Some((before, level)) => {
                        out.push_str(before);
                        out.push(headings.rewrite(level, before.starts_with("</")));
                        out.push_str(&tag[before.len() + 1..]);
                    }
                    None => out.push_str(tag),
                }
            }
        }
        rest = &rest[start + tag.len()..];
    }
    out.push_str(rest);
    out
}

/// Splits the tag of a heading before its level: `<h3>` into `<h` and 3, `</h3>` into `</h` and 3.
fn heading_level(tag: &str) -> Option<(&str, u32)> {
    let name = tag.strip_prefix("</").or_else(|| tag.strip_prefix('<'))?;
    let level =
        name.strip_prefix('h')?.chars().next()?.to_digit(10).filter(|level| (1..=6).contains(level))?;
    Some((&tag[..tag.len() - name.len() + 1], level))
}

/// The levels of headings. Below the title of the page, which is level 1, they begin with 2 and skip none, as screen readers expect.
#[derive(Default)]
struct Headings {
    /// The levels in the source of the heading and those above it.
    outline: Vec<u32>,
}

impl Headings {
    /// Returns the digit of the level for the level of a start tag, or for that of the end tag of the same heading.
    fn rewrite(&mut self, level: u32, is_end: bool) -> char {
        if !is_end {
            while self.outline.last().is_some_and(|last| *last >= level) {
                self.outline.pop();
            }
            self.outline.push(level);
        }
        let depth = u32::try_from(self.outline.len()).unwrap_or(u32::MAX);
        char::from_digit(depth.saturating_add(1).clamp(2, 6), 10).unwrap_or('6')
    }
}

fn tag_length(tag: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

fn picture(tag: &str, media_base: &str, in_link: bool, out: &mut String) {
    let source = attribute(tag, "src").unwrap_or_default();
    let alt = attribute(tag, "alt").unwrap_or_default();
    if let Some(local) = Picture::from_source(&source, media_base) {
        out.push_str("<img src=\"");
        escape(&local.to_string(), out);
        out.push_str("\" alt=\"");
        escape(&alt, out);
        out.push('"');
        for name in ["width", "height", "style"] {
            if let Some(value) = attribute(tag, name) {
                out.push_str(&format!(" {name}=\""));
                escape(&value, out);
                out.push('"');
            }
        }
        out.push_str(" loading=\"lazy\" decoding=\"async\">");
        return;
    }
    match Href::external(&source).filter(|href| !in_link && href.as_str().starts_with("http")) {
        Some(href) => {
            out.push_str("<a class=\"elsewhere\" href=\"");
            escape(href.as_str(), out);
            out.push_str("\" ");
            out.push_str(LINK_ATTRIBUTES);
            out.push('>');
            let text = if alt.trim().is_empty() { host(href.as_str()) } else { alt };
            escape(&text, out);
            out.push_str("</a>");
        }
        None => escape(&alt, out),
    }
}

/// Returns the unescaped value of an attribute of a serialised tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"')?;
        if before.rsplit(' ').next() == Some(name) {
            let plain = value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
            return Some(plain.replace("&nbsp;", "\u{a0}").replace("&amp;", "&"));
        }
        rest = after;
    }
    None
}
