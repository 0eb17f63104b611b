//! The organisation of a request without a token.

use carillon_model::{error::Result, id::CorpId};
use carillon_store::Tx;

use crate::call::Visitor;

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
