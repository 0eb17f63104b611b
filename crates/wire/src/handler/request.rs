//! Reads a request: who sends it, whether they may, and its fields.

use std::sync::{Arc, Mutex};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Uri, header, request::Parts},
};
use bytes::Bytes;
use carillon_model::{
    env::Env,
    error::{Error, Rule},
    time::Timestamp,
};
use carillon_store::{App, Store};
use sha2::{Digest, Sha256};

use super::{PathFields, Pipeline, Served};
use crate::{
    access_policy::Refused,
    body::{self, BodyError, BodyForm, BodyFormats, Limits, Params, RawRequest},
    body_budget::{BodyBudget, Overloaded, Reservation, UNKNOWN_ADDRESS},
    body_collector::{self, BodyCollector},
    caller::Caller,
    operation::{Dialect, Operation},
    peer::{Holder, Peer},
    raw_body::RawBody,
};

/// Bytes that are read of a body before its sender is known.
const STRANGER_BODY_LIMIT: usize = 1 << 20;
/// The field of a legacy token.
const TOKEN_FIELD: &str = "access_token";
/// The header of a v1.0 token.
const TOKEN_HEADER: &str = "x-acs-dingtalk-access-token";

/// Why a request has no fields to call the operation with.
pub(super) enum Unread {
    /// The request was refused before its body was read.
    Denied(Rule),
    /// The token of an app has expired at a time.
    Expired(Arc<App>, Timestamp),
    /// The access policy refused it.
    AccessPolicy(Refused),
    /// The body broke a rule on its way.
    Body(Rule),
    /// The body came and makes no sense.
    Unreadable(BodyError),
    /// Who calls could not be found out.
    Failed(Error),
}

/// Finds out who calls, and reads the body for them: returns the fields, and the body that they are from. Header and query are looked at first: of a request that they are enough to
/// refuse, no byte of the body is read.
pub(super) async fn read(
    pipeline: &Pipeline,
    served: &Served,
    path_fields: PathFields,
    parts: &Parts,
    body: Body,
    caller: &mut Option<Caller>,
) -> Result<(Arc<Mutex<Reservation>>, Params, Bytes), Unread> {
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
        admit(pipeline, served, parts, token_in_head, caller).await?;
    }
    let (mut reservation, body) = if has_body {
        collect(pipeline, served, parts, body, is_known, caller).await?
    } else {
        (pipeline.access_policy.budget().empty(holder(parts)), Bytes::new())
    };
    let needs_json = operation.dialect == Dialect::V1 && served.takes_body && !operation.takes_file;
    if needs_json && is_form_or_empty(&parts.headers, &body) {
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
        let mut params = params(operation, path_fields, parts, Bytes::new()).map_err(Unread::Unreadable)?;
        let encoding = parts.headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        let encoding = encoding.unwrap_or_default().trim().to_ascii_lowercase();
        params.raw = (length > 0).then(|| RawBody::new(body, encoding, Some(Arc::clone(&reservation))));
        return Ok((reservation, params, Bytes::new()));
    }
    let params = params(operation, path_fields, parts, body.clone()).map_err(Unread::Unreadable)?;
    reservation.grow(length.saturating_add(params.nested_bytes())).map_err(overloaded)?;
    Ok((Arc::new(Mutex::new(reservation)), params, body))
}

/// Finds out who calls, and whether they may call the operation, from where they call and as often as they do.
async fn admit(
    pipeline: &Pipeline,
    served: &Served,
    parts: &Parts,
    token: Option<String>,
    caller: &mut Option<Caller>,
) -> Result<(), Unread> {
    let operation = &served.operation;
    if operation.needs_token {
        authorise(pipeline, operation, parts, token, caller).await?;
    }
    let app = caller.as_ref().and_then(|caller| caller.app().ok());
    if let (Some(peer), Some(app)) = (Peer::of(&parts.extensions), app) {
        peer.identify(Holder::App(app.key.clone()));
    }
    let app = app.map(Arc::as_ref);
    pipeline.access_policy.pass(&pipeline.context, operation, app, parts).await.map_err(Unread::AccessPolicy)
}

/// Reads the body. Of a caller who is not known yet, only so much that a token can be found in it.
async fn collect(
    pipeline: &Pipeline,
    served: &Served,
    parts: &Parts,
    body: Body,
    is_known: bool,
    caller: &mut Option<Caller>,
) -> Result<(Reservation, Bytes), Unread> {
    let operation = &served.operation;
    let budget: &Arc<BodyBudget> = pipeline.access_policy.budget();
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
        admit(pipeline, served, parts, token, caller).await?;
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

fn params(
    operation: &Operation,
    path_fields: PathFields,
    parts: &Parts,
    body: Bytes,
) -> Result<Params, BodyError> {
    let formats = match operation.dialect {
        Dialect::V1 if !operation.takes_file => BodyFormats::Json,
        Dialect::Legacy | Dialect::V1 => BodyFormats::All,
    };
    let query = parts.uri.query().filter(|query| !(operation.needs_token && is_token_alone(query)));
    let incoming = RawRequest { query, content_type: content_type(&parts.headers), body, formats };
    let mut params = body::parse(&incoming, &Limits::default())?;
    params.fields.extend(path_fields?.into_iter().map(|(name, value)| (name, value.into())));
    Ok(params)
}

fn is_form_or_empty(headers: &HeaderMap, body: &[u8]) -> bool {
    let form = content_type(headers).is_some_and(|value| {
        let value = value.trim_start().to_ascii_lowercase();
        value.starts_with("application/x-www-form-urlencoded") || value.starts_with("multipart/")
    });
    let body = body::strip_byte_order_mark(body);
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_none() || (form && first != Some(&b'{'))
}

/// Finds the app that a token names or, without a token, another kind of caller that the operation is open to. One without the
/// permission or the role is refused, and still known.
async fn authorise(
    pipeline: &Pipeline,
    operation: &Operation,
    parts: &Parts,
    token: Option<String>,
    found: &mut Option<Caller>,
) -> Result<(), Unread> {
    let caller = match token.filter(|token| !token.trim().is_empty()) {
        Some(token) => Caller::App(app_of(&pipeline.context.store, &pipeline.context.env, &token)?),
        None => {
            let found = match &pipeline.authenticators {
                Some(authenticators) => {
                    authenticators.find(&pipeline.context, parts, &operation.callers).await
                }
                None => Ok(None),
            };
            found.map_err(Unread::Failed)?.ok_or(Unread::Denied(Rule::TokenMissing))?
        }
    };
    let is_open = operation.callers.contains(&caller.kind());
    let has_permission = || operation.permission.is_none_or(|permission| caller.may(permission));
    let denied = match &caller {
        Caller::App(app) => {
            let may = is_open && operation.app_types.contains(&app.app_type) && has_permission();
            (!may).then_some(Rule::PermissionDenied)
        }
        Caller::Operator(operator) => {
            let may = operation.operators.is_some_and(|access| access.admits(&operator.rights));
            let must_reauthenticate = operation.requires_reauthentication && !operator.is_reauthenticated;
            let refused = || must_reauthenticate.then_some(Rule::ReauthenticationRequired);
            if may { refused() } else { Some(Rule::RoleDenied) }
        }
        Caller::Member(_) | Caller::Local(_) => {
            (!(is_open && has_permission())).then_some(Rule::PermissionDenied)
        }
    };
    *found = Some(caller);
    denied.map_or(Ok(()), |rule| Err(Unread::Denied(rule)))
}

fn app_of(store: &Store, env: &Env, token: &str) -> Result<Arc<App>, Unread> {
    let state = store.state();
    let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let token = state.tokens.get(&hash).ok_or(Unread::Denied(Rule::TokenInvalid))?;
    let app = state.apps.get(&token.app_key).map(Arc::clone).ok_or(Unread::Denied(Rule::TokenInvalid))?;
    if token.expires_at > env.now() { Ok(app) } else { Err(Unread::Expired(app, token.expires_at)) }
}

/// The app with a valid token in the header or the query of a request that no operation serves.
pub(crate) fn app_in_head(store: &Store, env: &Env, dialect: Dialect, parts: &Parts) -> Option<Arc<App>> {
    let token = match dialect {
        Dialect::V1 => token_in_header(&parts.headers),
        Dialect::Legacy => token_in_query(&parts.uri),
    };
    app_of(store, env, &token?).ok()
}

fn token_in_header(headers: &HeaderMap) -> Option<String> {
    headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Returns whether a query has no field beside a legacy token, as nearly all of the legacy host have.
fn is_token_alone(query: &str) -> bool {
    let token = query.strip_prefix(TOKEN_FIELD).and_then(|rest| rest.strip_prefix('='));
    token.is_some_and(|token| token.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn token_in_query(uri: &Uri) -> Option<String> {
    uri.query()?.split('&').find_map(|pair| {
        // Most pairs are the same when decoded.
        if !pair.contains(['%', '+']) {
            let (name, token) = pair.split_once('=').unwrap_or((pair, ""));
            return (name == TOKEN_FIELD).then(|| token.to_owned());
        }
        let mut decoded = form_urlencoded::parse(pair.as_bytes());
        decoded.find(|(name, _)| name == TOKEN_FIELD).map(|(_, token)| token.into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_the_query_is_decoded_as_browsers_do() {
        for (query, token) in [
            ("access_token=abc", Some("abc")),
            ("a=1&access_token=abc&access_token=d", Some("abc")),
            ("access_token=a=b", Some("a=b")),
            ("access_token=a%2Bb+c", Some("a+b c")),
            ("access%5Ftoken=abc", Some("abc")),
            ("&&access_token=&x", Some("")),
            ("access_token", Some("")),
            ("access_tokens=a&xaccess_token=b", None),
            ("a=access_token=b", None),
            ("", None),
        ] {
            let found = token_in_query(&format!("/topapi/x?{query}").parse().expect("an address"));
            assert_eq!(found.as_deref(), token, "{query}");
            let decoded = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "access_token");
            assert_eq!(found, decoded.map(|(_, value)| value.into_owned()), "{query}");
        }
    }
}
