//! Units of work, which change rows and snapshot together or not at all.

use carillon_model::{
    audit::{self, Signature},
    error::{Error, Result},
    id::{CorpId, MemberNo},
    time::Timestamp,
};
use rusqlite::{CachedStatement, Connection, Statement};

use crate::{
    due::DueWork,
    live_event::LiveEvent,
    notice::Notice,
    sql::{Row, Value},
    state::State,
    state_change::{RegistryChange, SnapshotChange, StateChange},
    statistic::StatisticCache,
};

/// The scope of changes of a unit of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Nothing.
    ReadOnly,
    /// One organisation, and its entries in the registry.
    Corp(CorpId),
    /// The registry, and an organisation that the unit adds.
    Registry {
        /// The added organisation.
        added: Option<CorpId>,
    },
}

impl Scope {
    pub(crate) fn corp(&self) -> Option<&CorpId> {
        match self {
            Self::ReadOnly => None,
            Self::Corp(corp) => Some(corp),
            Self::Registry { added } => added.as_ref(),
        }
    }
}

/// A unit of work. Its methods are defined beside the rows that they change (`impl Tx` in `account.rs` and so on).
pub struct Tx<'c> {
    connection: &'c Connection,
    scope: Scope,
    /// The snapshot of this unit. Only [`Tx::apply`] and [`Tx::apply_to_registry`] change it.
    state: State,
    /// The snapshot before this unit.
    pub(crate) before: State,
    /// The cache of reads; `None` for units that write, since they may fail.
    pub(crate) cache: Option<&'c StatisticCache>,
    /// The organisation whose rows and snapshot have the same version in this read.
    pub(crate) corp_of_read: Option<&'c CorpId>,
    /// The changes of the snapshot, in order.
    state_changes: Vec<SnapshotChange>,
    /// Live events to send once the unit is durable.
    events: Vec<LiveEvent>,
    /// Changes for the audit trail that are not signed yet.
    pub(crate) changes: Vec<audit::Change>,
    /// The error of the first forbidden change, if it could not be returned at once.
    misuse: Option<Error>,
    /// Notices to send once the unit is durable.
    notices: Vec<Notice>,
    rows_read: u64,
    queries_run: u64,
}

/// The results of a successful unit, to be published after the commit.
pub(crate) struct FinishedUnit {
    pub(crate) state: State,
    pub(crate) state_changes: Vec<SnapshotChange>,
    pub(crate) scope: Scope,
    pub(crate) events: Vec<LiveEvent>,
    pub(crate) notices: Vec<Notice>,
}

/// A statement that is executed many times ([`Tx::prepare_many`]).
pub(crate) struct Many<'c> {
    statement: CachedStatement<'c>,
}

impl Many<'_> {
    /// Executes the statement with its parameters from the second on, and returns how many rows changed.
    pub(crate) fn execute<const N: usize>(&mut self, values: [Value<'_>; N]) -> Result<usize> {
        for (value, index) in values.iter().zip(2..) {
            self.statement.raw_bind_parameter(index, value).map_err(Error::internal)?;
        }
        self.statement.raw_execute().map_err(Error::internal)
    }

    /// Runs the query with its parameters from the second on, and returns what is read from the first row.
    pub(crate) fn first<T, const N: usize>(
        &mut self,
        values: [Value<'_>; N],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        for (value, index) in values.iter().zip(2..) {
            self.statement.raw_bind_parameter(index, value).map_err(Error::internal)?;
        }
        let mut rows = self.statement.raw_query();
        let row = rows.next().map_err(Error::internal)?;
        row.map(|row| read(&Row(row))).transpose()
    }
}

impl<'c> Tx<'c> {
    /// A unit that may change what its scope allows.
    pub(crate) fn writing(connection: &'c Connection, state: State, scope: Scope) -> Self {
        Self {
            connection,
            scope,
            before: state.clone(),
            state,
            cache: None,
            corp_of_read: None,
            state_changes: Vec::new(),
            events: Vec::new(),
            notices: Vec::new(),
            changes: Vec::new(),
            misuse: None,
            rows_read: 0,
            queries_run: 0,
        }
    }

    /// A unit that reads.
    pub(crate) fn reading(
        connection: &'c Connection,
        state: State,
        cache: Option<&'c StatisticCache>,
    ) -> Self {
        Self { cache, ..Self::writing(connection, state, Scope::ReadOnly) }
    }

    /// Ends a successful unit: writes the audit trail under a signature, and the history of the organisation.
    ///
    /// # Errors
    /// The unit has made a forbidden change.
    pub(crate) fn finish(&mut self, signature: &Signature) -> Result<()> {
        self.refuse_misuse()?;
        if let Some(corp) = self.scope.corp().cloned() {
            self.persist_organisation_of_yesterday(&corp, signature.at)?;
            self.sign(&corp, signature)?;
        }
        Ok(())
    }

    /// Returns the error of a forbidden change that could not be returned at once.
    pub(crate) fn refuse_misuse(&mut self) -> Result<()> {
        self.misuse.take().map_or(Ok(()), Err)
    }

    pub(crate) fn into_finished(self) -> FinishedUnit {
        FinishedUnit {
            state: self.state,
            state_changes: self.state_changes,
            scope: self.scope,
            events: self.events,
            notices: self.notices,
        }
    }

    #[cfg(test)]
    pub(crate) fn connection(&self) -> &Connection {
        self.connection
    }

    /// The snapshot with the changes of this unit.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The number of rows that this unit has read so far, for reads with a limit.
    pub fn rows_read(&self) -> u64 {
        self.rows_read
    }

    /// The number of queries that this unit has run so far.
    pub fn queries_run(&self) -> u64 {
        self.queries_run
    }

    /// Changes the part of the snapshot of an organisation. To be called beside the statements that change the rows in the same
    /// way.
    pub(crate) fn apply(&mut self, corp: &CorpId, change: StateChange) -> Result<()> {
        self.check_scope(corp)?;
        self.apply_any(SnapshotChange::Corp(corp.clone(), change))
    }

    /// Changes the registry. To be called beside the statements that change the rows in the same way.
    pub(crate) fn apply_to_registry(&mut self, change: RegistryChange) -> Result<()> {
        match change.corp(&self.state).cloned() {
            Some(corp) => self.check_scope(&corp)?,
            None => return Err(Error::internal("a change of the registry for no organisation")),
        }
        self.apply_any(SnapshotChange::Registry(change))
    }

    fn apply_any(&mut self, change: SnapshotChange) -> Result<()> {
        self.state.apply(&change)?;
        self.state_changes.push(change);
        Ok(())
    }

    /// Allows a unit of the registry to fill the organisation that it adds.
    pub(crate) fn adopt(&mut self, corp: &CorpId) -> Result<()> {
        match &mut self.scope {
            Scope::Registry { added: added @ None } => {
                *added = Some(corp.clone());
                Ok(())
            }
            _ => Err(Error::internal("only a unit of the registry adds an organisation, and only one")),
        }
    }

    fn check_scope(&self, corp: &CorpId) -> Result<()> {
        match self.scope.corp() {
            Some(of_unit) if of_unit == corp => Ok(()),
            Some(of_unit) => {
                Err(Error::internal(format!("a unit of work of {of_unit} changes the organisation {corp}")))
            }
            None => Err(Error::internal(format!("nobody signs for a change of the organisation {corp}"))),
        }
    }

    /// Records a change for the audit trail under the signature of the unit. A change without different fields is ignored. A change
    /// of another organisation than that of the unit, or in a unit that reads, fails the unit.
    pub fn changed(&mut self, corp: &CorpId, change: audit::Change) {
        let same = change.before.is_some() && change.after.as_ref().is_some_and(audit::Fields::is_empty);
        if same {
            return;
        }
        match self.check_scope(corp) {
            Ok(()) => self.changes.push(change),
            Err(misuse) => {
                self.misuse.get_or_insert(misuse);
            }
        }
    }

    /// Sends a live event once this unit is durable; never if it fails.
    pub fn announce(&mut self, event: LiveEvent) {
        self.events.push(event);
    }

    /// Sends a notice once this unit is durable.
    pub(crate) fn notify(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Schedules work for a time, once this unit is durable.
    pub fn becomes_due(&mut self, corp: &CorpId, work: DueWork, at: Timestamp) {
        self.notify(Notice::Due(corp.clone(), work, at));
    }

    /// The next number of a counter of an organisation, from 1.
    pub fn next_number(&mut self, corp: &CorpId, name: &str) -> Result<i64> {
        self.next_numbers(corp, name, 1)
    }

    /// The number that [`Tx::next_number`] would return, without taking it.
    pub fn coming_number(&mut self, corp: &CorpId, name: &str) -> Result<i64> {
        let last = self.one(
            "SELECT value FROM counter WHERE corp_id = ?1 AND name = ?2",
            &[corp.into(), name.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(last.unwrap_or_default() + 1)
    }

    /// Takes several numbers of a counter, and returns the first of them.
    pub fn next_numbers(&mut self, corp: &CorpId, name: &str, count: i64) -> Result<i64> {
        // Not by RETURNING: its statement journal takes time in proportion to all changes of the unit so far.
        let key = [corp.into(), name.into()];
        let counted = self.execute(
            "UPDATE counter SET value = value + ?3 WHERE corp_id = ?1 AND name = ?2",
            &[key[0], key[1], count.into()],
        )?;
        if counted == 0 {
            self.execute(
                "INSERT INTO counter (corp_id, name, value) VALUES (?1, ?2, ?3)",
                &[key[0], key[1], count.into()],
            )?;
        }
        let last =
            self.one("SELECT value FROM counter WHERE corp_id = ?1 AND name = ?2", &key, |row| row.get(0))?;
        last.map(|last: i64| last - count + 1).ok_or_else(|| Error::internal("a counter has no number"))
    }

    /// Changes a row that has no meaning and belongs to no organisation.
    pub(crate) fn write_probe(&mut self) -> Result<()> {
        let sql = "INSERT INTO counter (corp_id, name, value) VALUES ('', 'probe', 1)
                   ON CONFLICT (corp_id, name) DO UPDATE SET value = counter.value + 1";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut probe| probe.execute([]))
            .map_err(Error::internal)?;
        Ok(())
    }

    /// Checks that the first parameter of a statement that changes rows is the organisation of the unit.
    fn check_rows(&self, statement: &Statement<'_>, values: &[Value<'_>]) -> Result<()> {
        if statement.readonly() {
            return Ok(());
        }
        match (self.scope.corp(), values.first()) {
            (Some(corp), Some(Value::Text(first))) if *first == corp.as_str() => {
                // A unit of the registry writes rows of its organisation before the snapshot has it.
                let is_known = matches!(self.scope, Scope::Registry { .. }) || self.state.corp(corp).is_ok();
                if is_known { Ok(()) } else { Err(Error::internal("the organisation does not exist")) }
            }
            (corp, _) => Err(Error::internal(format!(
                "a unit of work of {} changes rows of something else: {}",
                corp.map_or("no organisation", CorpId::as_str),
                statement.expanded_sql().map_or_else(String::new, |sql| sql.chars().take(120).collect()),
            ))),
        }
    }

    /// Changes rows, and returns how many. The first parameter is the organisation.
    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::internal)?;
        self.check_rows(&statement, values)?;
        statement.execute(rusqlite::params_from_iter(values)).map_err(Error::internal)
    }

    /// Prepares a statement for many executions on rows of an organisation, which is its first parameter. The others are bound before
    /// each execution.
    pub(crate) fn prepare_many(&mut self, sql: &'static str, corp: &CorpId) -> Result<Many<'c>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::internal)?;
        self.check_rows(&statement, &[corp.into()])?;
        statement.raw_bind_parameter(1, corp.as_str()).map_err(Error::internal)?;
        Ok(Many { statement })
    }

    /// Returns all rows of a query.
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

    /// Returns the first row of a query, if there is one.
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

    /// Returns true if the query finds a row. What it selects is not read.
    pub(crate) fn exists(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<bool> {
        Ok(self.one(sql, values, |_| Ok(()))?.is_some())
    }

    /// Reads the rows of each of some members. `read` gets the index of the member in `members`.
    pub(crate) fn each_of(
        &mut self,
        sql: &'static str,
        corp: &CorpId,
        members: &[MemberNo],
        mut read: impl FnMut(&Row<'_>, usize) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::internal)?;
        self.check_rows(&statement, &[corp.into()])?;
        statement.raw_bind_parameter(1, corp.as_str()).map_err(Error::internal)?;
        for (index, member) in members.iter().enumerate() {
            statement.raw_bind_parameter(2, member.0).map_err(Error::internal)?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(Error::internal)? {
                read(&Row(row), index)?;
            }
        }
        Ok(())
    }

    /// Reads rows until `read` returns false.
    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        self.queries_run += 1;
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::internal)?;
        self.check_rows(&statement, values)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(Error::internal)?;
        while let Some(row) = rows.next().map_err(Error::internal)? {
            self.rows_read += 1;
            if !read(&Row(row))? {
                break;
            }
        }
        Ok(())
    }
}
