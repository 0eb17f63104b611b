//! Events that apps receive.

use serde_json::Value;

use crate::{
    field::{Field, Place},
    glossary::Glossary,
    schema,
    text::Text,
};

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name on the wire.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// When it is raised, and how it is sent.
    pub about: Text,
    /// The permissions of which an app needs one; empty if it needs none.
    pub permissions: Vec<String>,
    /// The types of app that may receive it.
    pub app_types: Vec<String>,
    /// The fields of its payload.
    pub fields: Vec<Field>,
    /// An example of the payload.
    pub example: Value,
}

/// All events, by name.
pub(crate) fn all(document: &Value, glossary: &Glossary) -> Vec<Event> {
    let events = document["webhooks"].as_object().into_iter().flatten();
    events.map(|(name, event)| one(name, &event["post"], glossary)).collect()
}

fn one(name: &str, event: &Value, glossary: &Glossary) -> Event {
    let text = |key: &str| event[key].as_str().unwrap_or_default();
    let texts = |key: &str| -> Vec<String> {
        let values = event[key].as_array().into_iter().flatten();
        values.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let content = &event["requestBody"]["content"]["application/json"];
    Event {
        name: name.to_owned(),
        title: Text::new(text("x-title-zh"), text("summary")),
        about: Text::new(text("x-description-zh"), text("description")),
        permissions: texts("x-permissions"),
        app_types: texts("x-app-types"),
        fields: schema::fields(&content["schema"], Some(&content["example"]), Place::Response, glossary),
        example: content["example"].clone(),
    }
}
