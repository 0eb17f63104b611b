//! Urgent messages (DING): their settings. The messages themselves are sends.

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, AppKey, CorpId, MemberNo, SendSeq, TaskId, UserId},
    message::{Message, MessageKind},
    time::Timestamp,
};

use crate::tx::Tx;

/// How an organisation sends urgent messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DingSetting {
    /// Whether its administrator has signed the agreement.
    pub signed: bool,
    /// The account that sends those inside the app.
    pub app_account: Option<AccountId>,
    /// The account that sends those by phone.
    pub phone_account: Option<AccountId>,
}

/// An urgent message that was sent.
#[derive(Clone, Debug)]
pub struct DingRow {
    /// Its number among all sends of the organisation.
    pub seq: SendSeq,
    /// `task_id`.
    pub task: TaskId,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was recalled.
    pub recalled_at: Option<Timestamp>,
    /// The content with the requested channel.
    pub message: Message,
    /// How many received it.
    pub receivers: i64,
    /// The app that sent it; empty if an operator did.
    pub app_key: AppKey,
    /// The operator who sent it.
    pub operator: Option<UserId>,
}

impl Tx<'_> {
    /// The urgent messages of an account before a send, newest first.
    pub fn dings_before(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        before: SendSeq,
        limit: i64,
    ) -> Result<Vec<DingRow>> {
        self.all(
            "SELECT seq, task_id, created_at, recalled_at, message, receivers, app_key, operator FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND seq < ?3 AND msg_type IN ('ding', 'phone_ding')
             ORDER BY seq DESC LIMIT ?4",
            &[corp.into(), account.into(), before.0.into(), limit.into()],
            |row| {
                let message: String = row.get(4)?;
                Ok(DingRow {
                    seq: SendSeq(row.get(0)?),
                    task: row.get(1)?,
                    created_at: row.get(2)?,
                    recalled_at: row.get(3)?,
                    message: serde_json::from_str(&message).map_err(Error::internal)?,
                    receivers: row.get(5)?,
                    app_key: row.get(6)?,
                    operator: row.get(7)?,
                })
            },
        )
    }

    /// The settings of an organisation; by default nothing is signed or chosen.
    pub fn ding_setting(&mut self, corp: &CorpId) -> Result<DingSetting> {
        let found = self.one(
            "SELECT signed, app_unionid, phone_unionid FROM ding_setting WHERE corp_id = ?1",
            &[corp.into()],
            |row| {
                Ok(DingSetting { signed: row.get(0)?, app_account: row.get(1)?, phone_account: row.get(2)? })
            },
        )?;
        Ok(found.unwrap_or_default())
    }

    /// Replaces the settings of an organisation.
    pub fn set_ding_setting(&mut self, corp: &CorpId, setting: &DingSetting) -> Result<()> {
        self.execute(
            "INSERT INTO ding_setting (corp_id, signed, app_unionid, phone_unionid) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (corp_id) DO UPDATE SET signed = ?2, app_unionid = ?3, phone_unionid = ?4",
            &[
                corp.into(),
                setting.signed.into(),
                setting.app_account.as_ref().into(),
                setting.phone_account.as_ref().into(),
            ],
        )?;
        Ok(())
    }

    /// The number of messages of a kind that the account has sent since a time.
    pub fn sends_of_kind_since(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        kind: MessageKind,
        since: Timestamp,
    ) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND created_at >= ?3 AND msg_type = ?4",
            &[corp.into(), account.into(), since.into(), kind.as_str().into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Returns true if a member has an urgent message of the account after a send. Urgent messages are always indexed.
    pub fn has_ding_after(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        account: &AccountId,
        after: SendSeq,
    ) -> Result<bool> {
        self.exists(
            "SELECT 1 FROM send_member i JOIN send s ON s.corp_id = i.corp_id AND s.seq = i.seq
             WHERE i.corp_id = ?1 AND i.member_no = ?2 AND i.unionid = ?3 AND i.seq > ?4 AND s.recalled_at IS NULL
               AND s.msg_type IN ('ding', 'phone_ding') LIMIT 1",
            &[corp.into(), member.into(), account.into(), after.0.into()],
        )
    }
}
