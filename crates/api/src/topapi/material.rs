//! `/topapi/material`.

pub mod article;
pub mod news;
pub mod shown;

use carillon_model::id::MediaId;

/// A picture that was named; a blank id names none.
fn named(id: Option<MediaId>) -> Option<MediaId> {
    id.filter(|id| !id.as_str().trim().is_empty())
}
