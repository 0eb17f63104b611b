//! Kinds of facts, from which statistics are computed. They come from the types that decode them; `facts.toml` has what these do not say.

use std::collections::BTreeMap;

use carillon_model::fact::{FactLine, Kind};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    field::{Field, Place},
    glossary::Glossary,
    schema,
    text::{Text, without_chinese},
};

const EMBEDDED: &str = include_str!("../facts.toml");
/// The member and the time in examples.
const USER_ID: &str = "user01";
const TIME: i64 = 1_760_000_000_000;

/// A kind of fact.
#[derive(Clone, Debug)]
pub struct FactKind {
    /// Its name in the field `kind`.
    pub name: &'static str,
    /// Its title.
    pub title: Text,
    /// What happened.
    pub about: Text,
    /// The fields of its line: those of all facts, then its own.
    pub fields: Vec<Field>,
    /// A line.
    pub example: Value,
    /// The statistics that it feeds.
    pub feeds: Vec<Text>,
    /// The ids of the operations whose responses it changes.
    pub operations: Vec<String>,
}

impl FactKind {
    /// The example as it is sent, on one line, with the fields in their order.
    pub fn line(&self) -> String {
        let members = self.fields.iter().filter_map(|field| {
            let value = self.example.get(&field.name)?;
            Some(format!("{}:{value}", Value::from(field.name.as_str())))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }
}

#[derive(Deserialize, Default)]
struct Described {
    kinds: BTreeMap<String, DescribedKind>,
    /// Chinese by English.
    feeds: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
struct DescribedKind {
    title: (String, String),
    about: String,
    #[serde(default)]
    operations: Vec<String>,
}

/// All kinds, in the order of their numbers.
pub(crate) fn all(glossary: &Glossary) -> Vec<FactKind> {
    // A test reads it.
    let mut described: Described = toml::from_str(EMBEDDED).unwrap_or_default();
    let feeds = std::mem::take(&mut described.feeds);
    let kinds = Kind::ALL.iter().copied();
    kinds.map(|kind| one(kind, described.kinds.remove(kind.as_str()), &feeds, glossary)).collect()
}

/// The English texts of `facts.toml` that no type has, and the names of kinds that there are none of.
pub fn unused_texts() -> Vec<String> {
    let described: Described = toml::from_str(EMBEDDED).unwrap_or_default();
    let named: Vec<String> = Kind::ALL.iter().flat_map(|kind| parts(*kind).1).collect();
    let feeds = described.feeds.into_keys().filter(|feed| !named.contains(feed));
    feeds.chain(described.kinds.into_keys().filter(|name| Kind::parse(name).is_none())).collect()
}

fn one(
    kind: Kind,
    described: Option<DescribedKind>,
    feeds: &BTreeMap<String, String>,
    glossary: &Glossary,
) -> FactKind {
    let described = described.unwrap_or_default();
    let (about, english) = parts(kind);
    let fields = fields(kind, glossary);
    let mut example = json!({ "id": "fact0001", "time": TIME, "kind": kind.as_str() });
    if kind.needs_member() {
        example["userId"] = USER_ID.into();
    }
    for field in &fields {
        if let (Some(value), None) = (&field.example, example.get(&field.name)) {
            example[field.name.as_str()] = value.clone();
        }
    }
    let (zh, en) = described.title;
    FactKind {
        name: kind.as_str(),
        title: Text::new(zh, en),
        about: Text::new(described.about, about),
        fields,
        example,
        feeds: english
            .into_iter()
            .map(|en| Text::new(feeds.get(&en).cloned().unwrap_or_else(|| en.clone()), en))
            .collect(),
        operations: described.operations,
    }
}

/// What the type says: what happened, and what it feeds.
fn parts(kind: Kind) -> (String, Vec<String>) {
    let schema = kind.schema();
    let text = schema.as_value()["description"].as_str().unwrap_or_default().replace('\n', " ");
    let (about, feeds) = text.split_once("Feeds ").unwrap_or((text.as_str(), "nothing."));
    let end = feeds.find(['.', ';']).unwrap_or(feeds.len());
    let list = feeds[..end].split(", ").map(|one| one.strip_prefix("and ").unwrap_or(one).to_owned());
    let note = feeds[end..].trim_start_matches(['.', ';', ' ']);
    let mut about = without_chinese(about.trim());
    if let Some(first) = note.chars().next() {
        about = format!("{about} {}{}", first.to_uppercase(), without_chinese(&note[first.len_utf8()..]));
    }
    (about, list.collect())
}

fn fields(kind: Kind, glossary: &Glossary) -> Vec<Field> {
    let common = FactLine::schema();
    let mut fields = schema::fields(common.as_value(), None, Place::Body, glossary);
    let order = ["id", "time", "userId", "kind"];
    fields.sort_by_key(|field| order.iter().position(|name| *name == field.name));
    for field in &mut fields {
        field.is_required |= field.name == "userId" && kind.needs_member();
    }
    let own = kind.schema();
    let example = own_example(own.as_value());
    let own = schema::fields(own.as_value(), Some(&example), Place::Body, glossary);
    fields.extend(own);
    fields
}

/// Values that the decoder takes: the first choice, `true`, a small number, a text that says what it is.
fn own_example(schema: &Value) -> Value {
    let mut example = Map::new();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let value = match (&field["oneOf"][0]["const"], &field["enum"][0], field["type"].as_str()) {
            (Value::String(first), ..) | (_, Value::String(first), _) => json!(first),
            (_, _, Some("boolean")) => json!(true),
            (_, _, Some("integer")) if name.ends_with("Ms") => json!(1_800_000),
            (_, _, Some("integer")) => json!(3),
            _ => match name.as_str() {
                "openConversationId" => json!("cidSample0001=="),
                "unionid" => json!("svcUnionId0001"),
                "appVersion" => json!("7.0.10"),
                "title" => json!("Meeting of the week"),
                "groupName" | "appName" => json!("Sales"),
                other => json!(format!("{}0001", other.trim_end_matches("Id"))),
            },
        };
        example.insert(name.clone(), value);
    }
    Value::Object(example)
}
