//! The operations: one file each, at the path that it has on the wire.

mod call_back;
mod day_page;
pub mod facts;
mod gettoken;
mod mass_message;
mod media;
mod robot;
mod role;
mod service;
mod topapi;
mod v1_0;

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use carillon_model::permission::Permission;
use carillon_wire::{Catalog, Operation};

/// An entry of a folder.
enum Entry {
    /// An operation.
    Operation(fn() -> Operation),
    /// Operations that are rows of a table.
    Table(fn() -> Vec<Operation>),
    /// A folder.
    Folder(&'static [Entry]),
}

const OPERATIONS: &[Entry] = &[
    Entry::Folder(call_back::OPERATIONS),
    Entry::Operation(gettoken::operation),
    Entry::Folder(media::OPERATIONS),
    Entry::Folder(robot::OPERATIONS),
    Entry::Folder(role::OPERATIONS),
    Entry::Folder(service::OPERATIONS),
    Entry::Folder(topapi::OPERATIONS),
    Entry::Folder(v1_0::OPERATIONS),
];

/// All operations.
pub fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    collect(OPERATIONS, &mut operations);
    operations
}

fn collect(entries: &[Entry], operations: &mut Vec<Operation>) {
    for entry in entries {
        match entry {
            Entry::Operation(declare) => operations.push(declare()),
            Entry::Table(declare) => operations.extend(declare()),
            Entry::Folder(entries) => collect(entries, operations),
        }
    }
}

/// The catalog of all operations.
pub fn catalog() -> Arc<Catalog> {
    static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::of(&operations())));
    Arc::clone(&CATALOG)
}

/// The codes of all permissions.
pub fn permissions() -> BTreeSet<String> {
    Permission::codes().map(str::to_owned).collect()
}
