//! Asks who is signed in for the password once more, before something that the session alone must not allow.

use axum::http::Extensions;
use carillon_domain::session;
use carillon_model::error::Result;

use super::{
    Pages,
    cookies::{self, Visitor},
    session::SignedIn,
    sign_in::address,
};
use crate::sign_in_limits::Caller;

/// The result of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnPassword {
    /// It is the password.
    Right,
    /// It is another text.
    Wrong,
    /// There were too many wrong ones.
    TooManyTries,
    /// The server verifies too many passwords at the moment.
    Busy,
}

/// Verifies the password of who is signed in. Attempts count like those on the sign-in page.
pub async fn verify(
    pages: &Pages,
    signed_in: &SignedIn,
    visitor: &Visitor,
    extensions: &Extensions,
    password: String,
) -> Result<OwnPassword> {
    let (corp, userid) = (&signed_in.corp, &signed_in.userid);
    let browser_mark = visitor.cookie(cookies::KNOWN_BROWSER).unwrap_or_default();
    let known = session::known_browser(&pages.env, corp, userid, &browser_mark)?;
    let caller = known.map_or(Caller::Address(address(extensions)), Caller::KnownBrowser);
    let Some(counted) = pages.sign_in_limits.begin(corp, userid, caller, pages.env.now()) else {
        return Ok(OwnPassword::TooManyTries);
    };
    let (of, member) = (corp.clone(), signed_in.member);
    let verified = async {
        let hash = pages.store.read(corp, move |tx| tx.password_hash(&of, member)).await?;
        pages.verifier.verify(hash, password).await
    };
    match verified.await {
        Ok(Some(true)) => {
            pages.sign_in_limits.succeeded(&counted);
            Ok(OwnPassword::Right)
        }
        Ok(Some(false)) => Ok(OwnPassword::Wrong),
        Ok(None) => {
            pages.sign_in_limits.cancelled(&counted);
            Ok(OwnPassword::Busy)
        }
        Err(error) => {
            pages.sign_in_limits.cancelled(&counted);
            Err(error)
        }
    }
}
