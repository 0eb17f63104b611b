//! In which order a department lists its direct members: by the number that each has there, larger first, then by arrival.

use std::{
    cmp::{Ordering, Reverse},
    sync::Arc,
};

use carillon_model::{audience::Audience, id::MemberNo};
use imbl::Vector;

use crate::{member::MemberOrder, state::DepartmentNode};

/// The number of a member whom nobody placed.
const DEFAULT_ORDER: i64 = 0;

/// Members of a department who have a number of their own there. Mostly there are few of them or none: all others stand in the
/// order of arrival, which is that of the bitmap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomOrder {
    sorted: Vector<(Reverse<i64>, MemberNo)>,
    members: Arc<Audience>,
}

impl CustomOrder {
    pub(crate) fn insert(&mut self, member: MemberNo, order: i64) {
        if order == DEFAULT_ORDER || !Arc::make_mut(&mut self.members).insert(member) {
            return;
        }
        let key = (Reverse(order), member);
        // Rows that are loaded come in this order.
        match self.sorted.last() {
            Some(last) if *last > key => {
                let (Ok(index) | Err(index)) = self.sorted.binary_search(&key);
                self.sorted.insert(index, key);
            }
            _ => self.sorted.push_back(key),
        }
    }

    pub(crate) fn remove(&mut self, member: MemberNo, order: i64) {
        if order == DEFAULT_ORDER || !self.members.contains(member) {
            return;
        }
        Arc::make_mut(&mut self.members).remove(member);
        if let Ok(index) = self.sorted.binary_search(&(Reverse(order), member)) {
            self.sorted.remove(index);
        }
    }

    /// How many stand before those whom nobody placed.
    fn before_others(&self) -> usize {
        let side = |(order, _): &(Reverse<i64>, MemberNo)| {
            if order.0 > DEFAULT_ORDER { Ordering::Less } else { Ordering::Greater }
        };
        self.sorted.binary_search_by(side).unwrap_or_else(|index| index)
    }
}

impl DepartmentNode {
    /// Some of the direct members in an order: at most `limit`, after the first `offset`. None by last change, which only rows know.
    pub fn members_in(&self, order: MemberOrder, offset: usize, limit: usize) -> Option<Vec<MemberNo>> {
        match order {
            MemberOrder::Custom => Some(self.in_custom_order(offset, limit)),
            // Numbers are given in the order of entry.
            MemberOrder::EntryAscending => Some(self.members.page(offset as u64, limit)),
            MemberOrder::EntryDescending => Some(self.members.page_backwards(offset as u64, limit)),
            MemberOrder::ModifyAscending | MemberOrder::ModifyDescending => None,
        }
    }

    /// Some of the direct members in the department's own order: at most `limit`, after the first `offset`.
    pub fn in_custom_order(&self, offset: usize, limit: usize) -> Vec<MemberNo> {
        let CustomOrder { sorted, members: custom_order } = &self.custom_order;
        if sorted.is_empty() {
            return self.members.page(offset as u64, limit);
        }
        let first = self.custom_order.before_others();
        let others = usize::try_from(self.members.len()).unwrap_or(usize::MAX).saturating_sub(sorted.len());
        let end = offset.saturating_add(limit).min(first + others + (sorted.len() - first));
        let mut page = Vec::new();
        // Three parts follow each other: placed before the others, the others, placed behind them.
        let part = |from: usize, to: usize| (offset.clamp(from, to) - from, end.clamp(from, to) - from);
        let (from, to) = part(0, first);
        page.extend(sorted.iter().skip(from).take(to - from).map(|(_, member)| *member));
        let (from, to) = part(first, first + others);
        if from < to {
            page.extend(self.members.page_without(custom_order, from as u64, to - from));
        }
        let (from, to) = part(first + others, others + sorted.len());
        page.extend(sorted.iter().skip(first + from).take(to - from).map(|(_, member)| *member));
        page
    }
}
