//! The v1.0 host may be called from pages of any origin, as the headers of the vendor's gateway say. A token authorises a call there
//! and never a cookie, so that a page gets nothing that it could not fetch without a browser.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, header},
};

use crate::{
    caller::CallerKind,
    operation::{Dialect, Operation},
    v1,
};

/// Observed on the vendor's gateway, but for the last two, which its own clients send.
const HEADERS: &str = "X-Requested-With, X-Sequence, _aop_secret, _aop_signature, x-acs-action, x-acs-version, \
    x-acs-date, Content-Type, x-acs-dingtalk-access-token, Authorization";

/// Whether pages of any origin may call an operation: one of the v1.0 host that no session authorises.
pub(crate) fn is_open(operation: &Operation) -> bool {
    let by_session = |kind: &CallerKind| matches!(kind, CallerKind::Operator | CallerKind::Member);
    operation.dialect == Dialect::V1 && !operation.callers.iter().any(by_session)
}

/// Adds the headers that every response of the v1.0 host has.
pub(crate) fn allow_any_origin(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, GET, OPTIONS, PUT, DELETE"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, "172800"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The response to a browser that asks whether a page may call.
pub(crate) fn preflight(request_id: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    allow_any_origin(response.headers_mut());
    v1::identify(response.headers_mut(), request_id);
    response
}
