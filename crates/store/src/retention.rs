//! Removal of data after its retention time, a bounded number of rows at a time, the oldest first.

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{ArticleId, CorpId, MemberNo, SendSeq},
    time::Timestamp,
};
use jiff::civil::Date;

use crate::{activity::ACTIVE_DAYS, app::token_hash, state_change::RegistryChange, tx::Tx};

impl Tx<'_> {
    /// Removes the used quotas of days before another one. Returns the number of rows.
    pub fn delete_send_quotas(&mut self, corp: &CorpId, before: Date, limit: i64) -> Result<i64> {
        let removed = self.execute(
            "DELETE FROM send_quota WHERE corp_id = ?1 AND (day, scope, key) IN
             (SELECT day, scope, key FROM send_quota WHERE corp_id = ?1 AND day < ?2 ORDER BY day LIMIT ?3)",
            &[corp.into(), (&before.to_string()).into(), limit.into()],
        )?;
        Ok(count(removed))
    }

    /// Removes the call counts of months before that of a day.
    pub fn delete_call_counts(&mut self, corp: &CorpId, before: Date) -> Result<()> {
        let month = i64::from(before.year()) * 100 + i64::from(before.month());
        self.execute(
            "DELETE FROM call_count WHERE corp_id = ?1 AND month < ?2",
            &[corp.into(), month.into()],
        )?;
        Ok(())
    }

    /// Removes expired sessions. Returns how many. Their open pages have ended before.
    pub fn delete_expired_sessions(&mut self, corp: &CorpId, now: Timestamp, limit: i64) -> Result<i64> {
        let expired = self.all(
            "SELECT session_hash FROM member_session WHERE corp_id = ?1 AND expires_at <= ?2
             ORDER BY expires_at LIMIT ?3",
            &[corp.into(), now.into(), limit.into()],
            |row| row.get::<Vec<u8>>(0),
        )?;
        // One by one: a single statement would read all sessions of the organisation.
        for hash in &expired {
            self.execute(
                "DELETE FROM member_session WHERE corp_id = ?1 AND session_hash = ?2",
                &[corp.into(), hash.into()],
            )?;
        }
        Ok(count(expired.len()))
    }

    /// Removes expired tokens of apps from rows and snapshot. Returns how many.
    pub fn delete_expired_tokens(&mut self, corp: &CorpId, now: Timestamp, limit: i64) -> Result<i64> {
        let removed = self.all(
            "DELETE FROM app_token WHERE corp_id = ?1 AND app_key IN
             (SELECT app_key FROM app_token WHERE corp_id = ?1 AND expires_at <= ?2 LIMIT ?3)
             RETURNING token_hash",
            &[corp.into(), now.into(), limit.into()],
            |row| token_hash(row.get(0)?),
        )?;
        for hash in &removed {
            self.apply_to_registry(RegistryChange::TokenRemoved { hash: *hash })?;
        }
        Ok(count(removed.len()))
    }

    /// Removes the active members of days before another one, except the days in the snapshot.
    pub fn delete_active_days(&mut self, corp: &CorpId, before: Date) -> Result<()> {
        let days = self.all(
            "SELECT day FROM active_day WHERE corp_id = ?1 ORDER BY day DESC LIMIT ?2",
            &[corp.into(), i64::try_from(ACTIVE_DAYS).unwrap_or(i64::MAX).into()],
            |row| row.get::<Date>(0),
        )?;
        let Some(oldest_in_snapshot) = days.last().filter(|_| days.len() == ACTIVE_DAYS) else {
            return Ok(());
        };
        let before = before.min(*oldest_in_snapshot).to_string();
        self.execute(
            "DELETE FROM active_day WHERE corp_id = ?1 AND day < ?2",
            &[corp.into(), (&before).into()],
        )?;
        Ok(())
    }

    /// Removes messages of conversations from before a time. Returns how many.
    pub fn delete_chat_messages(&mut self, corp: &CorpId, before: Timestamp, limit: i64) -> Result<i64> {
        // A conversation goes with its newest message.
        self.execute(
            "DELETE FROM conversation WHERE corp_id = ?1 AND (member_no, unionid, last_seq) IN
             (SELECT member_no, unionid, seq FROM chat_message WHERE corp_id = ?1 AND created_at < ?2 ORDER BY created_at LIMIT ?3)",
            &[corp.into(), before.into(), limit.into()],
        )?;
        let removed = self.execute(
            "DELETE FROM chat_message WHERE corp_id = ?1 AND (member_no, unionid, seq) IN
             (SELECT member_no, unionid, seq FROM chat_message WHERE corp_id = ?1 AND created_at < ?2 ORDER BY created_at LIMIT ?3)",
            &[corp.into(), before.into(), limit.into()],
        )?;
        Ok(count(removed))
    }

    /// Removes entries of the audit trail from before a time. Returns how many. The order of entries is roughly that of time.
    pub fn delete_audit(&mut self, corp: &CorpId, before: Timestamp, limit: i64) -> Result<i64> {
        let removed = self.execute(
            "DELETE FROM audit WHERE corp_id = ?1 AND at < ?2 AND seq IN
             (SELECT seq FROM audit WHERE corp_id = ?1 ORDER BY seq LIMIT ?3)",
            &[corp.into(), before.into(), limit.into()],
        )?;
        Ok(count(removed))
    }

    /// Removes the readers of sends from before a time, except their number. Returns the number of sends.
    pub fn prune_readers(&mut self, corp: &CorpId, before: Timestamp, limit: i64) -> Result<i64> {
        let sends = self.all(
            "SELECT seq FROM send WHERE corp_id = ?1 AND created_at < ?2 AND readers_count IS NULL
             ORDER BY created_at LIMIT ?3",
            &[corp.into(), before.into(), limit.into()],
            |row| row.get::<SendSeq>(0),
        )?;
        let nobody = Audience::empty().to_bytes()?;
        for seq in &sends {
            // The hours in which they read it stay.
            while self.fold_receipts(corp, *seq, limit.max(1))? {}
            let readers = self.count_readers(corp, *seq)?;
            self.execute(
                "UPDATE send SET readers = ?3, readers_count = ?4 WHERE corp_id = ?1 AND seq = ?2",
                &[
                    corp.into(),
                    (*seq).into(),
                    (&nobody).into(),
                    i64::try_from(readers).unwrap_or(i64::MAX).into(),
                ],
            )?;
        }
        Ok(count(sends.len()))
    }

    /// Readers of articles after an article and member, with the time of their first view, in the order of articles and members.
    pub fn article_readers_from(
        &mut self,
        corp: &CorpId,
        after: (ArticleId, MemberNo),
        limit: i64,
    ) -> Result<Vec<(ArticleId, MemberNo, Timestamp)>> {
        self.all(
            "SELECT article_id, member_no, first_read FROM article_reader
             WHERE corp_id = ?1 AND (article_id, member_no) > (?2, ?3) ORDER BY article_id, member_no LIMIT ?4",
            &[corp.into(), after.0.into(), after.1.into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    }

    /// Moves some readers of articles to the sets of readers, without the time of their first view. The readers of an article must
    /// be adjacent.
    pub fn prune_first_reads(&mut self, corp: &CorpId, readers: &[(ArticleId, MemberNo)]) -> Result<()> {
        for of_article in readers.chunk_by(|one, next| one.0 == next.0) {
            let Some((article, _)) = of_article.first() else { continue };
            let mut set = self.article_reader_set(corp, *article)?;
            set.extend(of_article.iter().map(|(_, member)| *member));
            self.execute(
                "INSERT INTO article_reader_set (corp_id, article_id, readers) VALUES (?1, ?2, ?3)
                 ON CONFLICT (corp_id, article_id) DO UPDATE SET readers = ?3",
                &[corp.into(), (*article).into(), (&set.compact().to_bytes()?).into()],
            )?;
            for (_, member) in of_article {
                self.execute(
                    "DELETE FROM article_reader WHERE corp_id = ?1 AND article_id = ?2 AND member_no = ?3",
                    &[corp.into(), (*article).into(), (*member).into()],
                )?;
            }
        }
        Ok(())
    }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
