//! Members who have signed out at the provider.

use std::collections::BTreeSet;

use carillon_model::{
    env::Env,
    error::Result,
    id::{CorpId, MemberNo},
    sign_on::{Logout, SignOn},
};
use carillon_store::{SessionHash, Tx};
use sha2::{Digest, Sha256};

use crate::session;

/// Ends the sessions that began by a session at the provider which has ended, or all that a subject began there. Sessions that began
/// with a password go on. Returns false if the statement was used before.
pub fn sign_out(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    settings: &SignOn,
    logout: &Logout,
) -> Result<bool> {
    // The settings may have changed since the token was verified.
    if super::settings(tx, corp)?
        .is_none_or(|now| now.issuer != settings.issuer || now.client_id != settings.client_id)
    {
        return Ok(true);
    }
    let id = Sha256::digest(format!("logout\n{}\n{}", logout.issuer, logout.id)).into();
    if !tx.complete_sign_on_attempt(corp, &id, env.now(), logout.expires_at)? {
        return Ok(false);
    }
    let member = match &logout.subject {
        Some(subject) => tx.member_of_subject(corp, &logout.issuer, subject)?,
        None => None,
    };
    let ended: Vec<(SessionHash, MemberNo)> = match (&logout.session, member) {
        (Some(name), _) => {
            let sessions = tx.sessions_by_provider(corp, name)?.into_iter();
            // The name of a session is unique for a subject alone.
            sessions.filter(|(_, of)| logout.subject.is_none() || member == Some(*of)).collect()
        }
        (None, Some(member)) => {
            let sessions = tx.sessions_of(corp, member, env.now(), usize::MAX)?.into_iter();
            sessions.filter(|(_, session)| session.by_provider).map(|(hash, _)| (hash, member)).collect()
        }
        (None, None) => Vec::new(),
    };
    for (hash, _) in &ended {
        tx.delete_session(corp, hash)?;
    }
    let members: BTreeSet<MemberNo> = ended.into_iter().map(|(_, member)| member).collect();
    for member in members {
        session::note_ended(tx, corp, member)?;
    }
    Ok(true)
}
