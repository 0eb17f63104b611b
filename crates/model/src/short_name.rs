//! Short names of organisations, which are part of addresses (`/o/NAME/`) and are typed by members.

use std::ops::RangeInclusive;

use pinyin::ToPinyin;

/// The number of characters of a short name.
pub const LENGTH: RangeInclusive<usize> = 2..=32;

/// Names that no organisation may have, because an address of the server or a neighbouring host name may need them.
const RESERVED: &[&str] = &[
    "about",
    "account",
    "accounts",
    "admin",
    "administrator",
    "all",
    "any",
    "api",
    "app",
    "apps",
    "article",
    "articles",
    "assets",
    "auth",
    "carillon",
    "console",
    "dashboard",
    "docs",
    "edit",
    "events",
    "files",
    "health",
    "healthz",
    "help",
    "home",
    "inbox",
    "index",
    "legal",
    "localhost",
    "login",
    "logout",
    "mail",
    "me",
    "media",
    "metrics",
    "mobile",
    "new",
    "none",
    "null",
    "oauth",
    "openapi",
    "operator",
    "password",
    "privacy",
    "public",
    "readyz",
    "reference",
    "root",
    "settings",
    "sign-in",
    "sign-out",
    "sign-up",
    "signin",
    "signout",
    "signup",
    "sso",
    "static",
    "status",
    "stream",
    "support",
    "system",
    "undefined",
    "user",
    "users",
    "version",
    "www",
];

/// Returns why a text is not a valid short name, as a phrase that follows the name of its field; `None` if it is valid.
pub fn invalid_reason(name: &str) -> Option<&'static str> {
    let is_allowed = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    if !LENGTH.contains(&name.chars().count()) {
        Some("must have 2 to 32 characters")
    } else if !name.bytes().all(is_allowed) {
        Some("must consist of lower-case letters a-z, digits and hyphens")
    } else if name.starts_with('-') || name.ends_with('-') {
        Some("must begin and end with a letter or a digit")
    } else if RESERVED.contains(&name) {
        Some("is a reserved word")
    } else {
        None
    }
}

/// Returns a typed short name without surrounding blanks and in lower case.
pub fn normalize(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Makes a short name from the name of an organisation. Chinese characters become pinyin, or their initials if that is too long.
/// A name that `is_taken` gets a number.
pub fn generate(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let (full, initials) = romanize(name);
    let fits = |name: &String| invalid_reason(name).is_none();
    let stem = Some(full)
        .filter(fits)
        .or_else(|| Some(initials).filter(fits))
        .or_else(|| Some(format!("{}-org", truncate(&romanize(name).0, 28))).filter(fits))
        .unwrap_or_else(|| "org".to_owned());
    if !is_taken(&stem) {
        return stem;
    }
    let numbered = (2_u64..).map(|number| {
        let number = number.to_string();
        format!("{}-{number}", truncate(&stem, LENGTH.end() - number.len() - 1))
    });
    numbered.filter(fits).find(|name| !is_taken(name)).unwrap_or(stem)
}

/// Returns the pinyin and other letters of a name, with hyphens between words, and the initials of its characters and words.
fn romanize(name: &str) -> (String, String) {
    let (mut full, mut initials) = (String::new(), String::new());
    let mut word_begins = true;
    for letter in name.chars().take(200) {
        if let Some(syllable) = letter.to_pinyin() {
            let syllable = syllable.plain().replace('ü', "v");
            initials.extend(syllable.chars().next());
            full.push_str(&syllable);
            word_begins = true;
        } else if letter.is_ascii_alphanumeric() {
            let letter = letter.to_ascii_lowercase();
            if word_begins {
                initials.push(letter);
            }
            full.push(letter);
            word_begins = false;
        } else {
            if !full.is_empty() && !full.ends_with('-') {
                full.push('-');
            }
            word_begins = true;
        }
    }
    (full.trim_end_matches('-').to_owned(), initials)
}

/// Returns the first characters of an ASCII name, without a hyphen at the end.
fn truncate(name: &str, length: usize) -> &str {
    name.get(..length).unwrap_or(name).trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_fit_into_addresses() {
        for good in ["ab", "a1", "10", "news-desk", "a--b", &"a".repeat(32)] {
            assert_eq!(invalid_reason(good), None, "{good}");
        }
        for bad in [
            "",
            "a",
            &"a".repeat(33),
            "-a",
            "a-",
            "A1",
            "a_b",
            "a b",
            "ä1",
            "新闻",
            "a.b",
            "a/b",
            "admin",
            "www",
        ] {
            assert!(invalid_reason(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn any_name_gives_a_short_name() {
        let made = |name: &str| generate(name, |_| false);
        assert_eq!(made("测试组织"), "ceshizuzhi");
        assert_eq!(made("My organisation, Ltd."), "my-organisation-ltd");
        assert_eq!(made("女娲 Tech"), "nvwa-tech");
        assert_eq!(made("北京市某某科技发展股份有限公司"), "bjsmmkjfzgfyxgs");
        assert_eq!(made("A"), "a-org");
        assert_eq!(made("Admin"), "admin-org");
        assert_eq!(made("🔔"), "org");
        assert_eq!(made(""), "org");
        let long = made(&"word ".repeat(40));
        assert_eq!(invalid_reason(&long), None, "{long}");
    }

    #[test]
    fn taken_names_get_a_number() {
        let taken = ["news", "news-2"];
        assert_eq!(generate("News", |name| taken.contains(&name)), "news-3");
        let longest = "a".repeat(32);
        let made = generate(&longest, |name| name == longest);
        assert_eq!(made, format!("{}-2", "a".repeat(30)));
    }
}
