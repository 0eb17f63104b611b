//! Sets of members, by their dense numbers. Union, difference and intersection cost microseconds for a million members.

use roaring::RoaringBitmap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    error::{Error, Result},
    id::MemberNo,
};

/// A set of members.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audience(RoaringBitmap);

impl Audience {
    /// The empty set.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The number of members.
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Returns true if the set has no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns true if the set has a member.
    pub fn contains(&self, member: MemberNo) -> bool {
        self.0.contains(member.0)
    }

    /// Adds a member. Returns false if the set already has it.
    pub fn insert(&mut self, member: MemberNo) -> bool {
        self.0.insert(member.0)
    }

    /// Removes a member. Returns false if the set does not have it.
    pub fn remove(&mut self, member: MemberNo) -> bool {
        self.0.remove(member.0)
    }

    /// Adds all members of another set.
    pub fn unite(&mut self, other: &Audience) {
        self.0 |= &other.0;
    }

    /// Removes all members of another set.
    pub fn subtract(&mut self, other: &Audience) {
        // Runs are small in memory, but removing single members from them is slow.
        if self.intersects(other) {
            self.0.remove_run_compression();
            self.0 -= &other.0;
        }
    }

    /// Removes all members that are not in another set.
    pub fn intersect(&mut self, other: &Audience) {
        self.0 &= &other.0;
    }

    /// Returns true if both sets have a member in common.
    pub fn intersects(&self, other: &Audience) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// The members, smallest number first.
    pub fn iter(&self) -> impl Iterator<Item = MemberNo> + '_ {
        self.0.iter().map(MemberNo)
    }

    /// The members with a larger number than `number`, smallest first.
    pub fn after(&self, number: u32) -> impl Iterator<Item = MemberNo> + '_ {
        let mut rest = self.0.iter();
        rest.advance_to(number);
        rest.filter(move |member| *member > number).map(MemberNo)
    }

    /// The members with a smaller number than `number`, largest first.
    pub fn before(&self, number: u32) -> impl Iterator<Item = MemberNo> + '_ {
        let mut rest = self.0.iter();
        rest.advance_back_to(number);
        rest.rev().filter(move |member| *member < number).map(MemberNo)
    }

    /// At most `limit` members after the first `offset`, smallest number first.
    pub fn page(&self, offset: u64, limit: usize) -> Vec<MemberNo> {
        let Some(first) = u32::try_from(offset).ok().and_then(|offset| self.0.select(offset)) else {
            return Vec::new();
        };
        let mut rest = self.0.iter();
        rest.advance_to(first);
        rest.take(limit).map(MemberNo).collect()
    }

    /// [`Audience::page`] of the members that are not in `other`, which must be a subset of this set.
    pub fn page_without(&self, other: &Audience, offset: u64, limit: usize) -> Vec<MemberNo> {
        let Ok(offset) = u32::try_from(offset) else { return Vec::new() };
        // Among the first `n` members, `n` less the rank in `other` remain, which grows with `n`: a binary search finds the offset.
        let is_behind = |index: u32| {
            let member = self.0.select(index);
            member.is_none_or(|member| u64::from(index) + 1 - other.0.rank(member) > u64::from(offset))
        };
        let (mut low, mut high) =
            (offset, offset.saturating_add(u32::try_from(other.len()).unwrap_or(u32::MAX)));
        while low < high {
            let middle = low + (high - low) / 2;
            if is_behind(middle) { high = middle } else { low = middle + 1 }
        }
        let Some(first) = self.0.select(low) else { return Vec::new() };
        let mut rest = self.0.iter();
        rest.advance_to(first);
        rest.filter(|member| !other.0.contains(*member)).take(limit).map(MemberNo).collect()
    }

    /// At most `limit` members after the first `offset`, largest number first.
    pub fn page_backwards(&self, offset: u64, limit: usize) -> Vec<MemberNo> {
        let end = self.len().saturating_sub(offset);
        let start = end.saturating_sub(limit as u64);
        let mut page = self.page(start, usize::try_from(end - start).unwrap_or(limit));
        page.reverse();
        page
    }

    /// Compresses runs of consecutive numbers: a set of all members takes a few bytes.
    pub fn compact(mut self) -> Self {
        self.0.optimize();
        self
    }

    /// The number of bytes that [`Audience::to_bytes`] returns.
    pub fn stored_bytes(&self) -> u64 {
        self.0.serialized_size() as u64
    }

    /// Serializes to the portable Roaring format.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.0.serialized_size());
        self.0.serialize_into(&mut bytes).map_err(Error::internal)?;
        Ok(bytes)
    }

    /// Deserializes the portable Roaring format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        RoaringBitmap::deserialize_from(bytes).map(Self).map_err(Error::internal)
    }
}

/// Serializes to the portable Roaring format.
impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.to_bytes().map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Self::from_bytes(bytes).map_err(serde::de::Error::custom)
    }
}

impl FromIterator<MemberNo> for Audience {
    fn from_iter<I: IntoIterator<Item = MemberNo>>(members: I) -> Self {
        Self(members.into_iter().map(|member| member.0).collect())
    }
}

impl Extend<MemberNo> for Audience {
    fn extend<I: IntoIterator<Item = MemberNo>>(&mut self, members: I) {
        self.0.extend(members.into_iter().map(|member| member.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_without_is_a_page_of_the_difference() {
        let all: Audience = (0..200_000).filter(|no| no % 7 != 3).map(MemberNo).collect();
        for taken in [1, 2, 5, 1_000, 70_001] {
            let some: Audience = all.iter().filter(|no| no.0 % taken == 0 || no.0 / 1_000 == 60).collect();
            let mut left = all.clone();
            left.subtract(&some);
            for offset in
                [0, 1, 99, 30_000, left.len().saturating_sub(3), left.len(), left.len() + 5, u64::MAX]
            {
                assert_eq!(all.page_without(&some, offset, 10), left.page(offset, 10), "{taken} {offset}");
            }
        }
        assert_eq!(all.page_without(&Audience::empty(), 40_000, 9), all.page(40_000, 9));
    }

    #[test]
    fn page_backwards_is_a_part_of_the_reversed_set() {
        let all: Audience = [3, 5, 8, 13, 21].into_iter().map(MemberNo).collect();
        let numbers = |offset, limit| -> Vec<u32> {
            all.page_backwards(offset, limit).into_iter().map(|no| no.0).collect()
        };
        assert_eq!(numbers(0, 2), [21, 13]);
        assert_eq!(numbers(3, 9), [5, 3]);
        assert!(numbers(5, 1).is_empty() && numbers(u64::MAX, 1).is_empty() && numbers(0, 0).is_empty());
    }

    #[test]
    fn a_set_of_all_members_is_small_and_survives_storage() {
        let everyone: Audience = (0..1_000_000).map(MemberNo).collect();
        let compact = everyone.clone().compact();
        let bytes = compact.to_bytes().expect("serialises");
        assert!(bytes.len() < 300, "{} bytes", bytes.len());
        assert_eq!(Audience::from_bytes(&bytes).expect("reads"), everyone);
        assert!(Audience::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn set_operations() {
        let set = |numbers: &[u32]| numbers.iter().copied().map(MemberNo).collect::<Audience>();
        let mut audience = set(&[1, 2, 3]);
        audience.unite(&set(&[4]));
        audience.subtract(&set(&[2]));
        audience.intersect(&set(&[2, 3, 4, 5]));
        assert_eq!(audience, set(&[3, 4]));
        let audience = set(&[3, 4, 70_000, 70_001]);
        assert_eq!(audience.page(1, 2), [MemberNo(4), MemberNo(70_000)]);
        assert_eq!(audience.page(3, 9), [MemberNo(70_001)]);
        assert_eq!(audience.page(4, 9), []);
        assert_eq!(audience.page(u64::MAX, 9), []);
        let after = |number| audience.after(number).map(|member| member.0).collect::<Vec<_>>();
        assert_eq!(after(0), [3, 4, 70_000, 70_001]);
        assert_eq!((after(3), after(69_999)), (vec![4, 70_000, 70_001], vec![70_000, 70_001]));
        assert_eq!((after(70_001), after(u32::MAX)), (vec![], vec![]));
        let mut all = (0..100_000).map(MemberNo).collect::<Audience>().compact();
        all.subtract(&set(&[200_000]));
        assert_eq!(all.len(), 100_000);
        all.subtract(&set(&[0, 70_000, 200_000]));
        assert_eq!(
            (all.len(), all.contains(MemberNo(70_000)), all.contains(MemberNo(1))),
            (99_998, false, true)
        );
    }
}
