//! Names in Latin letters: how they are found by whoever types pinyin, and how they are sorted.

use pinyin::ToPinyin;

/// A name in Latin letters: the pinyin of each character and all other letters as they are, in lower case and without blanks;
/// behind a space, the first letters of the characters (`张三 San` is `zhangsansan zss`). A character with several readings has
/// its most common one.
pub fn spelling(name: &str) -> String {
    let mut full = String::with_capacity(name.len() * 2);
    let mut initials = String::new();
    let mut word_begins = true;
    for letter in name.chars() {
        match letter.to_pinyin() {
            Some(syllable) => {
                full.extend(syllable.plain().chars().map(typed));
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

/// The letter of pinyin that keyboards lack is typed as `v`.
fn typed(letter: char) -> char {
    if letter == 'ü' { 'v' } else { letter }
}

/// Whether a part of a name was typed, in its own letters or in those of its spelling.
pub fn matches(name: &str, spelling: &str, query: &Query) -> bool {
    name.contains(&query.letters) || (!query.spelled.is_empty() && spelling.contains(&query.spelled))
}

/// A part of a name that is looked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// As it was typed.
    pub letters: String,
    /// In lower case and without blanks: to be compared with spellings.
    pub spelled: String,
}

impl Query {
    /// What was typed, without blanks around it.
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
    fn characters_become_syllables_and_letters_stay() {
        assert_eq!(spelling("张三"), "zhangsan zs");
        assert_eq!(spelling("Li Lei"), "lilei ll");
        assert_eq!(spelling("张三 San"), "zhangsansan zss");
        assert_eq!(spelling("吕A1"), "lva1 la");
        assert_eq!(spelling(""), " ");
    }

    #[test]
    fn a_part_is_found_in_either_letters() {
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
