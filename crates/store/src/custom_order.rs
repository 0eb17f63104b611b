//! The custom order of the direct members of a department: by their numbers, larger first, then by arrival.

use std::{
    cmp::{Ordering, Reverse},
    sync::Arc,
};

use carillon_model::{audience::Audience, id::MemberNo};
use imbl::Vector;

use crate::{member::MemberOrder, state::DepartmentNode};

/// The number of a member without a custom order.
const DEFAULT_ORDER: i64 = 0;

/// The members of a department with a custom order, mostly few or none. All others are in the order of arrival, which is the order
/// of the bitmap.
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
        // Loaded rows come in this order.
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

    /// The number of members before those without a custom order.
    fn before_others(&self) -> usize {
        let side = |(order, _): &(Reverse<i64>, MemberNo)| {
            if order.0 > DEFAULT_ORDER { Ordering::Less } else { Ordering::Greater }
        };
        self.sorted.binary_search_by(side).unwrap_or_else(|index| index)
    }
}

impl DepartmentNode {
    /// At most `limit` direct members in an order, after the first `offset`. `None` for the order of the last change, which is only
    /// in rows.
    pub fn members_in(&self, order: MemberOrder, offset: usize, limit: usize) -> Option<Vec<MemberNo>> {
        match order {
            MemberOrder::Custom => Some(self.in_custom_order(offset, limit)),
            // Member numbers are assigned in the order of entry.
            MemberOrder::EntryAscending => Some(self.members.page(offset as u64, limit)),
            MemberOrder::EntryDescending => Some(self.members.page_backwards(offset as u64, limit)),
            MemberOrder::ModifyAscending | MemberOrder::ModifyDescending => None,
        }
    }

    /// At most `limit` direct members in the custom order, after the first `offset`.
    pub fn in_custom_order(&self, offset: usize, limit: usize) -> Vec<MemberNo> {
        let CustomOrder { sorted, members: custom_order } = &self.custom_order;
        if sorted.is_empty() {
            return self.members.page(offset as u64, limit);
        }
        let first = self.custom_order.before_others();
        let others = usize::try_from(self.members.len()).unwrap_or(usize::MAX).saturating_sub(sorted.len());
        let end = offset.saturating_add(limit).min(first + others + (sorted.len() - first));
        let mut page = Vec::new();
        // Three parts: members with a custom order before the others, the others, and members with a custom order behind them.
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
