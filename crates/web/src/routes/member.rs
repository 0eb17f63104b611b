//! Authenticates members who call an operation by the session of the pages.

use std::{future::Future, pin::Pin};

use axum::http::request::Parts;
use carillon_model::error::Result;
use carillon_store::SignedInMember;
use carillon_wire::{Authenticator, Caller, CallerKind, Context, caller::SignedIn};

use super::{Pages, cookies::Visitor, session};
use crate::security::is_cross_site;

/// Authenticates members by the session cookie. Refuses cross-site requests with an unsafe method.
pub struct MemberAuthenticator(Pages);

impl MemberAuthenticator {
    /// Creates one for the sessions of these pages.
    pub fn new(pages: Pages) -> Self {
        Self(pages)
    }

    async fn find(&self, head: &Parts) -> Result<Option<Caller>> {
        if !head.method.is_safe() && is_cross_site(&head.headers, &self.0.base_url) {
            return Ok(None);
        }
        let current = session::current(&self.0, &Visitor::of(head, &self.0)).await?;
        Ok(current.filter(|current| !current.must_change_password()).map(|current| {
            let SignedInMember { corp, member, userid, .. } = current.member;
            Caller::Member(SignedIn { corp, member, userid })
        }))
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
