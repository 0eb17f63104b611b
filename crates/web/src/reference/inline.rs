//! Descriptions as HTML: words in backticks are code, and the id of an operation is a link to its page.

use std::fmt::Write as _;

use carillon_reference::Reference;

/// Escapes a text for HTML.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A description as HTML.
pub(super) fn html(text: &str, reference: &Reference) -> String {
    let mut result = String::with_capacity(text.len() + 32);
    for (index, part) in text.split('`').enumerate() {
        let escaped = escape(part);
        let link = (index % 2 == 1).then(|| address(part, reference)).flatten();
        // Writing to a string cannot fail.
        let _ = match (index % 2 == 1, link) {
            (true, Some(address)) => write!(result, "<a href=\"{address}\"><code>{escaped}</code></a>"),
            (true, None) => write!(result, "<code>{escaped}</code>"),
            (false, _) => write!(result, "{}", escaped.replace("\n\n", "<br>").replace('\n', " ")),
        };
    }
    result
}

/// The page of what a word in backticks names.
fn address(word: &str, reference: &Reference) -> Option<String> {
    if reference.operation(word).is_some() {
        return Some(format!("/reference/{word}"));
    }
    reference.event(word).map(|event| format!("/reference/events/{}", event.name))
}
