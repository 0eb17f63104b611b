//! Email addresses.

use email_address::{EmailAddress, Options};

/// Returns true if a text is an email address (RFC 5321 and 6531) with an unquoted local part and a host name. Decided: the host
/// name needs a dot, because mail to any other goes nowhere.
pub fn is_address(text: &str) -> bool {
    let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
    EmailAddress::parse_with_options(text, options).is_ok_and(|address| {
        let (local, domain) = (address.local_part(), address.domain());
        let quoted = local.starts_with('"');
        let label =
            |label: &str| label.chars().all(|character| character.is_alphanumeric() || character == '-');
        let strange = text.chars().any(|character| character.is_whitespace() || character.is_control());
        !quoted && !strange && domain.split('.').all(label)
    })
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_are_recognized() {
        for good in [
            "a@example.com",
            "first.last+tag@mail.example.com.cn",
            "o'neil@example.com",
            "A_B-c@EXAMPLE.COM",
            "123@163.com",
            "张三@例子.中国",
            "a@xn--fiqs8s.cn",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "@",
            "a",
            "a@",
            "@example.com",
            "a b@example.com",
            "a b@x",
            "not-an-email",
            "a@b",
            "a@b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@example..com",
            "a@.example.com",
            "a@example.com.",
            "a@-example.com",
            "a@example-.com",
            "a@exam ple.com",
            "a@exam_ple.com",
            "a@[127.0.0.1]",
            "A <a@example.com>",
            "a@example.com\n",
            "\u{3000}a@example.com",
            "a\u{a0}b@example.com",
            "\"a b\"@example.com",
            "a,b@example.com",
            "a;b@example.com",
            "mailto:a@example.com",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
