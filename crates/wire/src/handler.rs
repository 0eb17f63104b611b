//! The one handler: from bytes to a call, from a result to bytes.

mod outcome;
mod request;

use std::{
    collections::BTreeMap,
    future::{Future, ready},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{RawPathParams, State, rejection::RawPathParamsRejection},
    http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts},
    middleware,
    routing::any,
};
use carillon_model::{
    env::Env,
    error::{Error, Rule},
};
use futures::{FutureExt, future::Either};

use crate::{
    access_policy::{self, AccessPolicy, Refused},
    call::{Call, Visitor},
    caller::Caller,
    codes,
    context::Context,
    cors, legacy,
    operation::{Dialect, Function, HandlerError, Operation},
    request_body::ReportsBodyError,
    unknown_path, v1,
};

pub(crate) use outcome::Answered;
use outcome::{denied, failed, failure, gateway, lacking, refused, saying, unreadable};
use request::{Unread, read};

/// An operation that does not answer in this time, after its body has come, gets an error.
const DEADLINE: Duration = Duration::from_secs(60);
/// Bytes of an error's text in the log.
const LOGGED_MESSAGE_BYTES: usize = 512;

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

fn accepts(operation: &Operation, method: &Method) -> bool {
    *method == operation.method || operation.other_methods().any(|other| other == method)
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
    let origin = context.origin(&parts);
    let run = match (&operation.function, caller.clone()) {
        (Function::App(function), Some(caller)) => {
            let call = Call {
                env: context.env.clone(),
                caller,
                origin,
                operation: operation.id,
                request_id: request_id.to_owned(),
            };
            Either::Left(operation.run(function, context, call, params))
        }
        (Function::Visitor(function), _) => {
            let visitor = Visitor { env: context.env.clone(), origin, request_id: request_id.to_owned() };
            Either::Right(operation.run_for_visitor(function, context, visitor, params))
        }
        (Function::App(_), None) => return denied(operation, Rule::TokenMissing, request_id),
    };
    match tokio::time::timeout(DEADLINE, run).await {
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
