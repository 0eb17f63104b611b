//! Who calls an operation, and how callers other than apps prove it. Apps prove it by their token, which the handler reads.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::http::{HeaderValue, request::Parts};
use carillon_model::{
    audit::Actor,
    error::{Error, Result, Rule},
    id::{CorpId, MemberNo, UserId},
};
use carillon_store::App;
use serde::Serialize;

use crate::context::Context;

/// The header by which a local caller names the organisation, unless there is only one.
pub const CORP_HEADER: &str = "x-carillon-corp";

/// Who calls an operation.
#[derive(Clone, Debug)]
pub enum Caller {
    /// An app, by its token.
    App(Arc<App>),
    /// A member who operates the console, by a session.
    Operator(SignedIn),
    /// A member, by a session.
    Member(SignedIn),
    /// Whoever may open the data folder, by the socket inside of it, for one organisation.
    Local(CorpId),
}

/// The kinds of caller, which operations declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CallerKind {
    /// An app.
    App,
    /// An operator of the console.
    Operator,
    /// A member.
    Member,
    /// Whoever may open the data folder.
    Local,
}

impl CallerKind {
    /// The word in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Operator => "operator",
            Self::Member => "member",
            Self::Local => "local",
        }
    }
}

/// A person with a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The organisation.
    pub corp: CorpId,
    /// The number of the member.
    pub member: MemberNo,
    /// The userid of the member.
    pub userid: UserId,
}

/// Finds callers of one kind.
pub trait Authenticator: Send + Sync {
    /// The kind.
    fn kind(&self) -> CallerKind;

    /// Who calls, as the head of a request proves it. None if it holds no proof of this kind, or one that is not valid.
    fn authenticate<'a>(
        &'a self,
        context: &'a Context,
        head: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Caller>>> + Send + 'a>>;
}

impl Caller {
    /// The kind.
    pub fn kind(&self) -> CallerKind {
        match self {
            Self::App(_) => CallerKind::App,
            Self::Operator(_) => CallerKind::Operator,
            Self::Member(_) => CallerKind::Member,
            Self::Local(_) => CallerKind::Local,
        }
    }

    /// The organisation that it calls for.
    pub fn corp(&self) -> &CorpId {
        match self {
            Self::App(app) => &app.corp,
            Self::Operator(person) | Self::Member(person) => &person.corp,
            Self::Local(corp) => corp,
        }
    }

    /// The calling app.
    ///
    /// # Errors
    /// [`Rule::PermissionDenied`] if it is no app.
    pub fn app(&self) -> Result<&Arc<App>> {
        match self {
            Self::App(app) => Ok(app),
            _ => Err(Rule::PermissionDenied.into()),
        }
    }

    /// Whether it has a permission. Whoever may open the data folder has all of them; people have those of their role, and no others.
    pub fn may(&self, permission: &str) -> bool {
        match self {
            Self::App(app) => app.grants.contains(permission),
            Self::Operator(_) | Self::Member(_) => false,
            Self::Local(_) => true,
        }
    }

    /// Who signs its changes in the audit trail.
    pub fn actor(&self) -> Actor {
        match self {
            Self::App(app) => Actor::App(app.key.clone()),
            Self::Operator(person) | Self::Member(person) => Actor::Member(person.userid.clone()),
            Self::Local(_) => Actor::CommandLine,
        }
    }
}

/// Finds callers other than apps: a request extension that the server sets.
#[derive(Clone)]
pub struct Authenticators(Arc<[Arc<dyn Authenticator>]>);

impl Authenticators {
    /// The authenticators of a server, in the order in which they are asked.
    pub fn new(authenticators: impl IntoIterator<Item = Arc<dyn Authenticator>>) -> Self {
        Self(authenticators.into_iter().collect())
    }

    /// The first caller of one of the kinds. None if the request proves none of them.
    pub(crate) async fn find(
        context: &Context,
        head: &Parts,
        kinds: &[CallerKind],
    ) -> Result<Option<Caller>> {
        let Some(Self(authenticators)) = head.extensions.get::<Self>() else { return Ok(None) };
        for authenticator in authenticators.iter().filter(|one| kinds.contains(&one.kind())) {
            if let Some(caller) = authenticator.authenticate(context, head).await? {
                return Ok(Some(caller));
            }
        }
        Ok(None)
    }
}

/// Marks requests that came by the socket of the data folder. Only the listener of that socket adds it.
#[derive(Clone, Copy, Debug)]
pub struct LocalConnection;

/// Finds whoever may open the data folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalAuthenticator;

impl Authenticator for LocalAuthenticator {
    fn kind(&self) -> CallerKind {
        CallerKind::Local
    }

    fn authenticate<'a>(
        &'a self,
        context: &'a Context,
        head: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Caller>>> + Send + 'a>> {
        let is_local = head.extensions.get::<LocalConnection>().is_some();
        let found = if is_local { local(context, head).map(Some) } else { Ok(None) };
        Box::pin(std::future::ready(found))
    }
}

/// A local caller for the organisation that the request names, or for the only one.
fn local(context: &Context, head: &Parts) -> Result<Caller> {
    let state = context.store.state();
    let named = head.headers.get(CORP_HEADER).map(HeaderValue::to_str);
    let corp = match named {
        Some(name) => name.ok().map(CorpId::from).filter(|corp| state.corps.contains_key(corp)),
        None if state.corps.len() == 1 => state.corps.keys().next().cloned(),
        None => None,
    };
    let corp =
        corp.ok_or_else(|| Error::invalid(CORP_HEADER, "must name an organisation of the data folder"))?;
    Ok(Caller::Local(corp))
}
