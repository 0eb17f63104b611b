//! Names in Latin letters, to search by pinyin and to sort.

use pinyin::ToPinyin;

/// Returns a name in Latin letters: the pinyin of each character and all other letters, in lower case and without blanks, then a
/// space and the initials (`张三 San` gives `zhangsansan zss`). A character with several readings gets the most common one.
pub fn spelling(name: &str) -> String {
    let mut full = String::with_capacity(name.len() * 2);
    let mut initials = String::new();
    let mut word_begins = true;
    for letter in name.chars() {
        match letter.to_pinyin() {
            Some(syllable) => {
                full.extend(syllable.plain().chars().map(keyboard_letter));
                initials.extend(syllable.plain().chars().next());
                word_begins = true;
            }
            None if letter.is_whitespace() => word_begins = true,
            None => {
                full.extend(letter.to_lowercase());
                if word_begins {
                    initials.extend(letter.to_lowercase());
                }
                word_begins = false;
            }
        }
    }
    format!("{full} {initials}")
}

/// Returns the letter to type: `v` for `ü`, which keyboards lack.
fn keyboard_letter(letter: char) -> char {
    if letter == 'ü' { 'v' } else { letter }
}

/// Returns true if the query is a part of the name or of its spelling.
pub fn matches(name: &str, spelling: &str, query: &Query) -> bool {
    name.contains(&query.letters) || (!query.spelled.is_empty() && spelling.contains(&query.spelled))
}

/// A search for a part of a name.
#[derive(Clone, Debug)]
pub struct Query {
    /// The text of the query.
    pub letters: String,
    /// The text in lower case and without blanks, to compare with spellings.
    pub spelled: String,
}

impl Query {
    /// The query of a typed text. Surrounding blanks are removed.
    pub fn of(typed: &str) -> Self {
        let letters = typed.trim().to_owned();
        let spelled =
            letters.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
        Self { letters, spelled }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_spelled_in_pinyin() {
        assert_eq!(spelling("张三"), "zhangsan zs");
        assert_eq!(spelling("Li Lei"), "lilei ll");
        assert_eq!(spelling("张三 San"), "zhangsansan zss");
        assert_eq!(spelling("吕A1"), "lva1 la");
        assert_eq!(spelling(""), " ");
    }

    #[test]
    fn parts_of_name_and_spelling_are_found() {
        let found = |name: &str, typed: &str| matches(name, &spelling(name), &Query::of(typed));
        for typed in ["张", "三丰", "zhang", "SANFENG", "zsf", "gsan", " zhang san "] {
            assert!(found("张三丰", typed), "{typed}");
        }
        for typed in ["李", "张丰", "zsa", "li"] {
            assert!(!found("张三丰", typed), "{typed}");
        }
        assert!(found("Zhang San", "zhang san"));
    }
}
