//! The record of mass sends: sent ones, scheduled ones, and those that failed or were cancelled.

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, AppKey, CorpId, TaskId, UserId},
    message::{Message, Receivers, SendSource, SendStatus},
    time::Timestamp,
};

use crate::{
    due::DueWork,
    live_event::ConsoleTopic,
    sql::{Row, Value},
    tx::Tx,
};

/// The columns that [`send_record`] reads.
macro_rules! columns {
    () => {
        "task_id, send_time, requested_at, status, reason, preview, allow_comment, comment_type, show_homepage, source, operator,
         message, named, held_at, overdue_since"
    };
}

/// The condition of a [`RecordFilter`]. Its parameters are [`RecordFilter::values`].
macro_rules! filter {
    () => {
        "corp_id = ?1 AND unionid = ?2 AND status = ?3 AND send_time >= ?4 AND send_time <= ?5 AND (?6 = 0 OR source = ?6)
         AND msg_type NOT IN ('ding', 'phone_ding') AND (?7 = '' OR replace(?7, ',' || msg_type || ',', '') <> ?7)
         AND (?8 = 0 OR ?8 = 1 AND held_at IS NULL OR ?8 = 2 AND held_at IS NOT NULL
              OR ?8 = 3 AND (held_at IS NOT NULL OR send_time > ?9))"
    };
}

/// A scheduled send.
#[derive(Clone, Debug)]
pub struct ScheduledSend {
    /// `task_id`, the same once it is sent.
    pub task: TaskId,
    /// The account that will send it.
    pub account: AccountId,
    /// The idempotency key of the caller.
    pub uuid: String,
    /// The app that requested it.
    pub app_key: AppKey,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When it is to be sent.
    pub due_at: Timestamp,
    /// When it was found overdue and held for an operator.
    pub held_at: Option<Timestamp>,
    /// A preview.
    pub preview: bool,
    /// Whether readers may comment.
    pub allow_comment: bool,
    /// Which comments are shown: 0 all, 1 selected.
    pub comment_type: i64,
    /// Shown on the account's home page.
    pub show_homepage: bool,
    /// Where it was made.
    pub source: SendSource,
    /// The member who made it, where known.
    pub operator: Option<UserId>,
    /// The content.
    pub message: Message,
    /// The receivers as the request names them; they are resolved when it is sent.
    pub named: Receivers,
}

/// An entry of the record, in any status.
#[derive(Clone, Debug)]
pub struct SendRecord {
    /// `task_id`.
    pub task: TaskId,
    /// When it was sent, or is due.
    pub send_time: Timestamp,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// Status.
    pub status: SendStatus,
    /// Why it failed.
    pub reason: Option<String>,
    /// When it was found overdue and held for an operator; `None` also if it is held because the organisation was restored.
    pub held_at: Option<Timestamp>,
    /// The time that it was scheduled for, if it was sent later than an operator has to be asked.
    pub overdue_since: Option<Timestamp>,
    /// A preview.
    pub preview: bool,
    /// Whether readers may comment.
    pub allow_comment: bool,
    /// Which comments are shown: 0 all, 1 selected.
    pub comment_type: i64,
    /// Shown on the account's home page.
    pub show_homepage: bool,
    /// Where it was made.
    pub source: SendSource,
    /// The member who made it, where known.
    pub operator: Option<UserId>,
    /// The content.
    pub message: Message,
    /// The receivers as the request names them.
    pub named: Receivers,
}

/// A status that no stored send has.
const NO_STATUS: i64 = -1;
/// When the next attempt at a held send is: never.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// Which waiting sends a filter finds: the values of a parameter of `filter!`.
#[derive(Clone, Copy)]
enum HeldCondition {
    Any = 0,
    NotHeld = 1,
    Held = 2,
    /// Held ones, and those that are not due yet.
    HeldOrLater = 3,
}

/// A filter of the sends of an account.
#[derive(Clone, Debug)]
pub struct RecordFilter {
    /// Their status.
    pub status: SendStatus,
    /// Sent or due at this time or later.
    pub from: Option<Timestamp>,
    /// Sent or due at this time or earlier.
    pub to: Option<Timestamp>,
    /// Kinds of message; empty for all.
    pub kinds: Vec<&'static str>,
    /// Where they were made.
    pub source: Option<SendSource>,
    /// Held sends are waiting ones, as in documented operations.
    pub held_are_waiting: bool,
    /// The current time: sends that are due are "sending", later ones "waiting".
    pub now: Timestamp,
}

impl RecordFilter {
    /// The stored status, the first and last send time, and which sends are held. A send that is held or being sent is stored as
    /// waiting.
    fn stored(&self, holds_back: bool) -> (i64, Timestamp, Timestamp, HeldCondition) {
        let from = self.from.unwrap_or(Timestamp(i64::MIN));
        let to = self.to.unwrap_or(Timestamp(i64::MAX));
        let waiting = SendStatus::Waiting.number();
        match self.status {
            SendStatus::Waiting if self.held_are_waiting => match holds_back {
                true => (waiting, from, to, HeldCondition::Any),
                false => (waiting, from, to, HeldCondition::HeldOrLater),
            },
            SendStatus::Waiting => (waiting, from.max(self.now.plus_ms(1)), to, HeldCondition::Any),
            // No send leaves a restored organisation that holds them back: all that are due are held.
            SendStatus::Sending if holds_back => (NO_STATUS, from, to, HeldCondition::Any),
            SendStatus::Sending => (waiting, from, to.min(self.now), HeldCondition::NotHeld),
            SendStatus::Held => {
                let held = if holds_back { HeldCondition::Any } else { HeldCondition::Held };
                (waiting, from, to.min(self.now), held)
            }
            other => (other.number(), from, to, HeldCondition::Any),
        }
    }

    /// The parameters of `filter!`.
    fn values<'a>(
        &self,
        (corp, account): (&'a CorpId, &'a AccountId),
        kinds: &'a str,
        holds_back: bool,
    ) -> Vec<Value<'a>> {
        let (status, from, to, held) = self.stored(holds_back);
        vec![
            corp.into(),
            account.into(),
            status.into(),
            from.into(),
            to.into(),
            self.source.map_or(0, SendSource::number).into(),
            kinds.into(),
            (held as i64).into(),
            self.now.into(),
        ]
    }

    /// The kinds, each between commas.
    fn kinds(&self) -> String {
        self.kinds.iter().map(|kind| format!(",{kind},")).collect()
    }
}

impl Tx<'_> {
    /// Sends of an account, newest first.
    pub fn send_records(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        filter: &RecordFilter,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<SendRecord>> {
        let (now, kinds) = (filter.now, filter.kinds());
        let holds_back = self.state().corp(corp)?.holds_back();
        let mut values = filter.values((corp, account), &kinds, holds_back);
        values.extend([Value::from(limit), offset.into()]);
        self.all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM send_record WHERE ",
                filter!(),
                " ORDER BY send_time DESC, task_id LIMIT ?10 OFFSET ?11"
            ),
            &values,
            |row| send_record(row, now, holds_back),
        )
    }

    /// The number of sends that a filter finds.
    pub fn count_send_records(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        filter: &RecordFilter,
    ) -> Result<i64> {
        let kinds = filter.kinds();
        let holds_back = self.state().corp(corp)?.holds_back();
        let count = self.one(
            concat!("SELECT count(*) FROM send_record WHERE ", filter!()),
            &filter.values((corp, account), &kinds, holds_back),
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// A send of an account by its id, in any status.
    pub fn send_record(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        task: &TaskId,
        now: Timestamp,
    ) -> Result<Option<SendRecord>> {
        let holds_back = self.state().corp(corp)?.holds_back();
        self.one(
            concat!(
                "SELECT ",
                columns!(),
                " FROM send_record
                 WHERE corp_id = ?1 AND task_id = ?2 AND unionid = ?3 AND msg_type NOT IN ('ding', 'phone_ding')"
            ),
            &[corp.into(), task.into(), account.into()],
            |row| send_record(row, now, holds_back),
        )
    }

    /// Stores a scheduled send.
    pub fn insert_scheduled(&mut self, corp: &CorpId, send: &ScheduledSend) -> Result<()> {
        let message = serde_json::to_string(&send.message).map_err(Error::internal)?;
        let named = serde_json::to_string(&send.named).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO scheduled_send (corp_id, task_id, unionid, uuid, app_key, created_at, due_at, status, reason,
                                         preview, allow_comment, comment_type, show_homepage, source, operator,
                                         msg_type, message, named, attempts, next_at, last_error)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, NULL, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0, ?7, NULL)",
            &[
                corp.into(),
                (&send.task).into(),
                (&send.account).into(),
                (&send.uuid).into(),
                (&send.app_key).into(),
                send.created_at.into(),
                send.due_at.into(),
                send.preview.into(),
                send.allow_comment.into(),
                send.comment_type.into(),
                send.show_homepage.into(),
                send.source.number().into(),
                send.operator.as_ref().into(),
                send.message.kind().as_str().into(),
                (&message).into(),
                (&named).into(),
            ],
        )?;
        self.becomes_due(corp, DueWork::ScheduledSends, send.due_at);
        self.console_changed(corp, Some(&send.account), ConsoleTopic::Sends);
        Ok(())
    }

    /// Scheduled sends that are due and not held, the earliest first; none while a restored organisation holds them back.
    pub fn scheduled_due(&mut self, corp: &CorpId, now: Timestamp, limit: i64) -> Result<Vec<TaskId>> {
        if self.state().corp(corp)?.holds_back() {
            return Ok(Vec::new());
        }
        self.all(
            "SELECT task_id FROM scheduled_send WHERE corp_id = ?1 AND status = 0 AND next_at <= ?2
             ORDER BY next_at LIMIT ?3",
            &[corp.into(), now.into(), limit.into()],
            |row| row.get(0),
        )
    }

    /// When the next scheduled send is due; `None` while a restored organisation holds it back.
    pub fn next_scheduled(&mut self, corp: &CorpId) -> Result<Option<Timestamp>> {
        if self.state().corp(corp)?.holds_back() {
            return Ok(None);
        }
        let found = self.one(
            "SELECT min(next_at) FROM scheduled_send WHERE corp_id = ?1 AND status = 0",
            &[corp.into()],
            |row| row.get::<Option<Timestamp>>(0),
        )?;
        Ok(found.flatten().filter(|next_at| *next_at != NEVER))
    }

    /// Holds a waiting send for an operator. Returns false if it does not wait, or is held already.
    pub fn hold_scheduled(&mut self, corp: &CorpId, task: &TaskId, now: Timestamp) -> Result<bool> {
        let held = self.execute(
            "UPDATE scheduled_send SET held_at = ?3, next_at = ?4
             WHERE corp_id = ?1 AND task_id = ?2 AND status = 0 AND held_at IS NULL",
            &[corp.into(), task.into(), now.into(), NEVER.into()],
        )?;
        self.console_changed(corp, None, ConsoleTopic::Sends);
        Ok(held > 0)
    }

    /// Moves a waiting send to another time, and ends its hold and its failed attempts. Returns false if it does not wait.
    pub fn move_scheduled(&mut self, corp: &CorpId, task: &TaskId, due_at: Timestamp) -> Result<bool> {
        let moved = self.execute(
            "UPDATE scheduled_send SET due_at = ?3, next_at = ?3, held_at = NULL, attempts = 0, last_error = NULL
             WHERE corp_id = ?1 AND task_id = ?2 AND status = 0",
            &[corp.into(), task.into(), due_at.into()],
        )?;
        self.becomes_due(corp, DueWork::ScheduledSends, due_at);
        self.console_changed(corp, None, ConsoleTopic::Sends);
        Ok(moved > 0)
    }

    /// The number of failed attempts at a scheduled send; `None` if it does not wait any more.
    pub fn scheduled_attempts(&mut self, corp: &CorpId, task: &TaskId) -> Result<Option<i64>> {
        self.one(
            "SELECT attempts FROM scheduled_send WHERE corp_id = ?1 AND task_id = ?2 AND status = 0",
            &[corp.into(), task.into()],
            |row| row.get(0),
        )
    }

    /// Records a failed attempt at a scheduled send, and when to try again. The error is for the operator.
    pub fn postpone_scheduled(
        &mut self,
        corp: &CorpId,
        task: &TaskId,
        next_at: Timestamp,
        error: &str,
    ) -> Result<()> {
        self.execute(
            "UPDATE scheduled_send SET attempts = attempts + 1, next_at = ?3, last_error = ?4
             WHERE corp_id = ?1 AND task_id = ?2 AND status = 0",
            &[corp.into(), task.into(), next_at.into(), error.into()],
        )?;
        self.becomes_due(corp, DueWork::ScheduledSends, next_at);
        Ok(())
    }

    /// A scheduled send that waits.
    pub fn scheduled(&mut self, corp: &CorpId, task: &TaskId) -> Result<Option<ScheduledSend>> {
        self.one(
            "SELECT task_id, unionid, uuid, app_key, created_at, due_at, preview, allow_comment, comment_type,
                    show_homepage, source, operator, message, named, held_at
             FROM scheduled_send WHERE corp_id = ?1 AND task_id = ?2 AND status = 0",
            &[corp.into(), task.into()],
            scheduled_send,
        )
    }

    /// Removes a scheduled send that is sent in the same unit of work.
    pub fn delete_scheduled(&mut self, corp: &CorpId, task: &TaskId) -> Result<()> {
        self.execute(
            "DELETE FROM scheduled_send WHERE corp_id = ?1 AND task_id = ?2",
            &[corp.into(), task.into()],
        )?;
        Ok(())
    }

    /// Ends a scheduled send that will not be sent. Returns true if it waited.
    pub fn end_scheduled(
        &mut self,
        corp: &CorpId,
        task: &TaskId,
        status: SendStatus,
        reason: Option<&str>,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE scheduled_send SET status = ?3, reason = ?4 WHERE corp_id = ?1 AND task_id = ?2 AND status = 0",
            &[corp.into(), task.into(), status.number().into(), reason.into()],
        )?;
        self.console_changed(corp, None, ConsoleTopic::Sends);
        Ok(ended > 0)
    }
}

fn send_record(row: &Row<'_>, now: Timestamp, holds_back: bool) -> Result<SendRecord> {
    let (send_time, requested_at): (Timestamp, Option<Timestamp>) = (row.get(1)?, row.get(2)?);
    let held_at: Option<Timestamp> = row.get(13)?;
    let status = match SendStatus::from_number(row.get(3)?) {
        Some(SendStatus::Waiting) if held_at.is_some() => SendStatus::Held,
        Some(SendStatus::Waiting) if send_time <= now => match holds_back {
            true => SendStatus::Held,
            false => SendStatus::Sending,
        },
        known => known.ok_or_else(|| Error::internal("unknown status of a send"))?,
    };
    Ok(SendRecord {
        task: row.get(0)?,
        send_time,
        requested_at: requested_at.unwrap_or(send_time),
        status,
        reason: row.get(4)?,
        preview: row.get(5)?,
        allow_comment: row.get(6)?,
        comment_type: row.get(7)?,
        show_homepage: row.get(8)?,
        source: source(row.get(9)?)?,
        operator: row.get(10)?,
        message: serde_json::from_str(&row.get::<String>(11)?).map_err(Error::internal)?,
        named: serde_json::from_str(&row.get::<String>(12)?).map_err(Error::internal)?,
        held_at,
        overdue_since: row.get(14)?,
    })
}

fn scheduled_send(row: &Row<'_>) -> Result<ScheduledSend> {
    Ok(ScheduledSend {
        task: row.get(0)?,
        account: row.get(1)?,
        uuid: row.get(2)?,
        app_key: row.get(3)?,
        created_at: row.get(4)?,
        due_at: row.get(5)?,
        preview: row.get(6)?,
        allow_comment: row.get(7)?,
        comment_type: row.get(8)?,
        show_homepage: row.get(9)?,
        source: source(row.get(10)?)?,
        operator: row.get(11)?,
        message: serde_json::from_str(&row.get::<String>(12)?).map_err(Error::internal)?,
        named: serde_json::from_str(&row.get::<String>(13)?).map_err(Error::internal)?,
        held_at: row.get(14)?,
    })
}

fn source(number: i64) -> Result<SendSource> {
    SendSource::from_number(number).ok_or_else(|| Error::internal("unknown source of a send"))
}
