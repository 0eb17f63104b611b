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
    /// The operator who is to answer; `None` for nobody.
    pub assignee: Option<MemberNo>,
}

/// Whose conversations a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssigneeFilter {
    /// Those of everybody, and of nobody.
    Any,
    /// Those that nobody is to answer.
    Nobody,
    /// Those of an operator.
    Operator(MemberNo),
}

impl AssigneeFilter {
    /// The stored number; `None` for any.
    fn number(self) -> Option<MemberNo> {
        match self {
            Self::Any => None,
            Self::Nobody => Some(NOBODY),
            Self::Operator(member) => Some(member),
        }
    }
}

/// The stored assignee of a conversation without one.
const NOBODY: MemberNo = MemberNo(0);

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
            "SELECT member_no, last_seq, waiting_since, assignee FROM conversation
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
        assignee: AssigneeFilter,
        before: SendSeq,
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        let Some(assignee) = assignee.number() else {
            return self.all(
                "SELECT member_no, last_seq, waiting_since, assignee FROM conversation
                 WHERE corp_id = ?1 AND unionid = ?2 AND last_seq < ?3 ORDER BY last_seq DESC LIMIT ?4",
                &[corp.into(), account.into(), before.into(), limit.into()],
                conversation_row,
            );
        };
        self.all(
            "SELECT member_no, last_seq, waiting_since, assignee FROM conversation
             WHERE corp_id = ?1 AND unionid = ?2 AND assignee = ?5 AND last_seq < ?3 ORDER BY last_seq DESC LIMIT ?4",
            &[corp.into(), account.into(), before.into(), limit.into(), assignee.into()],
            conversation_row,
        )
    }

    /// Conversations of an account whose members wait for a reply, in the order of waiting, after a time and a member.
    pub fn waiting_conversations(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        assignee: AssigneeFilter,
        after: (Timestamp, MemberNo),
        limit: i64,
    ) -> Result<Vec<ConversationRow>> {
        let Some(assignee) = assignee.number() else {
            return self.all(
                "SELECT member_no, last_seq, waiting_since, assignee FROM conversation
                 WHERE corp_id = ?1 AND unionid = ?2 AND waiting_since IS NOT NULL
                   AND (waiting_since, member_no) > (?3, ?4)
                 ORDER BY waiting_since, member_no LIMIT ?5",
                &[corp.into(), account.into(), after.0.into(), after.1.into(), limit.into()],
                conversation_row,
            );
        };
        self.all(
            "SELECT member_no, last_seq, waiting_since, assignee FROM conversation
             WHERE corp_id = ?1 AND unionid = ?2 AND assignee = ?6 AND waiting_since IS NOT NULL
               AND (waiting_since, member_no) > (?3, ?4)
             ORDER BY waiting_since, member_no LIMIT ?5",
            &[corp.into(), account.into(), after.0.into(), after.1.into(), limit.into(), assignee.into()],
            conversation_row,
        )
    }

    /// Sets who is to answer a conversation.
    pub fn set_assignee(&mut self, key: &ConversationKey, assignee: Option<MemberNo>) -> Result<()> {
        self.execute(
            "UPDATE conversation SET assignee = ?4 WHERE corp_id = ?1 AND unionid = ?2 AND member_no = ?3",
            &[
                (&key.corp).into(),
                (&key.account).into(),
                key.member.into(),
                assignee.unwrap_or(NOBODY).into(),
            ],
        )?;
        Ok(())
    }

    /// Gives all conversations of an operator with an account to nobody. Returns how many.
    pub fn release_assignee(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        assignee: MemberNo,
    ) -> Result<usize> {
        self.execute(
            "UPDATE conversation SET assignee = 0 WHERE corp_id = ?1 AND unionid = ?2 AND assignee = ?3",
            &[corp.into(), account.into(), assignee.into()],
        )
    }

    /// The operators who are to answer conversations of an account.
    pub fn assignees(&mut self, corp: &CorpId, account: &AccountId) -> Result<Vec<MemberNo>> {
        self.all(
            "SELECT DISTINCT assignee FROM conversation WHERE corp_id = ?1 AND unionid = ?2 AND assignee > 0",
            &[corp.into(), account.into()],
            |row| row.get(0),
        )
    }

    /// Counts members who wait for a reply of an account, up to a limit.
    pub fn count_waiting(&mut self, corp: &CorpId, account: &AccountId, limit: i64) -> Result<usize> {
        let first = (Timestamp(i64::MIN), MemberNo(0));
        let waiting = self.waiting_conversations(corp, account, AssigneeFilter::Any, first, limit)?;
        Ok(waiting.len())
    }
}

fn conversation_row(row: &Row<'_>) -> Result<ConversationRow> {
    let assignee = row.get::<MemberNo>(3)?;
    Ok(ConversationRow {
        member: row.get(0)?,
        last_seq: row.get(1)?,
        waiting_since: row.get(2)?,
        assignee: (assignee != NOBODY).then_some(assignee),
    })
}
