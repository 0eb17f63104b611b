//! Makes HTML regular before it is parsed, so that parsing takes time and memory proportional to its length.
//!
//! A conforming parser takes more for hostile input: it compares each attribute of a tag with all others, searches all open
//! elements at each tag, and reopens formatting elements that were never closed (`<b style=…>`) in each following block. Its
//! serialiser searches the rest of a text for each character that it escapes. Therefore this pass drops attributes that would be
//! removed later, limits nesting, gives formatting elements a budget, divides long texts, and limits misplaced content in tables.
//! The sanitiser decides afterwards what is safe.

use std::borrow::Cow;

/// The most elements that may be open at the same time, not counting those of [`FLAT`].
const DEPTH_MAX: usize = 128;
/// The most bytes that the parser may spend on reopening formatting elements.
const FORMATTING_MAX: usize = 8 << 20;
/// The bytes that the parser needs for an element without attributes.
const ELEMENT_BYTES: usize = 64;

/// The most texts and elements in a table outside its cells. The parser moves each of them out of the table, in time proportional
/// to the number of siblings of the table.
const MISPLACED_MAX: usize = 256;
/// The bytes of a text after which it is divided at the next character to escape.
const TEXT_MAX: usize = 4_096;
/// The most bytes of an attribute, except of `data:` pictures.
const ATTRIBUTE_MAX: usize = 4_096;
/// Divides a text: the parser makes one node of each part, and the sanitiser removes the comment.
const DIVIDER: &str = "<!---->";

/// The attributes that the sanitiser allows on some element.
const ATTRIBUTES: [&str; 21] = [
    "align",
    "alt",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "datetime",
    "dir",
    "height",
    "href",
    "lang",
    "reversed",
    "rowspan",
    "span",
    "src",
    "start",
    "style",
    "title",
    "valign",
    "width",
];
/// Elements that the parser reopens when the end tag of another element closed them.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements without content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];
/// Elements that are closed by the next one of their kind.
const FLAT: [&str; 7] = ["p", "li", "td", "th", "tr", "dt", "dd"];
/// Elements whose content is not markup. They are removed with their content.
const RAW: [&str; 8] = ["iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title"];
/// Elements with other parsing rules. They are removed with their content.
const FOREIGN: [&str; 3] = ["math", "svg", "template"];
/// Elements that are allowed in a table outside its cells.
const TABLE_PARTS: [&str; 6] = ["tbody", "thead", "tfoot", "tr", "col", "colgroup"];
/// Elements that contain the content of a table.
const CELLS: [&str; 3] = ["td", "th", "caption"];
/// Elements after which the parser reads everything as text. Their tags are dropped.
const TEXT: [&str; 2] = ["plaintext", "xmp"];

/// Returns the same document as regular HTML; `None` if it is nested too deep.
pub(super) fn normalize(source: &str) -> Option<String> {
    match Normalizer::new(source, Formatting::Kept).run() {
        Err(NormalizeError::FormattingTooCostly) => Normalizer::new(source, Formatting::Dropped).run().ok(),
        done => done.ok(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Formatting {
    Kept,
    Dropped,
}

enum NormalizeError {
    TooDeep,
    FormattingTooCostly,
}

struct Open {
    name: String,
    /// The cost of reopening it, in bytes; 0 unless it is a formatting element.
    bytes: usize,
}

struct Normalizer<'s> {
    rest: &'s str,
    out: String,
    formatting: Formatting,
    /// The elements without an end tag so far. An end tag only closes the last one, so a formatting element stays here at least as
    /// long as in the list of the parser.
    open: Vec<Open>,
    depth: usize,
    /// The cost of reopening all formatting elements once, and the most that it can have cost so far, in bytes.
    reopening: usize,
    spent: usize,
    /// The offset in `out` where the current text begins.
    text_start: usize,
    /// The open tables; true if a cell is open in it.
    tables: Vec<bool>,
    misplaced: usize,
}

impl<'s> Normalizer<'s> {
    fn new(source: &'s str, formatting: Formatting) -> Self {
        Self {
            rest: source,
            out: String::with_capacity(source.len() + source.len() / 8),
            formatting,
            open: Vec::new(),
            depth: 0,
            reopening: 0,
            spent: 0,
            text_start: 0,
            tables: Vec::new(),
            misplaced: 0,
        }
    }

    fn run(mut self) -> Result<String, NormalizeError> {
        while !self.rest.is_empty() {
            let (text, markup) = self.rest.split_at(self.rest.find('<').unwrap_or(self.rest.len()));
            if !text.is_empty() {
                self.spend()?;
                self.text(text);
            }
            self.rest = markup;
            self.markup()?;
        }
        Ok(self.out)
    }

    /// Consumes the markup that begins with the `<` at the front of the input.
    fn markup(&mut self) -> Result<(), NormalizeError> {
        let Some(after) = self.rest.strip_prefix('<') else { return Ok(()) };
        if let Some(comment) = after.strip_prefix("!--") {
            self.rest = after_comment(comment);
        } else if after.starts_with(['!', '?'])
            || after.starts_with('/') && !after[1..].starts_with(|c: char| c.is_ascii_alphabetic())
        {
            self.rest = after_delimiter(after, ">");
        } else if after.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()) {
            match Tag::read(after) {
                Some((tag, rest)) => {
                    self.rest = rest;
                    self.tag(&tag)?;
                }
                // The end of the input is inside the tag: nothing follows.
                None => self.rest = "",
            }
        } else {
            self.misplace();
            self.divide();
            self.out.push_str("&lt;");
            self.rest = after;
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if !text.chars().all(is_space) {
            self.misplace();
        }
        let mut rest = text;
        while let Some(at) = rest.find(['&', '>', '\u{a0}']) {
            let (before, escaped) = rest.split_at(at);
            self.out.push_str(before);
            self.divide();
            let character = &escaped[..escaped.chars().next().map_or(0, char::len_utf8)];
            rest = &escaped[character.len()..];
            self.out.push_str(if character == "&" && !begins_reference(rest) { "&amp;" } else { character });
        }
        self.out.push_str(rest);
    }

    /// Counts content in a table outside its cells. Closes the table if there is too much.
    fn misplace(&mut self) {
        if self.tables.last() == Some(&false) {
            self.misplaced += 1;
            if self.misplaced > MISPLACED_MAX {
                self.tables.pop();
                self.out.push_str("</table>");
            }
        }
    }

    /// Keeps track of open tables and cells.
    fn table_tag(&mut self, name: &str, is_end: bool) {
        let in_cell = self.tables.last_mut();
        match (name, is_end, in_cell) {
            ("table", true, _) => {
                self.tables.pop();
            }
            ("table", false, _) => self.tables.push(false),
            (_, _, Some(in_cell)) if CELLS.contains(&name) => *in_cell = !is_end,
            (_, _, Some(in_cell)) if TABLE_PARTS.contains(&name) => *in_cell = false,
            (_, false, _) => self.misplace(),
            _ => {}
        }
    }

    fn divide(&mut self) {
        if self.out.len() - self.text_start > TEXT_MAX {
            self.out.push_str(DIVIDER);
            self.text_start = self.out.len();
        }
    }

    fn tag(&mut self, tag: &Tag<'s>) -> Result<(), NormalizeError> {
        let name = tag.name.as_str();
        let is_formatting = FORMATTING.contains(&name);
        let is_regular = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_regular || TEXT.contains(&name) || is_formatting && self.formatting == Formatting::Dropped {
            return Ok(());
        }
        if tag.is_end {
            self.table_tag(name, true);
            if self.open.last().is_some_and(|last| last.name == name)
                && let Some(closed) = self.open.pop()
            {
                self.depth -= usize::from(counts(name));
                self.reopening -= closed.bytes;
            }
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
            return Ok(());
        }
        if RAW.contains(&name) {
            self.rest = after_raw(self.rest, name);
            return Ok(());
        }
        if FOREIGN.contains(&name) {
            if !tag.is_self_closing {
                self.rest = after_foreign(self.rest, name);
            }
            return Ok(());
        }
        self.spend()?;
        self.table_tag(name, false);
        let start = self.out.len();
        tag.push(&mut self.out);
        if VOID.contains(&name) {
            return Ok(());
        }
        self.depth += usize::from(counts(name));
        if self.depth > DEPTH_MAX {
            return Err(NormalizeError::TooDeep);
        }
        let bytes = if is_formatting { self.out.len() - start + ELEMENT_BYTES } else { 0 };
        self.reopening += bytes;
        self.open.push(Open { name: tag.name.clone(), bytes });
        self.text_start = self.out.len();
        Ok(())
    }

    /// Any text and any start tag can make the parser reopen all formatting elements.
    fn spend(&mut self) -> Result<(), NormalizeError> {
        self.spent += self.reopening;
        if self.spent > FORMATTING_MAX { Err(NormalizeError::FormattingTooCostly) } else { Ok(()) }
    }
}

fn counts(name: &str) -> bool {
    !FLAT.contains(&name)
}

struct Tag<'s> {
    name: String,
    is_end: bool,
    is_self_closing: bool,
    attributes: Vec<(&'static str, &'s str)>,
}

impl<'s> Tag<'s> {
    /// Parses a tag from after its `<`, as the HTML standard says. Returns it with the rest; `None` if the tag does not end.
    fn read(text: &'s str) -> Option<(Self, &'s str)> {
        let (is_end, text) = text.strip_prefix('/').map_or((false, text), |text| (true, text));
        let (name, mut rest) = text.split_at(text.find(|c: char| is_space(c) || "/>".contains(c))?);
        let mut tag =
            Self { name: name.to_ascii_lowercase(), is_end, is_self_closing: false, attributes: Vec::new() };
        loop {
            rest = rest.trim_start_matches(is_space);
            if let Some(rest) = rest.strip_prefix('>') {
                return Some((tag, rest));
            }
            if let Some(after) = rest.strip_prefix('/') {
                tag.is_self_closing = after.starts_with('>');
                rest = after;
                continue;
            }
            // An equals sign at the start of a name belongs to the name.
            let first = rest.chars().next()?.len_utf8();
            let end = first + rest[first..].find(|c: char| is_space(c) || "/>=".contains(c))?;
            let (name, after) = rest.split_at(end);
            let (value, after) = attribute_value(after)?;
            rest = after;
            let known = ATTRIBUTES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
            if let Some(known) = known.filter(|known| tag.attributes.iter().all(|(other, _)| other != known))
                && (value.len() <= ATTRIBUTE_MAX || is_data(value))
            {
                tag.attributes.push((known, value));
            }
        }
    }

    fn push(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            out.push_str(&quoted(value));
            out.push('"');
        }
        out.push('>');
    }
}

/// Returns true for a `data:` address without characters to escape.
fn is_data(value: &str) -> bool {
    value.starts_with("data:") && !value.contains(['&', '<', '>', '"'])
}

fn quoted(value: &str) -> Cow<'_, str> {
    if value.contains('"') { Cow::Owned(value.replace('"', "&quot;")) } else { Cow::Borrowed(value) }
}

/// Parses the value of an attribute from after its name. Returns it with the rest.
fn attribute_value(text: &str) -> Option<(&str, &str)> {
    let Some(text) = text.trim_start_matches(is_space).strip_prefix('=') else { return Some(("", text)) };
    let text = text.trim_start_matches(is_space);
    match text.chars().next()? {
        quote @ ('"' | '\'') => text[1..].split_once(quote),
        _ => Some(text.split_at(text.find(|c: char| is_space(c) || c == '>')?)),
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// Returns true if an ampersand before this text begins a character reference.
fn begins_reference(text: &str) -> bool {
    text.starts_with(|c: char| c == '#' || c.is_ascii_alphanumeric())
}

fn after_delimiter<'s>(text: &'s str, end: &str) -> &'s str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

fn after_comment(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('>').or_else(|| text.strip_prefix("->")) {
        return rest;
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("--") {
        if let Some(after) = after.strip_prefix('>').or_else(|| after.strip_prefix("!>")) {
            return after;
        }
        // In `--->` the last two dashes belong to the end.
        rest = if after.starts_with('-') { &rest[rest.len() - after.len() - 1..] } else { after };
    }
    ""
}

/// Returns the text after the end tag of an element whose content is not markup.
fn after_raw<'s>(text: &'s str, name: &str) -> &'s str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let is_end = after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
            && after[name.len()..].starts_with(|c: char| is_space(c) || "/>".contains(c));
        if is_end {
            return after_delimiter(after, ">");
        }
        rest = after;
    }
    ""
}

/// Returns the text after the end tag of an SVG, MathML or template element.
fn after_foreign<'s>(text: &'s str, name: &str) -> &'s str {
    let mut depth = 1_usize;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = after_comment(comment);
        } else if let Some(data) = after.strip_prefix("![CDATA[") {
            rest = after_delimiter(data, "]]>");
        } else if after.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()) {
            let Some((tag, following)) = Tag::read(after) else { return "" };
            rest = following;
            match (tag.name == name, tag.is_end) {
                (true, true) => depth -= 1,
                (true, false) => depth += usize::from(!tag.is_self_closing),
                _ => {}
            }
            if depth == 0 {
                return rest;
            }
        } else {
            rest = after;
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn regular_html_is_not_changed() {
        for html in [
            "<p style=\"color:red\">字<br><b>b</b></p>",
            "a &amp; b &lt; c &#60; &nbsp;",
            "<table><tr><td colspan=\"2\">x</td></tr></table>",
            "<a href=\"https://a.example/?b=1&amp;c=2\">x</a>",
        ] {
            assert_eq!(normalize(html).as_deref(), Some(html));
        }
    }

    #[test]
    fn irregular_html_is_parsed_as_browsers_do() {
        for (html, regular) in [
            ("<P Style='a\"b' onclick=x>", "<p style=\"a&quot;b\">"),
            ("<p/title = x>", "<p title=\"x\">"),
            ("<p title=1 title=2 TITLE=3>", "<p title=\"1\">"),
            ("<p title=a>b", "<p title=\"a\">b"),
            ("<p title=\"<b>\">", "<p title=\"<b>\">"),
            ("<p =x title=y>", "<p title=\"y\">"),
            ("1 < 2 & 3 <> 4 <", "1 &lt; 2 &amp; 3 &lt;> 4 &lt;"),
            ("a<!-- <b> --->b<!-->c<!--->d<!--x--!>e<!--", "abcde"),
            ("a<!doctype x>b<?x?>c</ x>d</>e", "abcde"),
            ("a<script>\"</scripty><b></SCRIPT x>b", "ab"),
            ("a<svg><path d='</svg>'/><svg/></svg>b<math/>c", "abc"),
            ("a<title>b", "a"),
            ("a<p title=\"b", "a"),
            ("a<xmp><b>c</xmp>", "a<b>c"),
            ("<a\"b>c", "c"),
        ] {
            assert_eq!(normalize(html).as_deref(), Some(regular), "{html}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        assert!(normalize(&"<div>".repeat(128)).is_some());
        assert!(normalize(&"<div>".repeat(129)).is_none());
        assert!(normalize(&"<div></div><p>".repeat(10_000)).is_some());
    }

    #[test]
    fn a_table_with_too_much_outside_its_cells_is_closed() {
        let some = format!("<table>{}<tr><td>x<td>y</table>z", "<br>".repeat(256));
        assert_eq!(normalize(&some).as_deref(), Some(some.as_str()));
        let more = normalize(&format!("<table>{}</table>", "<br>".repeat(257)));
        assert!(more.is_some_and(|more| more.ends_with("<br></table><br></table>")));
        let honest = "<table><tr><td><p>x</p></td>\n</tr></table><p>y</p>".repeat(1_000);
        assert_eq!(normalize(&honest).as_deref(), Some(honest.as_str()));
    }

    #[test]
    fn expensive_formatting_is_dropped() {
        let open: String = (0..100).map(|red| format!("<b style=\"color:rgb({red},0,0)\">")).collect();
        let once = format!("{open}<p>x</p>");
        assert_eq!(normalize(&once).as_deref(), Some(once.as_str()));
        let often = format!("{open}{}", "<p>x</p>".repeat(10_000));
        assert_eq!(normalize(&often), Some("<p>x</p>".repeat(10_000)));
    }
}
