//! Times at which work becomes due, mostly by commits. The scheduler sleeps until the next of them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use carillon_model::{id::CorpId, time::Timestamp};
use tokio::sync::Notify;

use crate::notice::Notice;

/// Work that becomes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueWork {
    /// Everything: the organisation is new.
    Everything,
    /// A scheduled send.
    ScheduledSends,
    /// The roll-up of a past day that got a late fact.
    Days,
    /// An import of members, or its removal.
    MemberImports,
    /// Writing the views of articles that are counted in memory. No commit makes it due.
    ArticleViews,
}

/// The earliest time of each kind of work of an organisation.
type Earliest = BTreeMap<DueWork, Timestamp>;

/// The earliest times that the scheduler has not taken yet: at most one for each organisation and kind of work.
#[derive(Default)]
pub struct DueTimes {
    by_corp: Mutex<BTreeMap<CorpId, Earliest>>,
    changed: Notify,
}

impl DueTimes {
    /// Moves the times from the notices of a commit.
    pub(crate) fn take_from(&self, notices: &mut Vec<Notice>) {
        let mut found = false;
        notices.retain(|notice| {
            let Notice::Due(corp, work, at) = notice else { return true };
            found = true;
            self.note(corp, *work, *at);
            false
        });
        if found {
            self.changed.notify_one();
        }
    }

    /// Adds a time that no commit brings about.
    pub(crate) fn add(&self, corp: &CorpId, work: DueWork, at: Timestamp) {
        self.note(corp, work, at);
        self.changed.notify_one();
    }

    fn note(&self, corp: &CorpId, work: DueWork, at: Timestamp) {
        let mut by_corp = self.lock();
        let time = by_corp.entry(corp.clone()).or_default().entry(work).or_insert(at);
        *time = (*time).min(at);
    }

    /// Waits until a time was added since the last call. For one caller at a time.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The organisations with times to take.
    pub fn corps(&self) -> Vec<CorpId> {
        self.lock().keys().cloned().collect()
    }

    /// Takes the times of an organisation.
    pub fn take(&self, corp: &CorpId) -> Earliest {
        self.lock().remove(corp).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<CorpId, Earliest>> {
        self.by_corp.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
