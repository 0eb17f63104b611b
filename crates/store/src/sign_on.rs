//! Single sign-on: settings, the members of subjects, and completed attempts.

use carillon_model::{
    error::{Error, Result},
    id::{CorpId, MemberNo},
    sign_on::{SignOn, SignOnLink},
    time::Timestamp,
};

use crate::{sql::Row, tx::Tx};

/// The most expired attempts that one sign-in removes.
const EXPIRED_ATTEMPTS: i64 = 16;

impl Tx<'_> {
    /// The settings of an organisation with the sealed secret of the client.
    pub fn sign_on(&mut self, corp: &CorpId) -> Result<Option<(SignOn, Vec<u8>)>> {
        self.one("SELECT settings, secret FROM sign_on WHERE corp_id = ?1", &[corp.into()], |row| {
            let settings = serde_json::from_str(&row.get::<String>(0)?).map_err(Error::internal)?;
            Ok((settings, row.get(1)?))
        })
    }

    /// The settings of all organisations, for a read of the registry.
    pub fn sign_ons(&mut self) -> Result<Vec<(CorpId, SignOn)>> {
        self.all("SELECT corp_id, settings FROM sign_on ORDER BY corp_id", &[], |row| {
            Ok((row.get(0)?, serde_json::from_str(&row.get::<String>(1)?).map_err(Error::internal)?))
        })
    }

    /// Replaces the settings of an organisation.
    pub fn set_sign_on(&mut self, corp: &CorpId, settings: &SignOn, secret: &[u8]) -> Result<()> {
        let settings = serde_json::to_string(settings).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO sign_on (corp_id, settings, secret) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id) DO UPDATE SET settings = excluded.settings, secret = excluded.secret",
            &[corp.into(), settings.as_str().into(), secret.into()],
        )?;
        // Its groups may give other rights.
        self.operator_rights_changed(corp, None);
        Ok(())
    }

    /// Removes the settings of an organisation. Its links stay: they are those of the issuer.
    pub fn delete_sign_on(&mut self, corp: &CorpId) -> Result<()> {
        self.execute("DELETE FROM sign_on WHERE corp_id = ?1", &[corp.into()])?;
        self.operator_rights_changed(corp, None);
        Ok(())
    }

    /// The member that a subject is.
    pub fn member_of_subject(
        &mut self,
        corp: &CorpId,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<MemberNo>> {
        self.one(
            "SELECT member_no FROM sign_on_link WHERE corp_id = ?1 AND issuer = ?2 AND subject = ?3",
            &[corp.into(), issuer.into(), subject.into()],
            |row| row.get(0),
        )
    }

    /// The subject that a member is.
    pub fn sign_on_link(&mut self, corp: &CorpId, member: MemberNo) -> Result<Option<SignOnLink>> {
        self.one(
            "SELECT issuer, subject, groups, signed_in_at FROM sign_on_link WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
            |row| link(row, 0),
        )
    }

    /// Links of members whose last sign-in stated groups, up to a limit.
    pub fn sign_on_links_with_groups(
        &mut self,
        corp: &CorpId,
        limit: usize,
    ) -> Result<Vec<(MemberNo, SignOnLink)>> {
        self.all(
            "SELECT member_no, issuer, subject, groups, signed_in_at FROM sign_on_link
             WHERE corp_id = ?1 AND groups <> '[]' ORDER BY member_no LIMIT ?2",
            &[corp.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
            |row| Ok((row.get(0)?, link(row, 1)?)),
        )
    }

    /// Sets the subject that a member is, in place of a former one.
    pub fn set_sign_on_link(&mut self, corp: &CorpId, member: MemberNo, link: &SignOnLink) -> Result<()> {
        self.delete_sign_on_link(corp, member)?;
        let groups = serde_json::to_string(&link.groups).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO sign_on_link (corp_id, issuer, subject, member_no, groups, signed_in_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            &[
                corp.into(),
                (&link.issuer).into(),
                (&link.subject).into(),
                member.into(),
                groups.as_str().into(),
                link.signed_in_at.into(),
            ],
        )?;
        Ok(())
    }

    /// Forgets which subject a member is; returns false if none was known.
    pub fn delete_sign_on_link(&mut self, corp: &CorpId, member: MemberNo) -> Result<bool> {
        let removed = self.execute(
            "DELETE FROM sign_on_link WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        if removed > 0 {
            self.operator_rights_changed(corp, Some(member));
        }
        Ok(removed > 0)
    }

    /// Notes that an attempt was completed. Returns false if it was before. Some expired attempts are removed on the way, so the table
    /// grows with the sign-ins of minutes only.
    pub fn complete_sign_on_attempt(
        &mut self,
        corp: &CorpId,
        state_hash: &[u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool> {
        self.execute(
            "DELETE FROM sign_on_attempt WHERE corp_id = ?1 AND state_hash IN
             (SELECT state_hash FROM sign_on_attempt WHERE corp_id = ?1 AND expires_at <= ?2
              ORDER BY expires_at LIMIT ?3)",
            &[corp.into(), now.into(), EXPIRED_ATTEMPTS.into()],
        )?;
        let added = self.execute(
            "INSERT INTO sign_on_attempt (corp_id, state_hash, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id, state_hash) DO NOTHING",
            &[corp.into(), state_hash.as_slice().into(), expires_at.into()],
        )?;
        Ok(added > 0)
    }
}

fn link(row: &Row<'_>, first: usize) -> Result<SignOnLink> {
    Ok(SignOnLink {
        issuer: row.get(first)?,
        subject: row.get(first + 1)?,
        groups: serde_json::from_str(&row.get::<String>(first + 2)?).map_err(Error::internal)?,
        signed_in_at: row.get(first + 3)?,
    })
}
