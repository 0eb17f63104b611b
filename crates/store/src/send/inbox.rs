//! The sends in the inbox of a member.

use std::{collections::HashMap, ops::Range};

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{AccountId, CorpId, MemberNo, SendSeq},
};

use super::RecalledSend;
use crate::{sql::Row, tx::Tx};

/// The newest rows of a member's conversation with one account. Broadcasts are not among them.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConversationHead {
    /// Entries up to this number are read. None if the member has read nothing.
    pub read_to: Option<SendSeq>,
    /// The newest chat message.
    pub last_chat: Option<SendSeq>,
    /// The newest indexed send that was not recalled.
    pub last_indexed: Option<SendSeq>,
}

impl Tx<'_> {
    /// The heads of all conversations of a member, by account. Takes one query, whatever the number of accounts.
    pub fn conversation_heads(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
    ) -> Result<HashMap<AccountId, ConversationHead>> {
        let heads = self.all(
            "SELECT a.unionid,
                    (SELECT m.seq FROM read_mark m
                     WHERE m.corp_id = ?1 AND m.member_no = ?2 AND m.unionid = a.unionid),
                    (SELECT c.seq FROM chat_message c
                     WHERE c.corp_id = ?1 AND c.member_no = ?2 AND c.unionid = a.unionid ORDER BY c.seq DESC LIMIT 1),
                    (SELECT i.seq FROM send_member i JOIN send s ON s.corp_id = i.corp_id AND s.seq = i.seq
                     WHERE i.corp_id = ?1 AND i.member_no = ?2 AND i.unionid = a.unionid AND s.recalled_at IS NULL
                     ORDER BY i.seq DESC LIMIT 1)
             FROM service_account a WHERE a.corp_id = ?1",
            &[corp.into(), member.into()],
            |row| {
                let (read_to, last_chat, last_indexed) = (row.get(1)?, row.get(2)?, row.get(3)?);
                Ok((row.get(0)?, ConversationHead { read_to, last_chat, last_indexed }))
            },
        )?;
        Ok(heads.into_iter().collect())
    }

    /// Indexed sends of an account to a member with a number below `before`, newest first, without recalled ones.
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

    /// Recalled indexed sends of an account to a member with a number between the ends of a range, both excluded, newest first.
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

    /// The same for recalled sends whose bitmap has the member. Reads at most `max_read` sends.
    pub fn recalled_broadcasts(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        account: &AccountId,
        between: Range<SendSeq>,
        max_read: i64,
    ) -> Result<Vec<RecalledSend>> {
        let mut found = Vec::new();
        self.each(
            "SELECT seq, task_id, created_at, audience FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND seq > ?3 AND seq < ?4 AND recalled_at IS NOT NULL AND indexed = 0
             ORDER BY seq DESC LIMIT ?5",
            &[corp.into(), account.into(), between.start.into(), between.end.into(), max_read.into()],
            |row| {
                if row.get::<Audience>(3)?.contains(member) {
                    found.push(recalled_row(row)?);
                }
                Ok(true)
            },
        )?;
        Ok(found)
    }

    /// The number of the last send or message that a member has read in the conversation with an account; 0 for none.
    pub fn read_mark(&mut self, corp: &CorpId, member: MemberNo, account: &AccountId) -> Result<SendSeq> {
        let found = self.one(
            "SELECT seq FROM read_mark WHERE corp_id = ?1 AND member_no = ?2 AND unionid = ?3",
            &[corp.into(), member.into(), account.into()],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or(SendSeq(0)))
    }

    /// Moves the read mark forward, never back.
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
}

fn recalled_row(row: &Row<'_>) -> Result<RecalledSend> {
    Ok(RecalledSend { seq: row.get(0)?, task: row.get(1)?, created_at: row.get(2)? })
}
