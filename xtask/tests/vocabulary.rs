//! Identifiers are the field's terms. Words that once needed a glossary do not come back. Texts and comments are not checked.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};

/// Words that no identifier may have, and the terms to use.
const WORDS: &[(&[&str], &str)] = &[
    (&["talk", "say", "says", "said", "tell", "tells", "told"], "message, post, notify, print, reason"),
    (&["given", "shown", "asked"], "request, input, declared; response, view, visible"),
    (&["clothes", "clothing", "dress"], "encoding, variant"),
    (&["spine", "gate"], "pipeline, access policy, limit"),
    (&["world"], "fixture, server, environment"),
    (&["outlet"], "delivery target"),
    (&["unattended", "wakes"], "pending, spawn"),
    (&["attend"], "attended, joined, connected"),
    (&["verdict"], "outcome, error"),
    (&["leave_alone", "patience", "leisure"], "retry_after, timeout"),
    (&["in_words"], "an implementation of Display"),
    (&["to_date", "bring_one", "tally", "tallies"], "cumulative, refresh, metrics"),
    (&["take_over", "keep_up"], "release, run, maintain"),
    (&["hands"], "executor"),
    (&["household"], "prefix, address key"),
];

/// Identifiers that have such a word for a reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("Given", "stored in events as this text"),
    ("GIVEN_NAMES", "the given name of a person"),
    ("given_names", "the given name of a person"),
    ("attend_ms", "a field of facts on the wire"),
    ("attend_duration", "a field of the vendor"),
];

#[test]
fn identifiers_are_terms_of_the_field() {
    let mut found = BTreeSet::new();
    let mut used = BTreeSet::new();
    for file in ["crates", "fuzz", "xtask"].into_iter().flat_map(|folder| files_below(&root().join(folder))) {
        for identifier in identifiers(&fs::read_to_string(&file).unwrap()) {
            let words = format!("_{}_", snake_case(&identifier));
            for (word, term) in
                WORDS.iter().flat_map(|(words, term)| words.iter().map(move |word| (word, term)))
            {
                if !words.contains(&format!("_{word}_")) {
                    continue;
                }
                if EXCEPTIONS.iter().any(|(exception, _)| *exception == identifier) {
                    used.insert(identifier.clone());
                } else {
                    let file = file.strip_prefix(root()).unwrap().display();
                    found.insert(format!("{file}: {identifier} ({word}: write {term})"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.into_iter().collect::<Vec<_>>().join("\n"));
    let unused: Vec<&str> =
        EXCEPTIONS.iter().map(|(exception, _)| *exception).filter(|one| !used.contains(*one)).collect();
    assert!(unused.is_empty(), "exceptions that no file has: {unused:?}");
}

#[test]
fn words_are_parts_of_identifiers_and_not_of_texts() {
    let source = "/// told\nfn is_told<'a>(toldYou: &'a str) { let TOLD_x = b'\"'; \"told {told}\"; r#\"told\"# } // told";
    let with_word = identifiers(source).into_iter().filter(|name| snake_case(name).contains("told"));
    assert_eq!(with_word.collect::<Vec<_>>(), ["TOLD_x", "is_told", "toldYou"]);
    for (identifier, words) in [("HandOver", "hand_over"), ("OAuth2Token", "oauth2_token"), ("a_b", "a_b")] {
        assert_eq!(snake_case(identifier), words);
    }
}

/// The identifiers of a file, keywords included.
fn identifiers(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut streams: Vec<TokenStream> = vec![source.parse().unwrap()];
    while let Some(stream) = streams.pop() {
        for token in stream {
            match token {
                TokenTree::Group(group) => streams.push(group.stream()),
                TokenTree::Ident(name) => {
                    found.insert(name.to_string());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    found
}

/// `HandOver` as `hand_over`.
fn snake_case(identifier: &str) -> String {
    let mut words = String::new();
    let mut follows_lowercase = false;
    for letter in identifier.chars() {
        if letter.is_uppercase() && follows_lowercase {
            words.push('_');
        }
        follows_lowercase = letter.is_lowercase() || letter.is_numeric();
        words.extend(letter.to_lowercase());
    }
    words
}

/// The Rust files below a folder, without those that were built.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(path);
            }
        }
    }
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
