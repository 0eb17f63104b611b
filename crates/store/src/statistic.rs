//! Stored statistics: a row for each final day, and its parts.

use std::sync::{Arc, Mutex, PoisonError};

use carillon_model::{
    audience::Audience,
    day::Day,
    error::{Error, Result},
    id::CorpId,
    statistic::{
        BASIS, Basis, CUMULATIVE, Column, Cumulative, Metric, Part, RolledDay, SIGN_INS, SignIns,
        column_number,
    },
    stored_form::StoredForm,
    time::Timestamp,
};
use lru::LruCache;

use crate::{
    blob::{Blob, decode, encode},
    organisation::{ContentKey, OrganisationKey},
    tx::Tx,
};

/// A day whose statistics are stored.
#[derive(Clone, Debug, PartialEq)]
pub struct FinalDay {
    /// The number of the last fact that they include.
    pub seq: i64,
    /// The number of facts that they include.
    pub facts: i64,
    /// The number of those facts that the generator made.
    pub generated: i64,
    /// The version of the cumulative totals; 0 while they are stale.
    pub cumulative: i64,
    /// The departments of the day.
    pub tree: ContentKey,
    /// The memberships of the day.
    pub memberships: ContentKey,
    /// When they were computed.
    pub rolled_at: Timestamp,
    /// The facts were removed.
    pub pruned: bool,
}

/// What shows whether the stored statistics of a day are current.
#[derive(Clone, Debug)]
pub struct DayHead {
    /// The number of the last fact; 0 if there is none.
    pub last: i64,
    /// The stored statistics.
    pub stored: Option<FinalDay>,
}

/// A set of members of a day that is computed from its parts.
#[derive(Clone, Copy, Debug)]
pub enum DerivedSet {
    /// Members who did not sign in on the day.
    Inactive = -1,
    /// Members who never signed in until the end of the day.
    NeverSignedIn = -2,
}

/// A part of a day, by its number; or a derived set.
type PartKey = (CorpId, Day, i64);
/// A value of the type that belongs to its key.
type Cached = Arc<dyn std::any::Any + Send + Sync>;

/// The maximum encoded size of all cached parts in bytes. In memory they take a few times as many.
const MAX_CACHED_BYTES: usize = 16 << 20;
/// The number of cached heads of days.
const HEADS: usize = 1024;
/// The overhead of a cached part in bytes, so that many small parts are not free.
const ENTRY_BYTES: usize = 256;

/// The counter of versions of cumulative totals, which are computed again after late facts of earlier days.
const CUMULATIVE_VERSIONS: &str = "to_date";
/// The version of all cumulative totals before versions were counted.
const UNNUMBERED: i64 = 1;

/// A cache of statistics that were read or computed.
pub(crate) struct StatisticCache {
    parts: Mutex<Parts>,
    contents: Mutex<LruCache<(CorpId, ContentKey), Cached>>,
    open_days: Mutex<LruCache<(CorpId, Day), SharedOpenDay>>,
    /// Each with the version of the organisation that it was read at.
    heads: Mutex<LruCache<(CorpId, Day), (i64, DayHead)>>,
}

/// Recently read parts.
struct Parts {
    read: LruCache<PartKey, CachedPart>,
    bytes: usize,
}

struct CachedPart {
    version: i64,
    bytes: usize,
    part: Cached,
}

impl Parts {
    fn get(&mut self, key: &PartKey, version: i64) -> Option<Cached> {
        let found = self.read.get(key).filter(|found| found.version == version)?;
        Some(Arc::clone(&found.part))
    }

    fn put(&mut self, key: PartKey, read: CachedPart) {
        // All other parts would be removed for it.
        if read.bytes > MAX_CACHED_BYTES {
            return;
        }
        self.bytes += read.bytes;
        let before = self.read.put(key, read);
        self.bytes -= before.map_or(0, |before| before.bytes);
        while self.bytes > MAX_CACHED_BYTES
            && let Some((_, oldest)) = self.read.pop_lru()
        {
            self.bytes -= oldest.bytes;
        }
    }
}

/// An open day, shared by all reads of it.
type SharedOpenDay = Arc<Mutex<OpenDay>>;

/// The cache of a day whose statistics are not stored. A read locks it while it computes them, so that others wait for the result.
#[derive(Default)]
pub struct OpenDay {
    /// The last result.
    rolled: Option<CachedDay>,
    /// The number of the last counted fact, and the intermediate result, of a type that the caller knows.
    pub progress: Option<(i64, Box<dyn std::any::Any + Send>)>,
}

struct CachedDay {
    seq: i64,
    organisation: OrganisationKey,
    day: Arc<RolledDay>,
}

impl OpenDay {
    /// The last result, if facts and organisation are still the same.
    pub fn rolled(&self, seq: i64, organisation: &OrganisationKey) -> Option<Arc<RolledDay>> {
        let known = self.rolled.as_ref()?;
        (known.seq == seq && known.organisation == *organisation).then(|| Arc::clone(&known.day))
    }

    /// Stores a result.
    pub fn store(&mut self, seq: i64, organisation: OrganisationKey, day: Arc<RolledDay>) {
        self.rolled = Some(CachedDay { seq, organisation, day });
    }
}

impl Default for StatisticCache {
    fn default() -> Self {
        let cache = |size| std::num::NonZeroUsize::new(size).unwrap_or(std::num::NonZeroUsize::MIN);
        Self {
            parts: Mutex::new(Parts { read: LruCache::unbounded(), bytes: 0 }),
            contents: Mutex::new(LruCache::new(cache(16))),
            open_days: Mutex::new(LruCache::new(cache(4))),
            heads: Mutex::new(LruCache::new(cache(HEADS))),
        }
    }
}

impl Tx<'_> {
    /// A day whose statistics are stored, stale or not.
    pub fn final_day(&mut self, corp: &CorpId, day: Day) -> Result<Option<FinalDay>> {
        self.one(
            "SELECT seq, facts, generated, cumulative, tree, memberships, rolled_at, pruned FROM stat_day
             WHERE corp_id = ?1 AND day = ?2",
            &[corp.into(), day.into()],
            |row| {
                Ok(FinalDay {
                    seq: row.get(0)?,
                    facts: row.get(1)?,
                    generated: row.get(2)?,
                    cumulative: row.get(3)?,
                    tree: row.get(4)?,
                    memberships: row.get(5)?,
                    rolled_at: row.get(6)?,
                    pruned: row.get(7)?,
                })
            },
        )
    }

    /// The head of a day, from the cache if nothing changed in the organisation.
    pub fn day_head(&mut self, corp: &CorpId, day: Day) -> Result<DayHead> {
        let of_read = self.corp_of_read == Some(corp);
        let Some(cache) = self.cache.filter(|_| of_read) else { return self.read_day_head(corp, day) };
        let version = self.state().corp(corp)?.version();
        let key = (corp.clone(), day);
        if let Some((_, head)) = lock(&cache.heads).get(&key).filter(|(read_at, _)| *read_at == version) {
            return Ok(head.clone());
        }
        let head = self.read_day_head(corp, day)?;
        lock(&cache.heads).put(key, (version, head.clone()));
        Ok(head)
    }

    fn read_day_head(&mut self, corp: &CorpId, day: Day) -> Result<DayHead> {
        Ok(DayHead { last: self.last_fact(corp, day)?, stored: self.final_day(corp, day)? })
    }

    /// Stores the statistics of a day in place of the former ones, without cumulative totals: see [`Tx::persist_cumulative`].
    pub fn finalize_day(
        &mut self,
        corp: &CorpId,
        day: Day,
        final_day: &FinalDay,
        rolled: &RolledDay,
    ) -> Result<()> {
        self.execute("DELETE FROM stat_part WHERE corp_id = ?1 AND day = ?2", &[corp.into(), day.into()])?;
        self.execute(
            "INSERT INTO stat_day (corp_id, day, seq, facts, generated, cumulative, tree, memberships, rolled_at, pruned)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, 0)
             ON CONFLICT (corp_id, day) DO UPDATE
             SET seq = ?3, facts = ?4, generated = ?5, cumulative = 0, tree = ?6, memberships = ?7, rolled_at = ?8",
            &[
                corp.into(),
                day.into(),
                final_day.seq.into(),
                final_day.facts.into(),
                final_day.generated.into(),
                (&final_day.tree).into(),
                (&final_day.memberships).into(),
                final_day.rolled_at.into(),
            ],
        )?;
        self.put_part(corp, day, &rolled.summary)?;
        self.put_part(corp, day, &rolled.departments)?;
        self.put_part(corp, day, &rolled.lives)?;
        self.put_part(corp, day, &rolled.viewers)?;
        self.put_part(corp, day, &rolled.video_meetings)?;
        self.put_part(corp, day, &rolled.video_participants)?;
        self.put_part(corp, day, &rolled.phone_meetings)?;
        self.put_part(corp, day, &rolled.apps)?;
        self.put_part(corp, day, &rolled.versions)?;
        self.put_part(corp, day, &rolled.groups)?;
        self.put_part(corp, day, &rolled.articles)?;
        self.put_part(corp, day, &rolled.employments)?;
        self.put_part(corp, day, &rolled.headcounts)?;
        for (metric, column) in &rolled.columns {
            self.put_content_of(corp, day, column_number(*metric), column)?;
        }
        Ok(())
    }

    /// Stores the cumulative totals of a final day. The bases of earlier days of the month are removed. The last basis of each
    /// month stays, as the start for late facts of the next month.
    pub fn persist_cumulative(
        &mut self,
        corp: &CorpId,
        day: Day,
        cumulative: &Cumulative,
        basis: &Basis,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM stat_part WHERE corp_id = ?1 AND day = ?2 AND part IN (?3, ?4)",
            &[corp.into(), day.into(), CUMULATIVE.into(), BASIS.into()],
        )?;
        self.execute(
            "DELETE FROM stat_part WHERE corp_id = ?1 AND day >= ?2 AND day < ?3 AND part = ?4",
            &[corp.into(), Day(day.0 / 100 * 100).into(), day.into(), BASIS.into()],
        )?;
        self.put_whole(corp, day, CUMULATIVE, cumulative)?;
        self.put_whole(corp, day, BASIS, basis)?;
        let version = UNNUMBERED + self.next_number(corp, CUMULATIVE_VERSIONS)?;
        self.execute(
            "UPDATE stat_day SET cumulative = ?3 WHERE corp_id = ?1 AND day = ?2",
            &[corp.into(), day.into(), version.into()],
        )?;
        Ok(())
    }

    /// Stores the sign-ins of the windows that end with a day. They are valid as long as the cumulative totals of the day.
    pub fn persist_sign_ins(&mut self, corp: &CorpId, day: Day, sign_ins: &SignIns) -> Result<()> {
        self.execute(
            "DELETE FROM stat_part WHERE corp_id = ?1 AND day = ?2 AND part = ?3",
            &[corp.into(), day.into(), SIGN_INS.into()],
        )?;
        self.put_whole(corp, day, SIGN_INS, sign_ins)
    }

    /// The sign-ins of the windows that end with a day, of the version [`FinalDay::cumulative`].
    pub fn stored_sign_ins(&mut self, corp: &CorpId, day: Day, version: i64) -> Result<Option<Arc<SignIns>>> {
        self.stored_part(corp, day, SIGN_INS, version)
    }

    /// The cumulative totals of a day, of the version [`FinalDay::cumulative`].
    pub fn stored_cumulative(
        &mut self,
        corp: &CorpId,
        day: Day,
        version: i64,
    ) -> Result<Option<Arc<Cumulative>>> {
        self.stored_part(corp, day, CUMULATIVE, version)
    }

    /// The last day up to another one with a valid basis of cumulative totals, with their version and the basis.
    pub fn last_basis(&mut self, corp: &CorpId, up_to: Day) -> Result<Option<(Day, i64, Basis)>> {
        self.one(
            "SELECT d.day, d.cumulative, p.form_version, p.content FROM stat_day d
             JOIN stat_part p ON p.corp_id = d.corp_id AND p.day = d.day AND p.part = ?3
             WHERE d.corp_id = ?1 AND d.day <= ?2 AND d.cumulative > 0 ORDER BY d.day DESC LIMIT 1",
            &[corp.into(), up_to.into(), BASIS.into()],
            |row| {
                let basis = decode("stat_part", row.get(2)?, &row.get::<Vec<u8>>(3)?)?;
                Ok((row.get(0)?, row.get(1)?, basis))
            },
        )
    }

    /// The last day up to another one with valid cumulative totals, with their version.
    pub fn last_cumulative_day(&mut self, corp: &CorpId, up_to: Day) -> Result<Option<(Day, i64)>> {
        self.one(
            "SELECT day, cumulative FROM stat_day WHERE corp_id = ?1 AND day <= ?2 AND cumulative > 0
             ORDER BY day DESC LIMIT 1",
            &[corp.into(), up_to.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The first final day after another day.
    pub fn next_final_day(&mut self, corp: &CorpId, after: Day) -> Result<Option<Day>> {
        let found = self.one(
            "SELECT min(day) FROM stat_day WHERE corp_id = ?1 AND day > ?2",
            &[corp.into(), after.into()],
            |row| row.get::<Option<Day>>(0),
        )?;
        Ok(found.flatten())
    }

    /// A stored part of a day, from the cache if possible. `None` for an empty part. The version is [`FinalDay::seq`].
    pub fn part<P: Part>(&mut self, corp: &CorpId, day: Day, version: i64) -> Result<Option<Arc<P>>> {
        self.stored_part(corp, day, P::NUMBER, version)
    }

    fn stored_part<T>(&mut self, corp: &CorpId, day: Day, number: i64, version: i64) -> Result<Option<Arc<T>>>
    where
        T: StoredForm + Send + Sync + 'static,
    {
        let key = (corp.clone(), day, number);
        let known = self.cache.and_then(|cache| lock(&cache.parts).get(&key, version));
        if let Some(part) = known.and_then(|part| part.downcast::<T>().ok()) {
            return Ok(Some(part));
        }
        let Some(content) = self.blob_of(corp, day, number)? else { return Ok(None) };
        let part = Arc::new(decode::<T>("stat_part", content.version, &content.bytes)?);
        if let Some(cache) = self.cache {
            let bytes = ENTRY_BYTES + content.bytes.len();
            let read = CachedPart { version, bytes, part: Arc::clone(&part) as _ };
            lock(&cache.parts).put(key, read);
        }
        Ok(Some(part))
    }

    /// A derived set of a day with cumulative totals of a version, from the cache if possible.
    pub fn derived_set(
        &mut self,
        corp: &CorpId,
        day: Day,
        set: DerivedSet,
        version: i64,
        derive: impl FnOnce(&mut Self) -> Result<Audience>,
    ) -> Result<Arc<Audience>> {
        let key = (corp.clone(), day, set as i64);
        let known = self.cache.and_then(|cache| lock(&cache.parts).get(&key, version));
        if let Some(known) = known.and_then(|known| known.downcast::<Audience>().ok()) {
            return Ok(known);
        }
        let members = Arc::new(derive(self)?);
        if let Some(cache) = self.cache {
            let bytes = ENTRY_BYTES + usize::try_from(members.stored_bytes()).map_err(Error::internal)?;
            lock(&cache.parts).put(key, CachedPart { version, bytes, part: Arc::clone(&members) as _ });
        }
        Ok(members)
    }

    /// The first day with stale cumulative totals.
    pub fn first_stale_day(&mut self, corp: &CorpId) -> Result<Option<Day>> {
        let found = self.one(
            "SELECT min(day) FROM stat_day WHERE corp_id = ?1 AND cumulative = 0",
            &[corp.into()],
            |row| row.get::<Option<Day>>(0),
        )?;
        Ok(found.flatten())
    }

    /// The stored column of a metric; `None` if it is empty.
    pub fn column(&mut self, corp: &CorpId, day: Day, metric: Metric) -> Result<Option<Column>> {
        let content = self.blob_of(corp, day, column_number(metric))?;
        content.map(|content| decode("stat_part", content.version, &content.bytes)).transpose()
    }

    /// The cache of a day whose statistics are not stored, shared by all reads. To be locked while they are computed.
    pub fn open_day(&self, corp: &CorpId, day: Day) -> Arc<Mutex<OpenDay>> {
        let Some(cache) = self.cache else { return Arc::default() };
        Arc::clone(lock(&cache.open_days).get_or_insert((corp.clone(), day), Arc::default))
    }

    /// The content of a key, from the cache if possible.
    pub(crate) fn cached_content<T>(&mut self, corp: &CorpId, key: &ContentKey) -> Result<Arc<T>>
    where
        T: StoredForm + Send + Sync + 'static,
    {
        let cache_key = (corp.clone(), *key);
        let cached = self.cache.and_then(|cache| lock(&cache.contents).get(&cache_key).cloned());
        if let Some(content) = cached.and_then(|content| content.downcast::<T>().ok()) {
            return Ok(content);
        }
        let content = self.one(
            "SELECT form_version, content FROM stat_content WHERE corp_id = ?1 AND hash = ?2",
            &[corp.into(), key.into()],
            |row| decode::<T>("stat_content", row.get(0)?, &row.get::<Vec<u8>>(1)?),
        )?;
        let content = Arc::new(content.ok_or_else(|| Error::internal("a stored organisation is missing"))?);
        if let Some(cache) = self.cache {
            lock(&cache.contents).put(cache_key, Arc::clone(&content) as _);
        }
        Ok(content)
    }

    fn put_part<P: Part>(&mut self, corp: &CorpId, day: Day, part: &P) -> Result<()> {
        self.put_content_of(corp, day, P::NUMBER, part)
    }

    fn put_content_of(&mut self, corp: &CorpId, day: Day, number: i64, part: &impl StoredForm) -> Result<()> {
        let content = encode(part)?;
        // A missing row means an empty list.
        if content.is_empty_list() {
            return Ok(());
        }
        self.put_blob(corp, day, number, &content)
    }

    fn put_whole(&mut self, corp: &CorpId, day: Day, number: i64, part: &impl StoredForm) -> Result<()> {
        self.put_blob(corp, day, number, &encode(part)?)
    }

    fn put_blob(&mut self, corp: &CorpId, day: Day, number: i64, content: &Blob) -> Result<()> {
        self.execute(
            "INSERT INTO stat_part (corp_id, day, part, content, form_version) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[corp.into(), day.into(), number.into(), (&content.bytes).into(), content.version.into()],
        )?;
        Ok(())
    }

    fn blob_of(&mut self, corp: &CorpId, day: Day, number: i64) -> Result<Option<Blob>> {
        self.one(
            "SELECT form_version, content FROM stat_part WHERE corp_id = ?1 AND day = ?2 AND part = ?3",
            &[corp.into(), day.into(), number.into()],
            |row| Ok(Blob { version: row.get(0)?, bytes: row.get(1)? }),
        )
    }
}

fn lock<T>(cache: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    cache.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(day: i32) -> PartKey {
        (CorpId::from("corp"), Day(day), 1)
    }

    fn read(version: i64, bytes: usize) -> CachedPart {
        CachedPart { version, bytes, part: Arc::new(()) }
    }

    #[test]
    fn parts_are_cached_by_version_within_their_budget() {
        let mut parts = Parts { read: LruCache::unbounded(), bytes: 0 };
        let third = MAX_CACHED_BYTES / 3;
        for day in 1..=3 {
            parts.put(key(day), read(1, third));
        }
        // The first part was read last, so the second one is removed.
        assert!(parts.get(&key(1), 1).is_some());
        parts.put(key(4), read(1, third));
        let known = [1, 2, 3, 4].map(|day| parts.get(&key(day), 1).is_some());
        assert_eq!((known, parts.bytes), ([true, false, true, true], 3 * third));

        // Another version replaces the former one.
        parts.put(key(4), read(2, third));
        assert!(parts.get(&key(4), 1).is_none() && parts.get(&key(4), 2).is_some());
        assert_eq!(parts.bytes, 3 * third);

        // A part that is larger than the budget is not cached, and removes no others.
        parts.put(key(5), read(1, MAX_CACHED_BYTES + 1));
        assert!(parts.get(&key(5), 1).is_none());
        assert_eq!((parts.read.len(), parts.bytes), (3, 3 * third));
    }
}
