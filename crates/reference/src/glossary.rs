//! The Chinese of the descriptions of fields. The English is beside the types.

use std::collections::BTreeMap;

use crate::text::{Text, without_chinese};

/// Where the items of lists are.
pub(crate) const ITEM: &str = "[]";
/// Where requests and responses as a whole are.
pub(crate) const WHOLE: &str = "{}";

const EMBEDDED: &str = include_str!("../glossary.toml");

/// Descriptions in Chinese: by the name of the field on the wire, then by the description in English.
#[derive(Clone, Debug, Default)]
pub struct Glossary(BTreeMap<String, BTreeMap<String, String>>);

impl Glossary {
    /// The glossary of this program.
    pub fn embedded() -> Self {
        // A test reads it; without it, all texts are in English.
        Self(toml::from_str(EMBEDDED).unwrap_or_default())
    }

    /// The description of a field in both languages. In English alone if the glossary lacks it.
    pub fn text(&self, name: &str, en: &str) -> Text {
        let zh = self.0.get(name).and_then(|texts| texts.get(en));
        Text { zh: zh.map_or(en, String::as_str).to_owned(), en: without_chinese(en) }
    }

    /// All entries: name, English as it is shown, Chinese.
    pub fn entries(&self) -> impl Iterator<Item = (&str, String, &str)> {
        self.0.iter().flat_map(|(name, texts)| {
            texts.iter().map(move |(en, zh)| (name.as_str(), without_chinese(en), zh.as_str()))
        })
    }
}
