//! Members who have signed in.

use carillon_model::{
    error::Result,
    id::{CorpId, MemberNo},
    time::Timestamp,
};

use crate::tx::Tx;

/// A signed-in member. The session's text is known to the browser alone; its SHA-256 is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The organisation.
    pub corp: CorpId,
    /// The member.
    pub member: MemberNo,
    /// From then on it is refused.
    pub expires_at: Timestamp,
}

impl Tx<'_> {
    /// Adds a session.
    pub fn insert_session(&mut self, hash: &[u8; 32], session: &Session) -> Result<()> {
        self.execute(
            "INSERT INTO member_session (session_hash, corp_id, member_no, expires_at) VALUES (?1, ?2, ?3, ?4)",
            &[hash.as_slice().into(), (&session.corp).into(), session.member.into(), session.expires_at.into()],
        )?;
        Ok(())
    }

    /// A session that has not expired.
    pub fn session(&mut self, hash: &[u8; 32], now: Timestamp) -> Result<Option<Session>> {
        self.one(
            "SELECT corp_id, member_no, expires_at FROM member_session WHERE session_hash = ?1 AND expires_at > ?2",
            &[hash.as_slice().into(), now.into()],
            |row| Ok(Session { corp: row.get(0)?, member: row.get(1)?, expires_at: row.get(2)? }),
        )
    }

    /// Ends a session.
    pub fn delete_session(&mut self, hash: &[u8; 32]) -> Result<()> {
        self.execute("DELETE FROM member_session WHERE session_hash = ?1", &[hash.as_slice().into()])?;
        Ok(())
    }

    /// Ends all sessions of a member.
    pub fn delete_sessions_of(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        self.execute(
            "DELETE FROM member_session WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        Ok(())
    }

    /// Forgets sessions that have expired.
    pub fn delete_expired_sessions(&mut self, now: Timestamp) -> Result<()> {
        self.execute("DELETE FROM member_session WHERE expires_at <= ?1", &[now.into()])?;
        Ok(())
    }
}
