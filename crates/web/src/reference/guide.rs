//! Guides as HTML.

use carillon_reference::{Guide, Text};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

use super::text::ReferenceTexts;
use crate::text::Lang;

/// The Markdown of a guide in a language, for a server.
pub(super) fn markdown(guide: &Guide, lang: Lang, base_url: &str) -> String {
    let text = of(&guide.text, lang);
    let filled = text.replace("{{base_url}}", base_url.trim_end_matches('/'));
    let filled = filled.replace("{{app_key}}", "APP_KEY").replace("{{app_secret}}", "APP_SECRET");
    filled.replace("{{corp_id}}", "CORP_ID")
}

pub(super) fn of(text: &Text, lang: Lang) -> &str {
    match lang {
        Lang::Zh => &text.zh,
        Lang::En => &text.en,
    }
}

/// A guide as HTML, without its title.
pub(super) fn html(guide: &Guide, r: &ReferenceTexts, base_url: &str) -> String {
    let markdown = markdown(guide, r.lang(), base_url);
    let events = Parser::new_ext(&markdown, Options::ENABLE_TABLES).map(|event| match event {
        // Tables and code may be wider than a phone: they scroll, also by keyboard.
        Event::Start(Tag::Table(_)) => Event::Html(
            format!("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table>", r.table)
                .into(),
        ),
        Event::End(TagEnd::Table) => Event::Html("</tbody></table></div>".into()),
        // The guides are written here; what looks like HTML in them is text.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut rendered = String::new();
    html::push_html(&mut rendered, events);
    rendered.replace("<pre>", "<pre tabindex=\"0\">")
}
