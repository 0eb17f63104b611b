//! The record of mass sends: sent ones, scheduled ones, and those that failed or were cancelled.

use std::fmt;

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CorpId, TaskId, UserId},
    message::{Message, Receivers, SendSource, SendStatus},
    time::Timestamp,
};

use crate::{
    seek::Seek,
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

/// The first sends in an order, from both tables. Each is read in the order of its index and only as far as needed; through the view,
/// all sends of the account would be sorted.
macro_rules! ordered {
    ($condition:literal, $order:literal, $limit:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM (SELECT ",
            columns!(),
            " FROM sent_record WHERE ",
            filter!(),
            $condition,
            " ORDER BY ",
            $order,
            " LIMIT ",
            $limit,
            ")
             UNION ALL
             SELECT ",
            columns!(),
            " FROM (SELECT ",
            columns!(),
            " FROM scheduled_record WHERE ",
            filter!(),
            $condition,
            " ORDER BY ",
            $order,
            " LIMIT ",
            $limit,
            ")
             ORDER BY ",
            $order
        )
    };
}

// The first condition on the time is for the index, the second one for sends of the same moment.
const AFTER: &str = concat!(
    ordered!(
        " AND send_time <= ?11 AND (send_time < ?11 OR task_id > ?12)",
        "send_time DESC, task_id",
        "?10"
    ),
    " LIMIT ?10"
);
const BEFORE: &str = concat!(
    ordered!(
        " AND send_time >= ?11 AND (send_time > ?11 OR task_id < ?12)",
        "send_time, task_id DESC",
        "?10"
    ),
    " LIMIT ?10"
);
const PAGE: &str = concat!(ordered!("", "send_time DESC, task_id", "?12"), " LIMIT ?10 OFFSET ?11");

/// A place in the list of an account's sends: when a send was sent or is due, and its id. Those after it are older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPosition(pub Timestamp, pub TaskId);

impl RecordPosition {
    /// The position of a send.
    pub fn of(record: &SendRecord) -> Self {
        Self(record.send_time, record.task.clone())
    }

    /// Reads the text that `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (time, task) = text.split_once('.')?;
        Some(Self(Timestamp(time.parse().ok()?), TaskId::from(task)))
    }
}

impl fmt::Display for RecordPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.0, self.1)
    }
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
        // The sum of two large numbers would be no whole number for the engine.
        values.extend([Value::from(limit), offset.into(), limit.saturating_add(offset).into()]);
        self.all(PAGE, &values, |row| send_record(row, now, holds_back))
    }

    /// Sends of an account from a place on, newest first.
    pub fn send_records_at(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        filter: &RecordFilter,
        seek: &Seek<RecordPosition>,
        limit: i64,
    ) -> Result<Vec<SendRecord>> {
        let (now, kinds) = (filter.now, filter.kinds());
        let holds_back = self.state().corp(corp)?.holds_back();
        let first = RecordPosition(Timestamp(i64::MAX), TaskId::from(""));
        let (sql, RecordPosition(time, task)) = match seek {
            Seek::First => (AFTER, &first),
            Seek::After(position) => (AFTER, position),
            Seek::Before(position) => (BEFORE, position),
        };
        let mut values = filter.values((corp, account), &kinds, holds_back);
        values.extend([Value::from(limit), (*time).into(), task.into()]);
        self.all(sql, &values, |row| send_record(row, now, holds_back))
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
            concat!(
                "SELECT (SELECT count(*) FROM sent_record WHERE ",
                filter!(),
                ") + (SELECT count(*) FROM scheduled_record WHERE ",
                filter!(),
                ")"
            ),
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

pub(crate) fn source(number: i64) -> Result<SendSource> {
    SendSource::from_number(number).ok_or_else(|| Error::internal("unknown source of a send"))
}
