//! The one handler: from bytes to a call, from a result to bytes.

mod outcome;
mod request;
mod routes;

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{HeaderValue, Request, Response, StatusCode, header, request::Parts},
};
use carillon_model::{
    env::Env,
    error::{Error, Rule},
};
use futures::FutureExt;
use tokio::time::timeout;

use crate::{
    access_policy::Refused,
    body::Params,
    call::{Call, Visitor},
    caller::Caller,
    codes, cors,
    dispatcher::{FromInside, RequestId},
    journal::{self, AnsweredCall, Cause, KnownCaller},
    legacy,
    operation::{Dialect, Function, HandlerError},
    operator_access::OperatorAccess,
    request_body::ReportsBodyError,
    unknown_path, v1,
};

pub(crate) use outcome::Answered;
use outcome::{
    denied, failed, failure, gateway, lacking, lacking_role, missing_parameter, refused, saying, unreadable,
};
pub(crate) use request::app_in_head;
use request::{Unread, read};
pub use routes::{Operations, PathOperations, guarded_router, router};
use routes::{PathFields, Pipeline};
pub(crate) use routes::{Paths, Served, find_by_id, serve_from_inside};

/// An operation that does not answer in this time, after its body has come, gets an error.
const DEADLINE: Duration = Duration::from_secs(60);
/// Bytes of an error's text in the log.
const LOGGED_MESSAGE_BYTES: usize = 512;

async fn serve(
    pipeline: &Pipeline,
    served: &Served,
    path_fields: PathFields,
    request: Request<Body>,
) -> Response<Body> {
    let began = Instant::now();
    let operation = &served.operation;
    let request_id = request_id(operation.dialect, &pipeline.context.env);
    let mut caller = None;
    let (parts, body) = request.into_parts();
    let answering = answer(pipeline, served, path_fields, (&parts, body), &request_id, &mut caller);
    let answering = AssertUnwindSafe(answering).catch_unwind();
    let mut answered = match answering.await {
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
        Dialect::V1 => &v1::CONTENT_TYPE,
    };
    let body = journal::recorded_body(&pipeline.context, caller.as_ref(), &parts, &mut answered);
    let closes = answered.closes;
    let mut response = respond(answered.status, content_type, std::mem::take(&mut answered.body));
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
    if parts.extensions.get::<FromInside>().is_some() {
        response.extensions_mut().insert(RequestId(request_id.clone()));
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    let call = AnsweredCall {
        operation: (operation.id, operation.dialect),
        is_unknown: !operation.accepts(&parts.method),
        request: &parts,
        request_id,
        caller,
        took: elapsed,
        body,
    };
    journal::record(&pipeline.context.store, &pipeline.context.env, call, &mut answered);
    response
}

/// So much of an error's text as goes into the log.
fn logged(message: &str) -> &str {
    &message[..message.floor_char_boundary(LOGGED_MESSAGE_BYTES)]
}

async fn answer(
    pipeline: &Pipeline,
    served: &Served,
    path_fields: PathFields,
    (parts, body): (&Parts, Body),
    request_id: &str,
    caller: &mut Option<Caller>,
) -> Answered {
    let (operation, context) = (&served.operation, &pipeline.context);
    if !operation.accepts(&parts.method) {
        let answered = match operation.dialect {
            Dialect::Legacy => refused(operation, operation.wrong_method(), request_id),
            Dialect::V1 => unknown_path::no_such_api(request_id),
        };
        let app = app_in_head(&context.store, &context.env, operation.dialect, parts);
        return answered.known_as(app.map(KnownCaller::App));
    }
    // It holds what the body takes in memory until the operation has answered.
    let (_reservation, params, body) = match read(pipeline, served, path_fields, parts, body, caller).await {
        Ok(read) => read,
        Err(Unread::Denied(Rule::RoleDenied)) => {
            let roles: Vec<&str> = operation.operators.iter().flat_map(OperatorAccess::role_names).collect();
            return lacking_role(operation, &roles, request_id);
        }
        Err(Unread::Denied(Rule::PermissionDenied)) => {
            let scopes: Vec<&str> = operation.permission.into_iter().collect();
            return lacking(operation, caller.as_ref(), &context.origin(parts), &scopes, request_id);
        }
        Err(Unread::Denied(rule)) => return denied(operation, rule, request_id),
        Err(Unread::Expired(app, at)) => {
            let answered = denied(operation, Rule::TokenInvalid, request_id);
            let cause = Cause::Rule(Rule::TokenInvalid);
            return answered.because(cause, at.0.to_string()).known_as(Some(KnownCaller::App(app)));
        }
        Err(Unread::AccessPolicy(Refused { rule, text, detail })) => {
            let code = codes::of(rule);
            let is_legacy = operation.dialect == Dialect::Legacy;
            let answered =
                if is_legacy && rule == Rule::AddressNotAllowed && !legacy::is_topapi(operation.path) {
                    Answered::error(StatusCode::OK, legacy::bare(code, &text), code, code.errcode, &text)
                } else if is_legacy && pipeline.access_policy.wraps(rule) {
                    gateway(operation, code, &text, request_id)
                } else {
                    saying(operation, code, text, request_id)
                };
            return answered.because(Cause::Rule(rule), detail);
        }
        Err(Unread::Body(rule)) => {
            let closes = rule == Rule::BodyTooSlow;
            return Answered { closes, ..refused(operation, rule, request_id) };
        }
        Err(Unread::Unreadable(error)) => return unreadable(operation, &error, request_id),
        Err(Unread::Failed(error)) => return failed(operation, &error, request_id),
    };
    let mut answered = run(pipeline, served, parts, params, request_id, caller.clone()).await;
    if let Some(refusal) = &mut answered.refusal
        && (caller.is_some() || answered.known.is_some())
    {
        refusal.ids = journal::ids_in(operation, parts, body.clone());
    }
    Answered { request: body, ..answered }
}

/// Runs the function of an operation.
async fn run(
    pipeline: &Pipeline,
    served: &Served,
    parts: &Parts,
    params: Params,
    request_id: &str,
    caller: Option<Caller>,
) -> Answered {
    let (operation, context) = (&served.operation, &pipeline.context);
    let (env, origin) = (context.env.clone(), context.origin(parts));
    let mut proven = None;
    let call = |caller, env, origin| {
        let request_id = request_id.to_owned();
        let roles = operation.operators.map_or(&[][..], |access| access.roles);
        Call { env, caller, origin, operation: operation.id, roles, request_id }
    };
    let outcome = match (&operation.function, caller.clone()) {
        (Function::Snapshot(function), Some(caller)) => {
            Ok(operation.run_on_snapshot(function, context, &call(caller, env, origin), params.fields))
        }
        (Function::App(function), Some(caller)) => {
            timeout(DEADLINE, Box::pin(operation.run(function, context, call(caller, env, origin), params)))
                .await
        }
        (Function::Visitor(function), _) => {
            let visitor = Visitor { env, origin, request_id: request_id.to_owned() };
            let running = operation.run_for_visitor(function, context, visitor, params, &mut proven);
            timeout(DEADLINE, Box::pin(running)).await
        }
        (_, None) => return denied(operation, Rule::TokenMissing, request_id),
    };
    let answered = match outcome {
        Ok(Ok(body)) => Answered::success(body),
        Ok(Err(HandlerError::Field(error))) => {
            if let Some(field) = operation.missing_at_gateway(&error) {
                return missing_parameter(field, request_id);
            }
            let code = operation.handler_error_code(&error);
            failure(operation, code, Some(&format!("{} {}", error.field, error.problem)), request_id)
                .because(Cause::Field, error.field)
        }
        // Some operations need permissions that depend on the request; the reason lists them.
        Ok(Err(HandlerError::Failed(Error::RuleBecause(Rule::PermissionDenied, permissions))))
            if operation.needs_token =>
        {
            let scopes: Vec<&str> = permissions.split(',').collect();
            lacking(operation, caller.as_ref(), &context.origin(parts), &scopes, request_id)
        }
        // The same for a role: the operation is open to the caller, but not for this request.
        Ok(Err(HandlerError::Failed(Error::RuleBecause(Rule::RoleDenied, roles))))
            if operation.operators.is_some() =>
        {
            lacking_role(operation, &roles.split(',').collect::<Vec<_>>(), request_id)
        }
        Ok(Err(HandlerError::Failed(error))) => failed(operation, &error, request_id),
        Err(_) => failed(operation, &Error::internal("the operation took too long"), request_id),
    };
    answered.known_as(proven.and_then(|proven| KnownCaller::of(context, proven)))
}

pub(crate) fn respond(status: StatusCode, content_type: &HeaderValue, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, content_type.clone());
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
