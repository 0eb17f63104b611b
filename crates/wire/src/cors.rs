//! CORS: pages of any origin may call the v1.0 host, as on the vendor's gateway. Calls there are authorised by a token and never by a
//! cookie, so that a page gets nothing that it could not fetch without a browser.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, header},
};

use crate::{
    caller::CallerKind,
    operation::{Dialect, Operation},
    v1,
};

/// Observed on the vendor's gateway, except for the last two, which its clients send.
const ALLOWED_HEADERS: &str = "X-Requested-With, X-Sequence, _aop_secret, _aop_signature, x-acs-action, x-acs-version, \
    x-acs-date, Content-Type, x-acs-dingtalk-access-token, Authorization";

/// Returns whether pages of any origin may call an operation: one of the v1.0 host that no session authorises.
pub(crate) fn allows_any_origin(operation: &Operation) -> bool {
    let by_session = |kind: &CallerKind| matches!(kind, CallerKind::Operator | CallerKind::Member);
    operation.dialect == Dialect::V1 && !operation.callers.iter().any(by_session)
}

/// Adds the headers that every response of the v1.0 host has.
pub(crate) fn allow_any_origin(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, GET, OPTIONS, PUT, DELETE"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, "172800"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Returns the response to a preflight request.
pub(crate) fn preflight(request_id: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    allow_any_origin(response.headers_mut());
    v1::identify(response.headers_mut(), request_id);
    response
}
