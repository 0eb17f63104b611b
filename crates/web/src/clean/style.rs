//! The subset of CSS that articles may use in `style` attributes: text, spacing, size and borders. Values are limited to words,
//! numbers, lengths and colours, so no address can be fetched and no element can be moved over others.

const PROPERTIES: [&str; 18] = [
    "background-color",
    "border-collapse",
    "border-spacing",
    "border-radius",
    "color",
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
    (PROPERTIES.contains(&name) || spacing || border) && is_plain(value) && !has_negative(value)
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
    use super::filter;

    #[test]
    fn harmless_styles_are_kept() {
        for style in [
            "text-align:center",
            "color:#c00",
            "color:rgb(1, 2, 3)",
            "background-color:rgba(0,0,0,.5)",
            "margin:0 auto",
            "margin-top:8px",
            "border:1px solid #ccc",
            "border-left-width:2px",
            "font-size:18px;line-height:1.8",
            "width:100%",
        ] {
            assert_eq!(filter(style).as_deref(), Some(style));
        }
        assert_eq!(filter(" COLOR : Red !important ; position:fixed").as_deref(), Some("color:red"));
    }

    #[test]
    fn other_styles_are_removed() {
        for style in [
            "position:fixed",
            "background:url(//evil)",
            "background-color:url(//evil)",
            "color:expression(alert(1))",
            "color:e\\78pression(alert(1))",
            "color:/**/red",
            "width:calc(100% + 1px)",
            "width:var(--x)",
            "margin-left:-999px",
            "margin:0 -10px",
            "border-image:url(x)",
            "behavior:url(x)",
            "-moz-binding:url(x)",
            "color:red}body{display:none",
            "color:\"red\"",
            "color",
            "",
        ] {
            assert_eq!(filter(style), None, "{style}");
        }
    }
}
