//! Lists that are in memory, page by page. The address of a page has the filters, and the last entry of the page before: what is added or
//! removed meanwhile moves no entry to another page.

use super::page::ListPages;
use crate::paths;

/// Entries on a page.
pub const PER_PAGE: usize = 50;
/// The most characters of a filter.
pub const MAX_FILTER_CHARS: usize = 64;

/// The address of a list with its filters.
pub struct Address {
    path: String,
    filters: Vec<(&'static str, String)>,
}

impl Address {
    /// Filters without a value are left out.
    pub fn new(path: &str, filters: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let filters = filters.into_iter().filter(|(_, value)| !value.is_empty());
        Self { path: path.to_owned(), filters: filters.collect() }
    }

    /// The address with one more field.
    fn with(&self, more: Option<(&str, &str)>) -> String {
        let filters = self.filters.iter().map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<String> =
            filters.chain(more).map(|(name, value)| format!("{name}={}", paths::encode(value))).collect();
        if fields.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, fields.join("&")) }
    }

    /// Where the other pages and the file are. `next` is the last entry of this page, if more follow.
    pub fn pages(&self, is_first: bool, next: Option<String>) -> ListPages {
        ListPages {
            first: (!is_first).then(|| self.with(None)),
            next: next.map(|next| self.with(Some(("after", &next)))),
            csv: self.with(Some(("csv", "1"))),
            is_filtered: !self.filters.is_empty(),
        }
    }
}

/// The entries after a key, at most a page of them, and whether more follow. `rows` have to be in the order of their keys.
pub fn page<T, K: Ord>(
    rows: impl IntoIterator<Item = T>,
    after: Option<&K>,
    key: impl Fn(&T) -> K,
) -> (Vec<T>, bool) {
    let rows = rows.into_iter().skip_while(|row| after.is_some_and(|after| key(row) <= *after));
    let mut rows: Vec<T> = rows.take(PER_PAGE + 1).collect();
    let has_more = rows.len() > PER_PAGE;
    rows.truncate(PER_PAGE);
    (rows, has_more)
}

/// Returns true if one of the texts contains a filter, whatever the case of letters.
pub fn contains(filter: &str, texts: &[&str]) -> bool {
    let filter = filter.to_lowercase();
    texts.iter().any(|text| text.to_lowercase().contains(&filter))
}

/// The value of a filter in a query.
pub fn filter(query: &std::collections::HashMap<String, String>, name: &str) -> String {
    query.get(name).map(|value| value.trim().chars().take(MAX_FILTER_CHARS).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_after_the_last_one_also_if_that_is_gone() {
        let all: Vec<usize> = (0..PER_PAGE * 2 + 1).collect();
        let (first, has_more) = page(all.clone(), None, |row| *row);
        assert_eq!((first.len(), first[0], has_more), (PER_PAGE, 0, true));
        let without: Vec<usize> = all.into_iter().filter(|row| *row != PER_PAGE - 1).collect();
        let (second, has_more) = page(without.clone(), Some(&(PER_PAGE - 1)), |row| *row);
        assert_eq!((second[0], has_more), (PER_PAGE, true));
        let (third, has_more) = page(without, second.last(), |row| *row);
        assert_eq!((third, has_more), (vec![PER_PAGE * 2], false));
    }

    #[test]
    fn addresses_have_the_filters() {
        let address = Address::new("/list", [("q", "a&b".to_owned()), ("role", String::new())]);
        let pages = address.pages(false, Some("x/y".to_owned()));
        assert_eq!(pages.first.as_deref(), Some("/list?q=a%26b"));
        assert_eq!(pages.next.as_deref(), Some("/list?q=a%26b&after=x%2Fy"));
        assert_eq!((pages.csv.as_str(), pages.is_filtered), ("/list?q=a%26b&csv=1", true));
        let pages = Address::new("/list", []).pages(true, None);
        assert_eq!((pages.first, pages.next, pages.csv.as_str()), (None, None, "/list?csv=1"));
    }
}
