//! Mass sends.

mod inbox;
mod limit;
mod reading;
mod receipt;

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    error::{Error, Result},
    id::{AccountId, AppKey, CorpId, MemberNo, SendSeq, TaskId, UserId},
    message::{Message, Receivers, SendSource},
    time::Timestamp,
};

pub use inbox::ConversationHead;
pub use reading::{LAST_HOUR, SINGLE_HOURS, SendTotals, UNKNOWN_HOUR};

use crate::{sql::Row, state_change::StateChange, timeline::Broadcast, tx::Tx};

/// Selects what [`send_row`] reads, from the condition on.
macro_rules! select_send {
    ($rest:literal) => {
        concat!(
            "SELECT seq, task_id, unionid, created_at, preview, allow_comment, comment_type, recalled_at, message, receivers
             FROM send",
            $rest
        )
    };
}

/// A mass send to be stored.
#[derive(Clone, Debug)]
pub struct Send {
    /// `task_id`.
    pub task: TaskId,
    /// The sending account.
    pub account: AccountId,
    /// The idempotency key of the caller, unique within the account.
    pub uuid: String,
    /// The app that requested it.
    pub app_key: AppKey,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was requested; `None` if it was sent at once.
    pub requested_at: Option<Timestamp>,
    /// The time that it was scheduled for, if it is sent later than an operator has to be asked.
    pub overdue_since: Option<Timestamp>,
    /// Where it was made.
    pub source: SendSource,
    /// The member who made it, where known.
    pub operator: Option<UserId>,
    /// Store an index row for each receiver. Otherwise members find the send by its bitmap.
    pub indexed: bool,
    /// A preview, whose links to articles work for 24 hours.
    pub preview: bool,
    /// Sent to one member by userid, rather than to several.
    pub targeted: bool,
    /// Whether readers may comment.
    pub allow_comment: bool,
    /// Which comments are shown: 0 all, 1 selected.
    pub comment_type: i64,
    /// Shown on the account's home page.
    pub show_homepage: bool,
    /// SHA-256 of the content, by which repeated sends of a day are found.
    pub content_hash: [u8; 32],
    /// The content.
    pub message: Message,
    /// The receivers as the request names them.
    pub named: Receivers,
    /// Who receives it.
    pub audience: Arc<Audience>,
}

/// A stored mass send.
#[derive(Clone, Debug)]
pub struct SendRow {
    /// Its number among all sends of the organisation.
    pub seq: SendSeq,
    /// `task_id`.
    pub task: TaskId,
    /// The sending account.
    pub account: AccountId,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// A preview.
    pub preview: bool,
    /// Whether readers may comment.
    pub allow_comment: bool,
    /// Which comments are shown: 0 all, 1 selected.
    pub comment_type: i64,
    /// When it was recalled.
    pub recalled_at: Option<Timestamp>,
    /// The content.
    pub message: Message,
    /// How many received it.
    pub receivers: i64,
}

/// A recalled send, as its receivers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecalledSend {
    /// Its number among all sends of the organisation.
    pub seq: SendSeq,
    /// `task_id`.
    pub task: TaskId,
    /// When it was sent.
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Stores a send: one row, and an index row for each receiver if [`Send::indexed`] says so.
    pub fn insert_send(&mut self, corp: &CorpId, send: &Send) -> Result<SendSeq> {
        let seq = SendSeq(self.next_number(corp, "send")?);
        let message = serde_json::to_string(&send.message).map_err(Error::internal)?;
        let named = serde_json::to_string(&send.named).map_err(Error::internal)?;
        let audience = send.audience.to_bytes()?;
        let nobody = Audience::empty().to_bytes()?;
        let receivers = i64::try_from(send.audience.len()).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO send (corp_id, seq, task_id, unionid, uuid, app_key, created_at, indexed, preview,
                               targeted, allow_comment, comment_type, show_homepage, recalled_at, content_hash,
                               message, named, receivers, audience, readers, source, requested_at, operator, msg_type,
                               overdue_since)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, NULL, ?14, ?15, ?16, ?17, ?18, ?19,
                     ?20, ?21, ?22, ?23, ?24)",
            &[
                corp.into(),
                seq.0.into(),
                (&send.task).into(),
                (&send.account).into(),
                (&send.uuid).into(),
                (&send.app_key).into(),
                send.created_at.into(),
                send.indexed.into(),
                send.preview.into(),
                send.targeted.into(),
                send.allow_comment.into(),
                send.comment_type.into(),
                send.show_homepage.into(),
                send.content_hash.as_slice().into(),
                (&message).into(),
                (&named).into(),
                receivers.into(),
                (&audience).into(),
                (&nobody).into(),
                send.source.number().into(),
                send.requested_at.into(),
                send.operator.as_ref().into(),
                send.message.kind().as_str().into(),
                send.overdue_since.into(),
            ],
        )?;
        if send.indexed {
            for member in send.audience.iter() {
                self.execute(
                    "INSERT INTO send_member (corp_id, member_no, unionid, seq) VALUES (?1, ?2, ?3, ?4)",
                    &[corp.into(), member.into(), (&send.account).into(), seq.0.into()],
                )?;
            }
        } else {
            let broadcast = Broadcast::new(seq, send.created_at, Arc::clone(&send.audience));
            let broadcast = Arc::new(broadcast);
            self.apply(corp, StateChange::BroadcastAdded { account: send.account.clone(), broadcast })?;
        }
        Ok(seq)
    }

    /// Sends of the same content except previews, newest first, and whether each was recalled.
    pub fn sends_of_content(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        content_hash: &[u8; 32],
        limit: i64,
    ) -> Result<Vec<(SendSeq, bool)>> {
        self.all(
            "SELECT seq, recalled_at FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND content_hash = ?3 AND preview = 0
             ORDER BY created_at DESC LIMIT ?4",
            &[corp.into(), account.into(), content_hash.as_slice().into(), limit.into()],
            |row| Ok((row.get(0)?, row.get::<Option<Timestamp>>(1)?.is_some())),
        )
    }

    /// A send of an account by its id.
    pub fn send_by_task(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        task: &TaskId,
    ) -> Result<Option<SendRow>> {
        self.one(
            select_send!(" WHERE corp_id = ?1 AND task_id = ?2 AND unionid = ?3"),
            &[corp.into(), task.into(), account.into()],
            send_row,
        )
    }

    /// A send by its number.
    pub fn send_at(&mut self, corp: &CorpId, seq: SendSeq) -> Result<Option<SendRow>> {
        self.one(select_send!(" WHERE corp_id = ?1 AND seq = ?2"), &[corp.into(), seq.0.into()], send_row)
    }

    /// Who received a send.
    pub fn audience_of(&mut self, corp: &CorpId, seq: SendSeq) -> Result<Audience> {
        let found = self.one(
            "SELECT audience FROM send WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.0.into()],
            |row| row.get(0),
        )?;
        found.ok_or_else(|| Error::internal("the send does not exist"))
    }

    /// Returns true if a member received a send.
    pub fn received(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        seq: SendSeq,
        member: MemberNo,
    ) -> Result<bool> {
        let timeline = self.state().corp(corp)?.broadcasts.get(account);
        if let Some(broadcast) = timeline.and_then(|timeline| timeline.at(seq)) {
            return Ok(broadcast.audience.contains(member));
        }
        Ok(self.audience_of(corp, seq)?.contains(member))
    }

    /// Recalls a send.
    pub fn recall_send(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        seq: SendSeq,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE send SET recalled_at = ?3 WHERE corp_id = ?1 AND seq = ?2 AND unionid = ?4",
            &[corp.into(), seq.0.into(), now.into(), account.into()],
        )?;
        self.recall_archived(corp, account, seq)?;
        self.apply(corp, StateChange::BroadcastRecalled { account: account.clone(), seq })
    }
}

fn send_row(row: &Row<'_>) -> Result<SendRow> {
    let message: String = row.get(8)?;
    Ok(SendRow {
        seq: row.get(0)?,
        task: row.get(1)?,
        account: row.get(2)?,
        created_at: row.get(3)?,
        preview: row.get(4)?,
        allow_comment: row.get(5)?,
        comment_type: row.get(6)?,
        recalled_at: row.get(7)?,
        message: serde_json::from_str(&message).map_err(Error::internal)?,
        receivers: row.get(9)?,
    })
}
