//! The one handler: from bytes to a call, from a result to bytes.

use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::Arc,
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
use http_body_util::{BodyExt, LengthLimitError, Limited};
use sha2::{Digest, Sha256};

use crate::{
    body::{self, BodyError, Incoming, Limits, Params, RawBody},
    call::{Call, Visitor},
    codes::{self, Code},
    context::Context,
    gate::{self, Gate},
    legacy,
    operation::{Answer, BODY_LIMIT, Dialect, Operation, Refusal},
    shape::Problem,
    v1,
};

/// A request that is not answered in this time gets an error.
const DEADLINE: Duration = Duration::from_secs(60);
/// The header of a v1.0 token.
const TOKEN_HEADER: &str = "x-acs-dingtalk-access-token";

/// Routes for all operations; paths that no operation has get the answer of the host that they look like.
pub fn router(context: Context, operations: Vec<Operation>) -> Router {
    guarded_router(context, operations, Gate::open())
}

/// The same behind a gate.
pub fn guarded_router(context: Context, operations: Vec<Operation>, gate: Gate) -> Router {
    let gate = Arc::new(gate);
    let mut router = Router::new();
    let mut by_path: BTreeMap<&str, Vec<Arc<Served>>> = BTreeMap::new();
    for operation in operations {
        let served = Arc::new(Served::new(operation, Arc::clone(&gate)));
        for path in std::iter::once(&served.operation.path).chain(&served.operation.other_paths) {
            by_path.entry(path).or_default().push(Arc::clone(&served));
        }
    }
    for (path, methods) in by_path {
        router = router.route(
            path,
            any(move |State(context): State<Arc<Context>>, in_path: InPath, request: Request<Body>| {
                // No operation of the path has the method: any of them refuses it.
                let accepting = methods.iter().find(|served| accepts(&served.operation, request.method()));
                let served = accepting.or(methods.first()).map(Arc::clone);
                async move {
                    match served {
                        Some(served) => serve(context, served, in_path, request).await,
                        None => unknown_path(State(context), request).await,
                    }
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
    let mut app = None;
    let answering =
        AssertUnwindSafe(answer(&context, &served, in_path, request, &request_id, &mut app)).catch_unwind();
    let answered = match tokio::time::timeout(DEADLINE, answering).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(_)) => failed(operation, &Error::internal("the operation panicked"), &request_id),
        Err(_) => failed(operation, &Error::internal("the operation took too long"), &request_id),
    };
    let elapsed = began.elapsed();
    served.seconds.record(elapsed);
    if answered.code == 0 { &served.succeeded } else { &served.failed }.increment(1);
    tracing::info!(
        request_id,
        operation = operation.id,
        status = answered.status.as_u16(),
        errcode = answered.code,
        app_key = app.as_ref().map(|app: &Arc<App>| app.key.as_str()),
        micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    let content_type = match operation.dialect {
        Dialect::Legacy => "application/json;charset=UTF-8",
        Dialect::V1 => "application/json;charset=utf-8",
    };
    respond(answered.status, content_type, answered.body)
}

async fn answer(
    context: &Context,
    served: &Served,
    in_path: InPath,
    request: Request<Body>,
    request_id: &str,
    caller: &mut Option<Arc<App>>,
) -> Answered {
    let operation = &served.operation;
    let (parts, body) = request.into_parts();
    // Read even where it is not looked at: a connection with an unread body cannot be used again.
    let body = match collect(body, operation.body_limit).await {
        Ok(body) => body,
        Err(rule) => return refused(operation, rule, request_id),
    };
    if !accepts(operation, &parts.method) {
        return match operation.dialect {
            Dialect::Legacy => refused(operation, Rule::WrongMethod, request_id),
            Dialect::V1 => no_such_api(request_id),
        };
    }
    if operation.dialect == Dialect::V1 && operation.takes_body() && is_form_or_empty(&parts.headers, &body) {
        return refused(operation, Rule::BodyMissing, request_id);
    }
    let params = match params(operation, in_path, &parts, body) {
        Ok(params) => params,
        // A token in the query is still looked at first: a wrong token matters more than a wrong body.
        Err(error) => {
            return match authorise(context, operation, &parts.uri, &parts.headers, None) {
                Ok(_) => unreadable(operation, &error, request_id),
                Err(rule) => denied(operation, rule, request_id),
            };
        }
    };
    let app = match authorise(context, operation, &parts.uri, &parts.headers, Some(&params)) {
        Ok(app) => app,
        Err(rule) => return denied(operation, rule, request_id),
    };
    *caller = app.clone();
    let (extensions, headers) = (&parts.extensions, &parts.headers);
    if let Err(rule) = served.gate.pass(context, operation.id, app.as_deref(), extensions, headers).await {
        let is_bare = operation.dialect == Dialect::Legacy && !served.gate.wraps(rule);
        let refuse = if is_bare { refused } else { denied };
        return refuse(operation, rule, request_id);
    }
    let answering = match (&operation.answer, app) {
        (Answer::App(function), Some(app)) => {
            let call = Call {
                env: context.env.clone(),
                app,
                origin: context.origin(&parts.headers),
                operation: operation.id,
                request_id: request_id.to_owned(),
            };
            function(Context::clone(context), call, params)
        }
        (Answer::Visitor(function), _) => {
            let visitor = Visitor {
                env: context.env.clone(),
                origin: context.origin(&parts.headers),
                request_id: request_id.to_owned(),
            };
            function(Context::clone(context), visitor, params)
        }
        (Answer::App(_), None) => return denied(operation, Rule::TokenMissing, request_id),
    };
    match answering.await {
        Ok(body) => Answered { status: StatusCode::OK, body, code: 0 },
        Err(Refusal::Field(error)) => {
            let code = match error.problem {
                Problem::Missing => operation.missing_code(&error.field),
                _ => operation.field_code(&error.field),
            };
            let text = format!("{}: {} {}", code.message, error.field, error.problem);
            failure(operation, code, &text, request_id)
        }
        Err(Refusal::Failed(error)) => failed(operation, &error, request_id),
    }
}

/// Legacy operations are sent by POST; reads also by GET. Some PHP clients send even those with no body as GET.
fn accepts(operation: &Operation, method: &Method) -> bool {
    *method == operation.method
        || match operation.dialect {
            Dialect::Legacy => *method == Method::POST || (*method == Method::GET && operation.reads),
            Dialect::V1 => false,
        }
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Rule> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => Err(Rule::BodyTooLarge),
        Err(_) => Err(Rule::BodyUnreadable),
    }
}

fn params(operation: &Operation, in_path: InPath, parts: &Parts, body: Bytes) -> Result<Params, BodyError> {
    let header = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (body, raw) = if operation.raw_body.is_some() {
        let encoding = header(header::CONTENT_ENCODING).unwrap_or_default().trim().to_ascii_lowercase();
        (Bytes::new(), (!body.is_empty()).then_some(RawBody { data: body, encoding }))
    } else if parts.method == Method::GET {
        // A GET has its fields in the query; some clients send a body all the same, and the real gateway does not read it.
        (Bytes::new(), None)
    } else {
        (body, None)
    };
    let incoming = Incoming { query: parts.uri.query(), content_type: header(header::CONTENT_TYPE), body };
    let mut params = body::parse(&incoming, &Limits::default())?;
    params.raw = raw;
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

/// Who calls, if the token, the permission and the type of app allow it.
fn authorise(
    context: &Context,
    operation: &Operation,
    uri: &Uri,
    headers: &HeaderMap,
    params: Option<&Params>,
) -> Result<Option<Arc<App>>, Rule> {
    if !operation.needs_token {
        return Ok(None);
    }
    let token = match operation.dialect {
        Dialect::V1 => headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned),
        Dialect::Legacy => token_in_query(uri).or_else(|| {
            params
                .and_then(|params| params.fields.get("access_token"))
                .and_then(|value| value.as_str())
                .map(str::to_owned)
        }),
    };
    let token = token.filter(|token| !token.trim().is_empty()).ok_or(Rule::TokenMissing)?;
    let state = context.store.state();
    let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let found = state.tokens.get(&hash).filter(|token| token.expires_at > context.env.now());
    let app = found.and_then(|token| state.apps.get(&token.app_key)).ok_or(Rule::TokenInvalid)?;
    let permitted = operation.permission.is_none_or(|permission| app.grants.contains(permission));
    if permitted && operation.app_types.contains(&app.app_type) {
        Ok(Some(Arc::clone(app)))
    } else {
        Err(Rule::PermissionDenied)
    }
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
            Answered { status: StatusCode::OK, body, code: 88 }
        }
        Dialect::V1 => {
            let body = match rule {
                Rule::PermissionDenied => v1::permission_denied(code.v1, code.message, scopes, request_id),
                _ => v1::failure(code.v1, code.message, request_id),
            };
            Answered { status: status(code), body, code: code.errcode }
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
        Dialect::Legacy if !operation.needs_token => {
            Answered { status: StatusCode::OK, body: legacy::bare(code, message), code: code.errcode }
        }
        Dialect::Legacy => Answered {
            status: StatusCode::OK,
            body: legacy::failure(code, message, request_id),
            code: code.errcode,
        },
        Dialect::V1 => Answered {
            status: status(code),
            body: v1::failure(code.v1, message, request_id),
            code: code.errcode,
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
    Answered { status: status(code), body: v1::failure(code.v1, message, request_id), code: code.errcode }
}

async fn unknown_path(State(context): State<Arc<Context>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // Read for the sake of the connection; what it holds does not matter.
    let _ = tokio::time::timeout(DEADLINE, collect(body, BODY_LIMIT)).await;
    let path = parts.uri.path();
    if path.starts_with("/v1.0/") || path == "/v1.0" {
        let answered = no_such_api(&request_id(Dialect::V1, &context));
        return respond(answered.status, "application/json;charset=utf-8", answered.body);
    }
    let request_id = request_id(Dialect::Legacy, &context);
    respond(StatusCode::OK, "application/json;charset=UTF-8", legacy::unknown_path(path, &request_id))
}

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
