//! Suggestions for unknown words.

/// The maximum length in bytes of a word that is compared. A longer one is not a typing error.
const MAX_LENGTH: usize = 200;

/// Returns the known word that is nearest to an unknown one; `None` if no word is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > MAX_LENGTH {
        return None;
    }
    let word = normalize(word);
    let near = |other: &'a str| {
        let normalized = normalize(other);
        let longest = word.chars().count().max(normalized.chars().count());
        let distance = strsim::osa_distance(&word, &normalized);
        // At most a third of the letters differ; one may differ in a short word, but never all of them.
        let is_near = distance <= (longest / 3).max(1) && distance < longest;
        is_near.then_some((distance, other))
    };
    let found = known.into_iter().filter_map(near).min_by_key(|(distance, _)| *distance);
    found.map(|(_, other)| other)
}

/// Returns the end of a message about an unknown word: `; did you mean "title"?`, or an empty text.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map(|meant| format!("; did you mean \"{meant}\"?")).unwrap_or_default()
}

/// Returns a word in lower case and without separators: `pageSize`, `page-size` and `page_size` are equal.
fn normalize(word: &str) -> String {
    word.chars().filter(|letter| !matches!(letter, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_words_are_suggested() {
        let known = ["rules", "welcome", "max_receivers", "daily", "UserId"];
        for (word, meant) in [
            ("rulez", Some("rules")),
            ("welcom", Some("welcome")),
            ("max_recievers", Some("max_receivers")),
            ("maxReceivers", Some("max_receivers")),
            ("max-receivers", Some("max_receivers")),
            ("userid", Some("UserId")),
            ("daly", Some("daily")),
            ("x", None),
            ("", None),
            ("nonsense", None),
            ("rules".repeat(1_000).as_str(), None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
        assert_eq!(did_you_mean("rulez", known), "; did you mean \"rules\"?");
        assert_eq!(did_you_mean("nonsense", known), "");
    }
}
