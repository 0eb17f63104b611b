//! Host names of organisations.

/// The maximum number of characters of a host name.
const MAX_LENGTH: usize = 253;

/// Returns why a text is not a valid host name of an organisation, as a phrase that follows the name of its field; `None` if it is
/// valid.
pub fn invalid_reason(host: &str) -> Option<&'static str> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    if host.len() > MAX_LENGTH || !host.split('.').all(is_label) {
        Some(
            "must be a host name alone, such as inbox.example.org: lower-case letters, digits, hyphens and dots; an \
             internationalised name is written in its xn-- form",
        )
    } else if last.bytes().all(|letter| letter.is_ascii_digit()) {
        Some("must be a host name, not an IP address")
    } else if host == "localhost" {
        Some("must not be localhost, under which every organisation is reached")
    } else {
        None
    }
}

/// Returns the host name in a `Host` header: without port and trailing dot, in lower case.
pub fn from_header(value: &str) -> String {
    let host = match value.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => value,
    };
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_urls_are_not_host_names() {
        for good in ["inbox.example.org", "inbox", "xn--fiq228c.example", "a.localhost", "1.example"] {
            assert_eq!(invalid_reason(good), None, "{good}");
        }
        let long = format!("{}.example", "a".repeat(64));
        let longest = "abcdefgh.".repeat(29) + "org";
        for bad in [
            "",
            ".",
            "a..b",
            "a.",
            ".a",
            "-a.b",
            "a-.b",
            "A.b",
            "a_b.c",
            "钟.example",
            "a b",
            "a:80",
            "https://a.b",
            "a/b",
            "192.0.2.1",
            "localhost",
            &long,
            &longest,
        ] {
            assert!(invalid_reason(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn the_host_header_is_normalized() {
        for header in
            ["Inbox.Example.org", "inbox.example.org:8080", "inbox.example.org.", "INBOX.example.org.:80"]
        {
            assert_eq!(from_header(header), "inbox.example.org");
        }
        assert_eq!(from_header("[::1]:80"), "[::1]");
    }
}
