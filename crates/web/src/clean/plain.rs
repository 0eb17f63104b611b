//! Turns plain text into HTML: escapes it, and makes links of web addresses.

use super::{address::Href, html::LINK_ATTRIBUTES};
use crate::paths;

const ADDRESS_MAX: usize = 2_048;

pub(super) fn to_html(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    let mut rest = source;
    loop {
        let next = next_address(rest);
        let page = next_password_page(&rest[..next.unwrap_or(rest.len())]);
        if let Some(start) = page {
            escape(&rest[..start], &mut out);
            out.push_str(&format!("<a href=\"{PASSWORD_PAGE}\" {LINK_ATTRIBUTES}>{PASSWORD_PAGE}</a>"));
            rest = &rest[start + PASSWORD_PAGE.len()..];
            continue;
        }
        let Some(start) = next else { break };
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

/// The only page of this server that texts may name by its path: help with passwords needs it, at whatever address the server is.
const PASSWORD_PAGE: &str = paths::CHANGE_PASSWORD;

/// Returns the offset of the next [`PASSWORD_PAGE`] that is not part of a longer path or address.
fn next_password_page(text: &str) -> Option<usize> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || "/.:_-%?#&=".contains(c);
    text.match_indices(PASSWORD_PAGE).map(|(at, _)| at).find(|at| {
        let after = &text[at + PASSWORD_PAGE.len()..];
        !text[..*at].ends_with(belongs) && !after.starts_with(|c: char| belongs(c) && c != '.')
    })
}

/// Returns the offset of the next web address. An address may follow a letter, as in `xhttp://`, because Chinese text has no
/// space before it.
fn next_address(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(at, _)| at).find(|at| {
        let rest = &text[*at..];
        ["http://", "https://"].iter().any(|scheme| {
            rest.strip_prefix(scheme)
                .is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
        })
    })
}

/// Returns the length of the address at the start of a text. It ends at a space, a quote or a character outside ASCII, and before
/// punctuation at the end of a sentence.
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

/// Escapes text for use in an element or in a quoted attribute.
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
    fn the_path_of_the_password_page_is_a_link() {
        let link = "<a href=\"/me/password\" target=\"_blank\" rel=\"noopener noreferrer\">/me/password</a>";
        assert_eq!(to_html("打开/me/password。<"), format!("打开{link}。&lt;"));
        assert_eq!(to_html("/me/password. /me/password"), format!("{link}. {link}"));
        for other in ["x/me/password", "/me/passwords", "/me/password/x", "//me/password", "/me/password?a=b"]
        {
            assert_eq!(to_html(other), other);
        }
        assert!(
            to_html("https://example.com/me/password").contains("href=\"https://example.com/me/password\"")
        );
    }

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
    fn text_without_an_address_stays_text() {
        for text in ["http://", "https:// x", "javascript:alert(1)", "http", "httphttp:"] {
            assert_eq!(to_html(text), text);
        }
        assert!(!to_html("http://a\"onmouseover=x").contains("\"onmouseover"));
    }
}
