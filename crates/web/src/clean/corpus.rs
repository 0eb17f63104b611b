//! The samples that also test the editor: `ui/corpus`. With `UPDATE=1` the test writes what it finds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::article_html;

/// What no output may contain inside of a tag.
const FORBIDDEN: [&str; 12] = [
    "<script",
    "<style",
    "<iframe",
    "<svg",
    "<math",
    "<object",
    "<form",
    "<base",
    "javascript:",
    "url(",
    "expression",
    "position:",
];

#[test]
fn what_the_editor_makes_is_visible() {
    compare("paste", ".editor.html");
}

#[test]
fn hostile_html_is_harmless() {
    for (name, visible) in compare("hostile", ".html") {
        for tag in visible.split('<').skip(1) {
            let tag = format!("<{}", tag.split('>').next().unwrap_or_default());
            let without_alt = tag.split(" alt=\"").next().unwrap_or_default().to_ascii_lowercase();
            assert!(FORBIDDEN.iter().all(|word| !without_alt.contains(word)), "{name}: {tag}");
            assert!(!without_alt.split(' ').any(|part| part.starts_with("on")), "{name}: {tag}");
        }
    }
}

/// Compares what readers see of each source with the stored result. Returns the names and results.
fn compare(folder: &str, ending: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/corpus").join(folder);
    let names = names(&folder);
    assert!(names.len() > 2);
    let compared = names.into_iter().map(|name| {
        let source = fs::read_to_string(folder.join(format!("{name}{ending}"))).expect("a sample");
        let visible = format!("{}\n", article_html(&source, "/media/").as_str().trim_end());
        let stored = folder.join(format!("{name}.server.html"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&stored, &visible).expect("the corpus can be written");
        }
        assert_eq!(visible, fs::read_to_string(&stored).unwrap_or_default(), "{}", stored.display());
        (name, visible)
    });
    compared.collect()
}

/// The names of the sources.
fn names(folder: &PathBuf) -> Vec<String> {
    let files = fs::read_dir(folder)
        .expect("the corpus")
        .filter_map(|file| file.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = files
        .filter_map(|file| file.strip_suffix(".html").filter(|name| !name.contains('.')).map(str::to_owned))
        .collect();
    names.sort();
    names
}
