//! Authenticates members and operators who call an operation by the session of the pages.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::http::request::Parts;
use carillon_domain::operator;
use carillon_model::error::Result;
use carillon_store::{SignedInMember, Tx};
use carillon_wire::{
    Authenticator, Caller, CallerKind, Context, Holder, Peer,
    caller::{Operator, SignedIn},
};

use super::{
    Pages,
    cookies::Visitor,
    session::{self, Current},
};
use crate::security::is_cross_site;

/// Authenticates members by the session cookie. A session does not count in a cross-site request with an unsafe method, nor while
/// the member has to choose another password.
pub struct MemberAuthenticator(Pages);

impl MemberAuthenticator {
    /// Creates one for the sessions of these pages.
    pub fn new(pages: Pages) -> Self {
        Self(pages)
    }

    async fn find(&self, head: &Parts) -> Result<Option<Caller>> {
        let found = find(&self.0, head, |_, _| Ok(())).await?;
        Ok(found.map(|(current, ())| Caller::Member(signed_in(current))))
    }
}

impl Authenticator for MemberAuthenticator {
    fn kind(&self) -> CallerKind {
        CallerKind::Member
    }

    fn authenticate<'a>(
        &'a self,
        _: &'a Context,
        head: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Caller>>> + Send + 'a>> {
        Box::pin(self.find(head))
    }
}

/// Authenticates operators in the same way. A member without any role is an operator without rights, whom every operation refuses
/// with the roles that it needs.
pub struct OperatorAuthenticator(Pages);

impl OperatorAuthenticator {
    /// Creates one for the sessions of these pages.
    pub fn new(pages: Pages) -> Self {
        Self(pages)
    }

    async fn find(&self, head: &Parts) -> Result<Option<Caller>> {
        // Roles that are taken away count from the next call on: nothing is stored in the session.
        let env = self.0.env.clone();
        let rights = move |tx: &mut Tx<'_>, member: &SignedInMember| {
            operator::rights(tx, &env, &member.corp, member.member)
        };
        let found = find(&self.0, head, rights).await?;
        Ok(found.map(|(current, rights)| {
            let is_reauthenticated = current.member.reauthenticated_until > self.0.env.now();
            let (signed_in, rights) = (signed_in(current), Arc::new(rights));
            Caller::Operator(Operator { signed_in, rights, is_reauthenticated })
        }))
    }
}

impl Authenticator for OperatorAuthenticator {
    fn kind(&self) -> CallerKind {
        CallerKind::Operator
    }

    fn authenticate<'a>(
        &'a self,
        _: &'a Context,
        head: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Caller>>> + Send + 'a>> {
        Box::pin(self.find(head))
    }
}

/// Returns the session of a request, and what `more` reads about the member.
async fn find<T: Send + 'static>(
    pages: &Pages,
    head: &Parts,
    more: impl FnOnce(&mut Tx<'_>, &SignedInMember) -> Result<T> + Send + 'static,
) -> Result<Option<(Current, T)>> {
    if !head.method.is_safe() && is_cross_site(&head.headers, &pages.base_url) {
        return Ok(None);
    }
    let found = session::current_with(pages, &Visitor::of(head, pages), more).await?;
    let found = found.filter(|(current, _)| !current.must_change_password());
    if let (Some((current, _)), Some(peer)) = (&found, Peer::of(&head.extensions)) {
        peer.identify(Holder::Session(current.session));
    }
    Ok(found)
}

fn signed_in(current: Current) -> SignedIn {
    let session = current.session;
    let SignedInMember { corp, member, userid, .. } = current.member;
    SignedIn { corp, member, userid, session }
}
