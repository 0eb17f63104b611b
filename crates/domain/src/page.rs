//! Pages of lists. Documented operations read them by number; Carillon's own from the place where the page before ended.

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

/// The entries of a page of which one more than its size was read, and whether there is a next page.
pub fn page_of<T>(mut rows: Vec<T>, size: usize) -> (Vec<T>, bool) {
    let has_more = rows.len() > size;
    rows.truncate(size);
    (rows, has_more)
}
