//! Lists that the store sorts: pages by the key of an entry, and searches.

use std::{collections::HashMap, fmt::Display};

use carillon_domain::{
    find::Found,
    search::{MAX_QUERY_CHARS, Query},
};
use carillon_model::error::{Error, Result, Rule};
use carillon_store::{Seek, Tx};

use super::{
    access::Operator,
    list::{self, Entries, Position},
};
use crate::{paths, routes::Pages};

/// What a list is searched for.
#[derive(Clone, Debug)]
pub struct Search {
    /// The text as it was typed.
    pub text: String,
    query: Option<Query>,
}

impl Search {
    /// The search in the query of a list.
    pub fn of(query: &HashMap<String, String>) -> Self {
        let typed = query.get("q").map_or("", |text| text.trim());
        let text: String = typed.chars().take(MAX_QUERY_CHARS).collect();
        Self { query: Query::parse(&text), text }
    }

    /// The words; `None` without a search.
    pub fn query(&self) -> Option<&Query> {
        self.query.as_ref()
    }
}

/// Reads a list. A search reads many entries, so it runs on the threads for statistics and does not delay pages, and each operator has
/// one at a time.
///
/// # Errors
/// [`Rule::Overloaded`] during another search of the operator.
pub async fn read_list<T: Send + 'static>(
    pages: &Pages,
    operator: &Operator,
    search: Search,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let corp = operator.corp();
    if search.query().is_none() {
        return pages.store.read(corp, work).await;
    }
    let permit = pages.search_permits.begin(corp, operator.signed_in.member);
    let permit = permit.ok_or(Rule::Overloaded)?;
    let searched = pages.store.read_statistics(corp, move |tx| {
        let _held_while_reading = permit;
        work(tx)
    });
    searched.await
}

/// The place in the store of a position in an address.
pub fn seek<K: Clone>(position: &Position<K>) -> Seek<K> {
    match position {
        Position::First => Seek::First,
        Position::After(key) => Seek::After(key.clone()),
        Position::Before(key) => Seek::Before(key.clone()),
    }
}

/// Reads a page of a list that can be searched, and returns the entry behind which a search that gave up goes on.
pub fn read_found<T, K: Clone>(
    position: Position<K>,
    size: usize,
    mut read: impl FnMut(Seek<K>, usize) -> Result<Found<T, K>>,
) -> Result<(Entries<T>, Option<K>)> {
    let mut cut_at = None;
    let entries = list::read(position, size, |position, most| {
        let found = read(seek(position), most)?;
        cut_at = found.cut_at;
        Ok::<_, Error>(found.rows)
    })?;
    Ok((entries, cut_at))
}

/// The address at which a search that gave up goes on.
pub fn further(path: &str, filters: &[(&'static str, String)], key: impl Display) -> String {
    let filters = filters.iter().filter(|(_, value)| !value.is_empty());
    let fields: String = filters.map(|(name, value)| format!("{name}={}&", paths::encode(value))).collect();
    format!("{path}?{fields}after={}", paths::encode(&key.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_goes_on_with_the_filters() {
        let filters = [("account", "a".to_owned()), ("state", String::new()), ("q", "春 游".to_owned())];
        assert_eq!(further("/list", &filters, "3.4"), "/list?account=a&q=%E6%98%A5%20%E6%B8%B8&after=3.4");
    }

    #[test]
    fn a_search_is_cut_and_may_be_empty() {
        let of = |text: &str| Search::of(&HashMap::from([("q".to_owned(), text.to_owned())]));
        assert!(of("  ").query().is_none() && of("  ").text.is_empty());
        assert_eq!(of(" 春游 ").text, "春游");
        assert_eq!(of(&"长".repeat(101)).text.chars().count(), MAX_QUERY_CHARS);
        assert!(Search::of(&HashMap::new()).query().is_none());
    }
}
