//! A unit of work: rows and the snapshot change together, or not at all.

use carillon_model::{
    audit::{self, Signature},
    error::{Error, Result},
    id::{CorpId, MemberNo},
    time::Timestamp,
};
use rusqlite::{Connection, Statement};

use crate::{
    due::DueWork,
    live_event::LiveEvent,
    notice::Notice,
    sql::{Row, Value},
    state::State,
    state_change::{RegistryChange, SnapshotChange, StateChange},
    statistic::StatisticCache,
};

/// What a unit of work may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Nothing.
    ReadOnly,
    /// One organisation, and what the registry knows of it.
    Corp(CorpId),
    /// The registry, and the organisation that the unit itself added.
    Registry {
        /// That organisation.
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

/// A unit of work. The areas of this crate add what can be done in it (`impl Tx` in `account.rs` and so on).
pub struct Tx<'c> {
    connection: &'c Connection,
    scope: Scope,
    /// What hot reads see. It changes by [`Tx::apply`] and [`Tx::apply_to_registry`] alone.
    state: State,
    /// What it was before this unit.
    pub(crate) before: State,
    /// What reads remember. A unit that may yet fail remembers nothing.
    pub(crate) cache: Option<&'c StatisticCache>,
    /// How this unit changed the snapshot, in order.
    state_changes: Vec<SnapshotChange>,
    /// Told to everybody once the unit is durable.
    events: Vec<LiveEvent>,
    /// What changed and is not signed for yet.
    pub(crate) changes: Vec<audit::Change>,
    /// The first change that this unit must not make, where it could not be refused at once.
    misuse: Option<Error>,
    /// Told to delivery then.
    notices: Vec<Notice>,
    rows_read: u64,
}

/// What a unit of work that succeeded leaves to be committed and told.
pub(crate) struct Done {
    pub(crate) state: State,
    pub(crate) state_changes: Vec<SnapshotChange>,
    pub(crate) scope: Scope,
    pub(crate) events: Vec<LiveEvent>,
    pub(crate) notices: Vec<Notice>,
}

impl<'c> Tx<'c> {
    /// A unit that changes what its scope allows.
    pub(crate) fn writing(connection: &'c Connection, state: State, scope: Scope) -> Self {
        Self {
            connection,
            scope,
            before: state.clone(),
            state,
            cache: None,
            state_changes: Vec::new(),
            events: Vec::new(),
            notices: Vec::new(),
            changes: Vec::new(),
            misuse: None,
            rows_read: 0,
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

    /// Ends a unit that succeeded: writes the audit trail and the history of the organisation in the name of who signs.
    ///
    /// # Errors
    /// When the unit made a change that it must not make.
    pub(crate) fn finish(&mut self, signature: &Signature) -> Result<()> {
        self.refuse_misuse()?;
        if let Some(corp) = self.scope.corp().cloned() {
            self.persist_organisation_of_yesterday(&corp, signature.at)?;
            self.sign(&corp, signature)?;
        }
        Ok(())
    }

    /// Fails a unit that made a change which could not be refused at once.
    pub(crate) fn refuse_misuse(&mut self) -> Result<()> {
        self.misuse.take().map_or(Ok(()), Err)
    }

    pub(crate) fn into_done(self) -> Done {
        Done {
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

    /// The snapshot as this unit sees it, its own changes included.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How many rows this unit has read so far: what a bounded read is held to.
    pub fn rows_read(&self) -> u64 {
        self.rows_read
    }

    /// Changes an organisation's part of the snapshot. Call it beside the statements that change the rows in the same way.
    pub(crate) fn apply(&mut self, corp: &CorpId, change: StateChange) -> Result<()> {
        self.check_scope(corp)?;
        self.apply_any(SnapshotChange::Corp(corp.clone(), change))
    }

    /// Changes the registry. Call it beside the statements that change the rows in the same way.
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

    /// Lets a unit of the registry fill the organisation that it is about to add.
    pub(crate) fn adopt(&mut self, corp: &CorpId) -> Result<()> {
        match &mut self.scope {
            Scope::Registry { added: added @ None } => {
                *added = Some(corp.clone());
                Ok(())
            }
            _ => Err(Error::internal("an organisation is added by a unit of the registry, one by one")),
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

    /// Notes a change for the audit trail, in the name of who signs for the unit. One in which no field differs is none. A change
    /// of another organisation than the unit's, or in a unit that only reads, fails the unit.
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

    /// Tells everybody once this unit is durable; nobody if it fails.
    pub fn announce(&mut self, event: LiveEvent) {
        self.events.push(event);
    }

    /// Tells delivery once this unit is durable.
    pub(crate) fn notify(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Tells the scheduler, once this unit is durable, of work that is due at a time.
    pub fn becomes_due(&mut self, corp: &CorpId, work: DueWork, at: Timestamp) {
        self.notify(Notice::Due(corp.clone(), work, at));
    }

    /// The next number of a kind within an organisation, from 1.
    pub fn next_number(&mut self, corp: &CorpId, name: &str) -> Result<i64> {
        self.next_numbers(corp, name, 1)
    }

    /// Takes several numbers at once and answers the first of them.
    pub fn next_numbers(&mut self, corp: &CorpId, name: &str, count: i64) -> Result<i64> {
        // Not by RETURNING, which would keep a journal of the statement: to end it takes time in proportion to all that the unit has
        // changed so far.
        let of = [corp.into(), name.into()];
        let counted = self.execute(
            "UPDATE counter SET value = value + ?3 WHERE corp_id = ?1 AND name = ?2",
            &[of[0], of[1], count.into()],
        )?;
        if counted == 0 {
            self.execute(
                "INSERT INTO counter (corp_id, name, value) VALUES (?1, ?2, ?3)",
                &[of[0], of[1], count.into()],
            )?;
        }
        let last =
            self.one("SELECT value FROM counter WHERE corp_id = ?1 AND name = ?2", &of, |row| row.get(0))?;
        last.map(|last: i64| last - count + 1).ok_or_else(|| Error::internal("counter gave no number"))
    }

    /// Changes a row that nobody reads and that belongs to no organisation.
    pub(crate) fn write_probe(&mut self) -> Result<()> {
        let sql = "INSERT INTO counter (corp_id, name, value) VALUES ('', 'probe', 1)
                   ON CONFLICT (corp_id, name) DO UPDATE SET value = counter.value + 1";
        self.connection
            .prepare_cached(sql)
            .and_then(|mut probe| probe.execute([]))
            .map_err(Error::internal)?;
        Ok(())
    }

    /// Whatever changes rows has the organisation as its first parameter: it must be the one of the unit.
    fn check_rows(&self, statement: &Statement<'_>, values: &[Value<'_>]) -> Result<()> {
        if statement.readonly() {
            return Ok(());
        }
        match (self.scope.corp(), values.first()) {
            (Some(corp), Some(Value::Text(first))) if *first == corp.as_str() => {
                // The first row of an organisation that a unit of the registry adds comes before its snapshot.
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

    /// Changes rows; returns how many. The first parameter is the organisation.
    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::internal)?;
        self.check_rows(&statement, values)?;
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

    /// Returns true if the query finds a row. What it selects is not read.
    pub(crate) fn exists(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<bool> {
        Ok(self.one(sql, values, |_| Ok(()))?.is_some())
    }

    /// Row after row of each of some members; `read` is told whose they are by the place in `members`.
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

    /// Row after row until `read` answers false.
    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
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
