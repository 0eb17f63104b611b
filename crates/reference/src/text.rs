//! Texts in both languages.

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Text {
    /// A text of both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }
}

/// The text without the Chinese names that stand in parentheses for readers of the source.
pub(crate) fn without_chinese(text: &str) -> String {
    let mut rest = text;
    let mut result = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once(" (") {
        result.push_str(before);
        let (inside, after) = after.split_once(')').unwrap_or((after, ""));
        if inside.is_ascii() {
            result.push_str(" (");
            result.push_str(inside);
            result.push(')');
        }
        rest = after;
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_in_parentheses_are_left_out() {
        for (text, expected) in [
            ("Full time (全职).", "Full time."),
            ("The platform (2).", "The platform (2)."),
            ("Attendance (考勤) of a day (1) and (公告) more", "Attendance of a day (1) and more"),
            ("none", "none"),
        ] {
            assert_eq!(without_chinese(text), expected);
        }
    }
}
