//! The event stream of open pages: server-sent events named `sent`, `recalled` and `read`.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};

use super::{
    Pages,
    cookies::Visitor,
    empty, failed,
    session::{self, SignedIn},
};
use crate::live::{HandOver, LivePage, OpenError, PageOwner};

/// Returns the events of a member. The stream ends with the session, or after events were missed; then the browser reconnects.
pub async fn events(State(pages): State<Pages>, signed_in: SignedIn, visitor: Visitor) -> Response<Body> {
    let owner = PageOwner {
        corp: signed_in.corp.clone(),
        member: signed_in.member,
        session: signed_in.session,
        expires_at: signed_in.expires_at,
    };
    let page = match pages.live.open(owner, || pages.store.subscribe()) {
        Ok(page) => page,
        Err(OpenError::TooManyOfMember) => return empty(StatusCode::TOO_MANY_REQUESTS),
        Err(OpenError::TooMany) => return empty(StatusCode::SERVICE_UNAVAILABLE),
    };
    // The session may have ended before the page was registered.
    match session::current(&pages, &visitor).await {
        Ok(Some(_)) => {}
        Ok(None) => return empty(StatusCode::UNAUTHORIZED),
        Err(error) => return failed(signed_in.page(), &error),
    }
    stream(page)
}

/// Returns the events of a page.
pub(crate) fn stream(page: LivePage) -> Response<Body> {
    let mut response = Response::new(Body::from_stream(page));
    response.extensions_mut().insert(HandOver);
    let proxy_buffering = HeaderName::from_static("x-accel-buffering");
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (proxy_buffering, "no"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
