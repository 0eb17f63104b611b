//! Statistics that are kept: a row for each rolled-up day, and its parts.

use std::sync::{Arc, Mutex, PoisonError};

use carillon_model::{
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

/// A day whose statistics are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct FinalDay {
    /// The place of the last fact that they hold.
    pub seq: i64,
    /// How many facts they hold.
    pub facts: i64,
    /// How many of those the generator made.
    pub generated: i64,
    /// The version of what has come together up to the day; 0 while that does not hold all earlier days as they are now.
    pub cumulative: i64,
    /// The tree of the day.
    pub tree: ContentKey,
    /// Who belonged where.
    pub memberships: ContentKey,
    /// When they were rolled up.
    pub rolled_at: Timestamp,
    /// The facts are gone.
    pub pruned: bool,
}

/// A part of a day, by its number.
type PartKey = (CorpId, Day, i64);
/// A value of whichever type its key belongs to.
type Cached = Arc<dyn std::any::Any + Send + Sync>;

/// Parts that are remembered take at most so many bytes as they are kept; in memory they take a few times as many.
const PARTS_BYTES: usize = 16 << 20;
/// What remembering costs besides, so that many small parts are not free.
const ENTRY_BYTES: usize = 256;

/// Numbers the versions of what is to date: the same day's is counted anew for late facts of days before it.
const CUMULATIVE_VERSIONS: &str = "to_date";
/// The version that all had before versions were numbered.
const UNNUMBERED: i64 = 1;

/// What was read or rolled up before and may be asked for again: nothing that could not be made anew.
pub(crate) struct StatisticCache {
    parts: Mutex<Parts>,
    contents: Mutex<LruCache<(CorpId, ContentKey), Cached>>,
    open_days: Mutex<LruCache<(CorpId, Day), SharedOpenDay>>,
}

/// Parts that were read lately.
struct Parts {
    read: LruCache<PartKey, ReadPart>,
    bytes: usize,
}

struct ReadPart {
    version: i64,
    bytes: usize,
    part: Cached,
}

impl Parts {
    fn get(&mut self, key: &PartKey, version: i64) -> Option<Cached> {
        let found = self.read.get(key).filter(|found| found.version == version)?;
        Some(Arc::clone(&found.part))
    }

    fn put(&mut self, key: PartKey, read: ReadPart) {
        // All others would have to go for it.
        if read.bytes > PARTS_BYTES {
            return;
        }
        self.bytes += read.bytes;
        let before = self.read.put(key, read);
        self.bytes -= before.map_or(0, |before| before.bytes);
        while self.bytes > PARTS_BYTES
            && let Some((_, oldest)) = self.read.pop_lru()
        {
            self.bytes -= oldest.bytes;
        }
    }
}

/// All reads of a day share one.
type SharedOpenDay = Arc<Mutex<OpenDay>>;

/// What is known of a day whose statistics are not kept. Whoever rolls it up has it locked: others wait for the result.
#[derive(Default)]
pub struct OpenDay {
    /// What was rolled up last.
    rolled: Option<Rolled>,
    /// The place of the last fact that was counted, and what was counted so far: of a type that the caller knows.
    pub progress: Option<(i64, Box<dyn std::any::Any + Send>)>,
}

struct Rolled {
    seq: i64,
    organisation: OrganisationKey,
    day: Arc<RolledDay>,
}

impl OpenDay {
    /// What was rolled up, if nothing has happened since.
    pub fn rolled(&self, seq: i64, organisation: &OrganisationKey) -> Option<Arc<RolledDay>> {
        let known = self.rolled.as_ref()?;
        (known.seq == seq && known.organisation == *organisation).then(|| Arc::clone(&known.day))
    }

    /// Remembers what was rolled up.
    pub fn remember(&mut self, seq: i64, organisation: OrganisationKey, day: Arc<RolledDay>) {
        self.rolled = Some(Rolled { seq, organisation, day });
    }
}

impl Default for StatisticCache {
    fn default() -> Self {
        let cache = |size| std::num::NonZeroUsize::new(size).unwrap_or(std::num::NonZeroUsize::MIN);
        Self {
            parts: Mutex::new(Parts { read: LruCache::unbounded(), bytes: 0 }),
            contents: Mutex::new(LruCache::new(cache(16))),
            open_days: Mutex::new(LruCache::new(cache(4))),
        }
    }
}

impl Tx<'_> {
    /// A day whose statistics are kept, stale or not.
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

    /// Keeps a day's statistics in place of those that are kept. What is to date is kept apart, by [`Tx::persist_cumulative`].
    pub fn finalize_day(
        &mut self,
        corp: &CorpId,
        day: Day,
        kept: &FinalDay,
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
                kept.seq.into(),
                kept.facts.into(),
                kept.generated.into(),
                (&kept.tree).into(),
                (&kept.memberships).into(),
                kept.rolled_at.into(),
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

    /// Keeps what has come together up to a day whose statistics are kept. The basis of a day before it is dropped, except for
    /// the last one of each month: late facts of an earlier month are counted from there.
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

    /// Keeps who signed in lately, beside what is to date: it is right as long as that is.
    pub fn persist_sign_ins(&mut self, corp: &CorpId, day: Day, sign_ins: &SignIns) -> Result<()> {
        self.execute(
            "DELETE FROM stat_part WHERE corp_id = ?1 AND day = ?2 AND part = ?3",
            &[corp.into(), day.into(), SIGN_INS.into()],
        )?;
        self.put_whole(corp, day, SIGN_INS, sign_ins)
    }

    /// Who signed in lately as of a day. The version is that of what is to date, [`FinalDay::cumulative`].
    pub fn stored_sign_ins(&mut self, corp: &CorpId, day: Day, version: i64) -> Result<Option<Arc<SignIns>>> {
        self.kept(corp, day, SIGN_INS, version)
    }

    /// What has come together up to a day, of the version [`FinalDay::cumulative`].
    pub fn stored_cumulative(
        &mut self,
        corp: &CorpId,
        day: Day,
        version: i64,
    ) -> Result<Option<Arc<Cumulative>>> {
        self.kept(corp, day, CUMULATIVE, version)
    }

    /// The last day up to another from which what is to date can be counted on, with the version of that and its basis.
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

    /// The last day up to another of which what is to date is right, with its version.
    pub fn last_cumulative_day(&mut self, corp: &CorpId, up_to: Day) -> Result<Option<(Day, i64)>> {
        self.one(
            "SELECT day, cumulative FROM stat_day WHERE corp_id = ?1 AND day <= ?2 AND cumulative > 0
             ORDER BY day DESC LIMIT 1",
            &[corp.into(), up_to.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The first day after another whose statistics are kept.
    pub fn next_final_day(&mut self, corp: &CorpId, after: Day) -> Result<Option<Day>> {
        let found = self.one(
            "SELECT min(day) FROM stat_day WHERE corp_id = ?1 AND day > ?2",
            &[corp.into(), after.into()],
            |row| row.get::<Option<Day>>(0),
        )?;
        Ok(found.flatten())
    }

    /// A kept part of a day, from memory where it was read before. One that is empty may not be kept. The version is that of the
    /// day, [`FinalDay::seq`].
    pub fn part<P: Part>(&mut self, corp: &CorpId, day: Day, version: i64) -> Result<Option<Arc<P>>> {
        self.kept(corp, day, P::NUMBER, version)
    }

    fn kept<T>(&mut self, corp: &CorpId, day: Day, number: i64, version: i64) -> Result<Option<Arc<T>>>
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
            let read = ReadPart { version, bytes, part: Arc::clone(&part) as _ };
            lock(&cache.parts).put(key, read);
        }
        Ok(Some(part))
    }

    /// The first day of which what is to date does not hold all earlier days as they are now.
    pub fn first_stale_day(&mut self, corp: &CorpId) -> Result<Option<Day>> {
        let found = self.one(
            "SELECT min(day) FROM stat_day WHERE corp_id = ?1 AND cumulative = 0",
            &[corp.into()],
            |row| row.get::<Option<Day>>(0),
        )?;
        Ok(found.flatten())
    }

    /// The kept column of a metric; none when it is empty.
    pub fn column(&mut self, corp: &CorpId, day: Day, metric: Metric) -> Result<Option<Column>> {
        let content = self.blob_of(corp, day, column_number(metric))?;
        content.map(|content| decode("stat_part", content.version, &content.bytes)).transpose()
    }

    /// What is known of a day whose statistics are not kept, the same for all reads: to be locked while it is rolled up.
    pub fn open_day(&self, corp: &CorpId, day: Day) -> Arc<Mutex<OpenDay>> {
        let Some(cache) = self.cache else { return Arc::default() };
        Arc::clone(lock(&cache.open_days).get_or_insert((corp.clone(), day), Arc::default))
    }

    /// The content of a key, from memory where it was read before.
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
        let content = Arc::new(content.ok_or_else(|| Error::internal("a kept organisation is missing"))?);
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
        // An empty list: the absence of its row says the same.
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

    fn read(version: i64, bytes: usize) -> ReadPart {
        ReadPart { version, bytes, part: Arc::new(()) }
    }

    #[test]
    fn parts_are_remembered_within_their_budget_and_by_version() {
        let mut parts = Parts { read: LruCache::unbounded(), bytes: 0 };
        let third = PARTS_BYTES / 3;
        for day in 1..=3 {
            parts.put(key(day), read(1, third));
        }
        // The first was asked for lately, so the second has to go.
        assert!(parts.get(&key(1), 1).is_some());
        parts.put(key(4), read(1, third));
        let known = [1, 2, 3, 4].map(|day| parts.get(&key(day), 1).is_some());
        assert_eq!((known, parts.bytes), ([true, false, true, true], 3 * third));

        // Another version takes the place of the one before.
        parts.put(key(4), read(2, third));
        assert!(parts.get(&key(4), 1).is_none() && parts.get(&key(4), 2).is_some());
        assert_eq!(parts.bytes, 3 * third);

        // What is larger than the budget is not remembered, and nothing goes for it.
        parts.put(key(5), read(1, PARTS_BYTES + 1));
        assert!(parts.get(&key(5), 1).is_none());
        assert_eq!((parts.read.len(), parts.bytes), (3, 3 * third));
    }
}
