//! What somebody may have meant who wrote a word that is not known.

/// Letters of the longest word that is compared: whoever sends a longer one did not mistype.
const LONGEST: usize = 200;

/// The known word that is nearest to one that is not known; none if no word is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = plain(word);
    let near = |other: &'a str| {
        let other_plain = plain(other);
        let longest = word.chars().count().max(other_plain.chars().count());
        let distance = strsim::osa_distance(&word, &other_plain);
        // A third of the letters, and one even of a short word, but never all of them.
        let is_near = distance <= (longest / 3).max(1) && distance < longest;
        is_near.then_some((distance, other))
    };
    let found = known.into_iter().filter_map(near).min_by_key(|(distance, _)| *distance);
    found.map(|(_, other)| other)
}

/// The end of a message about a word that is not known: `; did you mean "title"?`, or nothing.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map(|meant| format!("; did you mean \"{meant}\"?")).unwrap_or_default()
}

/// In small letters, and with one way of writing words together: `pageSize`, `page-size` and `page_size` are near.
fn plain(word: &str) -> String {
    word.chars().filter(|letter| !matches!(letter, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
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
