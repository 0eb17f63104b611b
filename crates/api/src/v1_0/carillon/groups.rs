//! `/v1.0/carillon/groups`: internal groups. The documented operations only read them.

pub mod create;
pub mod dissolve;
pub mod get;
pub mod list;
pub mod members;
pub mod messages;
pub mod update;

use carillon_domain::group::MAX_EXTENSIONS;
use carillon_model::error::{Error, Result};
use std::collections::BTreeMap;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(create::operation),
    Entry::Operation(dissolve::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Folder(members::OPERATIONS),
    Entry::Folder(messages::OPERATIONS),
    Entry::Operation(update::operation),
];

/// Checks the number and the length of attributes.
fn check_extensions(extensions: &BTreeMap<String, String>) -> Result<()> {
    const MAX_CHARS: usize = 256;
    if extensions.len() > MAX_EXTENSIONS {
        return Err(Error::invalid("extensions", format!("must have at most {MAX_EXTENSIONS} items")));
    }
    match extensions.iter().find(|(name, value)| name.len().max(value.chars().count()) > MAX_CHARS) {
        Some((name, _)) => {
            let field = format!("extensions.{}", name.chars().take(MAX_CHARS).collect::<String>());
            Err(Error::invalid(field, format!("must have at most {MAX_CHARS} characters")))
        }
        None => Ok(()),
    }
}
