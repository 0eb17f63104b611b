//! The paths of the pages, so that pages, fragments and routes agree.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path below which media is served by its id.
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

/// The account page of a member.
pub const ME: &str = "/me";
/// The form that ends one session of the member, or all others.
pub const END_SESSION: &str = "/me/sessions/end";

/// The home page of the console.
pub const CONSOLE: &str = "/console";

/// Where a provider of single sign-on sends browsers back to.
pub const PROVIDER_CALLBACK: &str = "/sign-in/provider/callback";

/// Where a provider of single sign-on tells that somebody has signed out there.
pub const PROVIDER_LOGOUT: &str = "/sign-in/provider/logout";

/// The path that leads to the provider of an organisation, and to `next` after signing in there.
pub fn provider(short_name: &str, next: &str) -> String {
    format!("{SIGN_IN}/provider?organisation={}&next={}", encode(short_name), encode(next))
}

/// The same, for a member who has to sign in again to confirm something.
pub fn confirm_at_provider(short_name: &str, next: &str) -> String {
    format!("{}&confirm", provider(short_name, next))
}

/// The page after signing out of an organisation with a provider.
pub fn signed_out(short_name: &str) -> String {
    format!("{SIGN_OUT}/done?organisation={}", encode(short_name))
}

/// The page of a link by which a member chooses a password.
pub fn password_link(text: &str) -> String {
    format!("{SIGN_IN}/link/{}", encode(text))
}

/// The entry page of an organisation, or a page below it.
pub fn organisation(short_name: &str, rest: &str) -> String {
    format!("/o/{}/{rest}", encode(short_name))
}

/// The entry page of an organisation, which leads to `next` after signing in.
pub fn entry(short_name: &str, next: &str) -> String {
    let entry = organisation(short_name, "");
    if next == INBOX { entry } else { format!("{entry}?next={}", encode(next)) }
}

/// The page that asks for the organisation, even if the browser remembers one.
pub fn other_organisation(next: &str) -> String {
    format!("{SIGN_IN}?other&next={}", encode(next))
}

/// The password form, which leads to `next` afterwards.
pub fn change_password(next: &str) -> String {
    if next == ME { CHANGE_PASSWORD.to_owned() } else { format!("{CHANGE_PASSWORD}?next={}", encode(next)) }
}

/// The password form.
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

/// A message in its conversation: the page of messages that ends with it.
pub fn message_at(unionid: &str, id: &str, seq: i64) -> String {
    format!("{}?before={}#m-{}", conversation(unionid), seq.saturating_add(1), encode(id))
}

/// The path that drafts of a conversation are posted to.
pub fn draft(unionid: &str) -> String {
    format!("{INBOX}/a/{}/draft", encode(unionid))
}

/// The search through one conversation.
pub fn search_in(unionid: &str) -> String {
    format!("{SEARCH}?in={}", encode(unionid))
}

/// The path that messages are posted to.
pub fn messages(unionid: &str) -> String {
    format!("{INBOX}/a/{}/messages", encode(unionid))
}

/// The path that the choice of a menu item is posted to. `position` is `2` for a button, `2-0` for the first item below it.
pub fn menu_item(unionid: &str, position: &str) -> String {
    format!("{INBOX}/a/{}/menu/{}", encode(unionid), encode(position))
}

/// An article, at the comments of the message with the id `task_id`.
pub fn comments(article: &str, task_id: &str) -> String {
    format!("{article}?send={}#comments", encode(task_id))
}

/// The sign-in page, which leads to `back` afterwards.
pub fn sign_in(back: &str) -> String {
    format!("{SIGN_IN}?next={}", encode(back))
}

/// The path that sets the language cookie and redirects to `back`.
pub fn language(code: &str, back: &str) -> String {
    format!("/lang/{code}?next={}", encode(back))
}

/// A picture or file by its media id, below `media_base`.
pub fn media(media_base: &str, media_id: &str) -> String {
    format!("{media_base}{}", encode(media_id))
}

/// Characters that a header cannot contain, or that a browser would drop.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// Returns the path to return to after signing in or switching the language. It is always a path of this server and valid in a
/// header, whatever the request contained; [`INBOX`] if `next` is not a path.
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
    fn a_value_is_one_segment() {
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
