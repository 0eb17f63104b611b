//! Lists, page by page. The address of a page has the filters, and the last entry of the page before or the first one of the page
//! behind: what is added or removed meanwhile moves no entry to another page.

use std::{collections::HashMap, convert::Infallible};

use carillon_model::{audience::Audience, id::MemberNo};

use super::page::ListPages;
use crate::paths;

/// Entries on a page.
pub const PER_PAGE: usize = 50;
/// The most characters of a filter.
pub const MAX_FILTER_CHARS: usize = 64;

/// The part of a list that a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position<K> {
    /// The first entries.
    First,
    /// The entries after one.
    After(K),
    /// The last entries before one: the way back.
    Before(K),
}

impl<K> Position<K> {
    /// The position in the query of a list. One that cannot be read is that of the first page.
    pub fn of(query: &HashMap<String, String>, parse: impl Fn(&str) -> Option<K>) -> Self {
        let key = |name: &str| query.get(name).and_then(|text| parse(text));
        match (key("after"), key("before")) {
            (Some(key), _) => Self::After(key),
            (None, Some(key)) => Self::Before(key),
            (None, None) => Self::First,
        }
    }
}

/// The entries on a page, and whether there are others on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries<T> {
    /// The entries, in the order of the list.
    pub rows: Vec<T>,
    has_previous: bool,
    has_next: bool,
}

impl<T> Entries<T> {
    /// A list without entries.
    pub fn none() -> Self {
        Self { rows: Vec::new(), has_previous: false, has_next: false }
    }
}

/// Reads the entries of a page. `read` returns at most as many entries from a position on as it gets; those before an entry backwards.
///
/// The way back ends at a whole first page. That page also stands for one that has nothing left on it.
pub fn read<T, K, E>(
    position: Position<K>,
    size: usize,
    mut read: impl FnMut(&Position<K>, usize) -> Result<Vec<T>, E>,
) -> Result<Entries<T>, E> {
    let mut rows = read(&position, size.saturating_add(1))?;
    let has_more = rows.len() > size;
    let is_first = match position {
        Position::First => true,
        Position::After(_) => rows.is_empty(),
        Position::Before(_) => !has_more,
    };
    if is_first {
        if !matches!(position, Position::First) {
            rows = read(&Position::First, size.saturating_add(1))?;
        }
        let has_next = rows.len() > size;
        rows.truncate(size);
        return Ok(Entries { rows, has_previous: false, has_next });
    }
    rows.truncate(size);
    let is_backwards = matches!(position, Position::Before(_));
    if is_backwards {
        rows.reverse();
    }
    Ok(Entries { rows, has_previous: true, has_next: is_backwards || has_more })
}

/// The entries of a page of a list that is in memory. `rows` have to be in the order of their keys.
pub fn page<T: Clone, K: Ord>(
    rows: impl IntoIterator<Item = T>,
    position: Position<K>,
    key: impl Fn(&T) -> K,
) -> Entries<T> {
    let rows: Vec<T> = rows.into_iter().collect();
    let select = |position: &Position<K>, most: usize| {
        let found: Vec<T> = match position {
            Position::First => rows.iter().take(most).cloned().collect(),
            Position::After(after) => {
                rows.iter().skip_while(|row| key(row) <= *after).take(most).cloned().collect()
            }
            Position::Before(before) => {
                rows.iter().rev().skip_while(|row| key(row) >= *before).take(most).cloned().collect()
            }
        };
        Ok::<_, Infallible>(found)
    };
    infallible(read(position, PER_PAGE, select))
}

/// The members on a page of a list by number.
pub fn members(of: &Audience, position: Position<MemberNo>, size: usize) -> Entries<MemberNo> {
    let select = |position: &Position<MemberNo>, most: usize| {
        let found: Vec<MemberNo> = match position {
            Position::First => of.iter().take(most).collect(),
            Position::After(after) => of.after(after.0).take(most).collect(),
            Position::Before(before) => of.before(before.0).take(most).collect(),
        };
        Ok::<_, Infallible>(found)
    };
    infallible(read(position, size, select))
}

fn infallible<T>(read: Result<T, Infallible>) -> T {
    match read {
        Ok(read) => read,
        Err(never) => match never {},
    }
}

/// The number of a member as the position of a list.
pub fn member_number(text: &str) -> Option<MemberNo> {
    text.parse().ok().map(MemberNo)
}

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

    /// Where the other pages and the file are. `key` returns the text of the key of an entry.
    pub fn pages<T>(&self, page: &Entries<T>, key: impl Fn(&T) -> String) -> ListPages {
        let at = |name: &str, row: Option<&T>| row.map(|row| self.with(Some((name, &key(row)))));
        ListPages {
            first: page.has_previous.then(|| self.with(None)),
            previous: at("before", page.rows.first().filter(|_| page.has_previous)),
            next: at("after", page.rows.last().filter(|_| page.has_next)),
            csv: self.with(Some(("csv", "1"))),
            is_filtered: !self.filters.is_empty(),
        }
    }
}

/// Returns true if one of the texts contains a filter, whatever the case of letters.
pub fn contains(filter: &str, texts: &[&str]) -> bool {
    let filter = filter.to_lowercase();
    texts.iter().any(|text| text.to_lowercase().contains(&filter))
}

/// The value of a filter in a query.
pub fn filter(query: &HashMap<String, String>, name: &str) -> String {
    query.get(name).map(|value| value.trim().chars().take(MAX_FILTER_CHARS).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(position: Position<usize>, all: &[usize]) -> (Vec<usize>, bool, bool) {
        let page = page(all.iter().copied(), position, |row| *row);
        (page.rows, page.has_previous, page.has_next)
    }

    fn some(numbers: std::ops::Range<usize>) -> Vec<usize> {
        numbers.collect()
    }

    #[test]
    fn pages_lead_forwards_and_back() {
        let all = some(0..PER_PAGE * 2 + 1);
        assert_eq!(keys(Position::First, &all), (some(0..50), false, true));
        assert_eq!(keys(Position::After(49), &all), (some(50..100), true, true));
        assert_eq!(keys(Position::After(99), &all), (some(100..101), true, false));
        assert_eq!(keys(Position::Before(100), &all), (some(50..100), true, true));
        assert_eq!(keys(Position::Before(50), &all), (some(0..50), false, true));
        assert_eq!(keys(Position::First, &some(0..50)), (some(0..50), false, false));
        assert_eq!(keys(Position::First, &[]), (Vec::new(), false, false));
    }

    #[test]
    fn a_page_begins_at_its_entry_also_if_that_is_gone() {
        let mut all = some(0..PER_PAGE * 3);
        all.retain(|row| ![49, 100].contains(row));
        assert_eq!(keys(Position::After(49), &all).0[0], 50);
        assert_eq!(keys(Position::Before(100), &all).0, some(50..100));
        // Where nothing is left, and at the end of the way back, the first page is whole.
        let few = some(0..60);
        assert_eq!(keys(Position::After(59), &few), (some(0..50), false, true));
        assert_eq!(keys(Position::Before(3), &few), (some(0..50), false, true));
        assert_eq!(keys(Position::Before(50), &few), (some(0..50), false, true));
    }

    #[test]
    fn members_are_listed_by_number_both_ways() {
        let of: Audience = [1, 5, 6, 9, 12].map(MemberNo).into_iter().collect();
        let numbers = |position| {
            let page = members(&of, position, 2);
            (page.rows.iter().map(|number| number.0).collect::<Vec<_>>(), page.has_previous, page.has_next)
        };
        assert_eq!(numbers(Position::First), (vec![1, 5], false, true));
        assert_eq!(numbers(Position::After(MemberNo(7))), (vec![9, 12], true, false));
        assert_eq!(numbers(Position::Before(MemberNo(12))), (vec![6, 9], true, true));
        assert_eq!(numbers(Position::Before(MemberNo(6))), (vec![1, 5], false, true));
        assert_eq!(numbers(Position::Before(MemberNo(0))), (vec![1, 5], false, true));
        assert_eq!(numbers(Position::After(MemberNo(u32::MAX))), (vec![1, 5], false, true));
    }

    #[test]
    fn a_position_that_cannot_be_read_is_the_first_page() {
        let of = |fields: &[(&str, &str)]| {
            let query = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            Position::of(&query.collect(), |text| text.parse::<u32>().ok())
        };
        assert_eq!(of(&[("after", "3")]), Position::After(3));
        assert_eq!(of(&[("before", "3")]), Position::Before(3));
        for damaged in ["", "x", "-1", "4294967296", "3.5"] {
            assert_eq!(of(&[("after", damaged)]), Position::First, "{damaged}");
            assert_eq!(of(&[("before", damaged)]), Position::First, "{damaged}");
        }
    }

    #[test]
    fn addresses_have_the_filters() {
        let address = Address::new("/list", [("q", "a&b".to_owned()), ("role", String::new())]);
        let page = Entries { rows: vec!["v", "x/y"], has_previous: true, has_next: true };
        let pages = address.pages(&page, |row| (*row).to_owned());
        assert_eq!(pages.first.as_deref(), Some("/list?q=a%26b"));
        assert_eq!(pages.previous.as_deref(), Some("/list?q=a%26b&before=v"));
        assert_eq!(pages.next.as_deref(), Some("/list?q=a%26b&after=x%2Fy"));
        assert_eq!((pages.csv.as_str(), pages.is_filtered), ("/list?q=a%26b&csv=1", true));
        let only = Entries { rows: vec!["v"], has_previous: false, has_next: false };
        let pages = Address::new("/list", []).pages(&only, |row| (*row).to_owned());
        assert_eq!((pages.first, pages.previous, pages.next), (None, None, None));
        assert_eq!(pages.csv, "/list?csv=1");
    }
}
