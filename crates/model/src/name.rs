//! Names that users choose.

/// Returns why a text is not a valid name, as a phrase that follows the name of its field; `None` if it is valid.
pub fn invalid_reason(name: &str, max_chars: usize) -> Option<String> {
    if name.trim().is_empty() {
        Some("must not be empty".to_owned())
    } else if name.chars().count() > max_chars {
        Some(format!("must have at most {max_chars} characters"))
    } else if name.chars().any(char::is_control) {
        Some("must not have line breaks or other control characters".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_empty_not_too_long_and_on_one_line() {
        for good in ["a", "我的组织 My organisation", &"五".repeat(5), " b "] {
            assert_eq!(invalid_reason(good, 20), None, "{good}");
        }
        for bad in ["", " ", "\u{3000}", "a\nb", "a\0", "a\u{7f}", &"五".repeat(21)] {
            assert!(invalid_reason(bad, 20).is_some(), "{bad:?}");
        }
    }
}
