//! Names that people give to things.

/// What keeps a text from being a name, to follow the name of its field.
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
    fn a_name_is_neither_empty_nor_long_nor_of_several_lines() {
        for good in ["a", "我的组织 My organisation", &"五".repeat(5), " b "] {
            assert_eq!(invalid_reason(good, 20), None, "{good}");
        }
        for bad in ["", " ", "\u{3000}", "a\nb", "a\0", "a\u{7f}", &"五".repeat(21)] {
            assert!(invalid_reason(bad, 20).is_some(), "{bad:?}");
        }
    }
}
