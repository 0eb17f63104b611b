//! `/topapi/material`.

pub mod article;
pub mod article_view;
pub mod news;

use carillon_model::id::MediaId;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(article::OPERATIONS), Entry::Folder(news::OPERATIONS)];

/// Returns the id of a picture; `None` for a blank one.
pub(crate) fn non_blank(id: Option<MediaId>) -> Option<MediaId> {
    id.filter(|id| !id.as_str().trim().is_empty())
}
