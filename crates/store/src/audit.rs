//! The audit trail.

use carillon_model::{
    audit::{Actor, Fields, Signature},
    error::{Error, Result},
    id::CorpId,
    time::Timestamp,
};

use crate::{sql::Row, tx::Tx};

/// An entry of the trail.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its place in the trail.
    pub seq: i64,
    /// By whom, by what, when.
    pub signature: Signature,
    /// The kind of thing that changed.
    pub subject: String,
    /// Which one.
    pub subject_id: String,
    /// What it was, the text of a JSON object; none when it was created.
    pub before: Option<String>,
    /// What it is; none when it was removed.
    pub after: Option<String>,
}

/// Which entries are asked for; what is empty or absent asks for all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// The kind of thing.
    pub subject: String,
    /// Which one.
    pub subject_id: String,
    /// Which app or member.
    pub actor_id: String,
    /// The operation or command.
    pub action: String,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

impl Tx<'_> {
    /// Writes all changes noted so far into the trail.
    pub(crate) fn sign(&mut self, corp: &CorpId, signature: &Signature) -> Result<()> {
        let changes = std::mem::take(&mut self.changes);
        if changes.is_empty() {
            return Ok(());
        }
        let (actor_kind, actor_id) = signature.actor.kind_and_id();
        // A unit that changes thousands of things takes its numbers once.
        let count = i64::try_from(changes.len()).map_err(Error::internal)?;
        let first = self.next_numbers(corp, "audit", count)?;
        for (seq, change) in (first..).zip(changes) {
            let text = |fields: Option<&Fields>| fields.map(serde_json::to_string).transpose();
            let before = text(change.before.as_ref()).map_err(Error::internal)?;
            let after = text(change.after.as_ref()).map_err(Error::internal)?;
            self.execute(
                "INSERT INTO audit (corp_id, seq, at, actor_kind, actor_id, action, subject, subject_id, before, after,
                                    request_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                &[
                    corp.into(),
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
                ],
            )?;
        }
        Ok(())
    }

    /// Entries from before a place in the trail on, newest first.
    pub fn audits(
        &mut self,
        corp: &CorpId,
        filter: &AuditFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>> {
        let from = filter.from.unwrap_or(Timestamp(i64::MIN));
        let to = filter.to.unwrap_or(Timestamp(i64::MAX));
        // One text per index that can be used: an `OR` over the kind of thing would read the whole trail.
        let sql = if filter.subject.is_empty() || filter.subject_id.is_empty() {
            "SELECT seq, at, actor_kind, actor_id, action, subject, subject_id, before, after, request_id FROM audit
             WHERE corp_id = ?1 AND seq < ?2 AND (?3 = '' OR subject = ?3) AND (?4 = '' OR subject_id = ?4)
               AND (?5 = '' OR actor_id = ?5) AND (?6 = '' OR action = ?6) AND at >= ?7 AND at < ?8
             ORDER BY seq DESC LIMIT ?9"
        } else {
            "SELECT seq, at, actor_kind, actor_id, action, subject, subject_id, before, after, request_id FROM audit
             WHERE corp_id = ?1 AND seq < ?2 AND subject = ?3 AND subject_id = ?4
               AND (?5 = '' OR actor_id = ?5) AND (?6 = '' OR action = ?6) AND at >= ?7 AND at < ?8
             ORDER BY seq DESC LIMIT ?9"
        };
        self.all(
            sql,
            &[
                corp.into(),
                before.into(),
                (&filter.subject).into(),
                (&filter.subject_id).into(),
                (&filter.actor_id).into(),
                (&filter.action).into(),
                from.into(),
                to.into(),
                limit.into(),
            ],
            audit_row,
        )
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
