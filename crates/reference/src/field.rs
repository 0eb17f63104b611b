//! A field of a request, a response or an event.

use serde_json::Value;

use crate::{control::Control, text::Text};

/// Where a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the query.
    Query,
    /// In the path.
    Path,
    /// In a header.
    Header,
    /// In the body of the request, or in an object in it.
    Body,
    /// In the response or in an event.
    Response,
}

impl Place {
    /// The name in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Path => "path",
            Self::Header => "header",
            Self::Body => "body",
            Self::Response => "response",
        }
    }
}

/// Where a behaviour comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// The vendor's documentation says so.
    Documented,
    /// The vendor's servers or clients do so.
    Observed,
    /// Neither says anything: it was decided here, for the reason in the description.
    Decided,
}

/// A value that a field can have.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The value.
    pub value: Value,
    /// What it means; empty if that is not described.
    pub meaning: Text,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name on the wire.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// The type: `string`, `integer`, `array of string`.
    pub kind: String,
    /// Whether it must be in a request, or always is in a response.
    pub is_required: bool,
    /// What it is.
    pub about: Text,
    /// What an item is, if it is a list whose items are described.
    pub item: Text,
    /// Where its behaviour comes from.
    pub mark: Mark,
    /// Its limits, one by one.
    pub limits: Vec<Text>,
    /// Its values, if it can only have these.
    pub variants: Vec<Variant>,
    /// Other names that it is accepted by.
    pub aliases: Vec<String>,
    /// An example.
    pub example: Option<Value>,
    /// The fields of the object, or of the objects in the list.
    pub fields: Vec<Field>,
    /// How it is edited.
    pub control: Control,
}

impl Field {
    /// The field and those in it, with their depth.
    pub fn flattened(&self) -> Vec<(usize, &Field)> {
        let mut all = Vec::new();
        self.flatten_into(0, &mut all);
        all
    }

    fn flatten_into<'a>(&'a self, depth: usize, all: &mut Vec<(usize, &'a Field)>) {
        all.push((depth, self));
        for field in &self.fields {
            field.flatten_into(depth + 1, all);
        }
    }
}
