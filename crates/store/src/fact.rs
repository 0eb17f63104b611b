//! Facts: one row each, by day and order of arrival.

use carillon_model::{
    day::Day,
    error::{Error, Result},
    fact::{EntityKind, Fact, Kind, StoredFact},
    id::{CorpId, MemberNo},
    time::Timestamp,
};

use crate::{
    blob::{decode_fact, encode_fact},
    fact_id::{IdHash, id_hash},
    sql::Row,
    tx::Tx,
};

/// A fact to be written.
#[derive(Clone, Copy, Debug)]
pub struct FactRow<'f> {
    /// When it happened.
    pub at: Timestamp,
    /// The member that it is about.
    pub member: Option<MemberNo>,
    /// The fact.
    pub fact: &'f Fact,
}

/// An ingested fact.
#[derive(Clone, Copy, Debug)]
pub struct SentFact<'f> {
    /// Its index among the facts of a request, from 0.
    pub index: usize,
    /// The id that the sender chose.
    pub id: &'f str,
    /// Whether the generator of demonstration data made it.
    pub generated: bool,
    /// The fact itself.
    pub row: FactRow<'f>,
}

impl Tx<'_> {
    /// Adds a fact about something that Carillon itself did. It is one statement, since it runs in the unit of its cause.
    pub fn insert_internal_fact(&mut self, corp: &CorpId, day: Day, row: FactRow<'_>) -> Result<()> {
        let fields = encode_fact(row.fact)?;
        self.execute(
            "INSERT INTO fact (corp_id, day, seq, id_hash, at, member_no, kind, fields, generated, form_version)
             VALUES (?1, ?2, coalesce((SELECT max(seq) FROM fact WHERE corp_id = ?1 AND day = ?2), 0) + 1, NULL, ?3, ?4,
                     ?5, ?6, 0, ?7)",
            &[
                corp.into(),
                day.into(),
                row.at.into(),
                row.member.into(),
                number(row.fact).into(),
                (&fields.bytes).into(),
                fields.version.into(),
            ],
        )?;
        self.insert_entity_days(corp, day, row.fact)
    }

    /// Adds ingested facts of one day, except those with a known id, which leave gaps in the numbers. Returns for each whether it was new.
    pub fn insert_sent_facts(
        &mut self,
        corp: &CorpId,
        day: Day,
        facts: &[SentFact<'_>],
    ) -> Result<Vec<bool>> {
        let before = self.last_fact(corp, day)?;
        // Of equal ids, the first to arrive stays the first.
        let mut hashed: Vec<(IdHash, usize)> =
            facts.iter().enumerate().map(|(index, sent)| (id_hash(sent.id), index)).collect();
        hashed.sort_unstable();
        hashed.dedup_by_key(|(hash, _)| *hash);
        let ids: Vec<IdHash> = hashed.iter().map(|(hash, _)| *hash).collect();
        let mut new_ids = vec![None; facts.len()];
        for ((hash, index), is_new) in hashed.into_iter().zip(self.add_fact_ids(corp, &ids)?) {
            new_ids[index] = is_new.then_some(hash);
        }
        let mut insert = self.prepare_many(
            "INSERT INTO fact (corp_id, day, seq, id_hash, at, member_no, kind, fields, generated, form_version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            corp,
        )?;
        let mut last = before;
        for ((hash, sent), seq) in new_ids.iter().zip(facts).zip(before + 1..) {
            let Some(hash) = hash else { continue };
            let row = sent.row;
            let fields = encode_fact(row.fact)?;
            insert.execute([
                day.into(),
                seq.into(),
                hash[..].into(),
                row.at.into(),
                row.member.into(),
                number(row.fact).into(),
                (&fields.bytes).into(),
                sent.generated.into(),
                fields.version.into(),
            ])?;
            last = seq;
            self.insert_entity_days(corp, day, row.fact)?;
        }
        if last > before {
            self.delete_cumulative(corp, day)?;
        }
        Ok(new_ids.iter().map(Option::is_some).collect())
    }

    /// Marks the cumulative totals as stale from a day on that got a late fact.
    pub fn delete_cumulative(&mut self, corp: &CorpId, from: Day) -> Result<()> {
        self.execute(
            "UPDATE stat_day SET cumulative = 0 WHERE corp_id = ?1 AND day >= ?2 AND cumulative > 0",
            &[corp.into(), from.into()],
        )?;
        Ok(())
    }

    fn insert_entity_days(&mut self, corp: &CorpId, day: Day, fact: &Fact) -> Result<()> {
        let logical = match fact {
            Fact::VideoMeeting(meeting) => meeting.logical_conference_id.as_deref(),
            _ => None,
        };
        let entities = fact.entity().into_iter().chain(logical.map(|id| (EntityKind::LogicalMeeting, id)));
        for (kind, id) in entities {
            self.execute(
                "INSERT INTO fact_thing (corp_id, kind, thing, day) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                &[corp.into(), (kind as i64).into(), id.into(), day.into()],
            )?;
        }
        Ok(())
    }

    /// The days that have facts of a live session or a meeting, earliest first.
    pub fn days_of_entity(&mut self, corp: &CorpId, kind: EntityKind, id: &str) -> Result<Vec<Day>> {
        self.all(
            "SELECT day FROM fact_thing WHERE corp_id = ?1 AND kind = ?2 AND thing = ?3 ORDER BY day",
            &[corp.into(), (kind as i64).into(), id.into()],
            |row| row.get(0),
        )
    }

    /// The number of the last fact of a day; 0 if there is none.
    pub fn last_fact(&mut self, corp: &CorpId, day: Day) -> Result<i64> {
        let last = self.one(
            "SELECT max(seq) FROM fact WHERE corp_id = ?1 AND day = ?2",
            &[corp.into(), day.into()],
            |row| row.get::<Option<i64>>(0),
        )?;
        Ok(last.flatten().unwrap_or_default())
    }

    /// The first day with facts after another day.
    pub fn next_day_with_facts(&mut self, corp: &CorpId, after: Day) -> Result<Option<Day>> {
        let found = self.one(
            "SELECT min(day) FROM fact WHERE corp_id = ?1 AND day > ?2",
            &[corp.into(), after.into()],
            |row| row.get::<Option<Day>>(0),
        )?;
        Ok(found.flatten())
    }

    /// Reads the facts of a day in the order of arrival, after the number `after`; 0 for all.
    pub fn each_fact(
        &mut self,
        corp: &CorpId,
        day: Day,
        after: i64,
        mut read: impl FnMut(StoredFact) -> Result<()>,
    ) -> Result<()> {
        self.each(
            "SELECT seq, at, member_no, kind, form_version, fields FROM fact
             WHERE corp_id = ?1 AND day = ?2 AND seq > ?3 ORDER BY seq",
            &[corp.into(), day.into(), after.into()],
            |row| read(fact_row(row)?).map(|()| true),
        )
    }

    /// The number of facts of a day, and how many of them the generator made.
    pub fn count_facts(&mut self, corp: &CorpId, day: Day) -> Result<(i64, i64)> {
        let counts = self.one(
            "SELECT count(*), count(CASE WHEN generated = 1 THEN 1 END) FROM fact WHERE corp_id = ?1 AND day = ?2",
            &[corp.into(), day.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(counts.unwrap_or_default())
    }

    /// Removes at most `limit` of the first facts of a day whose statistics are final. From the first call on the day accepts no
    /// more facts. Returns true if there are more.
    pub fn prune_facts(&mut self, corp: &CorpId, day: Day, limit: i64) -> Result<bool> {
        self.execute(
            "UPDATE stat_day SET pruned = 1 WHERE corp_id = ?1 AND day = ?2 AND pruned = 0",
            &[corp.into(), day.into()],
        )?;
        let first = self.one(
            "SELECT min(seq) FROM fact WHERE corp_id = ?1 AND day = ?2",
            &[corp.into(), day.into()],
            |row| row.get::<Option<i64>>(0),
        )?;
        let Some(first) = first.flatten() else { return Ok(false) };
        let after = first + limit;
        let mut ids: Vec<IdHash> = self.all(
            "SELECT id_hash FROM fact WHERE corp_id = ?1 AND day = ?2 AND seq < ?3 AND id_hash IS NOT NULL",
            &[corp.into(), day.into(), after.into()],
            |row| row.get(0),
        )?;
        ids.sort_unstable();
        self.remove_fact_ids(corp, &ids)?;
        self.execute(
            "DELETE FROM fact WHERE corp_id = ?1 AND day = ?2 AND seq < ?3",
            &[corp.into(), day.into(), after.into()],
        )?;
        Ok(self.last_fact(corp, day)? >= after)
    }
}

fn number(fact: &Fact) -> i64 {
    i64::from(fact.kind() as u8)
}

fn fact_row(row: &Row<'_>) -> Result<StoredFact> {
    let kind = Kind::from_number(row.get(3)?).ok_or_else(|| Error::internal("unknown kind of a fact"))?;
    let fact = decode_fact(kind, row.get(4)?, &row.get::<Vec<u8>>(5)?)?;
    Ok(StoredFact { seq: row.get(0)?, at: row.get(1)?, member: row.get(2)?, fact })
}
