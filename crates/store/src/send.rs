//! Mass sends, who has them in the inbox, and who has read them.

use std::{ops::Range, sync::Arc};

use carillon_model::{
    audience::Audience,
    error::{Error, Result},
    id::{AccountId, AppKey, CorpId, MemberNo, SendSeq, TaskId, UserId},
    message::{Message, Receivers, SendSource},
    time::Timestamp,
};

use crate::{sql::Row, state_change::StateChange, timeline::Broadcast, tx::Tx};

/// A mass send about to be stored.
#[derive(Clone, Debug)]
pub struct Send {
    /// `task_id`.
    pub task: TaskId,
    /// The sending account.
    pub account: AccountId,
    /// The caller's own id of the send, unique within the account.
    pub uuid: String,
    /// The app that asked for it.
    pub app_key: AppKey,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was asked for, if that was before.
    pub requested_at: Option<Timestamp>,
    /// Where it was made.
    pub source: SendSource,
    /// The member who made it, where known.
    pub operator: Option<UserId>,
    /// Index the audience member by member, rather than let each member look into the bitmap.
    pub indexed: bool,
    /// A preview: links to its articles work for 24 hours.
    pub preview: bool,
    /// To one member by name, rather than to several.
    pub targeted: bool,
    /// Whether readers may comment.
    pub allow_comment: bool,
    /// Which comments are shown: 0 all, 1 selected.
    pub comment_type: i64,
    /// Shown on the account's home page.
    pub show_homepage: bool,
    /// SHA-256 of the content, for "once a day".
    pub content_hash: [u8; 32],
    /// The content.
    pub message: Message,
    /// Whom it names.
    pub named: Receivers,
    /// Who receives it.
    pub audience: Arc<Audience>,
}

/// A stored mass send.
#[derive(Clone, Debug)]
pub struct SendRow {
    /// Its place among all sends.
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
    /// When it was taken back.
    pub recalled_at: Option<Timestamp>,
    /// The content.
    pub message: Message,
    /// How many received it.
    pub receivers: i64,
}

/// A send that was recalled, as its receivers know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecalledSend {
    /// Its place among all sends.
    pub seq: SendSeq,
    /// `task_id`.
    pub task: TaskId,
    /// When it was sent.
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Whether the account has used this uuid.
    pub fn uuid_taken(&mut self, corp: &CorpId, account: &AccountId, uuid: &str) -> Result<bool> {
        let found = self.one(
            "SELECT 1 FROM send WHERE corp_id = ?1 AND unionid = ?2 AND uuid = ?3
             UNION ALL
             SELECT 1 FROM scheduled_send WHERE corp_id = ?1 AND unionid = ?2 AND uuid = ?3",
            &[corp.into(), account.into(), uuid.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(found.is_some())
    }

    /// Stores a send: one row, whatever the number of receivers, and an index row each when they are few.
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
                               message, named, receivers, audience, readers, source, requested_at, operator, msg_type)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, NULL, ?14, ?15, ?16, ?17, ?18, ?19,
                     ?20, ?21, ?22, ?23)",
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

    /// Members who were sent this content by the account since a moment. Sends taken back do not count, nor do previews,
    /// whose links end.
    pub fn received_since(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        content_hash: &[u8; 32],
        since: Timestamp,
    ) -> Result<Audience> {
        let mut received = Audience::empty();
        self.each(
            "SELECT audience FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND content_hash = ?3 AND created_at >= ?4 AND recalled_at IS NULL
               AND preview = 0",
            &[corp.into(), account.into(), content_hash.as_slice().into(), since.into()],
            |row| {
                received.unite(&row.get::<Audience>(0)?);
                Ok(true)
            },
        )?;
        Ok(received)
    }

    /// Sends of the same content that are no previews, newest first, and whether each was taken back.
    pub fn sends_of_content(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        content_hash: &[u8; 32],
        limit: i64,
    ) -> Result<Vec<(SendSeq, bool)>> {
        self.all(
            "SELECT seq, CASE WHEN recalled_at IS NULL THEN 0 ELSE 1 END FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND content_hash = ?3 AND preview = 0
             ORDER BY created_at DESC LIMIT ?4",
            &[corp.into(), account.into(), content_hash.as_slice().into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// How many sends of either kind the account made since a moment. Urgent messages have quotas of their own.
    pub fn sends_since(&mut self, corp: &CorpId, account: &AccountId, since: Timestamp) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND created_at >= ?3 AND msg_type NOT IN ('ding', 'phone_ding')",
            &[corp.into(), account.into(), since.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// How many sends to several members the account made since a moment.
    pub fn mass_sends_since(&mut self, corp: &CorpId, account: &AccountId, since: Timestamp) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND created_at >= ?3 AND targeted = 0 AND msg_type NOT IN ('ding', 'phone_ding')",
            &[corp.into(), account.into(), since.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// A send of an account by its id.
    pub fn send_by_task(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        task: &TaskId,
    ) -> Result<Option<SendRow>> {
        self.one(
            "SELECT seq, task_id, unionid, created_at, preview, allow_comment, comment_type, recalled_at, message, receivers
             FROM send
             WHERE corp_id = ?1 AND task_id = ?2 AND unionid = ?3",
            &[corp.into(), task.into(), account.into()],
            send_row,
        )
    }

    /// A send by its place.
    pub fn send_at(&mut self, corp: &CorpId, seq: SendSeq) -> Result<Option<SendRow>> {
        self.one(
            "SELECT seq, task_id, unionid, created_at, preview, allow_comment, comment_type, recalled_at, message, receivers
             FROM send
             WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.0.into()],
            send_row,
        )
    }

    /// Sends of an account that are indexed for a member, newest first, from before a place on; taken back ones are left out.
    pub fn indexed_sends(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        account: &AccountId,
        before: SendSeq,
        limit: i64,
    ) -> Result<Vec<SendSeq>> {
        self.all(
            "SELECT i.seq FROM send_member i JOIN send s ON s.corp_id = i.corp_id AND s.seq = i.seq
             WHERE i.corp_id = ?1 AND i.member_no = ?2 AND i.unionid = ?3 AND i.seq < ?4 AND s.recalled_at IS NULL
             ORDER BY i.seq DESC LIMIT ?5",
            &[corp.into(), member.into(), account.into(), before.0.into(), limit.into()],
            |row| row.get(0),
        )
    }

    /// Recalled sends of an account that are indexed for a member, after the start of a range and before its end, newest first.
    pub fn recalled_indexed(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        account: &AccountId,
        between: Range<SendSeq>,
        limit: i64,
    ) -> Result<Vec<RecalledSend>> {
        self.all(
            "SELECT i.seq, s.task_id, s.created_at
             FROM send_member i JOIN send s ON s.corp_id = i.corp_id AND s.seq = i.seq
             WHERE i.corp_id = ?1 AND i.member_no = ?2 AND i.unionid = ?3 AND i.seq > ?4 AND i.seq < ?5
               AND s.recalled_at IS NOT NULL
             ORDER BY i.seq DESC LIMIT ?6",
            &[
                corp.into(),
                member.into(),
                account.into(),
                between.start.into(),
                between.end.into(),
                limit.into(),
            ],
            recalled_row,
        )
    }

    /// Recalled sends of an account that a member finds by their bitmaps, in the same way. At most `looked_at` recalled sends are looked
    /// at.
    pub fn recalled_broadcasts(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        account: &AccountId,
        between: Range<SendSeq>,
        looked_at: i64,
    ) -> Result<Vec<RecalledSend>> {
        let mut found = Vec::new();
        self.each(
            "SELECT seq, task_id, created_at, audience FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND seq > ?3 AND seq < ?4 AND recalled_at IS NOT NULL AND indexed = 0
             ORDER BY seq DESC LIMIT ?5",
            &[corp.into(), account.into(), between.start.into(), between.end.into(), looked_at.into()],
            |row| {
                if row.get::<Audience>(3)?.contains(member) {
                    found.push(recalled_row(row)?);
                }
                Ok(true)
            },
        )?;
        Ok(found)
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

    /// Whether a member received a send.
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

    /// Takes a send back.
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

    /// How far a member has read in the conversation with an account.
    pub fn read_mark(&mut self, corp: &CorpId, member: MemberNo, account: &AccountId) -> Result<SendSeq> {
        let found = self.one(
            "SELECT seq FROM read_mark WHERE corp_id = ?1 AND member_no = ?2 AND unionid = ?3",
            &[corp.into(), member.into(), account.into()],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or(SendSeq(0)))
    }

    /// Moves that mark forward; it never moves back.
    pub fn set_read_mark(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        account: &AccountId,
        seq: SendSeq,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO read_mark (corp_id, member_no, unionid, seq) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (corp_id, member_no, unionid) DO UPDATE SET seq = ?4 WHERE read_mark.seq < ?4",
            &[corp.into(), member.into(), account.into(), seq.0.into()],
        )?;
        Ok(())
    }

    /// Notes that a member has read a send.
    pub fn insert_receipt(&mut self, corp: &CorpId, seq: SendSeq, member: MemberNo) -> Result<()> {
        self.execute(
            "INSERT INTO receipt (corp_id, seq, member_no) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            &[corp.into(), seq.0.into(), member.into()],
        )?;
        Ok(())
    }

    /// How many have read a send.
    pub fn count_readers(&mut self, corp: &CorpId, seq: SendSeq) -> Result<u64> {
        match self.pruned_reader_count(corp, seq)? {
            Some(count) => Ok(count.unsigned_abs()),
            None => Ok(self.readers_of(corp, seq)?.len()),
        }
    }

    /// How many have read a send of which it is forgotten who has.
    fn pruned_reader_count(&mut self, corp: &CorpId, seq: SendSeq) -> Result<Option<i64>> {
        let found = self.one(
            "SELECT readers_count FROM send WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.into()],
            |row| row.get::<Option<i64>>(0),
        )?;
        Ok(found.flatten())
    }

    /// Who has read a send, as far as that is not forgotten.
    pub fn readers_of(&mut self, corp: &CorpId, seq: SendSeq) -> Result<Audience> {
        let folded = self.one(
            "SELECT readers FROM send WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.0.into()],
            |row| row.get::<Audience>(0),
        )?;
        let mut readers = folded.unwrap_or_default();
        self.each(
            "SELECT member_no FROM receipt WHERE corp_id = ?1 AND seq = ?2",
            &[corp.into(), seq.0.into()],
            |row| {
                readers.insert(row.get(0)?);
                Ok(true)
            },
        )?;
        Ok(readers)
    }

    /// The first send after a place that has receipts to fold: one look into the index, whatever the number of receipts.
    pub fn next_send_to_fold(&mut self, corp: &CorpId, after: SendSeq) -> Result<Option<SendSeq>> {
        let found = self.one(
            "SELECT min(seq) FROM receipt WHERE corp_id = ?1 AND seq > ?2",
            &[corp.into(), after.into()],
            |row| row.get::<Option<SendSeq>>(0),
        )?;
        Ok(found.flatten())
    }

    /// Folds at most `limit` receipts of a send into its bitmap; returns whether there are more.
    pub fn fold_receipts(&mut self, corp: &CorpId, seq: SendSeq, limit: i64) -> Result<bool> {
        let of_it = [corp.into(), seq.into()];
        let waiting = self.all(
            "SELECT member_no FROM receipt WHERE corp_id = ?1 AND seq = ?2 ORDER BY member_no LIMIT ?3",
            &[of_it[0], of_it[1], limit.into()],
            |row| row.get::<MemberNo>(0),
        )?;
        let Some(last) = waiting.last().copied() else { return Ok(false) };
        let more = i64::try_from(waiting.len()).is_ok_and(|count| count >= limit);
        if self.pruned_reader_count(corp, seq)?.is_none() {
            let folded =
                self.one("SELECT readers FROM send WHERE corp_id = ?1 AND seq = ?2", &of_it, |row| {
                    row.get::<Audience>(0)
                })?;
            let mut readers = folded.unwrap_or_default();
            readers.extend(waiting);
            self.execute(
                "UPDATE send SET readers = ?3 WHERE corp_id = ?1 AND seq = ?2",
                &[of_it[0], of_it[1], (&readers.compact().to_bytes()?).into()],
            )?;
        }
        self.execute(
            "DELETE FROM receipt WHERE corp_id = ?1 AND seq = ?2 AND member_no <= ?3",
            &[of_it[0], of_it[1], last.into()],
        )?;
        Ok(more)
    }

    /// Uses some of a day's quota; answers how much is used then.
    pub fn use_quota(
        &mut self,
        corp: &CorpId,
        day: &str,
        scope: &str,
        key: &str,
        amount: i64,
    ) -> Result<i64> {
        let used = self.one(
            "INSERT INTO send_quota (corp_id, day, scope, key, used) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (corp_id, day, scope, key) DO UPDATE SET used = send_quota.used + ?5 RETURNING used",
            &[corp.into(), day.into(), scope.into(), key.into(), amount.into()],
            |row| row.get(0),
        )?;
        Ok(used.unwrap_or_default())
    }
}

fn recalled_row(row: &Row<'_>) -> Result<RecalledSend> {
    Ok(RecalledSend { seq: row.get(0)?, task: row.get(1)?, created_at: row.get(2)? })
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
