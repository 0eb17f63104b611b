//! Pages of the lists of a day, for the operations of both hosts.

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{
    error::Result,
    id::DeptId,
    statistic::{Totals, Tree, TreeNode},
};
use carillon_store::Tx;

/// A page of a list.
pub struct DayPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the last item if there is a next page.
    pub next_cursor: Option<i64>,
}

impl<T> DayPage<T> {
    /// Takes a page from items that are sorted by their cursors. The cursor of a page is that of its last item, so items that are
    /// appended between two requests appear exactly once.
    pub fn of(items: impl Iterator<Item = T>, size: usize, cursor: impl Fn(&T) -> i64) -> Self {
        let mut page = Vec::new();
        let mut last = 0;
        for item in items {
            if page.len() == size {
                return Self { items: page, next_cursor: Some(last) };
            }
            last = cursor(&item);
            page.push(item);
        }
        Self { items: page, next_cursor: None }
    }

    /// Converts each item.
    pub fn map<Row>(self, row: impl FnMut(T) -> Row) -> DayPage<Row> {
        DayPage { items: self.items.into_iter().map(row).collect(), next_cursor: self.next_cursor }
    }
}

/// Returns a page of the departments of a day, sorted by id. The totals of a department include all departments below it.
pub fn departments<Row>(
    tx: &mut Tx<'_>,
    day: &DayStatistics,
    cursor: i64,
    size: usize,
    row: impl Fn(&TreeNode, &Totals) -> Row,
) -> Result<DayPage<Row>> {
    let tree = day.tree(tx)?;
    let totals = day.departments(tx)?;
    let zero = Totals::default();
    let page = DayPage::of(departments_after(&tree, cursor), size, |node| node.id.0);
    Ok(page.map(|node| row(node, totals.get(node.id).unwrap_or(&zero))))
}

/// Returns the departments whose ids are greater than `id`.
fn departments_after(tree: &Tree, id: i64) -> impl Iterator<Item = &TreeNode> {
    let start = tree.0.partition_point(|node| node.id <= DeptId(id));
    tree.0[start..].iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_that_of_the_last_item_on_the_page() {
        let page = |from: i64, size| {
            let items = (1..=5_i64).filter(move |number| *number > from);
            DayPage::of(items, size, |number| *number)
        };
        let first = page(0, 2);
        assert_eq!((first.items, first.next_cursor), (vec![1, 2], Some(2)));
        let last = page(3, 2);
        assert_eq!((last.items, last.next_cursor), (vec![4, 5], None));
    }
}
