//! Scheduled sends: those that wait for their time, and those that are held since they are overdue.

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, AppKey, CorpId, TaskId, UserId},
    message::{Message, Receivers, SendSource, SendStatus},
    time::Timestamp,
};

use crate::{due::DueWork, live_event::ConsoleTopic, send_record::source, sql::Row, tx::Tx};

/// When the next attempt at a held send is: never.
const NEVER: Timestamp = Timestamp(i64::MAX);

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

impl Tx<'_> {
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
