//! Sessions of members.

use std::cmp::Reverse;

use carillon_model::{
    error::{Error, Result},
    id::{CorpId, MemberNo, UserId},
    time::Timestamp,
};

use crate::{live_event::LiveEvent, member::PasswordOrigin, tx::Tx};

/// The SHA-256 of the token of a session.
pub type SessionHash = [u8; 32];

/// A session. Only the browser knows its token; the SHA-256 of the token is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The organisation.
    pub corp: CorpId,
    /// The member.
    pub member: MemberNo,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to some minutes. `Timestamp(0)` if that is not known.
    pub used_at: Timestamp,
    /// The time from which on it is rejected, unless it is used before.
    pub expires_at: Timestamp,
    /// The user agent of the browser when it began.
    pub user_agent: String,
    /// Whether the provider of single sign-on vouched for the member when it began.
    pub by_provider: bool,
    /// The session at the provider; empty if it has no name.
    pub provider_session: String,
}

impl Session {
    /// A session without user agent.
    pub fn new(corp: CorpId, member: MemberNo, created_at: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            corp,
            member,
            created_at,
            used_at: created_at,
            expires_at,
            user_agent: String::new(),
            by_provider: false,
            provider_session: String::new(),
        }
    }
}

/// The session of a request, with the data of its member that every page needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedInMember {
    /// The organisation.
    pub corp: CorpId,
    /// The member.
    pub member: MemberNo,
    /// `userid`.
    pub userid: UserId,
    /// The member's name.
    pub name: String,
    /// Who chose the password. Whoever signed in by the provider need not replace a temporary one.
    pub password_origin: PasswordOrigin,
    /// Whether the provider of single sign-on vouched for the member when the session began.
    pub by_provider: bool,
    /// When the session began.
    pub created_at: Timestamp,
    /// When it was last used, to some minutes. `Timestamp(0)` if that is not known.
    pub used_at: Timestamp,
    /// The time from which on the session is rejected.
    pub expires_at: Timestamp,
    /// Until when the password counts as entered once more, for what a session alone must not allow.
    pub reauthenticated_until: Timestamp,
}

impl Tx<'_> {
    /// Adds a session.
    pub fn insert_session(&mut self, hash: &SessionHash, session: &Session) -> Result<()> {
        self.execute(
            "INSERT INTO member_session
                 (corp_id, session_hash, member_no, created_at, expires_at, user_agent, by_provider, used_at,
                  provider_session)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            &[
                (&session.corp).into(),
                hash.as_slice().into(),
                session.member.into(),
                session.created_at.into(),
                session.expires_at.into(),
                (&session.user_agent).into(),
                session.by_provider.into(),
                session.used_at.into(),
                (&session.provider_session).into(),
            ],
        )?;
        Ok(())
    }

    /// The member of a session that has not expired.
    pub fn signed_in_member(&mut self, hash: &SessionHash, now: Timestamp) -> Result<Option<SignedInMember>> {
        self.one(
            "SELECT member.corp_id, member.member_no, member.userid, member.name, member.password_origin,
                    member_session.expires_at, member_session.by_provider, member_session.reauthenticated_until,
                    member_session.created_at, member_session.used_at
             FROM member_session
             JOIN member ON member.corp_id = member_session.corp_id AND member.member_no = member_session.member_no
             WHERE member_session.session_hash = ?1 AND member_session.expires_at > ?2",
            &[hash.as_slice().into(), now.into()],
            |row| {
                let (origin, by_provider) = (row.get(4)?, row.get(6)?);
                let password_origin = match origin {
                    PasswordOrigin::Temporary if by_provider => PasswordOrigin::Own,
                    origin => origin,
                };
                Ok(SignedInMember {
                    corp: row.get(0)?,
                    member: row.get(1)?,
                    userid: row.get(2)?,
                    name: row.get(3)?,
                    password_origin,
                    expires_at: row.get(5)?,
                    by_provider,
                    reauthenticated_until: row.get(7)?,
                    created_at: row.get(8)?,
                    used_at: row.get(9)?,
                })
            },
        )
    }

    /// Notes that a session is used, and when it ends if it is not used again. Nothing happens if the organisation has none.
    pub fn set_session_used(
        &mut self,
        corp: &CorpId,
        hash: &SessionHash,
        used_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE member_session SET used_at = ?3, expires_at = ?4 WHERE corp_id = ?1 AND session_hash = ?2",
            &[corp.into(), hash.as_slice().into(), used_at.into(), expires_at.into()],
        )?;
        Ok(())
    }

    /// Sets until when the password of a session counts as entered once more. Nothing happens if the organisation has none.
    pub fn set_reauthenticated(&mut self, corp: &CorpId, hash: &SessionHash, until: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE member_session SET reauthenticated_until = ?3 WHERE corp_id = ?1 AND session_hash = ?2",
            &[corp.into(), hash.as_slice().into(), until.into()],
        )?;
        Ok(())
    }

    /// The sessions of a member that have not expired, the newest first, with their hashes.
    pub fn sessions_of(
        &mut self,
        corp: &CorpId,
        member: MemberNo,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(SessionHash, Session)>> {
        let mut sessions = self.all(
            "SELECT session_hash, corp_id, member_no, created_at, expires_at, user_agent, by_provider, used_at,
                    provider_session
             FROM member_session
             WHERE corp_id = ?1 AND member_no = ?2 AND expires_at > ?3",
            &[corp.into(), member.into(), now.into()],
            |row| {
                let hash = row.get::<Vec<u8>>(0)?;
                let hash = SessionHash::try_from(hash.as_slice()).map_err(Error::internal)?;
                let session = Session {
                    corp: row.get(1)?,
                    member: row.get(2)?,
                    created_at: row.get(3)?,
                    expires_at: row.get(4)?,
                    user_agent: row.get(5)?,
                    by_provider: row.get(6)?,
                    used_at: row.get(7)?,
                    provider_session: row.get(8)?,
                };
                Ok((hash, session))
            },
        )?;
        sessions.sort_by_key(|(_, session)| Reverse(session.created_at));
        sessions.truncate(limit);
        Ok(sessions)
    }

    /// The sessions that began by a session at the provider, with their members.
    pub fn sessions_by_provider(
        &mut self,
        corp: &CorpId,
        provider_session: &str,
    ) -> Result<Vec<(SessionHash, MemberNo)>> {
        self.all(
            "SELECT session_hash, member_no FROM member_session
             WHERE corp_id = ?1 AND provider_session = ?2 AND provider_session <> ''",
            &[corp.into(), provider_session.into()],
            |row| {
                let hash = row.get::<Vec<u8>>(0)?;
                Ok((SessionHash::try_from(hash.as_slice()).map_err(Error::internal)?, row.get(1)?))
            },
        )
    }

    /// Ends a session and its open pages. Nothing happens if the organisation has none.
    pub fn delete_session(&mut self, corp: &CorpId, hash: &SessionHash) -> Result<()> {
        let ended = self.one(
            "DELETE FROM member_session WHERE corp_id = ?1 AND session_hash = ?2 RETURNING corp_id, member_no",
            &[corp.into(), hash.as_slice().into()],
            |row| Ok(LiveEvent::SessionsEnded { corp: row.get(0)?, member: row.get(1)?, session: Some(*hash) }),
        )?;
        if let Some(ended) = ended {
            self.announce(ended);
        }
        Ok(())
    }

    /// Ends the sessions of an organisation that did not begin at the provider of single sign-on, and their open pages. Returns how
    /// many.
    pub fn delete_sessions_by_password(&mut self, corp: &CorpId) -> Result<usize> {
        let ended = self.all(
            "DELETE FROM member_session WHERE corp_id = ?1 AND by_provider = 0 RETURNING session_hash, member_no",
            &[corp.into()],
            |row| {
                let hash = row.get::<Vec<u8>>(0)?;
                Ok((SessionHash::try_from(hash.as_slice()).map_err(Error::internal)?, row.get(1)?))
            },
        )?;
        for (hash, member) in &ended {
            self.announce(LiveEvent::SessionsEnded {
                corp: corp.clone(),
                member: *member,
                session: Some(*hash),
            });
        }
        Ok(ended.len())
    }

    /// Ends all sessions of a member, and their open pages.
    pub fn delete_sessions_of(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        let ended = self.execute(
            "DELETE FROM member_session WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        if ended > 0 {
            self.announce(LiveEvent::SessionsEnded { corp: corp.clone(), member, session: None });
        }
        Ok(())
    }
}
