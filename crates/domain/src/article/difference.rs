//! What changed between two texts of an article: blocks by their text, and inside of a changed block words. No formatting is compared
//! beyond whether it changed.

use super::difference_blocks::{Block, BlockKind, blocks};

/// The most edits between the blocks of two texts, and between the words of two blocks. Beyond it everything is replaced.
const MAX_EDITS: usize = 1_000;
/// The most steps of a comparison. Blocks that are compared after them are shown whole.
const MAX_STEPS: usize = 8_000_000;
/// Two blocks are versions of one if at least this part of their words is the same, in percent.
const MIN_SAME_PERCENT: usize = 30;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// In both texts.
    Same(String),
    /// In the earlier text alone.
    Removed(String),
    /// In the later text alone.
    Inserted(String),
}

/// What happened to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockChange {
    /// Nothing.
    Same,
    /// It is in the later text alone.
    Inserted,
    /// It is in the earlier text alone.
    Removed,
    /// Its words changed.
    Changed,
    /// Its words are the same; its formatting, links or kind changed.
    Formatted,
}

/// A block of either text, in the order of the later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockDifference {
    /// What it is.
    pub kind: BlockKind,
    /// What happened to it.
    pub change: BlockChange,
    /// Its text. That of a picture is its address.
    pub pieces: Vec<Piece>,
}

/// What changed between two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The blocks.
    pub blocks: Vec<BlockDifference>,
    /// Characters that were inserted.
    pub inserted: usize,
    /// Characters that were removed.
    pub removed: usize,
}

/// Compares two texts in HTML.
pub fn between(earlier: &str, later: &str) -> Difference {
    let (old, new) = (blocks(earlier), blocks(later));
    let mut steps = MAX_STEPS;
    let mut found = Vec::with_capacity(new.len());
    let (mut removed, mut inserted) = (Vec::new(), Vec::new());
    for edit in edits_or_all(&old, &new, &mut steps) {
        match edit {
            Edit::Remove(at) => removed.extend(old.get(at)),
            Edit::Insert(at) => inserted.extend(new.get(at)),
            Edit::Keep(before, at) => {
                replaced(&mut found, &mut removed, &mut inserted, &mut steps);
                let Some((before, block)) = old.get(before).zip(new.get(at)) else { continue };
                let is_same = before.source == block.source && before.kind == block.kind;
                let change = if is_same { BlockChange::Same } else { BlockChange::Formatted };
                let pieces = vec![Piece::Same(block.text.clone())];
                found.push(BlockDifference { kind: block.kind, change, pieces });
            }
        }
    }
    replaced(&mut found, &mut removed, &mut inserted, &mut steps);
    let pieces = || found.iter().flat_map(|block| &block.pieces);
    Difference {
        inserted: pieces()
            .map(|piece| if let Piece::Inserted(text) = piece { text.chars().count() } else { 0 })
            .sum(),
        removed: pieces()
            .map(|piece| if let Piece::Removed(text) = piece { text.chars().count() } else { 0 })
            .sum(),
        blocks: found,
    }
}

/// Compares two lines of text by words.
pub fn words_between(earlier: &str, later: &str) -> Vec<Piece> {
    let mut steps = MAX_STEPS;
    compare_words(earlier, later, &mut steps)
}

/// Adds blocks in place of which others came. A removed and an inserted block that are alike are one that changed.
fn replaced(
    found: &mut Vec<BlockDifference>,
    removed: &mut Vec<&Block>,
    inserted: &mut Vec<&Block>,
    steps: &mut usize,
) {
    let mut later = std::mem::take(inserted).into_iter().peekable();
    for before in std::mem::take(removed) {
        let changed = later.peek().and_then(|after| {
            let can_match = before.kind.is_text() && after.kind.is_text();
            let pieces = can_match.then(|| compare_words(&before.text, &after.text, steps))?;
            is_alike(&pieces).then_some((after.kind, pieces))
        });
        match changed {
            Some((kind, pieces)) => {
                found.push(BlockDifference { kind, change: BlockChange::Changed, pieces });
                later.next();
            }
            None => found.push(BlockDifference {
                kind: before.kind,
                change: BlockChange::Removed,
                pieces: vec![Piece::Removed(before.text.clone())],
            }),
        }
    }
    found.extend(later.map(|after| BlockDifference {
        kind: after.kind,
        change: BlockChange::Inserted,
        pieces: vec![Piece::Inserted(after.text.clone())],
    }));
}

fn is_alike(pieces: &[Piece]) -> bool {
    let (mut same, mut all) = (0, 0);
    for piece in pieces {
        let (text, is_same) = match piece {
            Piece::Same(text) => (text, true),
            Piece::Removed(text) | Piece::Inserted(text) => (text, false),
        };
        let count = text.chars().filter(|c| !c.is_whitespace()).count();
        same += if is_same { 2 * count } else { 0 };
        all += if is_same { 2 * count } else { count };
    }
    all > 0 && same * 100 >= all * MIN_SAME_PERCENT
}

fn compare_words(earlier: &str, later: &str, steps: &mut usize) -> Vec<Piece> {
    let (old, new) = (words(earlier), words(later));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |piece: Piece| match (pieces.last_mut(), piece) {
        (Some(Piece::Same(text)), Piece::Same(more))
        | (Some(Piece::Removed(text)), Piece::Removed(more))
        | (Some(Piece::Inserted(text)), Piece::Inserted(more)) => text.push_str(&more),
        (_, piece) => pieces.push(piece),
    };
    let text = |words: &[&str], at: usize| words.get(at).copied().unwrap_or_default().to_owned();
    for edit in edits_or_all(&old, &new, steps) {
        add(match edit {
            Edit::Keep(_, at) => Piece::Same(text(&new, at)),
            Edit::Remove(at) => Piece::Removed(text(&old, at)),
            Edit::Insert(at) => Piece::Inserted(text(&new, at)),
        });
    }
    pieces
}

/// Words of alphabets, and single characters of all other scripts.
fn words(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() && (c as u32) < 0x2E80;
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match is_word(first) {
            true => rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

/// A step from one list to another, by positions in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    /// The items at two positions are the same.
    Keep(usize, usize),
    /// The item at a position of the earlier list is gone.
    Remove(usize),
    /// The item at a position of the later list is new.
    Insert(usize),
}

/// The shortest edits, or all items replaced if they are too many.
fn edits_or_all<T: PartialEq>(old: &[T], new: &[T], steps: &mut usize) -> Vec<Edit> {
    let before = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let (old_rest, new_rest) = (old.get(before..).unwrap_or_default(), new.get(before..).unwrap_or_default());
    let after =
        old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(one, other)| one == other).count();
    let middle_old = old_rest.get(..old_rest.len() - after).unwrap_or_default();
    let middle_new = new_rest.get(..new_rest.len() - after).unwrap_or_default();
    let middle = shortest(middle_old, middle_new, steps).unwrap_or_else(|| {
        let removed = (0..middle_old.len()).map(Edit::Remove);
        removed.chain((0..middle_new.len()).map(Edit::Insert)).collect()
    });
    let moved = middle.into_iter().map(|edit| match edit {
        Edit::Keep(one, other) => Edit::Keep(one + before, other + before),
        Edit::Remove(at) => Edit::Remove(at + before),
        Edit::Insert(at) => Edit::Insert(at + before),
    });
    let end = (0..after).map(|at| Edit::Keep(old.len() - after + at, new.len() - after + at));
    (0..before).map(|at| Edit::Keep(at, at)).chain(moved).chain(end).collect()
}

/// Finds the fewest edits (E. W. Myers, "An O(ND) difference algorithm and its variations", 1986). `None` if they are more than
/// [`MAX_EDITS`], or if no steps are left.
fn shortest<T: PartialEq>(old: &[T], new: &[T], steps: &mut usize) -> Option<Vec<Edit>> {
    // `rows[edits][index]` is how far so many edits lead in `old` on a diagonal: the position there minus that in `new` is
    // `2 * index - edits`.
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for edits in 0..=(old.len() + new.len()).min(MAX_EDITS) {
        let mut row = Vec::with_capacity(edits + 1);
        for index in 0..=edits {
            let mut at = start(rows.last(), index);
            let mut other = (at + edits).checked_sub(2 * index)?;
            *steps = steps.checked_sub(1)?;
            while old.get(at).is_some_and(|one| new.get(other) == Some(one)) {
                (at, other) = (at + 1, other + 1);
                *steps = steps.checked_sub(1)?;
            }
            row.push(at);
            if at == old.len() && other == new.len() {
                rows.push(row);
                return path(&rows, at, other);
            }
        }
        rows.push(row);
    }
    None
}

/// Where the items that are kept begin on a diagonal: after an insertion, from the diagonal with the same index in the row before, or
/// after a removal, from the one with the index below.
fn start(last: Option<&Vec<usize>>, index: usize) -> usize {
    let Some(last) = last else { return 0 };
    let inserted = last.get(index).copied();
    let removed = index.checked_sub(1).and_then(|below| last.get(below)).map(|at| at + 1);
    inserted.max(removed).unwrap_or_default()
}

/// Walks back from the ends of both lists.
fn path(rows: &[Vec<usize>], old_length: usize, new_length: usize) -> Option<Vec<Edit>> {
    let (mut at, mut other) = (old_length, new_length);
    let mut edits = Vec::new();
    for row in (0..rows.len()).rev() {
        let index = (at + row).checked_sub(other)? / 2;
        let last = row.checked_sub(1).and_then(|last| rows.get(last));
        let begin = start(last, index);
        while at > begin {
            (at, other) = (at - 1, other.checked_sub(1)?);
            edits.push(Edit::Keep(at, other));
        }
        let Some(last) = last else { break };
        if last.get(index) == Some(&at) {
            other = other.checked_sub(1)?;
            edits.push(Edit::Insert(other));
        } else {
            at = at.checked_sub(1)?;
            edits.push(Edit::Remove(at));
        }
    }
    edits.reverse();
    Some(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(pieces: &[Piece]) -> String {
        let one = |piece: &Piece| match piece {
            Piece::Same(text) => text.clone(),
            Piece::Removed(text) => format!("[-{text}]"),
            Piece::Inserted(text) => format!("[+{text}]"),
        };
        pieces.iter().map(one).collect()
    }

    fn lines(earlier: &str, later: &str) -> Vec<String> {
        let found = between(earlier, later);
        found.blocks.iter().map(|block| format!("{:?} {}", block.change, marked(&block.pieces))).collect()
    }

    #[test]
    fn words_and_characters_are_compared() {
        for (earlier, later, expected) in [
            ("", "", ""),
            ("周六上午九点", "周日上午十点", "周[-六][+日]上午[-九][+十]点"),
            ("The library opens", "The new library opened", "The [+new ]library [-opens][+opened]"),
            ("abc", "", "[-abc]"),
            ("", "abc", "[+abc]"),
            ("甲乙丙", "乙丙丁", "[-甲]乙丙[+丁]"),
        ] {
            assert_eq!(marked(&words_between(earlier, later)), expected);
        }
    }

    #[test]
    fn blocks_are_kept_changed_inserted_and_removed() {
        let earlier = "<h2>通知</h2><p>周六上午运动会</p><p>请准时参加</p><ul><li>一</li></ul>";
        let later =
            "<h2>通知</h2><p>周日上午运动会</p><ul><li>一</li><li>二</li></ul><p><img src=\"@a\"></p>";
        assert_eq!(
            lines(earlier, later),
            [
                "Same 通知",
                "Changed 周[-六][+日]上午运动会",
                "Removed [-请准时参加]",
                "Same 一",
                "Inserted [+二]",
                "Inserted [+@a]"
            ]
        );
        let found = between(earlier, later);
        assert_eq!((found.inserted, found.removed), (4, 6));
        assert_eq!(lines("<p>一样</p>", "<p><b>一样</b></p>"), ["Formatted 一样"]);
        assert_eq!(lines("<p>一样</p>", "<h2>一样</h2>"), ["Formatted 一样"]);
        assert_eq!(
            lines("<p>完全不同的话</p>", "<p>abc</p>"),
            ["Removed [-完全不同的话]", "Inserted [+abc]"]
        );
    }

    #[test]
    fn edits_lead_from_one_text_to_the_other() {
        // Small texts of few letters, with all kinds of repetition.
        let mut seed = 7_u64;
        let mut random = |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        for _ in 0..2_000 {
            let mut list = || (0..random(12)).map(|_| random(3)).collect::<Vec<u64>>();
            let (old, new) = (list(), list());
            let mut steps = MAX_STEPS;
            let edits = edits_or_all(&old, &new, &mut steps);
            let (mut kept, mut removed, mut made) = (0, Vec::new(), Vec::new());
            for edit in &edits {
                match edit {
                    Edit::Keep(one, other) => {
                        assert_eq!(old[*one], new[*other]);
                        kept += 1;
                        removed.push(*one);
                        made.push(*other);
                    }
                    Edit::Remove(one) => removed.push(*one),
                    Edit::Insert(other) => made.push(*other),
                }
            }
            assert_eq!(removed, (0..old.len()).collect::<Vec<_>>(), "{old:?} {new:?}");
            assert_eq!(made, (0..new.len()).collect::<Vec<_>>(), "{old:?} {new:?}");
            assert_eq!(kept, longest_common(&old, &new), "{old:?} {new:?}");
        }
    }

    fn longest_common(old: &[u64], new: &[u64]) -> usize {
        let mut lengths = vec![vec![0; new.len() + 1]; old.len() + 1];
        for (at, one) in old.iter().enumerate() {
            for (other, two) in new.iter().enumerate() {
                lengths[at + 1][other + 1] = if one == two {
                    lengths[at][other] + 1
                } else {
                    lengths[at][other + 1].max(lengths[at + 1][other])
                };
            }
        }
        lengths[old.len()][new.len()]
    }

    #[test]
    fn large_texts_are_compared_within_bounds() {
        // Nothing is alike: as many edits as there are blocks, and then all is replaced.
        let text = |from: usize| {
            (0..20_000).map(|number| format!("<p>{}</p>", number * 2 + from)).collect::<String>()
        };
        let found = between(&text(0), &text(1));
        assert_eq!(found.blocks.len(), 40_000);
        // One long paragraph without any break.
        let (old, new) = ("甲乙".repeat(125_000), "乙丙".repeat(125_000));
        let found = between(&format!("<p>{old}</p>"), &format!("<p>{new}</p>"));
        assert!(found.inserted >= 125_000, "{}", found.inserted);
    }
}
