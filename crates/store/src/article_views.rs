//! Views of articles that are counted in memory and not written yet.
//!
//! A view takes no unit of work. Whoever writes the counts copies them ([`ArticleViews::pending`]), and takes them off
//! ([`ArticleViews::note_written`]) once they are durable: what cannot be written stays counted.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use carillon_model::{
    day::Day,
    id::{ArticleId, CorpId, MemberNo},
    time::Timestamp,
};

/// Counts of one organisation that are in memory at the same time, in some 300 kB.
const MAX_COUNTS: usize = 4_096;
/// How long responses do without what could not be written.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// What views are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewKey {
    /// The article.
    pub article: ArticleId,
    /// The member; `None` for everybody who did not sign in, together.
    pub member: Option<MemberNo>,
    /// The day, in the organisation's time zone.
    pub day: Day,
}

/// Views to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingViews {
    /// What they were counted by.
    pub key: ViewKey,
    /// How many, at least 1.
    pub views: u64,
    /// When the last of them happened.
    pub last_at: Timestamp,
}

/// What became of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewCount {
    /// It is counted.
    Counted,
    /// It is counted, and the scheduler has to be told that something is to be written. [`Store::count_article_view`] tells it.
    ///
    /// [`Store::count_article_view`]: crate::Store::count_article_view
    CountedFirst,
    /// The member's first one on this day, as far as memory goes. It is not counted: it is to be written at once.
    FirstOfDay,
    /// There is no room for another count, and this view is not counted: those that there are have to be written first.
    Full,
}

/// The counts of all organisations.
#[derive(Debug)]
pub struct ArticleViews {
    max_counts: usize,
    corps: Mutex<HashMap<CorpId, CorpViews>>,
}

/// The counts of an organisation.
#[derive(Debug, Default)]
struct CorpViews {
    /// A count of 0 is a member's whose first view of the day has been written.
    counts: HashMap<ViewKey, Count>,
    /// The sum of all counts.
    views: u64,
    /// Somebody was asked to write them, and has not begun.
    is_due: bool,
    /// When they could last not be written.
    failed_at: Option<Instant>,
    /// Held by whoever writes them.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    views: u64,
    last_at: Timestamp,
}

impl Default for ArticleViews {
    fn default() -> Self {
        Self::with_limit(MAX_COUNTS)
    }
}

impl ArticleViews {
    /// None yet, with a limit on the counts of an organisation.
    fn with_limit(max_counts: usize) -> Self {
        Self { max_counts, corps: Mutex::default() }
    }

    /// Counts a view, if that is all it takes. The moment is one of the key's day.
    pub(crate) fn count(&self, corp: &CorpId, key: ViewKey, at: Timestamp) -> ViewCount {
        let mut corps = self.lock();
        let of = corp_views(&mut corps, corp);
        if let Some(count) = of.counts.get_mut(&key) {
            count.views += 1;
            count.last_at = count.last_at.max(at);
        } else if key.member.is_some() {
            return ViewCount::FirstOfDay;
        } else if of.has_room(self.max_counts) {
            of.counts.insert(key, Count { views: 1, last_at: at });
        } else {
            return ViewCount::Full;
        }
        of.views += 1;
        if std::mem::replace(&mut of.is_due, true) { ViewCount::Counted } else { ViewCount::CountedFirst }
    }

    /// Notes that a member's first view of the day has been written: further ones are counted. Without room that is forgotten, and
    /// the next view is written at once as well, which comes to the same count.
    pub fn note_first_written(&self, corp: &CorpId, key: ViewKey, at: Timestamp) {
        let mut corps = self.lock();
        let of = corp_views(&mut corps, corp);
        if of.counts.contains_key(&key) || of.has_room(self.max_counts) {
            of.counts.entry(key).or_insert(Count { views: 0, last_at: at });
        }
    }

    /// Whether all views of an organisation are written.
    pub fn is_empty(&self, corp: &CorpId) -> bool {
        self.lock().get(corp).is_none_or(|of| of.views == 0)
    }

    /// Whether a response is to wait until they are written. After a failure none does for a second: else each of them would fail
    /// once more, and say so in the log.
    pub fn is_worth_writing(&self, corp: &CorpId) -> bool {
        self.lock().get(corp).is_some_and(|of| {
            of.views > 0 && of.failed_at.is_none_or(|failed_at| failed_at.elapsed() >= AFTER_A_FAILURE)
        })
    }

    /// Notes that they could not be written.
    pub fn note_failure(&self, corp: &CorpId) {
        corp_views(&mut self.lock(), corp).failed_at = Some(Instant::now());
    }

    /// What to hold while the counts of an organisation are written, so that nobody else writes the same ones.
    pub fn turn(&self, corp: &CorpId) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(&corp_views(&mut self.lock(), corp).turn)
    }

    /// The counts to write. They stay counted until [`ArticleViews::note_written`].
    pub fn pending(&self, corp: &CorpId) -> Vec<PendingViews> {
        let mut corps = self.lock();
        let Some(of) = corps.get_mut(corp) else { return Vec::new() };
        // What is counted from now on asks again.
        of.is_due = false;
        let pending = of.counts.iter().filter(|(_, count)| count.views > 0);
        let pending = pending.map(|(key, count)| PendingViews {
            key: *key,
            views: count.views,
            last_at: count.last_at,
        });
        pending.collect()
    }

    /// Takes off what is durable now. Of members it stays known until the day is over that they were here today.
    pub fn note_written(&self, corp: &CorpId, written: &[PendingViews], today: Day) {
        let mut corps = self.lock();
        let Some(of) = corps.get_mut(corp) else { return };
        for one in written {
            if let Some(count) = of.counts.get_mut(&one.key) {
                count.views = count.views.saturating_sub(one.views);
                of.views = of.views.saturating_sub(one.views);
            }
        }
        of.counts.retain(|key, count| count.views > 0 || (key.member.is_some() && key.day >= today));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CorpId, CorpViews>> {
        self.corps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CorpViews {
    /// Whether another count has room, if need be in place of those that have nothing to write.
    fn has_room(&mut self, max_counts: usize) -> bool {
        if self.counts.len() >= max_counts {
            self.counts.retain(|_, count| count.views > 0);
        }
        self.counts.len() < max_counts
    }
}

fn corp_views<'a>(corps: &'a mut HashMap<CorpId, CorpViews>, corp: &CorpId) -> &'a mut CorpViews {
    corps.entry(corp.clone()).or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Day = Day(20_260_301);
    const AT: Timestamp = Timestamp(1_772_300_000_000);

    fn key(article: i64, member: Option<u32>) -> ViewKey {
        ViewKey { article: ArticleId(article), member: member.map(MemberNo), day: DAY }
    }

    fn views(of: &ArticleViews, corp: &CorpId) -> u64 {
        of.pending(corp).iter().map(|one| one.views).sum()
    }

    #[test]
    fn views_stay_counted_until_they_are_written() {
        let (all, corp, other) = (ArticleViews::default(), CorpId::from("one"), CorpId::from("other"));
        assert!(all.is_empty(&corp));
        assert_eq!(all.count(&corp, key(1, None), AT), ViewCount::CountedFirst);
        assert_eq!(all.count(&corp, key(1, None), AT.plus_ms(5)), ViewCount::Counted);
        assert_eq!(all.count(&corp, key(2, None), AT), ViewCount::Counted);
        let mut pending = all.pending(&corp);
        pending.sort_unstable_by_key(|one| one.key.article);
        assert_eq!(
            pending,
            [
                PendingViews { key: key(1, None), views: 2, last_at: AT.plus_ms(5) },
                PendingViews { key: key(2, None), views: 1, last_at: AT },
            ]
        );
        assert!(all.is_empty(&other) && all.pending(&other).is_empty());
        // Counted while they are being written; those are not taken off with them.
        assert_eq!(all.count(&corp, key(1, None), AT.plus_ms(6)), ViewCount::CountedFirst);
        all.note_written(&corp, &pending, DAY);
        assert_eq!(
            all.pending(&corp),
            [PendingViews { key: key(1, None), views: 1, last_at: AT.plus_ms(6) }]
        );
        all.note_written(&corp, &all.pending(&corp), DAY);
        assert!(all.is_empty(&corp));
        assert!(all.lock()[&corp].counts.is_empty(), "nobody in particular has to be known again");
    }

    #[test]
    fn a_members_first_view_of_a_day_is_written_and_the_others_are_counted() {
        let (all, corp) = (ArticleViews::default(), CorpId::from("one"));
        let (ann, tomorrow) = (key(1, Some(7)), Day(20_260_302));
        assert_eq!(all.count(&corp, ann, AT), ViewCount::FirstOfDay);
        assert_eq!(all.count(&corp, ann, AT), ViewCount::FirstOfDay, "it may not have been written");
        all.note_first_written(&corp, ann, AT);
        assert!(all.is_empty(&corp));
        assert_eq!(all.count(&corp, ann, AT), ViewCount::CountedFirst);
        all.note_first_written(&corp, ann, AT);
        assert_eq!(views(&all, &corp), 1, "a second first view changes no count");
        assert_eq!(all.count(&corp, key(2, Some(7)), AT), ViewCount::FirstOfDay);
        assert_eq!(all.count(&corp, key(1, Some(8)), AT), ViewCount::FirstOfDay);
        assert_eq!(all.count(&corp, ViewKey { day: tomorrow, ..ann }, AT), ViewCount::FirstOfDay);
        all.note_written(&corp, &all.pending(&corp), DAY);
        assert_eq!(all.count(&corp, ann, AT), ViewCount::CountedFirst, "known for the rest of the day");
        all.note_written(&corp, &all.pending(&corp), tomorrow);
        assert!(all.lock()[&corp].counts.is_empty(), "and no longer");
    }

    #[test]
    fn responses_wait_for_nothing_right_after_a_failure() {
        let (all, corp) = (ArticleViews::default(), CorpId::from("one"));
        assert!(!all.is_worth_writing(&corp), "there is nothing");
        all.count(&corp, key(1, None), AT);
        assert!(all.is_worth_writing(&corp));
        all.note_failure(&corp);
        assert!(!all.is_worth_writing(&corp) && !all.is_empty(&corp));
        corp_views(&mut all.lock(), &corp).failed_at = Instant::now().checked_sub(AFTER_A_FAILURE);
        assert!(all.is_worth_writing(&corp));
    }

    #[test]
    fn counts_are_bounded_and_none_is_lost() {
        let (all, corp) = (ArticleViews::with_limit(3), CorpId::from("one"));
        all.note_first_written(&corp, key(1, Some(7)), AT);
        for article in 1..=2 {
            all.count(&corp, key(article, None), AT);
        }
        // The third takes the place of what has nothing to write; the fourth finds no room.
        assert_eq!(all.count(&corp, key(3, None), AT), ViewCount::Counted);
        assert_eq!(all.count(&corp, key(4, None), AT), ViewCount::Full);
        assert_eq!(all.count(&corp, key(3, None), AT), ViewCount::Counted, "what has a count needs no room");
        all.note_first_written(&corp, key(1, Some(7)), AT);
        assert_eq!(all.count(&corp, key(1, Some(7)), AT), ViewCount::FirstOfDay, "no room to know it");
        assert_eq!(all.count(&CorpId::from("other"), key(4, None), AT), ViewCount::CountedFirst);
        assert_eq!((views(&all, &corp), all.lock()[&corp].counts.len()), (4, 3));
        all.note_written(&corp, &all.pending(&corp)[..1], DAY);
        assert_ne!(all.count(&corp, key(4, None), AT), ViewCount::Full);
        assert_eq!(all.lock()[&corp].counts.len(), 3);
    }
}
