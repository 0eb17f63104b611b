//! Who may open a page of the console.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{Response, request::Parts},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{operator, sign_on};
use carillon_model::{
    audit::Signature,
    error::Result,
    id::{AccountId, CorpId},
    operator::{OperatorRights, OperatorRole},
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::CorpState;

use super::{Group, Section, page, rights};
use crate::{
    paths,
    routes::{Pages, SignedIn, Viewer, failed, html, notice, presenter, uncached, visitor_page},
    security::PageKind,
    view::{Account, Desk, NoticeKind, Page},
};

/// A signed-in member with a role for the section of the request. Others get the sign-in page, or a page that says whom to ask.
pub struct Operator {
    pub signed_in: SignedIn,
    pub rights: OperatorRights,
    pub section: Section,
    pub state: Arc<CorpState>,
    /// When the request came.
    pub now: Timestamp,
    /// Whether the navigation leads an owner to the first steps.
    pub shows_start: bool,
}

impl Operator {
    pub fn corp(&self) -> &CorpId {
        &self.signed_in.corp
    }

    /// Returns the data that all pages need.
    pub fn page(&self) -> Page {
        Page { desk: Some(self.desk()), ..self.signed_in.page() }
    }

    /// Returns the navigation.
    fn desk(&self) -> Desk {
        let open = |sections: &[Section]| {
            let sections = sections.iter().copied().filter(|section| section.is_open_to(&self.rights));
            let sections = sections.filter(|section| *section != Section::Start || self.shows_start);
            sections.collect::<Vec<_>>()
        };
        let groups = Group::ALL.into_iter().map(|(group, sections)| (group, open(sections)));
        let groups = groups.filter(|(_, sections)| !sections.is_empty()).collect();
        Desk { groups, current: Some(self.section) }
    }

    /// Returns the frame of the pages: navigation and account.
    pub fn console(&self) -> page::Console {
        let Desk { groups, current } = self.desk();
        let confirmation = self.signed_in.by_provider.then(|| {
            paths::confirm_at_provider(&self.signed_in.organisation.short_name, &self.signed_in.path)
        });
        page::Console {
            page: self.signed_in.page(),
            groups,
            current,
            confirmation,
            is_reauthenticated: self.signed_in.reauthenticated_until > self.now,
        }
    }

    /// Returns the reader of the pages.
    pub fn viewer(&self, pages: &Pages) -> Viewer {
        Viewer::new(&self.state, self.signed_in.lang, &pages.env)
    }

    /// Returns the accounts in use that the operator has one of the roles for, in the order of creation.
    pub fn accounts(&self, roles: &[OperatorRole]) -> Vec<Arc<ServiceAccount>> {
        let accounts = self.state.accounts.values().filter(|account| !account.disabled);
        accounts.filter(|account| self.rights.may_for(roles, &account.id)).cloned().collect()
    }

    /// Returns an account that the operator has one of the roles for.
    pub fn account(&self, id: &AccountId, roles: &[OperatorRole]) -> Option<Arc<ServiceAccount>> {
        let account = self.state.account(id).ok()?;
        self.rights.may_for(roles, id).then(|| Arc::clone(account))
    }

    /// Returns the account that the query of a list names, or else the first one of the operator. `None` if the operator may not
    /// see the named one.
    pub fn requested_account(
        &self,
        query: &HashMap<String, String>,
        roles: &[OperatorRole],
    ) -> Option<Option<Arc<ServiceAccount>>> {
        match query.get("account") {
            None => Some(self.accounts(roles).into_iter().next()),
            Some(id) => self.account(&AccountId::from(id.as_str()), roles).map(Some),
        }
    }

    /// Returns the accounts to choose from, as pages show them.
    pub fn choices(&self, roles: &[OperatorRole]) -> Vec<Account> {
        self.accounts(roles).iter().map(|account| presenter::account(account)).collect()
    }

    /// Returns the signature of the operator for the audit trail.
    pub fn signature(&self, pages: &Pages, action: &str) -> Signature {
        self.signed_in.signature(&pages.env, action)
    }
}

impl FromRequestParts<Pages> for Operator {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Response<Body>> {
        let signed_in = SignedIn::from_request_parts(parts, pages).await?;
        let section = Section::of(parts.uri.path());
        let may_open = |rights: &OperatorRights| {
            !rights.is_empty() && rights::may_open(section, &parts.method, parts.uri.path(), rights)
        };
        match load(pages, &signed_in).await {
            Ok(Loaded { rights, state, shows_start }) if may_open(&rights) => {
                Ok(Self { signed_in, rights, section, state, now: pages.env.now(), shows_start })
            }
            Ok(Loaded { rights, .. }) => Err(deny(pages, &signed_in, &rights).await),
            Err(error) => Err(failed(signed_in.page(), &error)),
        }
    }
}

/// The response to an address below the console that no page has: the page for it, with the navigation of an operator.
pub async fn missing(pages: &Pages, request: &Parts) -> Response<Body> {
    let mut page = visitor_page(pages, request, Section::Home.path()).await;
    page.desk = Some(Desk { groups: groups(pages, request).await.unwrap_or_default(), current: None });
    notice(page, NoticeKind::NotFound)
}

/// The sections that who makes a request may open. `None` for visitors, and if they cannot be read.
async fn groups(pages: &Pages, request: &Parts) -> Option<Vec<(Group, Vec<Section>)>> {
    let signed_in = SignedIn::from_request_parts(&mut request.clone(), pages).await.ok()?;
    let Loaded { rights, state, shows_start } = load(pages, &signed_in).await.ok()?;
    let (section, now) = (Section::Home, pages.env.now());
    let operator = Operator { signed_in, rights, section, state, now, shows_start };
    Some(operator.desk().groups).filter(|_| !operator.rights.is_empty())
}

/// Refuses a member who has no right to open a page.
async fn deny(pages: &Pages, signed_in: &SignedIn, rights: &OperatorRights) -> Response<Body> {
    match load_whom_to_ask(pages, signed_in).await {
        // Roles by groups of the provider end some hours after the sign-in that stated them.
        Ok((_, true)) if rights.is_empty() => {
            let path = paths::provider(&signed_in.organisation.short_name, &signed_in.path);
            uncached(Redirect::to(&path).into_response())
        }
        Ok((owners, _)) => {
            let denied = page::Denied { page: signed_in.page(), owners, has_home: !rights.is_empty() };
            html(403, PageKind::App, page::denied(&denied))
        }
        Err(error) => failed(signed_in.page(), &error),
    }
}

/// What is read of a member who opens a page.
struct Loaded {
    rights: OperatorRights,
    state: Arc<CorpState>,
    shows_start: bool,
}

async fn load(pages: &Pages, signed_in: &SignedIn) -> Result<Loaded> {
    let (env, corp, member) = (pages.env.clone(), signed_in.corp.clone(), signed_in.member);
    pages
        .store
        .read(&signed_in.corp, move |tx| {
            let rights = operator::rights(tx, &env, &corp, member)?;
            let shows_start = rights.is_owner() && !tx.is_guide_dismissed(&corp)?;
            Ok(Loaded { rights, state: Arc::clone(tx.state().corp(&corp)?), shows_start })
        })
        .await
}

/// Returns the names of owners, and whether groups of the provider would give rights after signing in again.
async fn load_whom_to_ask(pages: &Pages, signed_in: &SignedIn) -> Result<(Vec<String>, bool)> {
    let (corp, member) = (signed_in.corp.clone(), signed_in.member);
    pages
        .store
        .read(&signed_in.corp, move |tx| {
            let owners = tx.operators(&corp)?.into_iter().filter(|operator| operator.rights.is_owner());
            let owners = owners.map(|owner| owner.name).take(5).collect();
            let would_have = sign_on::group_rights(tx, &corp, member)?.is_some();
            Ok((owners, would_have))
        })
        .await
}
