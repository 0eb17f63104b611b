//! The organisation of a request without a token.

use carillon_model::{
    audit::Actor,
    error::Result,
    id::{AppKey, CorpId},
};
use carillon_store::Tx;

use crate::{call::Visitor, context::Context};

/// How to find the organisation of a request without a token.
pub enum FindCorp<Request> {
    /// By the key of an app, which signs.
    App(fn(&Request) -> &str),
    /// By an id that is unique over all organisations; the server signs.
    Row(fn(&mut Tx<'_>, &Visitor, &Request) -> Result<Option<CorpId>>),
}

impl<Request> Clone for FindCorp<Request> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Request> Copy for FindCorp<Request> {}

impl<Request: Send + 'static> FindCorp<Request> {
    /// Returns the organisation and who signs, or `None` if the request names none that exists. Returns the request too.
    pub(crate) async fn find(
        self,
        context: &Context,
        visitor: &Visitor,
        request: Request,
    ) -> Result<(Option<(CorpId, Actor)>, Request)> {
        match self {
            Self::App(key_of) => {
                let key = AppKey::from(key_of(&request));
                let corp = context.store.state().corp_of_app(&key).cloned();
                Ok((corp.map(|corp| (corp, Actor::App(key))), request))
            }
            Self::Row(find) => {
                let visitor = visitor.clone();
                let found = context.store.read_registry(move |tx| {
                    let corp = find(tx, &visitor, &request)?;
                    Ok((corp.map(|corp| (corp, Actor::Server)), request))
                });
                found.await
            }
        }
    }
}
