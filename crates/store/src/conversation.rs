//! Conversations as operators see them: one row for each member and service account with a chat message.

use carillon_model::{
    error::Result,
    id::{AccountId, CorpId, MemberNo, SendSeq},
    time::Timestamp,
};

use crate::{chat::ConversationKey, sql::Row, tx::Tx};

/// A conversation in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRow {
    /// The member.
    pub member: MemberNo,
    /// The number of the newest message.
    pub last_seq: SendSeq,
    /// When the member wrote the first message that nobody replied to; `None` if the member does not wait for a reply.
    pub waiting_since: Option<Timestamp>,
}

/// What a new message means for a member who waits for a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// The member waits from this message on, if not already from an earlier one.
    Begins,
    /// The message is a reply.
    Ends,
    /// Nothing changes.
    Unchanged,
}

impl Tx<'_> {
    /// Records the newest message of a conversation.
    pub(crate) fn record_last_message(
        &mut self,
        key: &ConversationKey,
        seq: SendSeq,
        at: Timestamp,
        waiting: Waiting,
    ) -> Result<()> {
        let (begins, ends) = (waiting == Waiting::Begins, waiting == Waiting::Ends);
        self.execute(
            "INSERT INTO conversation (corp_id, unionid, member_no, last_seq, waiting_since) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (corp_id, unionid, member_no) DO UPDATE
             SET last_seq = ?4, waiting_since = CASE WHEN ?6 = 1 THEN NULL ELSE coalesce(conversation.waiting_since, ?5) END",
            &[
                (&key.corp).into(),
                (&key.account).into(),
                key.member.into(),
                seq.into(),
                begins.then_some(at).into(),
                ends.into(),
            ],
        )?;
        Ok(())
    }

    /// The member of a conversation does not wait for a reply any more. Returns false if the member did not wait.
    pub fn end_waiting(&mut self, key: &ConversationKey) -> Result<bool> {
        let ended = self.execute(
            "UPDATE conversation SET waiting_since = NULL
             WHERE corp_id = ?1 AND unionid = ?2 AND member_no = ?3 AND waiting_since IS NOT NULL",
            &[(&key.corp).into(), (&key.account).into(), key.member.into()],
        )?;
        Ok(ended > 0)
    }

    /// A conversation; `None` if it has no message.
    pub fn conversation(&mut self, key: &ConversationKey) -> Result<Option<ConversationRow>> {
        self.one(
            "SELECT member_no, last_seq, waiting_since FROM conversation
             WHERE corp_id = ?1 AND unionid = ?2 AND member_no = ?3",
            &[(&key.corp).into(), (&key.account).into(), key.member.into()],
            conversation_row,
        )
    }

    /// Conversations of an account whose newest message has a number below `before`, newest first.
    pub fn conversations_of_account(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        before: SendSeq,
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        self.all(
            "SELECT member_no, last_seq, waiting_since FROM conversation
             WHERE corp_id = ?1 AND unionid = ?2 AND last_seq < ?3 ORDER BY last_seq DESC LIMIT ?4",
            &[corp.into(), account.into(), before.into(), limit.into()],
            conversation_row,
        )
    }

    /// Conversations of an account whose members wait for a reply, in the order of waiting, after a time and a member.
    pub fn waiting_conversations(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        after: (Timestamp, MemberNo),
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        self.all(
            "SELECT member_no, last_seq, waiting_since FROM conversation
             WHERE corp_id = ?1 AND unionid = ?2 AND waiting_since IS NOT NULL AND (waiting_since, member_no) > (?3, ?4)
             ORDER BY waiting_since, member_no LIMIT ?5",
            &[corp.into(), account.into(), after.0.into(), after.1.into(), limit.into()],
            conversation_row,
        )
    }

    /// Counts members who wait for a reply of an account, up to a limit.
    pub fn count_waiting(&mut self, corp: &CorpId, account: &AccountId, limit: i64) -> Result<usize> {
        let waiting = self.waiting_conversations(corp, account, (Timestamp(i64::MIN), MemberNo(0)), limit)?;
        Ok(waiting.len())
    }
}

fn conversation_row(row: &Row<'_>) -> Result<ConversationRow> {
    Ok(ConversationRow { member: row.get(0)?, last_seq: row.get(1)?, waiting_since: row.get(2)? })
}
