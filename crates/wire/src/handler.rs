//! The one handler: from bytes to a call, from a result to bytes.

use std::{
    collections::BTreeMap,
    future::{Future, ready},
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
use carillon_model::{
    env::Env,
    error::{Error, Rule},
};
use carillon_store::App;
use futures::FutureExt;
use sha2::{Digest, Sha256};

use crate::{
    access_policy::{self, AccessPolicy, Refused},
    body::{self, BodyError, BodyForm, Limits, Params, RawRequest},
    body_budget::{BodyBudget, Overloaded, Reservation, UNKNOWN_ADDRESS},
    body_collector::{self, BodyCollector},
    call::{Call, Visitor},
    caller::{Authenticators, Caller},
    codes::{self, Code},
    context::{Context, Origin},
    cors, legacy,
    operation::{Answer, Dialect, HandlerError, Operation},
    peer::{Holder, Peer},
    raw_body::RawBody,
    request_body::ReportsBodyError,
    unknown_path, v1,
};

/// An operation that does not answer in this time, after its body has come, gets an error.
const DEADLINE: Duration = Duration::from_secs(60);
/// Bytes that are read of a body before its sender is known.
const STRANGER_BODY_LIMIT: usize = 1 << 20;
/// Bytes of an error's text in the log.
const LOGGED_MESSAGE_BYTES: usize = 512;
/// The header of a v1.0 token.
const TOKEN_HEADER: &str = "x-acs-dingtalk-access-token";

/// Routes for all operations; paths that no operation has get the answer of the host that they look like.
pub fn router(context: Context, operations: Vec<Operation>) -> Router {
    guarded_router(context, operations, AccessPolicy::open())
}

/// The same behind a gate.
pub fn guarded_router(
    context: Context,
    operations: Vec<Operation>,
    access_policy: impl Into<Arc<AccessPolicy>>,
) -> Router {
    let env = context.env.clone();
    guarded_router_with(context, operations, access_policy, move |request| {
        ready(unknown_path::response(&env, &request))
    })
}

/// The same with a response of its own to paths that no operation has.
pub fn guarded_router_with<Unserved: Future<Output = Response<Body>> + Send>(
    context: Context,
    operations: Vec<Operation>,
    access_policy: impl Into<Arc<AccessPolicy>>,
    unserved: impl Fn(Parts) -> Unserved + Clone + Send + Sync + 'static,
) -> Router {
    let access_policy = access_policy.into();
    let mut router = Router::new();
    let mut by_path: BTreeMap<&str, Vec<Arc<Served>>> = BTreeMap::new();
    for operation in operations {
        let served = Arc::new(Served::new(operation, Arc::clone(&access_policy)));
        for path in std::iter::once(&served.operation.path).chain(&served.operation.other_paths) {
            by_path.entry(path).or_default().push(Arc::clone(&served));
        }
    }
    for (path, methods) in by_path {
        let allow = allowed_methods(&methods);
        let allows_preflight = methods.iter().any(|served| cors::allows_any_origin(&served.operation));
        router = router.route(
            path,
            any(move |State(context): State<Arc<Context>>, in_path: InPath, request: Request<Body>| {
                // No operation of the path has the method: any of them refuses it.
                let accepting = methods.iter().find(|served| accepts(&served.operation, request.method()));
                let refusing = if accepting.is_none() { Some(allow.clone()) } else { None };
                let served = accepting.or(methods.first()).map(Arc::clone);
                async move {
                    let mut response = match served {
                        _ if allows_preflight && request.method() == Method::OPTIONS => {
                            unknown_path::preflight(&context.env, &request.into_parts().0)
                        }
                        Some(served) => serve(context, served, in_path, request).await,
                        None => unknown_path::response(&context.env, &request.into_parts().0),
                    };
                    if let Some(allow) = refusing.flatten() {
                        response.headers_mut().insert(header::ALLOW, allow);
                    }
                    response
                }
            }),
        );
    }
    let router = router.fallback(move |request: Request<Body>| unserved(request.into_parts().0));
    let router = if access_policy.counts_addresses() {
        router.layer(middleware::from_fn_with_state(
            (access_policy, context.env.clone()),
            access_policy::refuse_blocked,
        ))
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
    access_policy: Arc<AccessPolicy>,
    seconds: metrics::Histogram,
    succeeded: metrics::Counter,
    failed: metrics::Counter,
}

impl Served {
    fn new(operation: Operation, access_policy: Arc<AccessPolicy>) -> Self {
        let id = operation.id;
        Self {
            seconds: metrics::histogram!("carillon_operation_seconds", "operation" => id),
            succeeded: metrics::counter!("carillon_operations_total", "operation" => id, "outcome" => "ok"),
            failed: metrics::counter!("carillon_operations_total", "operation" => id, "outcome" => "error"),
            operation,
            access_policy,
        }
    }
}

/// An answer, and what the log line says of it.
pub(crate) struct Answered {
    pub status: StatusCode,
    pub body: Vec<u8>,
    pub code: i64,
    /// The text of an error.
    pub message: Option<String>,
    /// The connection must not be used again.
    pub closes: bool,
}

impl Answered {
    fn error(status: StatusCode, body: Vec<u8>, code: i64, message: &str) -> Self {
        Self { status, body, code, message: Some(message.to_owned()), closes: false }
    }
}

async fn serve(
    context: Arc<Context>,
    served: Arc<Served>,
    in_path: InPath,
    request: Request<Body>,
) -> Response<Body> {
    let began = Instant::now();
    let operation = &served.operation;
    let request_id = request_id(operation.dialect, &context.env);
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
        errmsg = answered.message.as_deref().map(logged),
        app_key = caller.as_ref().and_then(|caller: &Caller| caller.app().ok()).map(|app| app.key.as_str()),
        caller = caller.as_ref().map(|caller| caller.kind().as_str()),
        micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    let content_type = match operation.dialect {
        Dialect::Legacy => legacy::content_type(operation.path),
        Dialect::V1 => v1::CONTENT_TYPE,
    };
    let closes = answered.closes;
    let mut response = respond(answered.status, content_type, answered.body);
    if operation.dialect == Dialect::V1 {
        v1::identify(response.headers_mut(), &request_id);
        if cors::allows_any_origin(operation) {
            cors::allow_any_origin(response.headers_mut());
        }
    }
    if closes {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        response.extensions_mut().insert(ReportsBodyError);
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// So much of an error's text as goes into the log.
fn logged(message: &str) -> &str {
    &message[..message.floor_char_boundary(LOGGED_MESSAGE_BYTES)]
}

/// Why a request has no fields to call the operation with.
enum Unread {
    /// The request was refused before its body was read.
    Denied(Rule),
    /// The gate refused it.
    AccessPolicy(Refused),
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
            Dialect::Legacy => refused(operation, operation.wrong_method(), request_id),
            Dialect::V1 => unknown_path::no_such_api(request_id),
        };
    }
    // It holds what the body takes in memory until the operation has answered.
    let (_reservation, params) = match read(context, served, in_path, &parts, body, caller).await {
        Ok(read) => read,
        Err(Unread::Denied(Rule::PermissionDenied)) => {
            let scopes: Vec<&str> = operation.permission.into_iter().collect();
            return lacking(operation, caller.as_ref(), &context.origin(&parts), &scopes, request_id);
        }
        Err(Unread::Denied(rule)) => return denied(operation, rule, request_id),
        Err(Unread::AccessPolicy(Refused { rule, text })) => {
            let code = codes::of(rule);
            let is_legacy = operation.dialect == Dialect::Legacy;
            if is_legacy && rule == Rule::AddressNotAllowed && !legacy::is_topapi(operation.path) {
                return Answered::error(StatusCode::OK, legacy::bare(code, &text), code.errcode, &text);
            }
            if is_legacy && served.access_policy.wraps(rule) {
                return gateway(operation, code, &text, request_id);
            }
            return saying(operation, code, text, request_id);
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
        Ok(Ok(body)) => Answered { status: StatusCode::OK, body, code: 0, message: None, closes: false },
        Ok(Err(HandlerError::Field(error))) => {
            let code = operation.handler_error_code(&error);
            failure(operation, code, Some(&format!("{} {}", error.field, error.problem)), request_id)
        }
        // Some operations need permissions that depend on the request; the reason lists them.
        Ok(Err(HandlerError::Failed(Error::RuleBecause(Rule::PermissionDenied, permissions))))
            if operation.needs_token =>
        {
            let scopes: Vec<&str> = permissions.split(',').collect();
            lacking(operation, caller.as_ref(), &context.origin(&parts), &scopes, request_id)
        }
        Ok(Err(HandlerError::Failed(error))) => failed(operation, &error, request_id),
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
        admit(context, served, parts, token_in_head, caller).await?;
    }
    let (mut reservation, body) = if has_body {
        collect(context, served, parts, body, is_known, caller).await?
    } else {
        (served.access_policy.budget().empty(holder(parts)), Bytes::new())
    };
    if operation.dialect == Dialect::V1 && operation.takes_body() && is_form_or_empty(&parts.headers, &body) {
        return Err(Unread::Body(Rule::BodyMissing));
    }
    if operation.takes_json_alone {
        match body::detect_form(content_type(&parts.headers), &body) {
            BodyForm::Empty => return Err(Unread::Body(Rule::BodyMissing)),
            BodyForm::Form => return Err(Unread::Body(Rule::JsonNeeded)),
            BodyForm::Json => {}
        }
    }
    if operation.takes_file && !body::is_multipart(content_type(&parts.headers), &body) {
        return Err(Unread::Body(Rule::MultipartNeeded));
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

/// Finds out who calls, and whether they may call the operation, from where they call and as often as they do.
async fn admit(
    context: &Context,
    served: &Served,
    parts: &Parts,
    token: Option<String>,
    caller: &mut Option<Caller>,
) -> Result<(), Unread> {
    let operation = &served.operation;
    if operation.needs_token {
        authorise(context, operation, parts, token, caller).await?;
    }
    let app = caller.as_ref().and_then(|caller| caller.app().ok());
    if let (Some(peer), Some(app)) = (Peer::of(&parts.extensions), app) {
        peer.identify(Holder::App(app.key.clone()));
    }
    let app = app.map(Arc::as_ref);
    served.access_policy.pass(context, operation, app, parts).await.map_err(Unread::AccessPolicy)
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
    let budget: &Arc<BodyBudget> = served.access_policy.budget();
    let whole_limit = operation.body_limit;
    let limit = if caller.is_some() { whole_limit } else { whole_limit.min(STRANGER_BODY_LIMIT) };
    // A body that declares more than its operation takes is refused unread; one whose sender is unknown, once that is known.
    let needed = match body_collector::initial_bytes(&body, if is_known { limit } else { usize::MAX }) {
        Ok(needed) => needed.min(limit),
        Err(rule) => return Err(Unread::Body(rule)),
    };
    let declared = body_collector::initial_bytes(&body, whole_limit);
    let reserved = budget.reserve(holder(parts), needed).await;
    let mut reservation = reserved.map_err(|overloaded| Unread::Body(overloaded.into()))?;
    let mut collecting = BodyCollector::new(body);
    let read = collecting.read(limit, &mut reservation).await;
    let read = if is_known {
        read
    } else {
        // A wrong token matters more than a wrong body.
        let token = body::token(content_type(&parts.headers), collecting.data());
        admit(context, served, parts, token, caller).await?;
        match (read, declared) {
            (Ok(true), _) => Ok(true),
            (Ok(false), Ok(needed)) => {
                let moved = reservation.transfer_to(holder(parts)).and_then(|()| reservation.grow(needed));
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
    let incoming = RawRequest { query: parts.uri.query(), content_type: content_type(&parts.headers), body };
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
    let body = body::strip_byte_order_mark(body);
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_none() || (form && first != Some(&b'{'))
}

/// Finds the app that a token names or, without a token, another kind of caller that the operation is open to. One without the
/// permission is refused, and still known.
async fn authorise(
    context: &Context,
    operation: &Operation,
    parts: &Parts,
    token: Option<String>,
    found: &mut Option<Caller>,
) -> Result<(), Unread> {
    let caller = match token.filter(|token| !token.trim().is_empty()) {
        Some(token) => app_of(context, &token).map(Caller::App).map_err(Unread::Denied)?,
        None => {
            let authenticated = Authenticators::find(context, parts, operation.callers).await;
            authenticated.map_err(Unread::Failed)?.ok_or(Unread::Denied(Rule::TokenMissing))?
        }
    };
    let of_right_type = caller.app().is_ok_and(|app| operation.app_types.contains(&app.app_type));
    let is_open = operation.callers.contains(&caller.kind()) && (caller.app().is_err() || of_right_type);
    let permitted = operation.permission.is_none_or(|permission| caller.may(permission));
    *found = Some(caller);
    if is_open && permitted { Ok(()) } else { Err(Unread::Denied(Rule::PermissionDenied)) }
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

/// A refusal before the operation ran, for reasons of the token or by the gate. The legacy gateway wraps it; what is not behind the
/// gateway returns those of the token bare.
fn denied(operation: &Operation, rule: Rule, request_id: &str) -> Answered {
    let code = codes::of(rule);
    match operation.dialect {
        Dialect::Legacy
            if matches!(rule, Rule::TokenMissing | Rule::TokenInvalid)
                && !legacy::is_topapi(operation.path) =>
        {
            let code = if rule == Rule::TokenMissing { codes::TOKEN_MISSING_BARE } else { code };
            let body = legacy::bare(code, code.message);
            Answered::error(StatusCode::OK, body, code.errcode, code.message)
        }
        Dialect::Legacy => gateway(operation, code, code.message, request_id),
        Dialect::V1 => {
            let body = v1::failure(code.v1, code.v1_message, request_id);
            Answered::error(status(code), body, code.errcode, code.v1_message)
        }
    }
}

/// A refusal that names the permissions that are needed, and where they are given.
fn lacking(
    operation: &Operation,
    caller: Option<&Caller>,
    origin: &Origin,
    scopes: &[&str],
    request_id: &str,
) -> Answered {
    let code = codes::of(Rule::PermissionDenied);
    let app = caller.and_then(|caller| caller.app().ok());
    let listed = scopes.join(",");
    let reason = match app {
        Some(app) if !operation.app_types.contains(&app.app_type) => {
            format!("{}：该接口不支持此类型的应用({})", code.message, app.app_type.as_str())
        }
        Some(app) => {
            let wanted = format!("{}#{listed}", app.key);
            let wanted: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            let url = format!("{}/appscope/apply?content={wanted}", origin.base_url());
            format!("应用尚未开通所需的权限：[{listed}]，点击链接申请并开通即可：{url}")
        }
        None => format!("应用尚未开通所需的权限：[{listed}]"),
    };
    match operation.dialect {
        Dialect::Legacy => {
            let reason = format!("{reason}, {{requiredScopes=[{listed}]}}");
            gateway(operation, code, &reason, request_id)
        }
        Dialect::V1 => {
            let body = v1::permission_denied(code.v1, &reason, scopes, request_id);
            Answered::error(status(code), body, code.errcode, &reason)
        }
    }
}

fn gateway(operation: &Operation, code: Code, reason: &str, request_id: &str) -> Answered {
    let mut body = legacy::gateway(&code.errcode.to_string(), reason, request_id);
    if operation.repeats_errmsg {
        body = legacy::with_errormsg(body, reason);
    }
    Answered::error(StatusCode::OK, body, legacy::GATEWAY_ERROR, reason)
}

/// A refusal for the form of the request as a whole.
fn refused(operation: &Operation, rule: Rule, request_id: &str) -> Answered {
    let code = operation.code(rule);
    failure(operation, code, None, request_id)
}

fn unreadable(operation: &Operation, error: &BodyError, request_id: &str) -> Answered {
    let code = match error {
        // The part is the file, and came without a file name.
        BodyError::FieldNotUtf8 { .. } if operation.takes_file => operation.code(Rule::MediaMissing),
        _ => operation.code(Rule::BodyUnreadable),
    };
    failure(operation, code, Some(&error.to_string()), request_id)
}

/// The operation's function failed: a broken rule, a bad field, or the server's own fault.
fn failed(operation: &Operation, error: &Error, request_id: &str) -> Answered {
    match error {
        Error::Invalid { field, reason } => {
            let code = operation.field_code(field);
            failure(operation, code, Some(&format!("{field} {reason}")), request_id)
        }
        Error::Rule(rule) => failure(operation, operation.code(*rule), None, request_id),
        Error::RuleBecause(rule, reason) => {
            failure(operation, operation.code(*rule), Some(reason.as_ref()), request_id)
        }
        Error::Internal(what) => {
            tracing::error!(request_id, operation = operation.id, what, "an operation failed");
            failure(operation, operation.own_fault, None, request_id)
        }
    }
}

fn failure(operation: &Operation, code: Code, reason: Option<&str>, request_id: &str) -> Answered {
    let message = match operation.dialect {
        Dialect::Legacy => code.message,
        Dialect::V1 => code.v1_message,
    };
    let message = match reason {
        // Some documented texts end where their reason begins.
        Some(reason) if message.ends_with(':') => format!("{message}{reason}"),
        Some(reason) => format!("{message}: {reason}"),
        None => message.to_owned(),
    };
    saying(operation, code, message, request_id)
}

/// An error with this whole text.
fn saying(operation: &Operation, code: Code, message: String, request_id: &str) -> Answered {
    let (status, mut body) = match operation.dialect {
        // Operations without a token, such as `gettoken`, answer errors bare.
        Dialect::Legacy if !operation.needs_token => (StatusCode::OK, legacy::bare(code, &message)),
        Dialect::Legacy => (StatusCode::OK, legacy::failure(code, &message, request_id)),
        Dialect::V1 => (status(code), v1::failure(code.v1, &message, request_id)),
    };
    if operation.repeats_errmsg {
        body = legacy::with_errormsg(body, &message);
    }
    Answered { status, body, code: code.errcode, message: Some(message), closes: false }
}

fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

pub(crate) fn respond(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The id that ties an answer to its log line, in the form of the dialect.
pub(crate) fn request_id(dialect: Dialect, env: &Env) -> String {
    match dialect {
        Dialect::Legacy => env.random_text(b"0123456789abcdefghijklmnopqrstuvwxyz", 12),
        Dialect::V1 => {
            let hex = env.random_text(b"0123456789ABCDEF", 32);
            format!("{}-{}-4{}-A{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
        }
    }
}
