//! What is shown in place of secrets.

use url::Url;

/// Stands for what is not shown.
pub const HIDDEN: &str = "***";
/// Parts of the names of keys whose values are secret.
const SECRET_NAMES: [&str; 5] = ["secret", "password", "passphrase", "token", "aes"];

/// Whether the value of a key is not for other eyes.
pub fn is_secret(key: &str) -> bool {
    SECRET_NAMES.iter().any(|name| key.to_ascii_lowercase().contains(name))
}

/// An address without what may be a secret in it: the user, the query and the fragment.
pub fn masked_url(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return HIDDEN.to_owned() };
    let had_user = !url.username().is_empty() || url.password().is_some();
    let had_query = url.query().is_some();
    // An address that cannot have a user had none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    let mut shown = url.to_string();
    if had_user {
        shown = shown.replacen("://", &format!("://{HIDDEN}@"), 1);
    }
    if had_query {
        shown = format!("{shown}?{HIDDEN}");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (address, shown) in [
            ("https://a.example/x", "https://a.example/x"),
            ("https://user:hunter2@a.example:8443/x?key=hunter2#hunter2", "https://***@a.example:8443/x?***"),
            ("https://hunter2@a.example/", "https://***@a.example/"),
            ("https://a.example/?hunter2", "https://a.example/?***"),
            ("hunter2", "***"),
            ("", "***"),
        ] {
            assert_eq!(masked_url(address), shown);
        }
    }
}
