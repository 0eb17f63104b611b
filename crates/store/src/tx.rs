//! A unit of work: rows and the snapshot change together, or not at all.

use carillon_model::{
    audit::Change,
    error::{Error, Result},
    id::CorpId,
};
use rusqlite::Connection;

use crate::{
    event::{Event, Notice},
    sql::{Row, Value},
    state::State,
    statistic::StatisticCache,
};

/// The counter of commits, which belong to no organisation.
const COMMITS: (&str, &str) = ("", "commit");

/// A unit of work. The areas of this crate add what can be done in it (`impl Tx` in `account.rs` and so on).
pub struct Tx<'c> {
    connection: &'c Connection,
    /// What hot reads see; a writer changes it beside the rows.
    pub(crate) state: State,
    /// What it was before this unit.
    pub(crate) before: State,
    /// What reads remember. A unit that may yet fail remembers nothing.
    pub(crate) cache: Option<&'c StatisticCache>,
    /// Told to everybody once the unit is durable.
    pub(crate) events: Vec<Event>,
    /// What changed and is not signed for yet.
    pub(crate) changes: Vec<(CorpId, Change)>,
    /// Told to delivery then.
    pub(crate) notices: Vec<Notice>,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: &'c Connection, state: State, cache: Option<&'c StatisticCache>) -> Self {
        Self {
            connection,
            before: state.clone(),
            state,
            cache,
            events: Vec::new(),
            notices: Vec::new(),
            changes: Vec::new(),
        }
    }

    pub(crate) fn into_parts(self) -> (State, Vec<Event>, Vec<Notice>) {
        if let Some((_, change)) = self.changes.first() {
            tracing::warn!(subject = change.subject.as_str(), "a change was made that nobody signed for");
        }
        (self.state, self.events, self.notices)
    }

    /// The snapshot as this unit sees it, its own changes included.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Tells everybody once this unit is durable; nobody if it fails.
    pub fn announce(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Tells delivery once this unit is durable.
    pub(crate) fn notify(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// The next number of a kind within an organisation, from 1.
    pub fn next_number(&mut self, corp: &CorpId, name: &str) -> Result<i64> {
        self.next_numbers(corp, name, 1)
    }

    /// Takes several numbers at once and answers the first of them.
    pub fn next_numbers(&mut self, corp: &CorpId, name: &str, count: i64) -> Result<i64> {
        let last = self.one(
            "INSERT INTO counter (corp_id, name, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id, name) DO UPDATE SET value = counter.value + ?3 RETURNING value",
            &[corp.into(), name.into(), count.into()],
            |row| row.get::<i64>(0),
        )?;
        last.map(|last| last - count + 1).ok_or_else(|| Error::internal("counter gave no number"))
    }

    /// Counts one more commit, in the rows and in the snapshot.
    pub(crate) fn count_commit(&mut self) -> Result<()> {
        let (nobody, name) = COMMITS;
        self.state.commit = self.next_number(&CorpId::from(nobody), name)?;
        Ok(())
    }

    /// The commit that the rows are as of.
    pub(crate) fn commit_of_rows(&mut self) -> Result<i64> {
        let (nobody, name) = COMMITS;
        let found = self.one(
            "SELECT value FROM counter WHERE corp_id = ?1 AND name = ?2",
            &[nobody.into(), name.into()],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or_default())
    }

    pub(crate) fn load_commit(&mut self) -> Result<()> {
        self.state.commit = self.commit_of_rows()?;
        Ok(())
    }

    /// Changes rows; answers how many.
    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::internal)?;
        statement.execute(rusqlite::params_from_iter(values)).map_err(Error::internal)
    }

    /// All rows of an answer.
    pub(crate) fn all<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok(true)
        })?;
        Ok(found)
    }

    /// The first row of an answer, if any.
    pub(crate) fn one<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.each(sql, values, |row| {
            found = Some(read(row)?);
            Ok(false)
        })?;
        Ok(found)
    }

    /// Row after row until `read` answers false.
    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::internal)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(Error::internal)?;
        while let Some(row) = rows.next().map_err(Error::internal)? {
            if !read(&Row(row))? {
                break;
            }
        }
        Ok(())
    }
}
