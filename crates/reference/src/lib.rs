//! The reference of the API as values: operations, events, fields and errors, in Chinese and English. It is built from the OpenAPI
//! document, which is made from the declarations that the server enforces, and from the glossary, which has the Chinese of fields.

mod client;
mod control;
mod error;
mod event;
pub mod example;
mod fact;
mod field;
mod glossary;
mod guide;
mod limit;
pub mod openapi30;
mod operation;
mod postman;
mod schema;
mod search;
mod text;
mod tree;

use std::collections::BTreeMap;

use serde_json::Value;

pub use client::{ClientCall, Clients, GO, JAVA, LEGACY_JAVA, NODE, PYTHON, Package};
pub use control::{Control, ControlKind};
pub use error::{ApiError, ErrorGroup};
pub use event::Event;
pub use example::{Example, Request};
pub use fact::{FactKind, unused_texts};
pub use field::{Field, Mark, Place, Variant};
pub use glossary::Glossary;
pub use guide::Guide;
pub use limit::{ConfiguredLimit, FieldLimits, LimitSection};
pub use operation::{Caller, Host, Limit, Operation};
pub use search::{Found, Kind};
pub use text::Text;
pub use tree::{Entry, Folder, Module, folder_in_english};

/// Everything that the reference shows.
#[derive(Debug)]
pub struct Reference {
    /// The folders of the documentation in their order, with their operations.
    pub folders: Vec<Folder>,
    /// The modules of the vendor's documentation.
    pub modules: Vec<Module>,
    /// The operations, in the order of the folders.
    pub operations: Vec<Operation>,
    /// The events.
    pub events: Vec<Event>,
    /// The kinds of facts.
    pub facts: Vec<FactKind>,
    /// The limits that the configuration sets.
    pub limits: Vec<LimitSection>,
    /// The guides.
    pub guides: Vec<Guide>,
    /// Errors that many operations share.
    pub error_groups: BTreeMap<String, ErrorGroup>,
    by_id: BTreeMap<String, usize>,
    index: search::Index,
}

impl Reference {
    /// Builds the reference of an OpenAPI document of this project.
    pub fn of(document: &Value) -> Self {
        let glossary = Glossary::embedded();
        let folders = tree::folders(document);
        let mut operations: Vec<Operation> = operation::all(document, &glossary);
        let place = |id: &str| folders.iter().position(|folder| folder.has(id)).unwrap_or(usize::MAX);
        let order = |id: &str| {
            let folder = place(id);
            let within = folders.get(folder).and_then(|folder| folder.position(id));
            (folder, within)
        };
        operations.sort_by_cached_key(|operation| order(&operation.id));
        let by_id =
            operations.iter().enumerate().map(|(index, operation)| (operation.id.clone(), index)).collect();
        let events = event::all(document, &glossary);
        let error_groups = error::groups(document);
        let facts = fact::all(&glossary);
        let index = search::Index::of(&operations, &events, &facts, &folders);
        let (modules, guides, limits) = (tree::modules(), guide::all(), limit::sections());
        Self { folders, modules, operations, events, facts, limits, guides, error_groups, by_id, index }
    }

    /// The operation of an id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.by_id.get(id).map(|index| &self.operations[*index])
    }

    /// The operations before and after one, in the order of the folders.
    pub fn neighbours(&self, id: &str) -> (Option<&Operation>, Option<&Operation>) {
        let Some(index) = self.by_id.get(id).copied() else { return (None, None) };
        let before = index.checked_sub(1).and_then(|index| self.operations.get(index));
        (before, self.operations.get(index + 1))
    }

    /// The event of a name.
    pub fn event(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.name == name)
    }

    /// The kind of fact of a name.
    pub fn fact(&self, name: &str) -> Option<&FactKind> {
        self.facts.iter().find(|fact| fact.name == name)
    }

    /// The operations that raise an event.
    pub fn raisers(&self, event: &str) -> impl Iterator<Item = &Operation> + use<'_> {
        let event = event.to_owned();
        self.operations.iter().filter(move |operation| operation.raises.contains(&event))
    }

    /// The folder of an operation.
    pub fn folder_of(&self, id: &str) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.has(id))
    }

    /// An operation of the documentation that this server does not have.
    pub fn missing(&self, id: &str) -> Option<&Entry> {
        let entries = self.folders.iter().flat_map(|folder| &folder.entries);
        entries.filter(|entry| !entry.is_served).find(|entry| entry.id == id)
    }

    /// The operations, events, errors and permissions with a text, the best first.
    pub fn search(&self, typed: &str, most: usize) -> Vec<Found> {
        self.index.search(typed, most)
    }
}
