//! Masks secrets in the output.

use url::Url;

/// Replaces a secret.
pub const HIDDEN: &str = "***";
/// Parts of the names of keys whose values are secret.
const SECRET_NAMES: [&str; 5] = ["secret", "password", "passphrase", "token", "aes"];

/// Returns true if the value of a key may be secret.
pub fn is_secret(key: &str) -> bool {
    SECRET_NAMES.iter().any(|name| key.to_ascii_lowercase().contains(name))
}

/// Masks the parts of a URL that may be secret: user, query and fragment.
pub fn masked_url(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return HIDDEN.to_owned() };
    let had_user = !url.username().is_empty() || url.password().is_some();
    let had_query = url.query().is_some();
    // This fails only for URLs that cannot have a user.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    let mut masked = url.to_string();
    if had_user {
        masked = masked.replacen("://", &format!("://{HIDDEN}@"), 1);
    }
    if had_query {
        masked = format!("{masked}?{HIDDEN}");
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_masked() {
        for (address, masked) in [
            ("https://a.example/x", "https://a.example/x"),
            ("https://user:hunter2@a.example:8443/x?key=hunter2#hunter2", "https://***@a.example:8443/x?***"),
            ("https://hunter2@a.example/", "https://***@a.example/"),
            ("https://a.example/?hunter2", "https://a.example/?***"),
            ("hunter2", "***"),
            ("", "***"),
        ] {
            assert_eq!(masked_url(address), masked);
        }
    }
}
