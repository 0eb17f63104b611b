//! Lists that are read by page number.

/// A page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The number of the page, from 1.
    pub start: i64,
    /// Maximum number of items on a page.
    pub size: i64,
}

impl Page {
    /// Number of items before the page. Pages past the end are empty, however large the number.
    pub fn offset(self) -> i64 {
        (self.start - 1).saturating_mul(self.size).max(0)
    }
}

/// A page of a list with the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Number of items on all pages.
    pub total: i64,
}
