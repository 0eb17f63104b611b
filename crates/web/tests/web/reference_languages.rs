//! The whole reference in one file for each language: no description stands in the other language.

use carillon_web::export_reference;

const DOCUMENT: &str = include_str!("../../../../openapi/openapi.json");
/// Elements whose text is the same in both languages: code, and names of the vendor that are marked with their language.
const CODE: [&str; 4] = ["code", "pre", "style", "code-examples"];
const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

struct Element {
    name: String,
    class: String,
    /// Its text is not in the language of the page.
    is_foreign: bool,
    text: String,
}

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let start = tag.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3);
    start.and_then(|start| tag[start..].split('"').next()).unwrap_or_default()
}

/// The elements of a page in the order in which they end, each with its own text and that of those in it, without what is foreign.
fn elements(html: &str) -> Vec<Element> {
    let mut open: Vec<Element> = Vec::new();
    let mut closed = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag ends");
        if let Some(name) = tag.strip_prefix('/') {
            while let Some(element) = open.pop() {
                if let Some(parent) = open.last_mut()
                    && !element.is_foreign
                {
                    parent.text.push_str(&element.text);
                }
                let is_end = element.name == name;
                closed.push(element);
                if is_end {
                    break;
                }
            }
        } else {
            let name = tag.split(|letter: char| letter.is_whitespace() || letter == '/').next().unwrap();
            let is_foreign = open.last().is_some_and(|parent| parent.is_foreign)
                || CODE.contains(&name)
                || (name != "html" && !attribute(tag, "lang").is_empty());
            let is_void = VOID.contains(&name) || tag.starts_with('!');
            let class = attribute(tag, "class").to_owned();
            let element = Element { name: name.to_owned(), class, is_foreign, text: String::new() };
            if !is_void {
                open.push(element);
            }
        }
        if let Some(element) = open.last_mut() {
            element.text.push_str(text);
        }
    }
    closed
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

/// Several English words: a name alone may stand in Chinese.
fn has_english(text: &str) -> bool {
    text.split_whitespace()
        .filter(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        .count()
        > 2
}

#[test]
fn no_page_in_one_language_shows_a_description_in_the_other() {
    let files = export_reference(DOCUMENT, "http://127.0.0.1:8080", &[]).unwrap();
    let page = |path: &str| &files.iter().find(|(name, _)| name == path).unwrap().1;
    // What the vendor calls things, values of examples, and quotations of texts that members see stand in quotation marks.
    let outside = |text: &str| -> String { text.split("&#34;").step_by(2).collect() };
    let mut wrong = Vec::new();
    let mut counts = [0, 0];
    for element in elements(page("en/reference.html")).iter().filter(|element| !element.is_foreign) {
        if ["p", "li", "td", "dd", "h1", "h2", "h3", "summary"].contains(&element.name.as_str()) {
            counts[0] += 1;
            if has_chinese(&outside(&element.text)) {
                wrong.push(format!("English: {} {}", element.class, element.text.trim()));
            }
        }
    }
    let described = ["about", "purpose", "limits", "variants"];
    for element in elements(page("zh/reference.html")).iter().filter(|element| !element.is_foreign) {
        if described.contains(&element.class.as_str())
            || ["td", "h1", "h2", "h3"].contains(&element.name.as_str())
        {
            counts[1] += 1;
            if has_english(&outside(&element.text)) && !has_chinese(&element.text) {
                wrong.push(format!("Chinese: {} {}", element.class, element.text.trim()));
            }
        }
    }
    let types = |path: &str, kind: &str| page(path).contains(&format!("<span class=\"kind\">{kind}</span>"));
    assert!(types("en/reference.html", "array of object") && !types("zh/reference.html", "array of object"));
    assert!(types("zh/reference.html", "object 数组"));
    assert!(counts.iter().all(|count| *count > 3_000), "{counts:?}");
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
