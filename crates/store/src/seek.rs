//! Places in sorted lists.

/// The part of a sorted list to read, by the key of an entry that need not exist any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seek<K> {
    /// From the first entry on.
    First,
    /// The entries after a key.
    After(K),
    /// The entries before a key, backwards: the nearest one first.
    Before(K),
}

impl<K> Seek<K> {
    /// The place from which to continue behind an entry that was read.
    #[must_use]
    pub fn behind(&self, key: K) -> Self {
        match self {
            Self::First | Self::After(_) => Self::After(key),
            Self::Before(_) => Self::Before(key),
        }
    }
}
