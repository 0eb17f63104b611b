//! The subset of CSS that articles may use in `style` attributes: text, spacing, size and borders. Values are limited to words,
//! numbers, lengths and colours, so no address can be fetched and no element can be moved over others.
//!
//! The editor keeps the same (`ui/src/clean/style.js`); `ui/corpus/styles.json` tests both.

const PROPERTIES: [&str; 19] = [
    "background-color",
    "border-collapse",
    "border-radius",
    "border-spacing",
    "color",
    "display",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "max-width",
    "text-align",
    "text-decoration",
    "text-indent",
    "vertical-align",
    "white-space",
    "width",
];
const SIDES: [&str; 5] = ["", "-top", "-right", "-bottom", "-left"];
/// The values of `display`. Nothing can be hidden.
const DISPLAYS: [&str; 5] = ["block", "inline", "inline-block", "flex", "inline-flex"];
const FUNCTIONS: [&str; 4] = ["rgb", "rgba", "hsl", "hsla"];
const VALUE_MAX: usize = 96;

/// Returns the allowed declarations; `None` if none is allowed.
pub(super) fn filter(style: &str) -> Option<String> {
    let mut filtered = String::new();
    for declaration in style.split(';').take(64) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let name = name.trim().to_ascii_lowercase();
        let value = value.trim().to_ascii_lowercase();
        let value = value.strip_suffix("!important").unwrap_or(&value).trim();
        if is_allowed(&name, value) {
            if !filtered.is_empty() {
                filtered.push(';');
            }
            filtered.push_str(&name);
            filtered.push(':');
            filtered.push_str(value);
        }
    }
    (!filtered.is_empty()).then_some(filtered)
}

fn is_allowed(name: &str, value: &str) -> bool {
    let spacing = is_sided(name, "margin") || is_sided(name, "padding");
    let border = name.strip_prefix("border").is_some_and(|rest| {
        SIDES.iter().any(|side| {
            rest.strip_prefix(side).is_some_and(|kind| matches!(kind, "" | "-color" | "-style" | "-width"))
        })
    });
    let is_known = PROPERTIES.contains(&name) || spacing || border;
    is_known && is_plain(value) && !has_negative(value) && (name != "display" || DISPLAYS.contains(&value))
}

fn is_sided(name: &str, property: &str) -> bool {
    name.strip_prefix(property).is_some_and(|side| SIDES.contains(&side))
}

/// Allows words, numbers, lengths, colours and colour functions, but no strings, escapes, comments or other functions.
fn is_plain(value: &str) -> bool {
    let characters = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" #%.,()-+/".contains(&byte));
    let comment = value.contains("/*");
    let functions = value.match_indices('(').all(|(at, _)| {
        let before = &value[..at];
        let name = before.rsplit([' ', ',', '(']).next().unwrap_or(before);
        FUNCTIONS.contains(&name)
    });
    !value.is_empty() && value.len() <= VALUE_MAX && characters && !comment && functions
}

/// Negative lengths would move content over its neighbours.
fn has_negative(value: &str) -> bool {
    value.split([' ', ',', '(']).any(|word| word.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Cases {
        properties: Vec<String>,
        sides: Vec<String>,
        displays: Vec<String>,
        /// Declarations, and what is left of them.
        cases: Vec<(String, Option<String>)>,
    }

    #[test]
    fn styles_are_filtered_as_by_the_editor() {
        let text = include_str!("../../../../ui/corpus/styles.json");
        let expected: Cases = serde_json::from_str(text).expect("the cases are valid");
        assert_eq!(PROPERTIES[..], expected.properties);
        assert_eq!(SIDES[..], expected.sides);
        assert_eq!(DISPLAYS[..], expected.displays);
        for (style, filtered) in expected.cases {
            assert_eq!(filter(&style), filtered, "{style}");
        }
    }
}
