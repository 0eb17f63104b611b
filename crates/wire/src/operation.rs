//! The declaration of an operation, and the builder that makes it readable.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::http::Method;
use carillon_model::{
    app::AppType,
    audit::Signature,
    error::{Error, Result, Rule},
};
use carillon_store::{CorpState, Tx};
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    body::{FilePart, Params},
    call::{Call, Visitor},
    caller::CallerKind,
    codes::{self, Code},
    context::Context,
    find_corp::FindCorp,
    legacy,
    page_cache::{MemberPage, PageCache},
    raw_body::RawBody,
    schema_decoder::{self, FieldError, Problem, SchemaDecoder},
    v1,
};

/// The name of the part that carries a file.
const FILE_PART: &str = "media";
/// The largest body of an operation that does not say otherwise: articles with long texts fit.
const BODY_LIMIT: usize = 4 << 20;

/// Which of the two hosts an operation belongs to: how its token, answers and errors look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `oapi`: token in the query, HTTP 200 with `errcode`.
    Legacy,
    /// `api`: token in a header, HTTP status with `code`.
    V1,
}

/// One operation: all that the spine, the OpenAPI document and the reference pages need to know.
pub struct Operation {
    /// Its id in the facts, such as `serviceaccount.list`.
    pub id: &'static str,
    /// Chinese title, that of the documentation page.
    pub title_zh: &'static str,
    /// English title.
    pub title_en: &'static str,
    /// Which host it belongs to.
    pub dialect: Dialect,
    /// The documented method.
    pub method: Method,
    /// Also as GET with the fields in the query.
    pub reads: bool,
    /// The path. What it has in braces is a field of the request: `/comments/{commentId}`.
    pub path: &'static str,
    /// Other paths that it is called by.
    pub other_paths: Vec<&'static str>,
    /// The permission that an app needs.
    pub permission: Option<&'static str>,
    /// The types of app that may call it.
    pub app_types: &'static [AppType],
    /// The kinds of caller that may call it.
    pub callers: &'static [CallerKind],
    /// Rules that a call can break, with their codes.
    pub errors: Vec<(Rule, Code)>,
    /// The code of a field that cannot be accepted.
    pub bad_input: Code,
    /// Fields whose refusal has a code of its own.
    pub bad_fields: Vec<(&'static str, Code)>,
    /// Fields whose absence has a code of its own.
    pub missing_fields: Vec<(&'static str, Code)>,
    /// Lists that have a code of their own when they are too long.
    pub long_lists: Vec<(&'static str, Code)>,
    /// The code of the server's own fault.
    pub own_fault: Code,
    /// Fields that a POST or PUT has in its query rather than in its body.
    pub query_fields: &'static [&'static str],
    /// Bytes of the largest accepted body.
    pub body_limit: usize,
    /// Schema of the request.
    pub request: Schema,
    /// Schema of the documented part of the answer.
    pub response: Schema,
    /// An example request: sent by a test, shown in the document.
    pub example: Value,
    /// The type of a body that is not fields but has a form of its own; the fields are in the query then.
    pub raw_body: Option<&'static str>,
    /// Whether its body carries a file, and so has to be multipart.
    pub takes_file: bool,
    /// Whether a legacy operation takes a body of JSON alone, and must have one, as those of v1.0 do.
    pub takes_json_alone: bool,
    /// Whether the text of errors is in `errormsg` too.
    pub repeats_errmsg: bool,
    /// Whether it registers an app for events: the document lists who may receive which.
    pub registers_events: bool,
    /// Whether a token is needed.
    pub needs_token: bool,
    /// Whether it changes something that the audit trail tells of.
    pub changes: bool,
    pub(crate) answer: Answer,
}

/// The function behind an operation, its types erased. It gives the bytes of a successful answer.
pub(crate) enum Answer {
    App(Box<dyn Fn(Context, Call, Params) -> Answering + Send + Sync>),
    Visitor(Box<dyn Fn(Context, Visitor, Params) -> Answering + Send + Sync>),
}

/// A read for a caller without a token: the response, if it takes nothing but reading.
type VisitorRead<Request, Response> = fn(&mut Tx<'_>, &Visitor, &Request) -> Result<Option<Response>>;

type Answering = Pin<Box<dyn Future<Output = Result<Vec<u8>, HandlerError>> + Send>>;

/// Why an operation did not answer.
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

/// What a call brings to an operation that takes steps of its own.
pub struct Input<Request> {
    /// The fields beside the file.
    pub fields: Request,
    /// The file, if one came.
    pub file: Option<FilePart>,
}

/// What a call brings to an operation whose body has a form of its own.
pub struct Raw<Request> {
    /// The fields, from the query.
    pub fields: Request,
    /// The body as it came.
    pub body: RawBody,
}

/// An operation that lacks only its function.
pub struct Builder {
    id: &'static str,
    title_zh: &'static str,
    title_en: &'static str,
    dialect: Dialect,
    method: Method,
    reads: bool,
    path: &'static str,
    other_paths: Vec<&'static str>,
    permission: Option<&'static str>,
    app_types: &'static [AppType],
    callers: &'static [CallerKind],
    errors: Vec<(Rule, Code)>,
    bad_input: Code,
    bad_fields: Vec<(&'static str, Code)>,
    missing_fields: Vec<(&'static str, Code)>,
    long_lists: Vec<(&'static str, Code)>,
    own_fault: Code,
    query_fields: &'static [&'static str],
    body_limit: usize,
    example: Value,
    changes: bool,
    takes_file: bool,
    takes_json_alone: bool,
    repeats_errmsg: bool,
    registers_events: bool,
    raw_body: Option<&'static str>,
    shows_article_views: bool,
}

impl Operation {
    /// An operation of the legacy host, by POST, for internal apps.
    pub fn legacy(id: &'static str, path: &'static str) -> Builder {
        Builder::new(id, path, Dialect::Legacy)
    }

    /// An operation of the v1.0 host, by POST, for internal apps.
    pub fn v1(id: &'static str, path: &'static str) -> Builder {
        Builder::new(id, path, Dialect::V1)
    }

    /// Methods that it is called by beside the documented one. Legacy operations are sent by POST, reads also by GET, the fields in
    /// the query. Some PHP clients send even those with no body as GET.
    pub(crate) fn other_methods(&self) -> impl Iterator<Item = &'static Method> + use<> {
        let (is_legacy, reads) = (self.dialect == Dialect::Legacy, self.reads);
        let method = self.method.clone();
        [&Method::GET, &Method::POST]
            .into_iter()
            .filter(move |other| is_legacy && **other != method && (reads || **other == Method::POST))
    }

    /// Whether it is an operation of Carillon's own, which the vendor does not have.
    pub fn is_own(&self) -> bool {
        is_own(self.path)
    }

    /// What a call with another method breaks.
    pub(crate) fn wrong_method(&self) -> Rule {
        match self.dialect {
            Dialect::Legacy if self.method == Method::GET => Rule::GetNeeded,
            Dialect::Legacy => Rule::WrongMethod,
            Dialect::V1 => Rule::UnknownOperation,
        }
    }

    /// The code of a broken rule, as this operation documents it.
    pub fn code(&self, rule: Rule) -> Code {
        self.errors
            .iter()
            .find(|(known, _)| *known == rule)
            .map_or_else(|| codes::of(rule), |(_, code)| *code)
    }

    /// The code of a field that cannot be accepted. A code of an object or list is that of everything inside; `[]` stands for any
    /// item of a list.
    pub fn field_code(&self, field: &str) -> Code {
        let in_brackets = |before: &str| before.rfind('[') > before.rfind(']');
        let kept = field
            .char_indices()
            .filter(|(index, character)| !(character.is_ascii_digit() && in_brackets(&field[..*index])));
        let field: String = kept.map(|(_, character)| character).collect();
        let covers = |known: &str| {
            field.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.bad_fields.iter().find(|(known, _)| covers(known)).map_or(self.bad_input, |(_, code)| *code)
    }

    /// The codes that single fields have.
    pub(crate) fn field_codes(&self) -> impl Iterator<Item = Code> {
        let fields = self.bad_fields.iter().chain(&self.missing_fields).chain(&self.long_lists);
        fields.map(|(_, code)| *code)
    }

    /// The code of a required field that is absent.
    pub fn missing_code(&self, field: &str) -> Code {
        let found = self.missing_fields.iter().find(|(known, _)| *known == field);
        found.map_or_else(|| self.field_code(field), |(_, code)| *code)
    }

    /// The code of a field that cannot be accepted as it came.
    pub fn handler_error_code(&self, error: &FieldError) -> Code {
        match error.problem {
            Problem::Missing => self.missing_code(&error.field),
            Problem::TooMany(_) => {
                let found = self.long_lists.iter().find(|(known, _)| *known == error.field);
                found.map_or_else(|| self.field_code(&error.field), |(_, code)| *code)
            }
            _ => self.field_code(&error.field),
        }
    }
}

impl Builder {
    fn new(id: &'static str, path: &'static str, dialect: Dialect) -> Self {
        Self {
            id,
            title_zh: "",
            title_en: "",
            dialect,
            method: Method::POST,
            reads: false,
            path,
            other_paths: Vec::new(),
            permission: None,
            app_types: &[AppType::Internal],
            callers: &[CallerKind::App],
            errors: Vec::new(),
            bad_input: match dialect {
                Dialect::Legacy => codes::BAD_PARAMETER,
                Dialect::V1 => codes::V1_BAD_PARAMETER,
            },
            bad_fields: Vec::new(),
            missing_fields: Vec::new(),
            long_lists: Vec::new(),
            own_fault: codes::BUSY,
            query_fields: &[],
            body_limit: BODY_LIMIT,
            example: Value::Object(serde_json::Map::new()),
            changes: false,
            takes_file: false,
            takes_json_alone: false,
            repeats_errmsg: false,
            registers_events: false,
            raw_body: None,
            shows_article_views: false,
        }
    }

    /// Titles of the documentation page.
    pub fn title(mut self, zh: &'static str, en: &'static str) -> Self {
        (self.title_zh, self.title_en) = (zh, en);
        self
    }

    /// Another path that its page gives.
    pub fn also_at(mut self, path: &'static str) -> Self {
        self.other_paths.push(path);
        self
    }

    /// Documented with GET, the fields in the query.
    pub fn get(mut self) -> Self {
        self.method = Method::GET;
        self
    }

    /// Documented with PUT.
    pub fn put(mut self) -> Self {
        self.method = Method::PUT;
        self
    }

    /// Documented with DELETE, the fields in the path and the query.
    pub fn delete(mut self) -> Self {
        self.method = Method::DELETE;
        self
    }

    /// The code of the server's own fault, when it is not the usual one.
    pub fn own_fault(mut self, code: Code) -> Self {
        self.own_fault = code;
        self
    }

    /// Fields that are documented in the query although the operation is a POST or PUT.
    pub fn in_query(mut self, fields: &'static [&'static str]) -> Self {
        self.query_fields = fields;
        self
    }

    /// A read: accepted as GET too, with the fields in the query.
    pub fn reads(mut self) -> Self {
        self.reads = true;
        self
    }

    /// The permission that an app needs.
    pub fn permission(mut self, code: &'static str) -> Self {
        self.permission = Some(code);
        self
    }

    /// Types of app that may call it, when not internal apps alone.
    pub fn app_types(mut self, types: &'static [AppType]) -> Self {
        self.app_types = types;
        self
    }

    /// Kinds of caller, when not apps alone. The function then asks the call for its app, which there may not be.
    pub fn callers(mut self, kinds: &'static [CallerKind]) -> Self {
        self.callers = kinds;
        self
    }

    /// Rules that a call can break, with the codes that they always have.
    pub fn errors(mut self, rules: &[Rule]) -> Self {
        self.errors.extend(rules.iter().map(|rule| (*rule, codes::of(*rule))));
        self
    }

    /// A rule that has a code of its own here.
    pub fn error(mut self, rule: Rule, code: Code) -> Self {
        self.errors.push((rule, code));
        self
    }

    /// The code of fields that cannot be accepted, when it is not the host's usual one.
    pub fn bad_input(mut self, code: Code) -> Self {
        self.bad_input = code;
        self
    }

    /// A field whose refusal has a code of its own.
    pub fn bad_field(mut self, field: &'static str, code: Code) -> Self {
        self.bad_fields.push((field, code));
        self
    }

    /// A required field whose absence has a code of its own.
    pub fn missing(mut self, field: &'static str, code: Code) -> Self {
        self.missing_fields.push((field, code));
        self
    }

    /// A list that has a code of its own when it is too long.
    pub fn too_long(mut self, field: &'static str, code: Code) -> Self {
        self.long_lists.push((field, code));
        self
    }

    /// Takes a file: a body that is not multipart is refused.
    pub fn takes_file(mut self) -> Self {
        self.takes_file = true;
        self
    }

    /// Takes a body of JSON alone: none, and a form, are refused.
    pub fn takes_json_alone(mut self) -> Self {
        self.takes_json_alone = true;
        self
    }

    /// An old client reads the text of an error by the name `errormsg`.
    pub fn repeats_errmsg(mut self) -> Self {
        self.repeats_errmsg = true;
        self
    }

    /// Registers an app for events: the document lists who may receive which.
    pub fn registers_events(mut self) -> Self {
        self.registers_events = true;
        self
    }

    /// A read whose response shows how often articles were opened: what is counted in memory alone is written first. Statistics
    /// always are that.
    pub fn shows_article_views(mut self) -> Self {
        self.shows_article_views = true;
        self
    }

    /// The largest accepted body, in bytes.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// An example request.
    pub fn example(mut self, example: Value) -> Self {
        self.example = example;
        self
    }

    /// Answered from the snapshot of the organisation, without a query.
    pub fn snapshot<Request, Response>(
        self,
        function: fn(&CorpState, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        let shape = Arc::new(self.shape::<Request>());
        let dialect = self.dialect;
        self.build::<Request, Response>(Answer::App(Box::new(move |context, call, params| {
            let shape = Arc::clone(&shape);
            Box::pin(async move {
                let request = shape.read(params.fields).map_err(HandlerError::Field)?;
                let state = context.store.state();
                encode(dialect, &function(state.corp(call.corp())?, &call, request)?, &call.request_id)
            })
        })))
    }

    /// Answered from rows.
    pub fn read<Request, Response>(
        self,
        function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        let shape = Arc::new(self.shape::<Request>());
        let (dialect, shows_article_views) = (self.dialect, self.shows_article_views);
        self.reads().build::<Request, Response>(Answer::App(Box::new(move |context, call, params| {
            let shape = Arc::clone(&shape);
            Box::pin(async move {
                let request = shape.read(params.fields).map_err(HandlerError::Field)?;
                let request_id = call.request_id.clone();
                let corp = call.corp().clone();
                if shows_article_views {
                    context.write_article_views(&corp).await;
                }
                let response = context.store.read(&corp, move |tx| function(tx, &call, request)).await?;
                encode(dialect, &response, &request_id)
            })
        })))
    }

    /// Answered from rows with a page of members. As long as the page is the same, and nobody on it has changed, it is answered from
    /// memory: `page` says which one it is, if the snapshot knows that.
    pub fn read_members<Request, Response>(
        self,
        page: fn(&CorpState, &Request) -> Option<MemberPage>,
        function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        let shape = Arc::new(self.shape::<Request>());
        let cache = Arc::new(PageCache::default());
        self.reads().build::<Request, Response>(Answer::App(Box::new(move |context, call, params| {
            let (shape, cache) = (Arc::clone(&shape), Arc::clone(&cache));
            Box::pin(async move {
                let request: Request = shape.read(params.fields).map_err(HandlerError::Field)?;
                let (corp, app) = (call.corp().clone(), Arc::clone(call.app()?));
                let request_id = call.request_id.clone();
                let state = Arc::clone(context.store.state().corp(&corp)?);
                let known = page(&state, &request).and_then(|page| cache.get(&state, &app, &page));
                if let Some(answer) = known {
                    return Ok(legacy::with_id(&answer, &request_id));
                }
                let (response, mark, page) = context
                    .store
                    .read(&corp, move |tx| {
                        let state = tx.state().corp(call.corp())?;
                        let (mark, page) = (state.member_mark(), page(state, &request));
                        Ok((function(tx, &call, request)?, mark, page))
                    })
                    .await?;
                let answer = encode(Dialect::Legacy, &response, &request_id)?;
                if let Some(page) = page {
                    cache.insert(app, mark, page, legacy::without_id(&answer, &request_id));
                }
                Ok(answer)
            })
        })))
    }

    /// Answered from statistics, which may take seconds: they hold up no other reads.
    pub fn statistic<Request, Response>(
        self,
        function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        let shape = Arc::new(self.shape::<Request>());
        let dialect = self.dialect;
        self.reads().build::<Request, Response>(Answer::App(Box::new(move |context, call, params| {
            let shape = Arc::clone(&shape);
            Box::pin(async move {
                let request = shape.read(params.fields).map_err(HandlerError::Field)?;
                let request_id = call.request_id.clone();
                let corp = call.corp().clone();
                context.write_article_views(&corp).await;
                let read = context.store.read_statistics(&corp, move |tx| function(tx, &call, request));
                let response = read.await?;
                encode(dialect, &response, &request_id)
            })
        })))
    }

    /// Changes rows; answered once the change is durable.
    pub fn write<Request, Response>(
        mut self,
        function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.changes = true;
        let shape = Arc::new(self.shape::<Request>());
        let dialect = self.dialect;
        self.build::<Request, Response>(Answer::App(Box::new(move |context, call, params| {
            let shape = Arc::clone(&shape);
            Box::pin(async move {
                let request = shape.read(params.fields).map_err(HandlerError::Field)?;
                let request_id = call.request_id.clone();
                let response = context.write(call, move |tx, call| function(tx, call, request)).await?;
                encode(dialect, &response, &request_id)
            })
        })))
    }

    /// Does something before its unit of work that would hold up all others: stores a file, hashes a password.
    pub fn steps<Request, Response, Steps>(
        mut self,
        function: fn(Context, Call, Input<Request>) -> Steps,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
        Steps: Future<Output = Result<Response>> + Send + 'static,
    {
        self.changes = true;
        let shape = Arc::new(self.shape::<Request>());
        let dialect = self.dialect;
        self.build::<Request, Response>(Answer::App(Box::new(move |context, call, params| {
            let shape = Arc::clone(&shape);
            Box::pin(async move {
                let fields = shape.read(params.fields).map_err(HandlerError::Field)?;
                let file = params.files.into_iter().find(|file| file.name == FILE_PART);
                let request_id = call.request_id.clone();
                let response = function(context, call, Input { fields, file }).await?;
                encode(dialect, &response, &request_id)
            })
        })))
    }

    /// Takes a body that has a form of its own, such as lines, and does something with it before its unit of work.
    pub fn raw<Request, Response, Steps>(
        mut self,
        content_type: &'static str,
        function: fn(Context, Call, Raw<Request>) -> Steps,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
        Steps: Future<Output = Result<Response>> + Send + 'static,
    {
        self.changes = true;
        self.raw_body = Some(content_type);
        let shape = Arc::new(self.shape::<Request>());
        let dialect = self.dialect;
        self.build::<Request, Response>(Answer::App(Box::new(move |context, call, params| {
            let shape = Arc::clone(&shape);
            Box::pin(async move {
                let fields = shape.read(params.fields).map_err(HandlerError::Field)?;
                let body = params.raw.ok_or(HandlerError::Failed(Rule::BodyMissing.into()))?;
                let request_id = call.request_id.clone();
                let response = function(context, call, Raw { fields, body }).await?;
                encode(dialect, &response, &request_id)
            })
        })))
    }

    /// Answered without a token: the request itself says whose organisation it is for. A request that says none is answered by
    /// the same function, which can then only refuse it.
    pub fn visitor<Request, Response>(
        self,
        find_corp: FindCorp<Request>,
        function: fn(&mut Tx<'_>, &Visitor, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.visitor_operation(find_corp, None, function)
    }

    /// The same for an operation that seldom has to change anything: `function` runs, and commits, only when `read` returns no
    /// response. `read` is a read of the registry.
    pub fn visitor_reading_first<Request, Response>(
        self,
        find_corp: FindCorp<Request>,
        read: VisitorRead<Request, Response>,
        function: fn(&mut Tx<'_>, &Visitor, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.visitor_operation(find_corp, Some(read), function)
    }

    fn visitor_operation<Request, Response>(
        self,
        find_corp: FindCorp<Request>,
        read: Option<VisitorRead<Request, Response>>,
        function: fn(&mut Tx<'_>, &Visitor, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        let shape = Arc::new(self.shape::<Request>());
        let (dialect, id) = (self.dialect, self.id);
        self.build::<Request, Response>(Answer::Visitor(Box::new(move |context, visitor, params| {
            let shape = Arc::clone(&shape);
            Box::pin(async move {
                let mut request = shape.read(params.fields).map_err(HandlerError::Field)?;
                let request_id = visitor.request_id.clone();
                if let Some(read) = read {
                    let of_read = visitor.clone();
                    let reading = context.store.read_registry(move |tx| {
                        let response = read(tx, &of_read, &request)?;
                        Ok((response, request))
                    });
                    let response;
                    (response, request) = reading.await?;
                    if let Some(response) = response {
                        return encode(dialect, &response, &request_id);
                    }
                }
                let (found, request) = find_corp.find(&context, &visitor, request).await?;
                let response = match found {
                    Some((corp, actor)) => {
                        let signature = Signature {
                            request_id: request_id.clone(),
                            ..Signature::new(&visitor.env, actor, id)
                        };
                        let work = move |tx: &mut Tx<'_>| function(tx, &visitor, request);
                        context.store.write(&corp, signature, work).await?
                    }
                    None => context.store.read_registry(move |tx| function(tx, &visitor, request)).await?,
                };
                encode(dialect, &response, &request_id)
            })
        })))
    }

    /// The shape that a request has to have.
    fn shape<Request: JsonSchema>(&self) -> SchemaDecoder {
        SchemaDecoder::from_schema(&self.request_schema::<Request>())
    }

    /// The schema of a request. Carillon's own operations refuse fields that they do not have: a PUT would take a mistyped one for an
    /// absent one, and empty what it is about.
    fn request_schema<Request: JsonSchema>(&self) -> Schema {
        let mut schema = in_one_piece().into_generator().into_root_schema_for::<Request>();
        if is_own(self.path) {
            schema_decoder::close(&mut schema);
        }
        schema
    }

    fn build<Request: JsonSchema, Response: JsonSchema>(self, answer: Answer) -> Operation {
        let request = self.request_schema::<Request>();
        Operation {
            id: self.id,
            title_zh: self.title_zh,
            title_en: self.title_en,
            dialect: self.dialect,
            method: self.method,
            reads: self.reads,
            path: self.path,
            other_paths: self.other_paths,
            permission: self.permission,
            app_types: self.app_types,
            callers: self.callers,
            errors: self.errors,
            bad_input: self.bad_input,
            bad_fields: self.bad_fields,
            missing_fields: self.missing_fields,
            long_lists: self.long_lists,
            own_fault: self.own_fault,
            query_fields: self.query_fields,
            body_limit: self.body_limit,
            request,
            // As it is written: a field that is left out when it is empty is not always there.
            response: in_one_piece().for_serialize().into_generator().into_root_schema_for::<Response>(),
            example: self.example,
            changes: self.changes,
            takes_file: self.takes_file,
            takes_json_alone: self.takes_json_alone,
            repeats_errmsg: self.repeats_errmsg,
            registers_events: self.registers_events,
            raw_body: self.raw_body,
            needs_token: matches!(answer, Answer::App(_)),
            answer,
        }
    }
}

fn encode<Response: Serialize>(
    dialect: Dialect,
    response: &Response,
    request_id: &str,
) -> Result<Vec<u8>, HandlerError> {
    let encoded = match dialect {
        Dialect::Legacy => legacy::success(response, request_id),
        Dialect::V1 => v1::success(response),
    };
    encoded.map_err(|error| HandlerError::Failed(Error::internal(error)))
}

/// Whether a path is that of an operation that the vendor does not have.
fn is_own(path: &str) -> bool {
    path.starts_with("/v1.0/carillon/")
}

/// How a schema goes into the document: nothing to look up elsewhere.
fn in_one_piece() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    })
}
