//! Renders the Markdown of messages to HTML, which must still be sanitised.

use pulldown_cmark::{Event, Options, Parser, html::push_html};

use super::plain::escape;

/// Inserted beside emphasis marks before parsing and removed afterwards. It is a Unicode noncharacter, so no text contains it.
const JOINT: char = '\u{FDD0}';

/// The most quotes and lists that one line may open. The time of the parser grows with its square.
const NESTING_MAX: usize = 64;

/// The most parser events for each byte of the source. Only tables have more than one or two: their rows are filled up to the
/// width of the head.
const PARTS_PER_BYTE: usize = 2;

/// Renders CommonMark with tables, strikethrough and task lists. A single line break becomes `<br>`, as senders expect.
pub(super) fn to_html(source: &str) -> String {
    let plain = || {
        let mut text = String::with_capacity(source.len());
        escape(source, &mut text);
        text
    };
    if source.lines().any(|line| nesting(line) > NESTING_MAX) {
        return plain();
    }
    let parts_max = 64 + PARTS_PER_BYTE * source.len();
    let source = with_joints(source);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut parts = 0;
    let events = Parser::new_ext(&source, options).map_while(|event| {
        parts += 1;
        (parts <= parts_max).then_some(match event {
            Event::SoftBreak => Event::HardBreak,
            Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
            other => other,
        })
    });
    let mut html = String::with_capacity(source.len() * 3 / 2);
    push_html(&mut html, events);
    if parts > parts_max {
        return plain();
    }
    html.replace(JOINT, "")
}

fn nesting(line: &str) -> usize {
    let start = line.find(|c: char| !c.is_ascii_digit() && !"> \t-*+.)".contains(c)).unwrap_or(line.len());
    let marks = &line.as_bytes()[..start];
    let opens =
        |at: usize| marks[at] == b'>' || b"-*+.)".contains(&marks[at]) && marks.get(at + 1) == Some(&b' ');
    (0..marks.len()).filter(|at| opens(*at)).count()
}

/// Inserts a joint inside pairs of `**`. CommonMark does not close `**注意：**请`: a mark between punctuation and a letter neither
/// opens nor closes, and Chinese has no space there. The joint is not punctuation, so both marks count.
fn with_joints(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 16);
    for line in source.split_inclusive('\n') {
        let line = line.replace(JOINT, "");
        let mut rest = line.as_str();
        while let Some((before, after)) = rest.split_once("**") {
            out.push_str(before);
            out.push_str("**");
            rest = after;
            let Some((inside, after)) = rest.split_once("**") else { break };
            if is_open(inside) {
                if inside.starts_with(is_cjk_punctuation) {
                    out.push(JOINT);
                }
                out.push_str(inside);
                if inside.ends_with(is_cjk_punctuation) {
                    out.push(JOINT);
                }
            } else {
                out.push_str(inside);
            }
            out.push_str("**");
            rest = after;
        }
        out.push_str(rest);
    }
    out
}

fn is_open(inside: &str) -> bool {
    !inside.is_empty() && !inside.starts_with(char::is_whitespace) && !inside.ends_with(char::is_whitespace)
}

fn is_cjk_punctuation(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF0F}'
        | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}' | '\u{FF5B}'..='\u{FF65}')
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn a_line_break_is_a_line_break() {
        assert_eq!(to_html("一\n二"), "<p>一<br />\n二</p>\n");
    }

    #[test]
    fn bold_closes_between_chinese_punctuation_and_text() {
        assert_eq!(to_html("**注意：**请准时"), "<p><strong>注意：</strong>请准时</p>\n");
        assert_eq!(to_html("请看**“通知”**一栏"), "<p>请看<strong>“通知”</strong>一栏</p>\n");
        assert_eq!(to_html("`**a：**b`"), "<p><code>**a：**b</code></p>\n");
        assert_eq!(to_html("a ** b：** c"), "<p>a ** b：** c</p>\n");
    }

    #[test]
    fn tables_and_tasks_render() {
        let table = to_html("|a|b|\n|-|-|\n|1|~~2~~|");
        assert!(table.contains("<td>1</td><td><del>2</del></td>"), "{table}");
        assert!(to_html("- [x] 完成").contains("☑ 完成"));
    }
}
