//! The functions behind operations, without their types: everything between the decoded fields and the bytes of the response is
//! compiled once, and not once for each operation.

use std::{future::Future, pin::Pin};

use carillon_model::{
    error::{Error, Result, Rule},
    id::{AppKey, CorpId},
};
use carillon_store::{CorpState, Tx};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    body::FilePart,
    call::{Call, Visitor},
    context::Context,
    find_corp::FindCorp,
    json::ToJson,
    page_cache::{MemberPage, PageCache},
    raw_body::RawBody,
    schema_decoder::{self, FieldError},
};

/// Why an operation has no response.
pub(crate) enum HandlerError {
    /// A field cannot be accepted as it came.
    Field(FieldError),
    /// The operation's function failed.
    Failed(Error),
}

impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<FieldError> for HandlerError {
    fn from(error: FieldError) -> Self {
        Self::Field(error)
    }
}

/// The request of an operation that takes steps before its unit of work.
pub struct Input<Request> {
    /// The fields beside the file.
    pub fields: Request,
    /// The file, if one came.
    pub file: Option<FilePart>,
}

/// The request of an operation whose body has a form of its own.
pub struct Raw<Request> {
    /// The fields, from the query.
    pub fields: Request,
    /// The body as it came.
    pub body: RawBody,
}

/// Finds the response without changing anything. None if something has to change.
pub(super) type VisitorRead<Request, Response> =
    fn(&mut Tx<'_>, &Visitor, &Request) -> Result<Option<Response>>;

/// A response without its type.
pub(crate) type Reply = Box<dyn ToJson + Send>;

/// A function with its request: everything that a unit of work needs.
pub(crate) type Work = Box<dyn FnOnce(&mut Tx<'_>, &Call) -> Result<Reply> + Send>;

/// Makes a request of the fields, which the decoder has checked.
pub(crate) type Parse<Request> = Box<dyn Fn(Value) -> Result<Request, FieldError> + Send + Sync>;

/// Steps that have begun.
pub(crate) type Steps = Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;

/// The function of an operation, without its types.
pub(crate) enum Function {
    /// Reads the snapshot of the organisation alone.
    Snapshot(Box<SnapshotFunction>),
    App(AppFunction),
    Visitor(VisitorFunction),
}

/// A function for known callers that has to wait.
pub(crate) enum AppFunction {
    /// Reads rows.
    Read(Parse<Work>),
    /// Reads rows with a page of members.
    ReadMembers { parse: Parse<Box<dyn MemberRequest>>, cache: PageCache },
    /// Reads statistics, which may take seconds.
    Statistics(Parse<Work>),
    /// Changes rows.
    Write(Parse<Work>),
    /// Takes steps before its unit of work.
    Steps(Box<StepsFunction>),
    /// The same with a body that has a form of its own.
    Raw(Box<RawFunction>),
}

/// A function for callers without a token.
pub(crate) type VisitorFunction = Parse<Box<dyn VisitorRequest>>;

pub(crate) type SnapshotFunction =
    dyn Fn(&CorpState, &Call, Value) -> Result<Reply, HandlerError> + Send + Sync;
type StepsFunction =
    dyn Fn(Context, Call, Value, Option<FilePart>) -> Result<Steps, HandlerError> + Send + Sync;
type RawFunction = dyn Fn(Context, Call, Value, Option<RawBody>) -> Result<Steps, HandlerError> + Send + Sync;

pub(super) fn erase_snapshot<Request: DeserializeOwned + 'static, Response: Serialize + Send + 'static>(
    function: fn(&CorpState, &Call, Request) -> Result<Response>,
) -> Function {
    Function::Snapshot(Box::new(move |state, call, fields| {
        let request = schema_decoder::deserialize(fields)?;
        Ok(Box::new(function(state, call, request)?))
    }))
}

/// Erases the types of a function that is a unit of work.
pub(super) fn erase<Request, Response>(
    function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
) -> Parse<Work>
where
    Request: DeserializeOwned + Send + 'static,
    Response: Serialize + Send + 'static,
{
    Box::new(move |fields| {
        let request: Request = schema_decoder::deserialize(fields)?;
        Ok(Box::new(move |tx, call| Ok(Box::new(function(tx, call, request)?))))
    })
}

pub(super) fn erase_steps<Request, Response, Taken>(
    function: fn(Context, Call, Input<Request>) -> Taken,
) -> Function
where
    Request: DeserializeOwned + 'static,
    Response: Serialize + Send + 'static,
    Taken: Future<Output = Result<Response>> + Send + 'static,
{
    Function::App(AppFunction::Steps(Box::new(move |context, call, fields, file| {
        Ok(boxed(function(context, call, Input { fields: schema_decoder::deserialize(fields)?, file })))
    })))
}

pub(super) fn erase_raw<Request, Response, Taken>(
    function: fn(Context, Call, Raw<Request>) -> Taken,
) -> Function
where
    Request: DeserializeOwned + 'static,
    Response: Serialize + Send + 'static,
    Taken: Future<Output = Result<Response>> + Send + 'static,
{
    Function::App(AppFunction::Raw(Box::new(move |context, call, fields, body| {
        let fields = schema_decoder::deserialize(fields)?;
        let body = body.ok_or(HandlerError::Failed(Rule::BodyMissing.into()))?;
        Ok(boxed(function(context, call, Raw { fields, body })))
    })))
}

fn boxed<Response: Serialize + Send + 'static>(
    steps: impl Future<Output = Result<Response>> + Send + 'static,
) -> Steps {
    Box::pin(async move { Ok(Box::new(steps.await?) as Reply) })
}

/// A request for a page of members.
pub(crate) trait MemberRequest: Send {
    /// The page, if the snapshot knows it.
    fn page(&self, state: &CorpState) -> Option<MemberPage>;
    /// Reads the response.
    fn run(self: Box<Self>, tx: &mut Tx<'_>, call: &Call) -> Result<Reply>;
}

struct TypedMemberRequest<Request, Response> {
    page: fn(&CorpState, &Request) -> Option<MemberPage>,
    function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    request: Request,
}

impl<Request: Send, Response: Serialize + Send + 'static> MemberRequest
    for TypedMemberRequest<Request, Response>
{
    fn page(&self, state: &CorpState) -> Option<MemberPage> {
        (self.page)(state, &self.request)
    }

    fn run(self: Box<Self>, tx: &mut Tx<'_>, call: &Call) -> Result<Reply> {
        Ok(Box::new((self.function)(tx, call, self.request)?))
    }
}

pub(super) fn erase_members<Request, Response>(
    page: fn(&CorpState, &Request) -> Option<MemberPage>,
    function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
) -> Function
where
    Request: DeserializeOwned + Send + 'static,
    Response: Serialize + Send + 'static,
{
    let parse: Parse<Box<dyn MemberRequest>> = Box::new(move |fields| {
        Ok(Box::new(TypedMemberRequest { page, function, request: schema_decoder::deserialize(fields)? }))
    });
    Function::App(AppFunction::ReadMembers { parse, cache: PageCache::default() })
}

/// A request of a caller without a token.
pub(crate) trait VisitorRequest: Send {
    /// Whether [`VisitorRequest::read`] may find a response.
    fn can_read(&self) -> bool;
    /// Finds the response without changing anything. None if something has to change.
    fn read(&self, tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Option<Reply>>;
    /// The key of the app that the request is for. None if a row says whose organisation it is.
    fn app_key(&self) -> Option<AppKey>;
    /// The organisation by a row.
    fn corp_by_row(&self, tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Option<CorpId>>;
    /// Does the unit of work.
    fn run(self: Box<Self>, tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Reply>;
}

struct TypedVisitorRequest<Request, Response> {
    find_corp: FindCorp<Request>,
    read: Option<VisitorRead<Request, Response>>,
    function: fn(&mut Tx<'_>, &Visitor, Request) -> Result<Response>,
    request: Request,
}

impl<Request: Send, Response: Serialize + Send + 'static> VisitorRequest
    for TypedVisitorRequest<Request, Response>
{
    fn can_read(&self) -> bool {
        self.read.is_some()
    }

    fn read(&self, tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Option<Reply>> {
        let Some(read) = self.read else { return Ok(None) };
        Ok(read(tx, visitor, &self.request)?.map(|response| Box::new(response) as Reply))
    }

    fn app_key(&self) -> Option<AppKey> {
        match self.find_corp {
            FindCorp::App(key_of) => Some(AppKey::from(key_of(&self.request))),
            FindCorp::Row(_) => None,
        }
    }

    fn corp_by_row(&self, tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Option<CorpId>> {
        match self.find_corp {
            FindCorp::App(_) => Ok(None),
            FindCorp::Row(find) => find(tx, visitor, &self.request),
        }
    }

    fn run(self: Box<Self>, tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Reply> {
        Ok(Box::new((self.function)(tx, visitor, self.request)?))
    }
}

pub(super) fn erase_visitor<Request, Response>(
    find_corp: FindCorp<Request>,
    read: Option<VisitorRead<Request, Response>>,
    function: fn(&mut Tx<'_>, &Visitor, Request) -> Result<Response>,
) -> Function
where
    Request: DeserializeOwned + Send + 'static,
    Response: Serialize + Send + 'static,
{
    Function::Visitor(Box::new(move |fields| {
        Ok(Box::new(TypedVisitorRequest {
            find_corp,
            read,
            function,
            request: schema_decoder::deserialize(fields)?,
        }))
    }))
}
