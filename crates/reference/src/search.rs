//! Search by title (Chinese, pinyin, English), id, path, error code, permission and field.

use std::collections::{BTreeMap, BTreeSet};

use carillon_model::spelling::spelling;

use crate::{event::Event, fact::FactKind, operation::Operation, text::Text, tree::Folder};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An operation.
    Operation,
    /// An event.
    Event,
    /// A kind of fact.
    Fact,
    /// An operation of the vendor that this server does not have.
    Missing,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// The id of the operation, or the name of the event or of the kind of fact.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Its method and path; empty for an event and a kind of fact.
    pub path: String,
    /// What matched beside the title: a field, a code of an error, a permission. Empty if the title, the id or the path did.
    pub because: String,
}

#[derive(Debug)]
struct Item {
    found: Found,
    /// In lower case: id, path, titles, spelling.
    names: String,
    spelling: String,
    /// Names of fields, codes of errors, permissions; in lower case and as they are.
    words: BTreeMap<String, String>,
}

/// What is searched through.
#[derive(Debug)]
pub(crate) struct Index(Vec<Item>);

impl Index {
    pub(crate) fn of(
        operations: &[Operation],
        events: &[Event],
        facts: &[FactKind],
        folders: &[Folder],
    ) -> Self {
        let operations = operations.iter().map(|operation| {
            let fields = operation.all_fields();
            let fields = fields.flat_map(|field| std::iter::once(&field.name).chain(&field.aliases));
            let codes = operation.errors.iter().map(|error| &error.code);
            let words: BTreeSet<&String> = fields.chain(codes).chain(&operation.permission).collect();
            let path = format!("{} {}", operation.method, operation.path);
            item(Kind::Operation, &operation.id, &operation.title, path, words)
        });
        let events = events.iter().map(|event| {
            let fields = event.fields.iter().flat_map(|field| field.flattened());
            let words = fields.map(|(_, field)| &field.name).chain(&event.permissions).collect();
            item(Kind::Event, &event.name, &event.title, String::new(), words)
        });
        let facts = facts.iter().map(|fact| {
            let words = fact.fields.iter().map(|field| &field.name).collect();
            item(Kind::Fact, fact.name, &fact.title, String::new(), words)
        });
        let missing = folders.iter().flat_map(|folder| &folder.entries).filter(|entry| !entry.is_served);
        let missing = missing.map(|entry| {
            let path = format!("{} {}", entry.method, entry.path);
            item(Kind::Missing, &entry.id, &entry.title, path, BTreeSet::new())
        });
        Self(operations.chain(events).chain(facts).chain(missing).collect())
    }

    /// The best `most` of what has every word of a text.
    pub(crate) fn search(&self, typed: &str, most: usize) -> Vec<Found> {
        let typed = typed.to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().take(8).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut ranked: Vec<(u8, usize, Found)> = Vec::new();
        for (index, item) in self.0.iter().enumerate() {
            let ranks: Option<Vec<(u8, &str)>> = words.iter().map(|word| item.rank(word)).collect();
            let Some(ranks) = ranks else { continue };
            let rank = ranks.iter().map(|(rank, _)| *rank).max().unwrap_or(u8::MAX);
            let because = ranks.iter().map(|(_, because)| *because).find(|because| !because.is_empty());
            let found = Found { because: because.unwrap_or_default().to_owned(), ..item.found.clone() };
            ranked.push((rank, index, found));
        }
        ranked.sort_by_key(|(rank, index, _)| (*rank, *index));
        ranked.into_iter().take(most).map(|(_, _, found)| found).collect()
    }
}

impl Item {
    /// How well a word matches, 0 the best, and the field, code or permission that does.
    fn rank(&self, word: &str) -> Option<(u8, &str)> {
        if self.found.id.eq_ignore_ascii_case(word) || self.found.title.zh == word {
            return Some((0, ""));
        }
        if let Some(exact) = self.words.get(word) {
            return Some((2, exact));
        }
        if self.names.contains(word) {
            return Some((1, ""));
        }
        if word.is_ascii() && self.spelling.contains(word) {
            return Some((3, ""));
        }
        // A part of a field's name, but not of a number: every code has a 4 in it.
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let part = self.words.iter().find(|(known, _)| known.contains(word));
        part.filter(|_| !is_number && word.len() > 2).map(|(_, as_it_is)| (4, as_it_is.as_str()))
    }
}

fn item(kind: Kind, id: &str, title: &Text, path: String, words: BTreeSet<&String>) -> Item {
    let names = format!("{id} {path} {} {}", title.zh, title.en).to_lowercase();
    Item {
        names,
        spelling: spelling(&title.zh),
        words: words.into_iter().map(|word| (word.to_lowercase(), word.clone())).collect(),
        found: Found { kind, id: id.to_owned(), title: title.clone(), path, because: String::new() },
    }
}
