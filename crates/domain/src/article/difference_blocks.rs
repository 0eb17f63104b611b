//! The blocks of an article for a comparison: paragraphs, headings, items, cells and pictures, each with its text.

use super::plain_text::{find_ignore_case, push_text};

/// The most blocks of a text. What follows is one block.
const MAX_BLOCKS: usize = 50_000;
/// The most elements in each other whose kinds are known.
const MAX_DEPTH: usize = 256;

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph, or text without an element of its own.
    Paragraph,
    /// A heading.
    Heading,
    /// An item of a list.
    Item,
    /// A quotation.
    Quote,
    /// A cell of a table.
    Cell,
    /// Preformatted text.
    Code,
    /// A picture. Its text is its address.
    Picture,
    /// A line between blocks.
    Rule,
}

impl BlockKind {
    /// Returns true if the words of two such blocks can be compared.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Picture | Self::Rule)
    }
}

/// A block of a text. Two are the same if their texts are.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text, with single spaces.
    pub text: String,
    /// Its HTML.
    pub source: String,
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.kind.is_text() == other.kind.is_text()
    }
}

/// Returns the blocks of HTML that have a text, and its pictures.
pub(super) fn blocks(html: &str) -> Vec<Block> {
    let mut reader =
        Reader { blocks: Vec::new(), open: Vec::new(), text: String::new(), source: String::new() };
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let before = rest.get(..start).unwrap_or_default();
        push_text(&mut reader.text, before);
        reader.source.push_str(before);
        let tag = rest.get(start + 1..).unwrap_or_default();
        let name_end =
            tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '!').unwrap_or(tag.len());
        let name = tag.get(..name_end).unwrap_or_default().to_ascii_lowercase();
        let content_end = match name.as_str() {
            "script" | "style" | "template" => find_ignore_case(tag, &format!("</{name}")),
            _ if tag.starts_with("!--") => tag.find("-->").map_or(tag.len(), |at| at + 2),
            _ => 0,
        };
        let close = tag.get(content_end..).and_then(|tag| tag.find('>')).map(|close| content_end + close);
        let inside = tag.get(name_end..close.unwrap_or(tag.len())).unwrap_or_default();
        reader.tag(&name, inside);
        rest = close.and_then(|close| tag.get(close + 1..)).unwrap_or_default();
    }
    push_text(&mut reader.text, rest);
    reader.source.push_str(rest);
    reader.end();
    let Reader { mut blocks, text, source, .. } = reader;
    if !text.trim().is_empty() {
        blocks.push(Block { kind: BlockKind::Paragraph, text: text.trim().to_owned(), source });
    }
    blocks
}

struct Reader {
    blocks: Vec<Block>,
    /// The kinds of the elements that are open.
    open: Vec<(String, BlockKind)>,
    text: String,
    source: String,
}

impl Reader {
    fn tag(&mut self, name: &str, inside: &str) {
        let (closing, name) = match name.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, name.trim_end_matches('/')),
        };
        match name {
            "img" if !closing => {
                let address = attribute(inside, "src").unwrap_or_default();
                self.leaf(BlockKind::Picture, address, inside);
            }
            "hr" if !closing => self.leaf(BlockKind::Rule, "—".to_owned(), inside),
            // A line break is a space in a text.
            "br" => push_text(&mut self.text, " "),
            _ => match kind_of(name) {
                None => {
                    // Formatting is compared as it is written.
                    self.source.push('<');
                    self.source.push_str(if closing { "/" } else { "" });
                    self.source.push_str(name);
                    self.source.push_str(inside.trim_end());
                    self.source.push('>');
                }
                Some(kind) if !closing => {
                    self.end();
                    self.source.push_str(inside.trim());
                    if self.open.len() < MAX_DEPTH {
                        self.open.push((name.to_owned(), kind));
                    }
                }
                Some(_) => {
                    self.end();
                    if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
                        self.open.truncate(at);
                    }
                }
            },
        }
    }

    fn leaf(&mut self, kind: BlockKind, text: String, source: &str) {
        self.end();
        if self.blocks.len() < MAX_BLOCKS {
            self.blocks.push(Block { kind, text, source: source.trim().to_owned() });
        }
    }

    /// Ends the block that is being read.
    fn end(&mut self) {
        let text = self.text.trim();
        if text.is_empty() {
            self.text.clear();
            self.source.clear();
            return;
        }
        if self.blocks.len() >= MAX_BLOCKS {
            self.text.push(' ');
            return;
        }
        // The innermost element with a meaning of its own: a paragraph in an item is an item.
        let kinds = self.open.iter().rev().map(|(_, kind)| *kind);
        let kind =
            kinds.into_iter().find(|kind| *kind != BlockKind::Paragraph).unwrap_or(BlockKind::Paragraph);
        let block = Block { kind, text: text.to_owned(), source: std::mem::take(&mut self.source) };
        self.text.clear();
        self.blocks.push(block);
    }
}

/// The kind of an element that begins a block; `None` for one inside of a line.
fn kind_of(name: &str) -> Option<BlockKind> {
    Some(match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => BlockKind::Heading,
        "li" | "dt" | "dd" => BlockKind::Item,
        "blockquote" => BlockKind::Quote,
        "td" | "th" => BlockKind::Cell,
        "pre" => BlockKind::Code,
        "p" | "div" | "section" | "article" | "figure" | "figcaption" | "ul" | "ol" | "dl" | "table"
        | "caption" | "thead" | "tbody" | "tfoot" | "tr" | "address" | "center" | "header" | "footer"
        | "main" => BlockKind::Paragraph,
        _ => return None,
    })
}

/// The value of an attribute, if it is in quotes or without spaces.
fn attribute(inside: &str, name: &str) -> Option<String> {
    let mut rest = inside;
    loop {
        let at = find_ignore_case(rest, &format!("{name}="));
        let value = rest.get(at + name.len() + 1..).filter(|value| !value.is_empty())?;
        let is_whole = rest.get(..at).is_none_or(|before| before.ends_with(|c: char| c.is_whitespace()));
        if is_whole {
            let text = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value.get(1..)?.split(quote).next()?,
                _ => value.split(|c: char| c.is_whitespace() || c == '/').next()?,
            };
            let mut decoded = String::new();
            push_text(&mut decoded, text);
            return Some(decoded);
        }
        rest = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Vec<(BlockKind, String)> {
        blocks(html).into_iter().map(|block| (block.kind, block.text)).collect()
    }

    #[test]
    fn elements_become_blocks() {
        let block = |kind, text: &str| (kind, text.to_owned());
        for (html, expected) in [
            ("", vec![]),
            ("文", vec![block(BlockKind::Paragraph, "文")]),
            ("<p>一<b>二</b><br>三 &amp; 四</p><p> </p>", vec![block(BlockKind::Paragraph, "一二 三 & 四")]),
            (
                "<ul><li><p>甲</p></li><li>乙</li></ul>尾",
                vec![
                    block(BlockKind::Item, "甲"),
                    block(BlockKind::Item, "乙"),
                    block(BlockKind::Paragraph, "尾"),
                ],
            ),
            (
                "<h2 id=x>题</h2><blockquote>引</blockquote><pre>码</pre><hr><table><tr><td>格</td></tr></table>",
                vec![
                    block(BlockKind::Heading, "题"),
                    block(BlockKind::Quote, "引"),
                    block(BlockKind::Code, "码"),
                    block(BlockKind::Rule, "—"),
                    block(BlockKind::Cell, "格"),
                ],
            ),
            (
                "<p>前<img alt='x' src=\"@lA&amp;\" data-src='y'>后</p>",
                vec![
                    block(BlockKind::Paragraph, "前"),
                    block(BlockKind::Picture, "@lA&"),
                    block(BlockKind::Paragraph, "后"),
                ],
            ),
            ("<script>p<b></script><!-- <p>no -->是<", vec![block(BlockKind::Paragraph, "是")]),
            ("</p></li><p", vec![]),
        ] {
            assert_eq!(read(html), expected, "{html}");
        }
    }

    #[test]
    fn blocks_are_bounded() {
        let found = blocks(&"<p>a".repeat(60_000));
        assert_eq!(found.len(), MAX_BLOCKS + 1);
        assert_eq!(found.last().unwrap().text.len(), 2 * 10_000 - 1);
        assert!(blocks(&"<div>".repeat(100_000)).is_empty());
    }
}
