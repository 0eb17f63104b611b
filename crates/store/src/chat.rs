//! Messages between a member and a service account.

use std::ops::Range;

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    error::{Error, Result},
    id::{AccountId, CorpId, MemberNo, MessageId, SendSeq},
    time::Timestamp,
};

use crate::{conversation::Waiting, sql::Row, tx::Tx};

/// Selects what [`chat_message_row`] reads, from the condition on.
macro_rules! select_chat_message {
    ($rest:literal) => {
        concat!("SELECT seq, message_id, source, created_at, content FROM chat_message", $rest)
    };
}

/// The conversation of a member with a service account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationKey {
    /// The organisation.
    pub corp: CorpId,
    /// The account.
    pub account: AccountId,
    /// The member.
    pub member: MemberNo,
}

/// A message to be stored.
#[derive(Clone, Debug)]
pub struct NewChatMessage {
    /// Its id.
    pub id: MessageId,
    /// The author.
    pub author: ChatAuthor,
    /// The idempotency key that the member's page gave it.
    pub submission: Option<String>,
    /// When it was posted.
    pub created_at: Timestamp,
    /// The content.
    pub content: ChatContent,
}

/// A stored message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// Its number among all messages of the organisation.
    pub seq: SendSeq,
    /// Its id.
    pub id: MessageId,
    /// The author.
    pub author: ChatAuthor,
    /// When it was posted.
    pub created_at: Timestamp,
    /// The content.
    pub content: ChatContent,
}

impl Tx<'_> {
    /// Stores a message at the end of a conversation.
    pub fn insert_chat_message(
        &mut self,
        key: &ConversationKey,
        chat: NewChatMessage,
    ) -> Result<ChatMessage> {
        let seq = SendSeq(self.next_number(&key.corp, "send")?);
        let content = serde_json::to_string(&chat.content).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO chat_message (corp_id, member_no, unionid, seq, message_id, source, submission, created_at, content)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            &[
                (&key.corp).into(),
                key.member.into(),
                (&key.account).into(),
                seq.into(),
                (&chat.id).into(),
                chat.author.as_str().into(),
                chat.submission.as_deref().into(),
                chat.created_at.into(),
                (&content).into(),
            ],
        )?;
        let waiting = match (chat.author, &chat.content) {
            (ChatAuthor::Member, ChatContent::Message(_)) => Waiting::Begins,
            (ChatAuthor::Webhook | ChatAuthor::Operator, _) => Waiting::Ends,
            // Choices of menu items, and replies that nobody wrote.
            (ChatAuthor::Member | ChatAuthor::Automatic, _) => Waiting::Unchanged,
        };
        self.record_last_message(key, seq, chat.created_at, waiting)?;
        let NewChatMessage { id, author, created_at, content, .. } = chat;
        Ok(ChatMessage { seq, id, author, created_at, content })
    }

    /// Messages of a conversation with a number between the ends of a range, both excluded, newest first.
    pub fn chat_messages(
        &mut self,
        key: &ConversationKey,
        between: Range<SendSeq>,
        limit: usize,
    ) -> Result<Vec<ChatMessage>> {
        self.all(
            select_chat_message!(
                " WHERE corp_id = ?1 AND member_no = ?2 AND unionid = ?3 AND seq > ?4 AND seq < ?5
             ORDER BY seq DESC LIMIT ?6"
            ),
            &[
                (&key.corp).into(),
                key.member.into(),
                (&key.account).into(),
                between.start.into(),
                between.end.into(),
                i64::try_from(limit).unwrap_or(i64::MAX).into(),
            ],
            chat_message_row,
        )
    }

    /// The number of messages of the account in a conversation after a message, counted up to a limit.
    pub fn count_account_messages_after(
        &mut self,
        key: &ConversationKey,
        after: SendSeq,
        limit: usize,
    ) -> Result<usize> {
        let mut count = 0;
        self.each(
            "SELECT seq FROM chat_message
             WHERE corp_id = ?1 AND member_no = ?2 AND unionid = ?3 AND seq > ?4 AND source <> 'member' LIMIT ?5",
            &[
                (&key.corp).into(),
                key.member.into(),
                (&key.account).into(),
                after.into(),
                i64::try_from(limit).unwrap_or(i64::MAX).into(),
            ],
            |_| {
                count += 1;
                Ok(true)
            },
        )?;
        Ok(count)
    }

    /// A message of a conversation.
    pub fn chat_message_in(&mut self, key: &ConversationKey, id: &MessageId) -> Result<Option<ChatMessage>> {
        self.one(
            select_chat_message!(
                " WHERE message_id = ?4 AND corp_id = ?1 AND member_no = ?2 AND unionid = ?3"
            ),
            &[(&key.corp).into(), key.member.into(), (&key.account).into(), id.into()],
            chat_message_row,
        )
    }

    /// A message of any organisation by its id, with its conversation. For ids that the server signed.
    pub fn chat_message_by_id(&mut self, id: &MessageId) -> Result<Option<(ConversationKey, ChatMessage)>> {
        self.one(
            "SELECT seq, message_id, source, created_at, content, corp_id, unionid, member_no FROM chat_message
             WHERE message_id = ?1",
            &[id.into()],
            |row| {
                let key = ConversationKey { corp: row.get(5)?, account: row.get(6)?, member: row.get(7)? };
                Ok((key, chat_message_row(row)?))
            },
        )
    }

    /// The message that the member's page has already sent with an idempotency key.
    pub fn chat_message_by_submission(
        &mut self,
        key: &ConversationKey,
        submission: &str,
    ) -> Result<Option<ChatMessage>> {
        self.one(
            select_chat_message!(
                " WHERE corp_id = ?1 AND member_no = ?2 AND unionid = ?3 AND submission = ?4"
            ),
            &[(&key.corp).into(), key.member.into(), (&key.account).into(), submission.into()],
            chat_message_row,
        )
    }

    /// The number of messages of an author in all conversations of a member since a time.
    pub fn count_chat_messages_since(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        author: ChatAuthor,
        since: Timestamp,
    ) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM chat_message WHERE corp_id = ?1 AND member_no = ?2 AND source = ?3 AND created_at > ?4",
            &[corp.into(), member.into(), author.as_str().into(), since.into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Returns true if the account has sent its welcome to the member.
    pub fn is_welcomed(&mut self, key: &ConversationKey) -> Result<bool> {
        self.exists(
            "SELECT 1 FROM chat_welcome WHERE corp_id = ?1 AND unionid = ?2 AND member_no = ?3",
            &[(&key.corp).into(), (&key.account).into(), key.member.into()],
        )
    }

    /// Records that the account has sent its welcome to the member. Returns true for the first time.
    pub fn insert_welcome(&mut self, key: &ConversationKey, now: Timestamp) -> Result<bool> {
        let inserted = self.execute(
            "INSERT INTO chat_welcome (corp_id, unionid, member_no, greeted_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            &[(&key.corp).into(), (&key.account).into(), key.member.into(), now.into()],
        )?;
        Ok(inserted == 1)
    }
}

fn chat_message_row(row: &Row<'_>) -> Result<ChatMessage> {
    let content: String = row.get(4)?;
    Ok(ChatMessage {
        seq: row.get(0)?,
        id: row.get(1)?,
        author: ChatAuthor::parse(&row.get::<String>(2)?)?,
        created_at: row.get(3)?,
        content: serde_json::from_str(&content).map_err(Error::internal)?,
    })
}
