//! The audit trail.

use std::sync::LazyLock;

use carillon_model::{
    audit::{Actor, Fields, Signature},
    error::{Error, Result},
    id::CorpId,
    time::Timestamp,
};

use crate::{
    sql::{Row, Value},
    tx::Tx,
};

/// Selects what [`audit_row`] reads, from the condition on.
macro_rules! select_audit {
    ($rest:literal) => {
        concat!(
            "SELECT seq, at, actor_kind, actor_id, action, subject, subject_id, before, after, request_id FROM audit",
            $rest
        )
    };
}

/// An entry of the trail.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its number in the trail.
    pub seq: i64,
    /// Actor, action and time.
    pub signature: Signature,
    /// The kind of the changed object.
    pub subject: String,
    /// Its id.
    pub subject_id: String,
    /// The former values, a JSON object; `None` if it was created.
    pub before: Option<String>,
    /// The new values; `None` if it was removed.
    pub after: Option<String>,
}

/// The most actions of a filter.
pub const MAX_ACTIONS: usize = 128;

/// The statements of [`Tx::audits`] for several actions: by object, by actor, and for all others. Their parameters from the tenth on are the
/// actions, the last one repeated.
static SELECT_ACTIONS: LazyLock<[String; 3]> = LazyLock::new(|| {
    let places: Vec<String> = (10..10 + MAX_ACTIONS).map(|place| format!("?{place}")).collect();
    [OF_OBJECT, OF_ACTOR, OF_ALL].map(|sql| {
        let condition = format!("AND action IN ({}) ORDER BY", places.join(", "));
        sql.replacen("ORDER BY", &condition, 1)
    })
});

/// One statement for each index: with an `OR` over the subject the engine would read the whole trail.
const OF_OBJECT: &str = select_audit!(
    " WHERE corp_id = ?1 AND seq < ?2 AND subject = ?3 AND subject_id = ?4
       AND (?5 = '' OR actor_id = ?5) AND (?6 = '' OR action = ?6) AND at >= ?7 AND at < ?8
     ORDER BY seq DESC LIMIT ?9"
);
const OF_ACTOR: &str = select_audit!(
    " WHERE corp_id = ?1 AND seq < ?2 AND (?3 = '' OR subject = ?3) AND (?4 = '' OR subject_id = ?4)
       AND actor_id = ?5 AND (?6 = '' OR action = ?6) AND at >= ?7 AND at < ?8
     ORDER BY seq DESC LIMIT ?9"
);
const OF_ALL: &str = select_audit!(
    " WHERE corp_id = ?1 AND seq < ?2 AND (?3 = '' OR subject = ?3) AND (?4 = '' OR subject_id = ?4)
       AND (?5 = '' OR actor_id = ?5) AND (?6 = '' OR action = ?6) AND at >= ?7 AND at < ?8
     ORDER BY seq DESC LIMIT ?9"
);

/// A filter of entries. Empty and absent fields let all pass.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// The kind of the changed object.
    pub subject: String,
    /// Its id.
    pub subject_id: String,
    /// The app or member.
    pub actor_id: String,
    /// Operations or commands, at most [`MAX_ACTIONS`].
    pub actions: Vec<String>,
    /// This time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
}

impl Tx<'_> {
    /// Writes the changes of this unit to the trail.
    pub(crate) fn sign(&mut self, corp: &CorpId, signature: &Signature) -> Result<()> {
        let changes = std::mem::take(&mut self.changes);
        if changes.is_empty() {
            return Ok(());
        }
        let (actor_kind, actor_id) = signature.actor.kind_and_id();
        // All numbers at once: a unit may have thousands of changes.
        let count = i64::try_from(changes.len()).map_err(Error::internal)?;
        let first = self.next_numbers(corp, "audit", count)?;
        let mut insert = self.prepare_many(
            "INSERT INTO audit (corp_id, seq, at, actor_kind, actor_id, action, subject, subject_id, before, after, request_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            corp,
        )?;
        for (seq, change) in (first..).zip(changes) {
            let text = |fields: Option<&Fields>| fields.map(serde_json::to_string).transpose();
            let before = text(change.before.as_ref()).map_err(Error::internal)?;
            let after = text(change.after.as_ref()).map_err(Error::internal)?;
            insert.execute([
                seq.into(),
                signature.at.into(),
                actor_kind.into(),
                actor_id.into(),
                (&signature.action).into(),
                change.subject.as_str().into(),
                (&change.id).into(),
                before.as_deref().into(),
                after.as_deref().into(),
                (&signature.request_id).into(),
            ])?;
        }
        Ok(())
    }

    /// Entries with a number below `before`, newest first.
    pub fn audits(
        &mut self,
        corp: &CorpId,
        filter: &AuditFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>> {
        let from = filter.from.unwrap_or(Timestamp(i64::MIN));
        let to = filter.to.unwrap_or(Timestamp(i64::MAX));
        let is_of_object = !filter.subject.is_empty() && !filter.subject_id.is_empty();
        let are_several = filter.actions.len() > 1;
        let action = match filter.actions.as_slice() {
            [action] => action.as_str(),
            _ => "",
        };
        let mut values = vec![
            corp.into(),
            before.into(),
            (&filter.subject).into(),
            (&filter.subject_id).into(),
            (&filter.actor_id).into(),
            action.into(),
            from.into(),
            to.into(),
            limit.into(),
        ];
        let is_of_actor = !filter.actor_id.is_empty();
        let (one, several) = match (is_of_object, is_of_actor) {
            (true, _) => (OF_OBJECT, 0),
            (false, true) => (OF_ACTOR, 1),
            (false, false) => (OF_ALL, 2),
        };
        let sql: &'static str = if are_several { &SELECT_ACTIONS[several] } else { one };
        if are_several {
            if filter.actions.len() > MAX_ACTIONS {
                return Err(Error::internal("a filter of the audit trail has too many actions"));
            }
            let last = filter.actions.last().map_or("", String::as_str);
            let actions = filter.actions.iter().map(String::as_str).chain(std::iter::repeat(last));
            values.extend(actions.take(MAX_ACTIONS).map(Value::from));
        }
        self.all(sql, &values, audit_row)
    }
}

fn audit_row(row: &Row<'_>) -> Result<AuditRow> {
    let (kind, id): (String, String) = (row.get(2)?, row.get(3)?);
    Ok(AuditRow {
        seq: row.get(0)?,
        signature: Signature {
            at: row.get(1)?,
            actor: Actor::parse(&kind, &id)?,
            action: row.get(4)?,
            request_id: row.get(9)?,
        },
        subject: row.get(5)?,
        subject_id: row.get(6)?,
        before: row.get(7)?,
        after: row.get(8)?,
    })
}
