//! Searches in lists: in order, forwards and backwards, and within the budget of a page.

use carillon_domain::{
    find::{self, Budget, Found, Listed, MAX_ARTICLE_BYTES, MAX_ENTRIES},
    search::Query,
};
use carillon_model::error::Result;
use carillon_store::{Seek, Tx};

use crate::send::fixture::SendFixture;

/// The numbers below `count`, largest first, from a place on.
fn read(count: i64, seek: &Seek<i64>, most: i64) -> Vec<i64> {
    let most = usize::try_from(most).unwrap();
    match seek {
        Seek::First => (0..count).rev().take(most).collect(),
        Seek::After(key) => (0..count.min(*key)).rev().take(most).collect(),
        Seek::Before(key) => (key + 1..count).take(most).collect(),
    }
}

/// Finds numbers that satisfy a condition, and counts those that were examined.
fn found(
    count: i64,
    seek: Seek<i64>,
    limit: usize,
    bytes: usize,
    matches: fn(i64) -> bool,
) -> (Found<i64, i64>, usize) {
    let fixture = SendFixture::new();
    let (query, mut examined) = (Query::parse("x").expect("a word"), 0);
    let found = fixture.read(|tx, _| {
        let listed = Listed {
            read: |_: &mut Tx<'_>, seek: &Seek<i64>, most| Ok(read(count, seek, most)),
            key: |number: &i64| *number,
            matches: |_: &mut Tx<'_>, _: &Query, number: &i64, budget: &mut Budget| {
                examined += 1;
                budget.article_bytes = budget.article_bytes.saturating_sub(bytes);
                Result::Ok(matches(*number))
            },
        };
        find::find(tx, Some(&query), seek, limit, listed)
    });
    (found.expect("found"), examined)
}

#[test]
fn a_page_is_full_or_the_list_is_over() {
    let even = |number| number % 2 == 0;
    let (page, examined) = found(1_000, Seek::First, 3, 0, even);
    assert_eq!((page.rows.clone(), page.cut_at, examined), (vec![998, 996, 994], None, 6));
    assert_eq!(page.next(3, |number| *number), Some(Seek::After(994)));
    let (page, _) = found(1_000, Seek::After(5), 3, 0, even);
    assert_eq!((page.rows.clone(), page.cut_at), (vec![4, 2, 0], None));
    let (page, _) = found(1_000, Seek::After(4), 3, 0, even);
    assert_eq!((page.rows.clone(), page.cut_at, page.next(3, |number| *number)), (vec![2, 0], None, None));
    let (page, _) = found(1_000, Seek::Before(100), 3, 0, even);
    assert_eq!((page.rows, page.cut_at), (vec![102, 104, 106], None), "the nearest one first");
    let (page, examined) = found(350, Seek::First, 3, 0, |_| false);
    assert_eq!((page.rows, page.cut_at, examined), (vec![], None, 350), "several parts of the list");
}

#[test]
fn a_page_examines_a_bounded_number_of_entries_and_returns_where_to_go_on() {
    let most = i64::try_from(MAX_ENTRIES).unwrap();
    let (page, examined) = found(most + 1, Seek::First, 20, 0, |number| number == 0);
    assert_eq!((page.rows.len(), page.cut_at, examined), (0, Some(1), MAX_ENTRIES));
    assert_eq!(page.next(20, |number| *number), Some(Seek::After(1)), "a file goes on there");
    let (page, _) = found(most + 1, Seek::After(1), 20, 0, |number| number == 0);
    assert_eq!((page.rows, page.cut_at), (vec![0], None));
    // A page that is full at the end of its budget is not cut.
    let (page, _) = found(most + 1, Seek::First, 1, 0, |number| number == 1);
    assert_eq!((page.rows, page.cut_at), (vec![1], None));
}

#[test]
fn a_page_reads_a_bounded_number_of_bytes_of_articles() {
    for (bytes, entries) in [(MAX_ARTICLE_BYTES, 1), (MAX_ARTICLE_BYTES - 1, 2), (MAX_ARTICLE_BYTES / 4, 4)] {
        let (page, examined) = found(100, Seek::First, 20, bytes, |_| false);
        assert_eq!(
            (examined, page.cut_at),
            (entries, Some(100 - i64::try_from(entries).unwrap())),
            "{bytes}"
        );
    }
}
