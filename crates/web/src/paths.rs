//! The addresses of the inbox, in one place, so that pages, fragments and routes agree.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where media is served by its id.
pub const MEDIA_BASE: &str = "/media/";
/// The list of conversations.
pub const INBOX: &str = "/inbox";
/// The stream of live events.
pub const EVENTS: &str = "/inbox/events";
/// The search through all conversations.
pub const SEARCH: &str = "/inbox/search";
/// The form that signs a member in.
pub const SIGN_IN: &str = "/sign-in";
/// The form that signs a member out.
pub const SIGN_OUT: &str = "/sign-out";

/// What a member sees of the own account.
pub const ME: &str = "/me";
/// The form that ends one of one's own sessions, or all others.
pub const END_SESSION: &str = "/me/sessions/end";

/// The entry of an organisation, or a page behind it.
pub fn organisation(short_name: &str, rest: &str) -> String {
    format!("/o/{}/{rest}", encode(short_name))
}

/// The entry of an organisation that leads on to `next`.
pub fn entry(short_name: &str, next: &str) -> String {
    let entry = organisation(short_name, "");
    if next == INBOX { entry } else { format!("{entry}?next={}", encode(next)) }
}

/// The question for the organisation, whichever one the browser knows.
pub fn other_organisation(next: &str) -> String {
    format!("{SIGN_IN}?other&next={}", encode(next))
}

/// The form with which a member chooses another password, and that then leads on to `next`.
pub fn change_password(next: &str) -> String {
    if next == ME { CHANGE_PASSWORD.to_owned() } else { format!("{CHANGE_PASSWORD}?next={}", encode(next)) }
}

/// The form with which a member chooses another password.
pub const CHANGE_PASSWORD: &str = "/me/password";

/// Encodes a value so that it is exactly one segment of a path, or one value of a query.
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, SEGMENT).to_string()
}

/// The conversation with an account.
pub fn conversation(unionid: &str) -> String {
    format!("{INBOX}/a/{}", encode(unionid))
}

/// The profile page of an account.
pub fn profile(unionid: &str) -> String {
    format!("{INBOX}/a/{}/profile", encode(unionid))
}

/// A place in a conversation: the page of messages that ends with it.
pub fn message_at(unionid: &str, id: &str, seq: i64) -> String {
    format!("{}?before={}#m-{}", conversation(unionid), seq.saturating_add(1), encode(id))
}

/// Where what a member types is saved.
pub fn draft(unionid: &str) -> String {
    format!("{INBOX}/a/{}/draft", encode(unionid))
}

/// The search through one conversation.
pub fn search_in(unionid: &str) -> String {
    format!("{SEARCH}?in={}", encode(unionid))
}

/// Where a member's messages are posted to.
pub fn messages(unionid: &str) -> String {
    format!("{INBOX}/a/{}/messages", encode(unionid))
}

/// Where the choice of a menu item is posted to, by its position: `2` for a button, `2-0` for the first entry below it.
pub fn menu_item(unionid: &str, position: &str) -> String {
    format!("{INBOX}/a/{}/menu/{}", encode(unionid), encode(position))
}

/// An article with the comments of the message that it came with.
pub fn comments(article: &str, task_id: &str) -> String {
    format!("{article}?send={}#comments", encode(task_id))
}

/// The sign-in page that returns to `back`.
pub fn sign_in(back: &str) -> String {
    format!("{SIGN_IN}?next={}", encode(back))
}

/// The link that sets the language cookie and returns to `back`.
pub fn language(code: &str, back: &str) -> String {
    format!("/lang/{code}?next={}", encode(back))
}

/// A picture or file by its media id, below `media_base`.
pub fn media(media_base: &str, media_id: &str) -> String {
    format!("{media_base}{}", encode(media_id))
}

/// What cannot stand in a header, and what a browser would drop.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// The path to return to after signing in or switching the language: a path of this server, never another host. It can stand in
/// a header, whatever the request said.
pub fn safe_return(next: &str) -> String {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|character: char| character == '\\' || character.is_control());
    if is_local { utf8_percent_encode(next, UNSAFE).to_string() } else { INBOX.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one_segment() {
        assert_eq!(conversation("a/../b?c#d"), "/inbox/a/a%2F..%2Fb%3Fc%23d");
        assert_eq!(media(MEDIA_BASE, "@lADOx_-1"), "/media/%40lADOx_-1");
    }

    #[test]
    fn returning_stays_on_this_host() {
        assert_eq!(safe_return("/inbox/a/x?before=1"), "/inbox/a/x?before=1");
        assert_eq!(safe_return("/a?b=%2F&c=钟 x"), "/a?b=%2F&c=%E9%92%9F%20x");
        for hostile in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/a\r\nb: c",
            "/\u{1}",
            "/\u{7f}",
            "/\u{85}",
            "",
        ] {
            assert_eq!(safe_return(hostile), INBOX, "{hostile:?}");
        }
    }
}
