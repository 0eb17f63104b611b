//! Plain text to HTML: everything escaped, web addresses made links.

use super::{html::LINK_ATTRIBUTES, url::Href};

const ADDRESS_MAX: usize = 2_048;

pub(super) fn to_html(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    let mut rest = source;
    while let Some(start) = next_address(rest) {
        let (before, address) = rest.split_at(start);
        let address = &address[..address_length(address)];
        escape(before, &mut out);
        match Href::external(address).filter(|_| address.len() <= ADDRESS_MAX) {
            Some(href) => {
                out.push_str("<a href=\"");
                escape(href.as_str(), &mut out);
                out.push_str("\" ");
                out.push_str(LINK_ATTRIBUTES);
                out.push('>');
                escape(address, &mut out);
                out.push_str("</a>");
            }
            None => escape(address, &mut out),
        }
        rest = &rest[start + address.len()..];
    }
    escape(rest, &mut out);
    out
}

/// Where the next web address starts. A start at the end of a word, as in `xhttp://`, is one too: Chinese text has
/// no space before it.
fn next_address(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(at, _)| at).find(|at| {
        let rest = &text[*at..];
        ["http://", "https://"].iter().any(|scheme| {
            rest.strip_prefix(scheme)
                .is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
        })
    })
}

/// An address ends at a space, at anything outside ASCII, at a quote, and before punctuation that closes a sentence.
fn address_length(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_ascii_graphic() || "<>\"'`{}|\\^".contains(c)).unwrap_or(text.len());
    let mut address = &text[..end];
    while let Some(last) = address.chars().next_back() {
        let unopened = last == ')' && !address.contains('(');
        if ".,;:!?]".contains(last) || unopened {
            address = &address[..address.len() - 1];
        } else {
            break;
        }
    }
    address.len()
}

/// Escapes text so that it may stand in an element or in a quoted attribute.
pub(super) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn addresses_become_links_and_the_rest_is_escaped() {
        assert_eq!(
            to_html("见https://example.com/a?b=1&c=2。<b>"),
            "见<a href=\"https://example.com/a?b=1&amp;c=2\" target=\"_blank\" rel=\"noopener noreferrer\">\
             https://example.com/a?b=1&amp;c=2</a>。&lt;b&gt;"
        );
        assert!(to_html("(http://example.com).").ends_with("http://example.com</a>)."));
        assert!(to_html("https://example.com/x_(y)").contains(">https://example.com/x_(y)</a>"));
    }

    #[test]
    fn what_is_no_address_stays_text() {
        for text in ["http://", "https:// x", "javascript:alert(1)", "http", "httphttp:"] {
            assert_eq!(to_html(text), text);
        }
        assert!(!to_html("http://a\"onmouseover=x").contains("\"onmouseover"));
    }
}
