//! Members who have signed in.

use carillon_model::{
    error::Result,
    id::{CorpId, MemberNo},
    time::Timestamp,
};

use crate::{event::Event, tx::Tx};

/// The SHA-256 of a session's text.
pub type SessionHash = [u8; 32];

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
    pub fn insert_session(&mut self, hash: &SessionHash, session: &Session) -> Result<()> {
        self.execute(
            "INSERT INTO member_session (corp_id, session_hash, member_no, expires_at) VALUES (?1, ?2, ?3, ?4)",
            &[(&session.corp).into(), hash.as_slice().into(), session.member.into(), session.expires_at.into()],
        )?;
        Ok(())
    }

    /// A session that has not expired.
    pub fn session(&mut self, hash: &SessionHash, now: Timestamp) -> Result<Option<Session>> {
        self.one(
            "SELECT corp_id, member_no, expires_at FROM member_session WHERE session_hash = ?1 AND expires_at > ?2",
            &[hash.as_slice().into(), now.into()],
            |row| Ok(Session { corp: row.get(0)?, member: row.get(1)?, expires_at: row.get(2)? }),
        )
    }

    /// Ends a session and its open pages. Nothing happens if the organisation has none.
    pub fn delete_session(&mut self, corp: &CorpId, hash: &SessionHash) -> Result<()> {
        let ended = self.one(
            "DELETE FROM member_session WHERE corp_id = ?1 AND session_hash = ?2 RETURNING corp_id, member_no",
            &[corp.into(), hash.as_slice().into()],
            |row| Ok(Event::SessionsEnded { corp: row.get(0)?, member: row.get(1)?, session: Some(*hash) }),
        )?;
        if let Some(ended) = ended {
            self.announce(ended);
        }
        Ok(())
    }

    /// Ends all sessions of a member, and their open pages.
    pub fn delete_sessions_of(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        let ended = self.execute(
            "DELETE FROM member_session WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        if ended > 0 {
            self.announce(Event::SessionsEnded { corp: corp.clone(), member, session: None });
        }
        Ok(())
    }
}
