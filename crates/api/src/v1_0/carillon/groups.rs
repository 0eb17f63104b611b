//! `/v1.0/carillon/groups`: internal groups. The documented platform only reads them.

pub mod create;
pub mod dissolve;
pub mod get;
pub mod members;
pub mod messages;
pub mod update;

use carillon_domain::group::MAX_EXTENSIONS;
use carillon_model::error::{Error, Result};
use std::collections::BTreeMap;

/// Refuses attributes that are too many or too long.
fn check_extensions(extensions: &BTreeMap<String, String>) -> Result<()> {
    const LONGEST: usize = 256;
    if extensions.len() > MAX_EXTENSIONS {
        return Err(Error::invalid("extensions", format!("must have at most {MAX_EXTENSIONS} items")));
    }
    match extensions.iter().find(|(name, value)| name.len().max(value.chars().count()) > LONGEST) {
        Some((name, _)) => {
            let field = format!("extensions.{}", name.chars().take(LONGEST).collect::<String>());
            Err(Error::invalid(field, format!("must have at most {LONGEST} characters")))
        }
        None => Ok(()),
    }
}
