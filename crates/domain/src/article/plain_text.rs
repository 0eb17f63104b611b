//! Plain text of an article, for search.

/// Returns the text of HTML without markup. Good enough to search in and to quote from, but never safe to show as HTML.
pub fn plain_text(html: &str) -> String {
    let mut output = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        push_text(&mut output, &rest[..start]);
        let tag = &rest[start + 1..];
        let name_end =
            tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '!').unwrap_or(tag.len());
        let name = tag[..name_end].to_ascii_lowercase();
        let end = match name.as_str() {
            // Their content is no text.
            "script" | "style" | "template" => find_ignore_case(tag, &format!("</{name}")),
            _ if tag.starts_with("!--") => tag.find("-->").map_or(tag.len(), |at| at + 2),
            _ => 0,
        };
        rest = tag[end..].find('>').map_or("", |close| &tag[end + close + 1..]);
        if !is_inline(&name) {
            push_space(&mut output);
        }
    }
    push_text(&mut output, rest);
    output.truncate(output.trim_end().len());
    output
}

/// Returns the position of `pattern`, ignoring ASCII case, or the length of the text if it is not found.
pub(super) fn find_ignore_case(text: &str, pattern: &str) -> usize {
    text.as_bytes()
        .windows(pattern.len())
        .position(|window| window.eq_ignore_ascii_case(pattern.as_bytes()))
        .unwrap_or(text.len())
}

fn is_inline(name: &str) -> bool {
    matches!(
        name.trim_start_matches('/'),
        "a" | "abbr"
            | "b"
            | "big"
            | "code"
            | "del"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "script"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "style"
            | "sub"
            | "sup"
            | "template"
            | "u"
    )
}

/// Collapses white space and decodes common entities.
pub(super) fn push_text(output: &mut String, text: &str) {
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (character, length) = match character {
            '&' => entity(rest).unwrap_or(('&', 1)),
            other => (other, other.len_utf8()),
        };
        if character.is_whitespace() {
            push_space(output)
        } else {
            output.push(character)
        }
        rest = &rest[length..];
    }
}

fn push_space(output: &mut String) {
    if !output.is_empty() && !output.ends_with(' ') {
        output.push(' ');
    }
}

fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.char_indices().take(12).find(|(_, character)| *character == ';')?.0;
    let name = &text[1..end];
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((character, end + 1))
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn markup_is_removed() {
        for (html, expected) in [
            ("<p>今<b>天</b>晴</p><p>明天</p>", "今天晴 明天"),
            ("a &amp; b&#26085;&#x672c;&nbsp;&bogus; &", "a & b日本 &bogus; &"),
            ("<style>p{color:red}</style>x<SCRIPT>alert('<p>')</script >y", "xy"),
            ("<!-- <p>no</p> -->z<img alt='q'>w", "z w"),
            ("broken <p unclosed", "broken"),
            ("<script>never closed", ""),
            ("1 < 2", "1"),
        ] {
            assert_eq!(plain_text(html), expected, "{html}");
        }
    }
}
