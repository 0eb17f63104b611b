//! The one handler: from bytes to a call, from a result to bytes.

use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{RawPathParams, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header, request::Parts},
    middleware,
    routing::any,
};
use bytes::Bytes;
use carillon_model::error::{Error, Rule};
use carillon_store::App;
use futures::FutureExt;
use sha2::{Digest, Sha256};

use crate::{
    body::{self, BodyError, Incoming, Limits, Params},
    body_budget::{BodyBudget, Overloaded, Reservation, UNKNOWN_ADDRESS},
    call::{Call, Visitor},
    caller::{Authenticators, Caller},
    codes::{self, Code},
    collect::{self, Collecting},
    context::Context,
    gate::{self, Gate},
    legacy,
    operation::{Answer, Dialect, Operation, Refusal},
    peer::{Holder, Peer},
    raw_body::RawBody,
    request_body::Explained,
    v1,
};

/// An operation that does not answer in this time, after its body has come, gets an error.
const DEADLINE: Duration = Duration::from_secs(60);
/// Bytes that are read of a body before its sender is known.
const STRANGER_BODY_LIMIT: usize = 1 << 20;
/// The header of a v1.0 token.
const TOKEN_HEADER: &str = "x-acs-dingtalk-access-token";

/// Routes for all operations; paths that no operation has get the answer of the host that they look like.
pub fn router(context: Context, operations: Vec<Operation>) -> Router {
    guarded_router(context, operations, Gate::open())
}

/// The same behind a gate.
pub fn guarded_router(context: Context, operations: Vec<Operation>, gate: impl Into<Arc<Gate>>) -> Router {
    let gate = gate.into();
    let mut router = Router::new();
    let mut by_path: BTreeMap<&str, Vec<Arc<Served>>> = BTreeMap::new();
    for operation in operations {
        let served = Arc::new(Served::new(operation, Arc::clone(&gate)));
        for path in std::iter::once(&served.operation.path).chain(&served.operation.other_paths) {
            by_path.entry(path).or_default().push(Arc::clone(&served));
        }
    }
    for (path, methods) in by_path {
        let allow = allowed_methods(&methods);
        router = router.route(
            path,
            any(move |State(context): State<Arc<Context>>, in_path: InPath, request: Request<Body>| {
                // No operation of the path has the method: any of them refuses it.
                let accepting = methods.iter().find(|served| accepts(&served.operation, request.method()));
                let refusing = if accepting.is_none() { Some(allow.clone()) } else { None };
                let served = accepting.or(methods.first()).map(Arc::clone);
                async move {
                    let mut response = match served {
                        Some(served) => serve(context, served, in_path, request).await,
                        None => unknown_path(State(context), request).await,
                    };
                    if let Some(allow) = refusing.flatten() {
                        response.headers_mut().insert(header::ALLOW, allow);
                    }
                    response
                }
            }),
        );
    }
    let router = router.fallback(unknown_path);
    let router = if gate.counts_addresses() {
        router.layer(middleware::from_fn_with_state((gate, context.env.clone()), gate::refuse_blocked))
    } else {
        router
    };
    router.with_state(Arc::new(context))
}

/// The methods that a path takes, as the header `Allow` lists them.
fn allowed_methods(of_path: &[Arc<Served>]) -> Option<HeaderValue> {
    let takes = |method: &Method| of_path.iter().any(|served| accepts(&served.operation, method));
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE].into_iter().filter(takes);
    let list: Vec<String> = methods.map(|method| method.to_string()).collect();
    HeaderValue::from_str(&list.join(", ")).ok()
}

/// What the path says where an operation's path has a name in braces.
type InPath = Result<RawPathParams, RawPathParamsRejection>;

struct Served {
    operation: Operation,
    gate: Arc<Gate>,
    seconds: metrics::Histogram,
    succeeded: metrics::Counter,
    failed: metrics::Counter,
}

impl Served {
    fn new(operation: Operation, gate: Arc<Gate>) -> Self {
        let id = operation.id;
        Self {
            seconds: metrics::histogram!("carillon_operation_seconds", "operation" => id),
            succeeded: metrics::counter!("carillon_operations_total", "operation" => id, "outcome" => "ok"),
            failed: metrics::counter!("carillon_operations_total", "operation" => id, "outcome" => "error"),
            operation,
            gate,
        }
    }
}

/// An answer, and what the log line says of it.
struct Answered {
    status: StatusCode,
    body: Vec<u8>,
    code: i64,
    /// The connection must not be used again.
    closes: bool,
}

async fn serve(
    context: Arc<Context>,
    served: Arc<Served>,
    in_path: InPath,
    request: Request<Body>,
) -> Response<Body> {
    let began = Instant::now();
    let operation = &served.operation;
    let request_id = request_id(operation.dialect, &context);
    let mut caller = None;
    let answering = answer(&context, &served, in_path, request, &request_id, &mut caller);
    let answering = AssertUnwindSafe(answering).catch_unwind();
    let answered = match answering.await {
        Ok(answered) => answered,
        Err(_) => failed(operation, &Error::internal("the operation panicked"), &request_id),
    };
    let elapsed = began.elapsed();
    served.seconds.record(elapsed);
    if answered.code == 0 { &served.succeeded } else { &served.failed }.increment(1);
    tracing::info!(
        request_id,
        operation = operation.id,
        status = answered.status.as_u16(),
        errcode = answered.code,
        app_key = caller.as_ref().and_then(|caller: &Caller| caller.app().ok()).map(|app| app.key.as_str()),
        caller = caller.as_ref().map(|caller| caller.kind().as_str()),
        micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    let content_type = match operation.dialect {
        Dialect::Legacy => "application/json;charset=UTF-8",
        Dialect::V1 => "application/json;charset=utf-8",
    };
    let closes = answered.closes;
    let mut response = respond(answered.status, content_type, answered.body);
    if closes {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        response.extensions_mut().insert(Explained);
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// Why a request has no fields to call the operation with.
enum Unread {
    /// The request was refused before its body was read.
    Denied(Rule),
    /// The gate refused it.
    Gate(Rule),
    /// The body broke a rule on its way.
    Body(Rule),
    /// The body came and makes no sense.
    Unreadable(BodyError),
    /// Who calls could not be found out.
    Failed(Error),
}

async fn answer(
    context: &Context,
    served: &Served,
    in_path: InPath,
    request: Request<Body>,
    request_id: &str,
    caller: &mut Option<Caller>,
) -> Answered {
    let operation = &served.operation;
    let (parts, body) = request.into_parts();
    if !accepts(operation, &parts.method) {
        return match operation.dialect {
            Dialect::Legacy => refused(operation, Rule::WrongMethod, request_id),
            Dialect::V1 => no_such_api(request_id),
        };
    }
    // It holds what the body takes in memory until the operation has answered.
    let (_reservation, params) = match read(context, served, in_path, &parts, body, caller).await {
        Ok(read) => read,
        Err(Unread::Denied(rule)) => return denied(operation, rule, request_id),
        Err(Unread::Gate(rule)) => {
            let is_bare = operation.dialect == Dialect::Legacy && !served.gate.wraps(rule);
            let refuse = if is_bare { refused } else { denied };
            return refuse(operation, rule, request_id);
        }
        Err(Unread::Body(rule)) => {
            let closes = rule == Rule::BodyTooSlow;
            return Answered { closes, ..refused(operation, rule, request_id) };
        }
        Err(Unread::Unreadable(error)) => return unreadable(operation, &error, request_id),
        Err(Unread::Failed(error)) => return failed(operation, &error, request_id),
    };
    let answering = match (&operation.answer, caller.clone()) {
        (Answer::App(function), Some(caller)) => {
            let call = Call {
                env: context.env.clone(),
                caller,
                origin: context.origin(&parts),
                operation: operation.id,
                request_id: request_id.to_owned(),
            };
            function(Context::clone(context), call, params)
        }
        (Answer::Visitor(function), _) => {
            let visitor = Visitor {
                env: context.env.clone(),
                origin: context.origin(&parts),
                request_id: request_id.to_owned(),
            };
            function(Context::clone(context), visitor, params)
        }
        (Answer::App(_), None) => return denied(operation, Rule::TokenMissing, request_id),
    };
    match tokio::time::timeout(DEADLINE, answering).await {
        Ok(Ok(body)) => Answered { status: StatusCode::OK, body, code: 0, closes: false },
        Ok(Err(Refusal::Field(error))) => {
            let code = operation.refusal_code(&error);
            let text = format!("{}: {} {}", code.message, error.field, error.problem);
            failure(operation, code, &text, request_id)
        }
        Ok(Err(Refusal::Failed(error))) => failed(operation, &error, request_id),
        Err(_) => failed(operation, &Error::internal("the operation took too long"), request_id),
    }
}

/// Finds out who calls, and reads the body for them. Header and query are looked at first: of a request that they are enough to
/// refuse, no byte of the body is read.
async fn read(
    context: &Context,
    served: &Served,
    in_path: InPath,
    parts: &Parts,
    body: Body,
    caller: &mut Option<Caller>,
) -> Result<(Arc<Mutex<Reservation>>, Params), Unread> {
    let operation = &served.operation;
    // A legacy token may stand in the body.
    let token_in_head = match operation.dialect {
        Dialect::V1 => Some(token_in_header(&parts.headers).unwrap_or_default()),
        Dialect::Legacy => token_in_query(&parts.uri),
    };
    // A GET has its fields in the query; some clients send a body all the same, and the real gateway does not read it.
    let has_body = parts.method != Method::GET;
    let is_known = !operation.needs_token || token_in_head.is_some() || !has_body;
    if is_known {
        *caller = admit(context, served, parts, token_in_head).await?;
    }
    let (mut reservation, body) = if has_body {
        collect(context, served, parts, body, is_known, caller).await?
    } else {
        (served.gate.budget().empty(holder(parts)), Bytes::new())
    };
    if operation.dialect == Dialect::V1 && operation.takes_body() && is_form_or_empty(&parts.headers, &body) {
        return Err(Unread::Body(Rule::BodyMissing));
    }
    let length = body.len();
    let overloaded = |overloaded: Overloaded| Unread::Body(overloaded.into());
    if operation.raw_body.is_none() {
        reservation.grow(length.saturating_add(body::parsed_bytes(&body))).map_err(overloaded)?;
    }
    if operation.raw_body.is_some() {
        let reservation = Arc::new(Mutex::new(reservation));
        let mut params = params(in_path, parts, Bytes::new()).map_err(Unread::Unreadable)?;
        let encoding = parts.headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        let encoding = encoding.unwrap_or_default().trim().to_ascii_lowercase();
        params.raw = (length > 0).then(|| RawBody::new(body, encoding, Some(Arc::clone(&reservation))));
        return Ok((reservation, params));
    }
    let params = params(in_path, parts, body).map_err(Unread::Unreadable)?;
    reservation.grow(length.saturating_add(params.nested_bytes())).map_err(overloaded)?;
    Ok((Arc::new(Mutex::new(reservation)), params))
}

/// Who calls, if they may call the operation, from where they call and as often as they do.
async fn admit(
    context: &Context,
    served: &Served,
    parts: &Parts,
    token: Option<String>,
) -> Result<Option<Caller>, Unread> {
    let operation = &served.operation;
    let caller =
        if operation.needs_token { Some(authorise(context, operation, parts, token).await?) } else { None };
    let app = caller.as_ref().and_then(|caller| caller.app().ok());
    if let (Some(peer), Some(app)) = (Peer::of(&parts.extensions), app) {
        peer.identify(Holder::App(app.key.clone()));
    }
    let app = app.map(Arc::as_ref);
    let passed = served.gate.pass(context, operation.id, app, &parts.extensions, &parts.headers);
    passed.await.map_err(Unread::Gate)?;
    Ok(caller)
}

/// Reads the body. Of a caller who is not known yet, only so much that a token can be found in it.
async fn collect(
    context: &Context,
    served: &Served,
    parts: &Parts,
    body: Body,
    is_known: bool,
    caller: &mut Option<Caller>,
) -> Result<(Reservation, Bytes), Unread> {
    let operation = &served.operation;
    let budget: &Arc<BodyBudget> = served.gate.budget();
    let whole_limit = operation.body_limit;
    let limit = if caller.is_some() { whole_limit } else { whole_limit.min(STRANGER_BODY_LIMIT) };
    // A body that declares more than its operation takes is refused unread; one whose sender is unknown, once that is known.
    let needed = match collect::needed(&body, if is_known { limit } else { usize::MAX }) {
        Ok(needed) => needed.min(limit),
        Err(rule) => return Err(Unread::Body(rule)),
    };
    let declared = collect::needed(&body, whole_limit);
    let reserved = budget.reserve(holder(parts), needed).await;
    let mut reservation = reserved.map_err(|overloaded| Unread::Body(overloaded.into()))?;
    let mut collecting = Collecting::new(body);
    let read = collecting.read(limit, &mut reservation).await;
    let read = if is_known {
        read
    } else {
        // A wrong token matters more than a wrong body.
        let token = body::token(content_type(&parts.headers), collecting.data());
        *caller = admit(context, served, parts, token).await?;
        match (read, declared) {
            (Ok(true), _) => Ok(true),
            (Ok(false), Ok(needed)) => {
                let moved = reservation.move_to(holder(parts)).and_then(|()| reservation.grow(needed));
                moved.map_err(|overloaded| Unread::Body(overloaded.into()))?;
                collecting.read(whole_limit, &mut reservation).await
            }
            (Err(rule), _) | (_, Err(rule)) => Err(rule),
        }
    };
    if !read.map_err(Unread::Body)? {
        return Err(Unread::Body(Rule::BodyTooLarge));
    }
    let body = collecting.into_bytes();
    reservation.shrink(body.len());
    Ok((reservation, body))
}

/// Whom the bytes of a request count for.
fn holder(parts: &Parts) -> Holder {
    Peer::of(&parts.extensions).map_or(Holder::Address(UNKNOWN_ADDRESS), Peer::holder)
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
}

fn accepts(operation: &Operation, method: &Method) -> bool {
    *method == operation.method || operation.other_methods().any(|other| other == method)
}

fn params(in_path: InPath, parts: &Parts, body: Bytes) -> Result<Params, BodyError> {
    let incoming = Incoming { query: parts.uri.query(), content_type: content_type(&parts.headers), body };
    let mut params = body::parse(&incoming, &Limits::default())?;
    let in_path = in_path.map_err(|_| BodyError::BadUtf8)?;
    let in_path = in_path.iter().map(|(name, value)| (name.to_owned(), value.into()));
    params.fields.extend(in_path);
    Ok(params)
}

fn is_form_or_empty(headers: &HeaderMap, body: &[u8]) -> bool {
    let form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().starts_with("application/x-www-form-urlencoded"));
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_none() || (form && first != Some(&b'{'))
}

/// The app that a token names or, without a token, another kind of caller that the operation is open to; with the permission.
async fn authorise(
    context: &Context,
    operation: &Operation,
    parts: &Parts,
    token: Option<String>,
) -> Result<Caller, Unread> {
    let caller = match token.filter(|token| !token.trim().is_empty()) {
        Some(token) => app_of(context, &token).map(Caller::App).map_err(Unread::Denied)?,
        None => {
            let found = Authenticators::find(context, parts, operation.callers).await;
            found.map_err(Unread::Failed)?.ok_or(Unread::Denied(Rule::TokenMissing))?
        }
    };
    let of_right_type = caller.app().is_ok_and(|app| operation.app_types.contains(&app.app_type));
    let is_open = operation.callers.contains(&caller.kind()) && (caller.app().is_err() || of_right_type);
    let permitted = operation.permission.is_none_or(|permission| caller.may(permission));
    if is_open && permitted { Ok(caller) } else { Err(Unread::Denied(Rule::PermissionDenied)) }
}

fn app_of(context: &Context, token: &str) -> Result<Arc<App>, Rule> {
    let state = context.store.state();
    let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let found = state.tokens.get(&hash).filter(|token| token.expires_at > context.env.now());
    found.and_then(|token| state.apps.get(&token.app_key)).map(Arc::clone).ok_or(Rule::TokenInvalid)
}

fn token_in_header(headers: &HeaderMap) -> Option<String> {
    headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn token_in_query(uri: &Uri) -> Option<String> {
    let query = uri.query()?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "access_token")
        .map(|(_, token)| token.into_owned())
}

/// A refusal before the operation ran for reasons of token or permission.
fn denied(operation: &Operation, rule: Rule, request_id: &str) -> Answered {
    let scopes: Vec<&str> = operation.permission.into_iter().collect();
    lacking(operation, rule, &scopes, request_id)
}

/// A refusal that names the permissions that are needed.
fn lacking(operation: &Operation, rule: Rule, scopes: &[&str], request_id: &str) -> Answered {
    let code = codes::of(rule);
    match operation.dialect {
        Dialect::Legacy => {
            let reason = match rule {
                Rule::PermissionDenied => format!(
                    "应用尚未开通所需的权限：[{0}]，{1}{{requiredScopes=[{0}]}}",
                    scopes.join(","),
                    code.message
                ),
                _ => code.message.to_owned(),
            };
            let body = legacy::gateway(&code.errcode.to_string(), &reason, request_id);
            Answered { status: StatusCode::OK, body, code: 88, closes: false }
        }
        Dialect::V1 => {
            let body = match rule {
                Rule::PermissionDenied => v1::permission_denied(code.v1, code.message, scopes, request_id),
                _ => v1::failure(code.v1, code.message, request_id),
            };
            Answered { status: status(code), body, code: code.errcode, closes: false }
        }
    }
}

/// A refusal for the form of the request as a whole.
fn refused(operation: &Operation, rule: Rule, request_id: &str) -> Answered {
    let code = operation.code(rule);
    failure(operation, code, code.message, request_id)
}

fn unreadable(operation: &Operation, error: &BodyError, request_id: &str) -> Answered {
    let code = codes::of(Rule::BodyUnreadable);
    failure(operation, code, &format!("{}: {error}", code.message), request_id)
}

/// The operation's function failed: a broken rule, a bad field, or the server's own fault.
fn failed(operation: &Operation, error: &Error, request_id: &str) -> Answered {
    match error {
        Error::Invalid { field, reason } => {
            let code = operation.field_code(field);
            failure(operation, code, &format!("{}: {field} {reason}", code.message), request_id)
        }
        Error::Rule(rule) => {
            let code = operation.code(*rule);
            failure(operation, code, code.message, request_id)
        }
        // Some operations need permissions that depend on the request; the reason lists them.
        Error::RuleBecause(Rule::PermissionDenied, permissions) if operation.needs_token => {
            let scopes: Vec<&str> = permissions.split(',').collect();
            lacking(operation, Rule::PermissionDenied, &scopes, request_id)
        }
        Error::RuleBecause(rule, reason) => {
            let code = operation.code(*rule);
            failure(operation, code, &format!("{}: {reason}", code.message), request_id)
        }
        Error::Internal(what) => {
            tracing::error!(request_id, operation = operation.id, what, "an operation failed");
            failure(operation, operation.own_fault, operation.own_fault.message, request_id)
        }
    }
}

fn failure(operation: &Operation, code: Code, message: &str, request_id: &str) -> Answered {
    match operation.dialect {
        // `gettoken`, the legacy operation without a token, answers errors bare.
        Dialect::Legacy if !operation.needs_token => Answered {
            status: StatusCode::OK,
            body: legacy::bare(code, message),
            code: code.errcode,
            closes: false,
        },
        Dialect::Legacy => Answered {
            status: StatusCode::OK,
            body: legacy::failure(code, message, request_id),
            code: code.errcode,
            closes: false,
        },
        Dialect::V1 => Answered {
            status: status(code),
            body: v1::failure(code.v1, message, request_id),
            code: code.errcode,
            closes: false,
        },
    }
}

fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What the v1.0 host answers where no operation has the path and the method.
fn no_such_api(request_id: &str) -> Answered {
    let code = codes::of(Rule::UnknownOperation);
    let message = "Specified api is not found, please check your url and method.";
    Answered {
        status: status(code),
        body: v1::failure(code.v1, message, request_id),
        code: code.errcode,
        closes: false,
    }
}

async fn unknown_path(State(context): State<Arc<Context>>, request: Request<Body>) -> Response<Body> {
    let path = request.uri().path();
    if path.starts_with("/v1.0/") || path == "/v1.0" {
        let answered = no_such_api(&request_id(Dialect::V1, &context));
        return respond(answered.status, "application/json;charset=utf-8", answered.body);
    }
    let request_id = request_id(Dialect::Legacy, &context);
    let mut response =
        respond(StatusCode::OK, "application/json;charset=UTF-8", legacy::unknown_path(path, &request_id));
    response.extensions_mut().insert(UnknownPath);
    response
}

/// An extension of responses to paths that nothing is at. To people it can be said in another way.
#[derive(Clone, Copy, Debug)]
pub struct UnknownPath;

fn respond(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The id that ties an answer to its log line, in the form of the dialect.
fn request_id(dialect: Dialect, context: &Context) -> String {
    match dialect {
        Dialect::Legacy => context.env.text(b"0123456789abcdefghijklmnopqrstuvwxyz", 12),
        Dialect::V1 => {
            let hex = context.env.text(b"0123456789ABCDEF", 32);
            format!("{}-{}-4{}-A{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
        }
    }
}
