//! Views of articles that are counted in memory and not written yet.
//!
//! Counting a view takes no unit of work. A writer copies the counts ([`ArticleViews::pending`]), and subtracts them
//! ([`ArticleViews::note_written`]) once they are durable, so that no view is lost if the write fails.

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

/// The maximum number of counts of an organisation, which take some 300 kB.
const MAX_COUNTS: usize = 4_096;
/// The time after a failed write in which responses do not wait for another one.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);

/// The key of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewKey {
    /// The article.
    pub article: ArticleId,
    /// The member; `None` for all readers who are not signed in together.
    pub member: Option<MemberNo>,
    /// The day, in the organisation's time zone.
    pub day: Day,
}

/// Views to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingViews {
    /// The key of the count.
    pub key: ViewKey,
    /// The number of views, at least 1.
    pub views: u64,
    /// The time of the last view.
    pub last_at: Timestamp,
}

/// The result of counting a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewCount {
    /// It is counted.
    Counted,
    /// It is counted, and is the first one to be written: the scheduler must be told. [`Store::count_article_view`] does that.
    ///
    /// [`Store::count_article_view`]: crate::Store::count_article_view
    CountedFirst,
    /// The first view of the member on this day that is known in memory. It is not counted and must be written at once.
    FirstOfDay,
    /// There is no room for another count. The view is not counted, and the existing counts must be written first.
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
    /// A count of 0 means that the first view of the member on the day has been written.
    counts: HashMap<ViewKey, Count>,
    /// The sum of all counts.
    views: u64,
    /// A write was requested and has not begun.
    is_due: bool,
    /// When the last write failed.
    failed_at: Option<Instant>,
    /// Held during a write.
    write_lock: Arc<tokio::sync::Mutex<()>>,
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
    /// Empty, with a limit on the counts of an organisation.
    fn with_limit(max_counts: usize) -> Self {
        Self { max_counts, corps: Mutex::default() }
    }

    /// Counts a view if it need not be written at once. `at` is a time of the day of the key.
    pub(crate) fn count(&self, corp: &CorpId, key: ViewKey, at: Timestamp) -> ViewCount {
        let mut corps = self.lock();
        let views = corp_views(&mut corps, corp);
        if let Some(count) = views.counts.get_mut(&key) {
            count.views += 1;
            count.last_at = count.last_at.max(at);
        } else if key.member.is_some() {
            return ViewCount::FirstOfDay;
        } else if views.has_room(self.max_counts) {
            views.counts.insert(key, Count { views: 1, last_at: at });
        } else {
            return ViewCount::Full;
        }
        views.views += 1;
        if std::mem::replace(&mut views.is_due, true) { ViewCount::Counted } else { ViewCount::CountedFirst }
    }

    /// Notes that the first view of a member on the day has been written, so that further ones are counted. Without room for the
    /// count nothing is noted, and the next view is written at once as well, with the same result.
    pub fn note_first_written(&self, corp: &CorpId, key: ViewKey, at: Timestamp) {
        let mut corps = self.lock();
        let views = corp_views(&mut corps, corp);
        if views.counts.contains_key(&key) || views.has_room(self.max_counts) {
            views.counts.entry(key).or_insert(Count { views: 0, last_at: at });
        }
    }

    /// Returns true if all views of an organisation are written.
    pub fn is_empty(&self, corp: &CorpId) -> bool {
        self.lock().get(corp).is_none_or(|views| views.views == 0)
    }

    /// Returns true if a response should wait until the views are written. For a second after a failed write it returns false:
    /// otherwise each response would try and fail again, with a line in the log.
    pub fn should_write(&self, corp: &CorpId) -> bool {
        self.lock().get(corp).is_some_and(|views| {
            views.views > 0 && views.failed_at.is_none_or(|failed_at| failed_at.elapsed() >= FAILURE_PAUSE)
        })
    }

    /// Notes a failed write.
    pub fn note_failure(&self, corp: &CorpId) {
        corp_views(&mut self.lock(), corp).failed_at = Some(Instant::now());
    }

    /// The lock to hold during a write, so that no count is written twice.
    pub fn write_lock(&self, corp: &CorpId) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(&corp_views(&mut self.lock(), corp).write_lock)
    }

    /// The counts to write. They stay counted until [`ArticleViews::note_written`].
    pub fn pending(&self, corp: &CorpId) -> Vec<PendingViews> {
        let mut corps = self.lock();
        let Some(views) = corps.get_mut(corp) else { return Vec::new() };
        // Views that are counted from now on request another write.
        views.is_due = false;
        let pending = views.counts.iter().filter(|(_, count)| count.views > 0);
        let pending = pending.map(|(key, count)| PendingViews {
            key: *key,
            views: count.views,
            last_at: count.last_at,
        });
        pending.collect()
    }

    /// Subtracts counts that are durable now. Counts of members stay until the day is over, possibly as 0.
    pub fn note_written(&self, corp: &CorpId, written: &[PendingViews], today: Day) {
        let mut corps = self.lock();
        let Some(views) = corps.get_mut(corp) else { return };
        for one in written {
            if let Some(count) = views.counts.get_mut(&one.key) {
                count.views = count.views.saturating_sub(one.views);
                views.views = views.views.saturating_sub(one.views);
            }
        }
        views.counts.retain(|key, count| count.views > 0 || (key.member.is_some() && key.day >= today));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CorpId, CorpViews>> {
        self.corps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CorpViews {
    /// Returns true if there is room for another count. Removes counts of 0 if necessary.
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

    fn views(all: &ArticleViews, corp: &CorpId) -> u64 {
        all.pending(corp).iter().map(|one| one.views).sum()
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
        // A view that is counted during the write is not subtracted.
        assert_eq!(all.count(&corp, key(1, None), AT.plus_ms(6)), ViewCount::CountedFirst);
        all.note_written(&corp, &pending, DAY);
        assert_eq!(
            all.pending(&corp),
            [PendingViews { key: key(1, None), views: 1, last_at: AT.plus_ms(6) }]
        );
        all.note_written(&corp, &all.pending(&corp), DAY);
        assert!(all.is_empty(&corp));
        assert!(all.lock()[&corp].counts.is_empty(), "counts of no member are removed");
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
    fn responses_do_not_wait_right_after_a_failure() {
        let (all, corp) = (ArticleViews::default(), CorpId::from("one"));
        assert!(!all.should_write(&corp), "there is nothing");
        all.count(&corp, key(1, None), AT);
        assert!(all.should_write(&corp));
        all.note_failure(&corp);
        assert!(!all.should_write(&corp) && !all.is_empty(&corp));
        corp_views(&mut all.lock(), &corp).failed_at = Instant::now().checked_sub(FAILURE_PAUSE);
        assert!(all.should_write(&corp));
    }

    #[test]
    fn counts_are_bounded_and_none_is_lost() {
        let (all, corp) = (ArticleViews::with_limit(3), CorpId::from("one"));
        all.note_first_written(&corp, key(1, Some(7)), AT);
        for article in 1..=2 {
            all.count(&corp, key(article, None), AT);
        }
        // The third replaces the count of 0; the fourth has no room.
        assert_eq!(all.count(&corp, key(3, None), AT), ViewCount::Counted);
        assert_eq!(all.count(&corp, key(4, None), AT), ViewCount::Full);
        assert_eq!(all.count(&corp, key(3, None), AT), ViewCount::Counted, "an existing count needs no room");
        all.note_first_written(&corp, key(1, Some(7)), AT);
        assert_eq!(all.count(&corp, key(1, Some(7)), AT), ViewCount::FirstOfDay, "no room to note it");
        assert_eq!(all.count(&CorpId::from("other"), key(4, None), AT), ViewCount::CountedFirst);
        assert_eq!((views(&all, &corp), all.lock()[&corp].counts.len()), (4, 3));
        all.note_written(&corp, &all.pending(&corp)[..1], DAY);
        assert_ne!(all.count(&corp, key(4, None), AT), ViewCount::Full);
        assert_eq!(all.lock()[&corp].counts.len(), 3);
    }
}
