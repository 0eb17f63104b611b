//! Checks of the documents: links resolve, named files exist, and both languages have the same structure.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Documents in both languages, without the ends of their file names.
const TRANSLATED: [&str; 4] = ["README", "docs/GETTING-STARTED", "docs/COMPATIBILITY", "docs/OPERATIONS"];
/// Code in a document is a path if it begins with one of these.
const FOLDERS_OF_CODE: [&str; 6] = ["conformance/", "crates/", "examples/", "fuzz/", "openapi/", "proof/"];

#[test]
fn both_languages_have_the_same_structure() {
    for page in TRANSLATED {
        let [english, chinese] = [".md", ".zh-CN.md"].map(|end| structure(&read(&format!("{page}{end}"))));
        assert_eq!(english, chinese, "{page}");
    }
}

/// Headings by level, table rows by columns, list items and code blocks, in order.
fn structure(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            found.push(line.to_owned());
        } else if !in_code && line.starts_with('#') {
            found.push(line.split(' ').next().unwrap_or_default().to_owned());
        } else if !in_code && line.starts_with('|') {
            found.push(format!("{} columns", line.matches('|').count() - 1));
        } else if !in_code && line.starts_with("- ") {
            found.push("an item".to_owned());
        }
    }
    found
}

#[test]
fn links_between_documents_resolve() {
    let mut broken = Vec::new();
    for page in documents() {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let resolves = target.exists()
                && (anchor.is_empty() || anchors(&fs::read_to_string(target).unwrap()).contains(anchor));
            if !resolves {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_named_in_documents_exist() {
    let mut missing = Vec::new();
    for page in documents() {
        let text = fs::read_to_string(&page).unwrap();
        // Every second part is code. A block has three backticks on either side, which keeps the parity.
        for code in text.split('`').skip(1).step_by(2) {
            let is_path = FOLDERS_OF_CODE.iter().any(|folder| code.starts_with(folder))
                && !code.contains([' ', '…', '*', '\n']);
            if is_path && !root().join(code).exists() {
                missing.push(format!("{}: {code}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// All Markdown documents.
fn documents() -> impl Iterator<Item = PathBuf> {
    let folders = ["", "docs", "proof", "examples"].map(|folder| root().join(folder));
    let files = folders.into_iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    files.map(|file| file.unwrap().path()).filter(|file| file.extension().is_some_and(|end| end == "md"))
}

/// The anchors of the headings of a page, as GitHub generates them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let titles = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let name = |title: String| -> String {
        let letters = title.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        letters.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    };
    titles.map(name).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}
