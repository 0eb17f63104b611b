//! Lists that are read a page at a time, by the number of the page.

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The number of the page, from 1.
    pub start: i64,
    /// How many items it has at most.
    pub size: i64,
}

impl Page {
    /// How many items come before the page. A page past any end is empty, however large its number.
    pub fn offset(self) -> i64 {
        (self.start - 1).saturating_mul(self.size).max(0)
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Items on all pages.
    pub total: i64,
}
