//! What the limits of sends are checked against.

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{AccountId, CorpId},
    time::Timestamp,
};

use crate::tx::Tx;

impl Tx<'_> {
    /// Returns true if the account has used this uuid.
    pub fn uuid_taken(&mut self, corp: &CorpId, account: &AccountId, uuid: &str) -> Result<bool> {
        self.exists(
            "SELECT 1 FROM send WHERE corp_id = ?1 AND unionid = ?2 AND uuid = ?3
             UNION ALL
             SELECT 1 FROM scheduled_send WHERE corp_id = ?1 AND unionid = ?2 AND uuid = ?3",
            &[corp.into(), account.into(), uuid.into()],
        )
    }

    /// Members to whom the account has sent this content since a time. Recalled sends and previews do not count.
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

    /// The number of sends that the account has made since a time. Urgent messages do not count: they have their own quotas.
    pub fn sends_since(&mut self, corp: &CorpId, account: &AccountId, since: Timestamp) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND created_at >= ?3 AND msg_type NOT IN ('ding', 'phone_ding')",
            &[corp.into(), account.into(), since.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// The number of sends to several members that the account has made since a time.
    pub fn mass_sends_since(&mut self, corp: &CorpId, account: &AccountId, since: Timestamp) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND created_at >= ?3 AND targeted = 0 AND msg_type NOT IN ('ding', 'phone_ding')",
            &[corp.into(), account.into(), since.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// The time of the newest send to several members that the account has made since a time.
    pub fn last_mass_send_since(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        since: Timestamp,
    ) -> Result<Option<Timestamp>> {
        self.one(
            "SELECT created_at FROM send
             WHERE corp_id = ?1 AND unionid = ?2 AND created_at >= ?3 AND targeted = 0 AND msg_type NOT IN ('ding', 'phone_ding')
             ORDER BY created_at DESC LIMIT 1",
            &[corp.into(), account.into(), since.into()],
            |row| row.get(0),
        )
    }

    /// The used quota of a day.
    pub fn used_quota(&mut self, corp: &CorpId, day: &str, scope: &str, key: &str) -> Result<i64> {
        let used = self.one(
            "SELECT used FROM send_quota WHERE corp_id = ?1 AND day = ?2 AND scope = ?3 AND key = ?4",
            &[corp.into(), day.into(), scope.into(), key.into()],
            |row| row.get(0),
        )?;
        Ok(used.unwrap_or_default())
    }

    /// Adds to the used quota of a day, and returns the sum.
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
