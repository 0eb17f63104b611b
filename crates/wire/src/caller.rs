//! Callers of operations, and authentication of callers other than apps. The handler authenticates apps by their token.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::http::{HeaderValue, request::Parts};
use carillon_model::{
    audit::Actor,
    error::{Error, Result, Rule},
    id::{CorpId, MemberNo, UserId},
    operator::OperatorRights,
};
use carillon_store::{App, SessionHash};
use serde::Serialize;

use crate::context::Context;

/// The header in which a local caller names the organisation. Optional if there is only one.
pub const CORP_HEADER: &str = "x-carillon-corp";

/// The caller of an operation. A request has one: with the token of an app it is that app, or is refused if the token is invalid,
/// whatever cookies it has. A session counts only without a token.
#[derive(Clone, Debug)]
pub enum Caller {
    /// An app with a token.
    App(Arc<App>),
    /// A member who operates the console, with a session.
    Operator(Operator),
    /// A member with a session.
    Member(SignedIn),
    /// A caller on the socket in the data folder, who acts for one organisation.
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
    /// A caller on the socket in the data folder.
    Local,
}

impl CallerKind {
    /// Returns the name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Operator => "operator",
            Self::Member => "member",
            Self::Local => "local",
        }
    }
}

/// A member with a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The organisation.
    pub corp: CorpId,
    /// The member number.
    pub member: MemberNo,
    /// The userid.
    pub userid: UserId,
    /// The session.
    pub session: SessionHash,
}

/// An operator with a session. The roles of the operation decide whether the rights suffice; a member without any role has none.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The member.
    pub signed_in: SignedIn,
    /// The rights, read together with the session.
    pub rights: Arc<OperatorRights>,
    /// Whether the password was entered once more in the last minutes.
    pub is_reauthenticated: bool,
}

/// Authenticates callers of one kind.
pub trait Authenticator: Send + Sync {
    /// The kind.
    fn kind(&self) -> CallerKind;

    /// Returns the caller that the head of a request proves. `None` without a valid proof of this kind.
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

    /// Returns the organisation that it calls for.
    pub fn corp(&self) -> &CorpId {
        match self {
            Self::App(app) => &app.corp,
            Self::Operator(operator) => &operator.signed_in.corp,
            Self::Member(member) => &member.corp,
            Self::Local(corp) => corp,
        }
    }

    /// Returns the calling app.
    ///
    /// # Errors
    /// [`Rule::PermissionDenied`] for other callers.
    pub fn app(&self) -> Result<&Arc<App>> {
        match self {
            Self::App(app) => Ok(app),
            _ => Err(Rule::PermissionDenied.into()),
        }
    }

    /// Returns whether it has a permission. Local callers have all; members and operators have none of those that apps are granted:
    /// operators have roles.
    pub fn may(&self, permission: &str) -> bool {
        match self {
            Self::App(app) => app.grants.contains(permission),
            Self::Operator(_) | Self::Member(_) => false,
            Self::Local(_) => true,
        }
    }

    /// Returns the actor of its changes in the audit trail.
    pub fn actor(&self) -> Actor {
        match self {
            Self::App(app) => Actor::App(app.key.clone()),
            Self::Operator(Operator { signed_in: member, .. }) | Self::Member(member) => {
                Actor::Member(member.userid.clone())
            }
            Self::Local(_) => Actor::CommandLine,
        }
    }
}

/// Authenticates callers other than apps.
#[derive(Clone)]
pub struct Authenticators(Arc<[Arc<dyn Authenticator>]>);

impl Authenticators {
    /// Takes the authenticators in the order in which they are tried.
    pub fn new(authenticators: impl IntoIterator<Item = Arc<dyn Authenticator>>) -> Self {
        Self(authenticators.into_iter().collect())
    }

    /// Returns the first caller of one of the kinds. `None` if the request proves none of them.
    pub(crate) async fn find(
        &self,
        context: &Context,
        head: &Parts,
        kinds: &[CallerKind],
    ) -> Result<Option<Caller>> {
        let Self(authenticators) = self;
        for authenticator in
            authenticators.iter().filter(|authenticator| kinds.contains(&authenticator.kind()))
        {
            if let Some(caller) = authenticator.authenticate(context, head).await? {
                return Ok(Some(caller));
            }
        }
        Ok(None)
    }
}

/// Marks requests on the socket in the data folder. Only the listener of that socket adds it.
#[derive(Clone, Copy, Debug)]
pub struct LocalConnection;

/// Authenticates callers on the socket in the data folder.
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

/// Returns a local caller for the organisation that the request names, or for the only one.
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
