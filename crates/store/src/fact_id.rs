//! The ids of ingested facts: a set of hashes for each organisation, in sorted parts of one row each.
//!
//! Hashes have no order in time, so an index of them changes a page for almost every new id. Here new ids are written as a run, runs
//! of similar size are merged, and the largest run moves into the main set by ranges, where many ids share a part.

use carillon_model::{
    error::{Error, Result},
    id::CorpId,
};
use rusqlite::{Transaction, types::ValueRef};
use sha2::{Digest, Sha256};

use crate::{
    sql::Column,
    tx::{Many, Tx},
};

#[cfg(test)]
mod tests;

/// Bytes of a hash.
const HASH_BYTES: usize = 16;
/// The first bytes of the SHA-256 of a sender's id.
pub(crate) type IdHash = [u8; HASH_BYTES];

/// Maximum number of ids in a part. Its row is as long as one without an overflow page can be, or shorter.
const PART_IDS: usize = 56;
/// Number of ids in a part of the main set after a split, which leaves room for others.
const SPLIT_IDS: usize = PART_IDS * 3 / 4;
/// The main set. Runs have the numbers from 1 on.
const MAIN: i64 = 0;
/// The number of the largest run, of 57,344 ids at most. Tests have smaller runs, so that the main set is reached soon.
const LAST_RUN: i64 = if cfg!(test) { 4 } else { 11 };
/// Number of ranges of the same size. A run that is too large moves into the main set range by range.
const RANGES: usize = 16;

pub(crate) fn id_hash(id: &str) -> IdHash {
    let mut hash = [0; HASH_BYTES];
    hash.copy_from_slice(&Sha256::digest(id)[..HASH_BYTES]);
    hash
}

/// Maximum number of ids in a run.
fn capacity(run: i64) -> usize {
    PART_IDS << (run - 1)
}

/// The range of an id, below [`RANGES`].
fn range_of(id: &IdHash) -> usize {
    usize::from(id[0]) * RANGES / 256
}

/// The sorted ids of a part.
#[derive(Default)]
struct Part(Vec<IdHash>);

impl Column for Part {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        let (ids, rest) = value.as_blob().ok()?.as_chunks();
        rest.is_empty().then(|| Self(ids.to_vec()))
    }
}

/// The part that has an id if the set has it, and its lower bound.
const PART_OF_ID: &str = "SELECT hashes, first FROM fact_id WHERE corp_id = ?1 AND run = ?2 AND first <= ?3
                          ORDER BY first DESC LIMIT 1";
const NEXT_PART: &str = "SELECT min(first) FROM fact_id WHERE corp_id = ?1 AND run = ?2 AND first > ?3";
const WRITE_PART: &str = "INSERT INTO fact_id (corp_id, run, first, hashes) VALUES (?1, ?2, ?3, ?4)
                          ON CONFLICT (corp_id, run, first) DO UPDATE SET hashes = excluded.hashes";
const DELETE_PART: &str = "DELETE FROM fact_id WHERE corp_id = ?1 AND run = ?2 AND first = ?3";

impl Tx<'_> {
    /// Adds ids, which must be sorted and distinct. Returns for each whether it is new.
    pub(crate) fn add_fact_ids(&mut self, corp: &CorpId, ids: &[IdHash]) -> Result<Vec<bool>> {
        let mut runs = self.fact_id_runs(corp)?;
        let mut is_new = vec![true; ids.len()];
        for run in &runs {
            self.find_fact_ids(corp, *run, ids, &mut is_new)?;
        }
        let new = ids.iter().zip(&is_new).filter(|(_, is_new)| **is_new);
        let mut new: Vec<IdHash> = new.map(|(id, _)| *id).collect();
        if new.is_empty() {
            return Ok(is_new);
        }
        let mut run = 1;
        loop {
            if run < LAST_RUN && new.len() > capacity(run) {
                run += 1;
            } else if let Some(index) = runs.iter().position(|other| *other == run) {
                runs.swap_remove(index);
                new.extend(self.take_run(corp, run)?);
                new.sort();
            } else {
                break;
            }
        }
        while new.len() > capacity(run) {
            let range = take_fullest_range(&mut new);
            self.edit_parts(corp, MAIN, &range, |part, added| {
                part.extend_from_slice(added);
                part.sort();
            })?;
        }
        let mut write = self.prepare_many(WRITE_PART, corp)?;
        for part in new.chunks(PART_IDS) {
            write_part(&mut write, run, &part[0], part)?;
        }
        Ok(is_new)
    }

    /// Removes ids, which must be sorted. Those that are not in the set are ignored.
    pub(crate) fn remove_fact_ids(&mut self, corp: &CorpId, ids: &[IdHash]) -> Result<()> {
        for run in self.fact_id_runs(corp)? {
            self.edit_parts(corp, run, ids, |part, removed| {
                part.retain(|id| removed.binary_search(id).is_err());
            })?;
        }
        Ok(())
    }

    /// The runs that have ids, and the main set.
    fn fact_id_runs(&mut self, corp: &CorpId) -> Result<Vec<i64>> {
        let mut next =
            self.prepare_many("SELECT min(run) FROM fact_id WHERE corp_id = ?1 AND run > ?2", corp)?;
        let mut runs = Vec::new();
        let mut last = MAIN - 1;
        while let Some(run) = next.first([last.into()], |row| row.get::<Option<i64>>(0))?.flatten() {
            runs.push(run);
            last = run;
        }
        Ok(runs)
    }

    /// Marks the ids that a run has as not new.
    fn find_fact_ids(&mut self, corp: &CorpId, run: i64, ids: &[IdHash], is_new: &mut [bool]) -> Result<()> {
        let mut find = self.prepare_many(PART_OF_ID, corp)?;
        let mut part = Part::default();
        for (id, is_new) in ids.iter().zip(is_new) {
            if part.0.last().is_none_or(|last| last < id) {
                part = find.first([run.into(), id[..].into()], |row| row.get(0))?.unwrap_or_default();
            }
            if part.0.binary_search(id).is_ok() {
                *is_new = false;
            }
        }
        Ok(())
    }

    /// Removes a run, and returns its ids.
    fn take_run(&mut self, corp: &CorpId, run: i64) -> Result<Vec<IdHash>> {
        let key = [corp.into(), run.into()];
        let parts: Vec<Part> = self.all(
            "SELECT hashes FROM fact_id WHERE corp_id = ?1 AND run = ?2 ORDER BY first",
            &key,
            |row| row.get(0),
        )?;
        self.execute("DELETE FROM fact_id WHERE corp_id = ?1 AND run = ?2", &key)?;
        Ok(parts.into_iter().flat_map(|part| part.0).collect())
    }

    /// Changes the parts that sorted ids belong to. `edit` gets the ids of a part, and those given that belong to it. It keeps the order,
    /// and adds ids or removes some.
    fn edit_parts(
        &mut self,
        corp: &CorpId,
        run: i64,
        ids: &[IdHash],
        edit: impl Fn(&mut Vec<IdHash>, &[IdHash]),
    ) -> Result<()> {
        let mut find = self.prepare_many(PART_OF_ID, corp)?;
        let mut next = self.prepare_many(NEXT_PART, corp)?;
        let mut write = self.prepare_many(WRITE_PART, corp)?;
        let mut delete = self.prepare_many(DELETE_PART, corp)?;
        let mut rest = ids;
        while let Some(id) = rest.first() {
            let found = find.first([run.into(), id[..].into()], |row| {
                Ok((row.get::<Part>(0)?.0, row.get::<Vec<u8>>(1)?))
            })?;
            let (mut part, first) = found.unwrap_or_default();
            let next = next.first([run.into(), (&first).into()], |row| row.get::<Option<Vec<u8>>>(0))?;
            let end = next.flatten().map_or(rest.len(), |next| rest.partition_point(|id| id[..] < next[..]));
            let (of_part, others) = rest.split_at(end);
            let before = part.len();
            edit(&mut part, of_part);
            if part.is_empty() {
                delete.execute([run.into(), (&first).into()])?;
            } else if part.len() != before {
                let pieces = if part.len() > PART_IDS { part.len().div_ceil(SPLIT_IDS) } else { 1 };
                for (index, piece) in part.chunks(part.len().div_ceil(pieces)).enumerate() {
                    let bound = if index == 0 { &first[..] } else { &piece[0][..] };
                    write_part(&mut write, run, bound, piece)?;
                }
            }
            rest = others;
        }
        Ok(())
    }
}

fn write_part(write: &mut Many<'_>, run: i64, first: &[u8], ids: &[IdHash]) -> Result<()> {
    write.execute([run.into(), first.into(), ids.as_flattened().into()])?;
    Ok(())
}

/// Removes the ids of the range that has most of them.
fn take_fullest_range(ids: &mut Vec<IdHash>) -> Vec<IdHash> {
    let bounds_of = |range: usize| {
        let start = ids.partition_point(|id| range_of(id) < range);
        start..ids.partition_point(|id| range_of(id) <= range)
    };
    let fullest = (0..RANGES).map(bounds_of).max_by_key(ExactSizeIterator::len).unwrap_or_default();
    ids.drain(fullest).collect()
}

/// Adds the ids of existing facts, and drops the index that had them.
pub(crate) fn add_existing(transaction: &Transaction<'_>) -> Result<()> {
    let add = || {
        let mut ids = transaction.prepare(
            "SELECT corp_id, id_hash FROM fact WHERE id_hash IS NOT NULL ORDER BY corp_id, id_hash",
        )?;
        let mut ids = ids.query([])?;
        let mut write = transaction
            .prepare("INSERT INTO fact_id (corp_id, run, first, hashes) VALUES (?1, ?2, ?3, ?4)")?;
        let (mut corp, mut first, mut hashes) = (String::new(), Vec::new(), Vec::new());
        loop {
            let next: Option<(String, IdHash)> = match ids.next()? {
                Some(row) => Some((row.get(0)?, row.get(1)?)),
                None => None,
            };
            let is_full = hashes.len() == SPLIT_IDS * HASH_BYTES;
            if !hashes.is_empty() && (is_full || next.as_ref().is_none_or(|(of, _)| *of != corp)) {
                write.execute((&corp, MAIN, &first, &hashes))?;
                hashes.clear();
            }
            let Some((of, hash)) = next else { break };
            if of != corp {
                (corp, first) = (of, Vec::new());
            } else if hashes.is_empty() {
                first = hash.to_vec();
            }
            hashes.extend_from_slice(&hash);
        }
        drop((ids, write));
        transaction.execute_batch("DROP INDEX fact_by_id")
    };
    add().map_err(Error::internal)
}
