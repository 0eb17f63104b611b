//! Responses to requests for unknown paths.

use std::{borrow::Cow, time::Instant};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Response, StatusCode, header, request::Parts},
};
use carillon_model::{env::Env, error::Rule};
use carillon_store::Store;

use crate::{
    codes, cors,
    form::percent_decoded,
    handler::{Answered, app_in_head, request_id, respond},
    journal::{self, AnsweredCall, Cause, KnownCaller},
    legacy,
    operation::Dialect,
    v1,
};

/// The operation of a request for an unknown path, in the log and in the journal of calls.
pub const NO_OPERATION: &str = "none";
/// Characters of a path in responses and in the log.
const MAX_PATH_CHARS: usize = 200;

/// Returns whether a path belongs to the v1.0 host: it starts with a version, such as `/v1.0` or `/v2.0`. Decided: regardless of doubled
/// slashes, percent signs and case, since clients of v1.0 take the status 200 of the legacy host for a success.
pub fn is_v1(path: &str) -> bool {
    let decoded = if path.contains('%') {
        Cow::Owned(percent_decoded(path.as_bytes()))
    } else {
        Cow::Borrowed(path.as_bytes())
    };
    let first = decoded.split(|byte| *byte == b'/').find(|step| !step.is_empty()).unwrap_or_default();
    let Some((b'v' | b'V', version)) = first.split_first() else { return false };
    let mut numbers = version.split(|byte| *byte == b'.');
    numbers.all(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// Returns whether a client prefers a page to JSON, like browsers: it accepts `text/html`, with at least the weight of `application/json`.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (mut html, mut json) = (0.0, 0.0);
    for range in ranges.flat_map(|value| value.split(',')) {
        let mut parameters = range.split(';').map(str::trim);
        let kind = parameters.next().unwrap_or_default();
        let weight = parameters.find_map(|parameter| parameter.strip_prefix("q=")?.trim().parse().ok());
        let weight: f32 = weight.unwrap_or(1.0);
        if kind.eq_ignore_ascii_case("text/html") {
            html = weight;
        } else if kind.eq_ignore_ascii_case("application/json") {
            json = weight;
        }
    }
    html > 0.0 && html >= json
}

/// Returns the JSON error of the host that the path belongs to. Calls of apps are recorded in the journal.
pub fn response(store: &Store, env: &Env, request: &Parts) -> Response<Body> {
    let began = Instant::now();
    let path = request.uri.path();
    if !is_v1(path) {
        let request_id = request_id(Dialect::Legacy, env);
        let api = legacy::api_name(&truncated(path));
        let message = format!("no operation is called {api}");
        log(request, StatusCode::OK, &request_id, &message);
        let (code, body) = (codes::of(Rule::UnknownOperation), legacy::unknown_api(&api, &request_id));
        let answered = Answered::error(StatusCode::OK, body, code, code.errcode, &message);
        return recorded(store, env, request, (Dialect::Legacy, request_id, began), answered);
    }
    if request.method == Method::OPTIONS {
        return preflight(env, request);
    }
    let request_id = request_id(Dialect::V1, env);
    let answered = no_such_api(&request_id);
    log(request, answered.status, &request_id, answered.message.as_deref().unwrap_or_default());
    recorded(store, env, request, (Dialect::V1, request_id, began), answered)
}

/// Records a call, and returns its response.
fn recorded(
    store: &Store,
    env: &Env,
    request: &Parts,
    (dialect, request_id, began): (Dialect, String, Instant),
    mut answered: Answered,
) -> Response<Body> {
    let content_type = match dialect {
        Dialect::Legacy => legacy::content_type(request.uri.path()),
        Dialect::V1 => &v1::CONTENT_TYPE,
    };
    let mut response = respond(answered.status, content_type, std::mem::take(&mut answered.body));
    if dialect == Dialect::V1 {
        cors::allow_any_origin(response.headers_mut());
        v1::identify(response.headers_mut(), &request_id);
    }
    // Paths that strangers try are not worth a record.
    if let Some(app) = app_in_head(store, env, dialect, request) {
        let mut answered =
            answered.because(Cause::Rule(Rule::UnknownOperation), "").known_as(Some(KnownCaller::App(app)));
        let operation = (NO_OPERATION, dialect);
        let took = began.elapsed();
        let call =
            AnsweredCall { operation, request, request_id, caller: None, took, is_unknown: true, body: None };
        journal::record(store, env, call, &mut answered);
    }
    response
}

/// Returns the response of the v1.0 host to a preflight request. Observed: it does not depend on the path.
pub(crate) fn preflight(env: &Env, request: &Parts) -> Response<Body> {
    let request_id = request_id(Dialect::V1, env);
    log(request, StatusCode::OK, &request_id, "preflight");
    cors::preflight(&request_id)
}

/// Writes the log line of a request for an unknown path.
pub fn log(request: &Parts, status: StatusCode, request_id: &str, message: &str) {
    tracing::info!(
        request_id,
        operation = NO_OPERATION,
        method = request.method.as_str(),
        path = truncated(request.uri.path()).as_ref(),
        status = status.as_u16(),
        errmsg = message,
        "request"
    );
}

/// Returns the error of the v1.0 host for an unknown path or method.
pub(crate) fn no_such_api(request_id: &str) -> Answered {
    let code = codes::of(Rule::UnknownOperation);
    let message = "Specified api is not found, please check your url and method.";
    let body = v1::failure(code.v1, message, request_id);
    Answered::error(StatusCode::NOT_FOUND, body, code, code.errcode, message)
        .because(Cause::Rule(Rule::UnknownOperation), "")
}

/// What follows this prefix is a secret, also where a character too many made the path unknown.
const SECRET_LINKS: &str = "/sign-in/link/";

fn truncated(path: &str) -> Cow<'_, str> {
    if path.starts_with(SECRET_LINKS) {
        return SECRET_LINKS.into();
    }
    match path.char_indices().nth(MAX_PATH_CHARS) {
        Some((end, _)) => format!("{}…", &path[..end]).into(),
        None => path.into(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn paths_with_a_version_belong_to_the_v1_host() {
        for path in [
            "/v1.0",
            "/v1.0/",
            "/v1.0/no/such",
            "/v2.0/im/x",
            "/v10.12/x",
            "/v1/x",
            "//v1.0/x",
            "/V1.0/x",
            "/%761.0/x",
            "/v1%2E0/x",
        ] {
            assert!(is_v1(path), "{path}");
        }
        for path in
            ["/", "/topapi/v2/user/get", "/v", "/v./x", "/v1.x/x", "/version/x", "/media/get", "/v1.0x/y"]
        {
            assert!(!is_v1(path), "{path}");
        }
    }

    #[test]
    fn browsers_get_pages_and_programs_get_json() {
        let prefers = |accept: &'static str| {
            prefers_html(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]))
        };
        for browser in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html",
            "TEXT/HTML; charset=utf-8",
            "application/json;q=0.5, text/html;q=0.6",
        ] {
            assert!(prefers(browser), "{browser}");
        }
        for program in [
            "*/*",
            "application/json",
            "application/json, text/plain, */*",
            "text/html;q=0",
            "application/json, text/html;q=0.9",
            "image/avif,image/webp,*/*;q=0.8",
            "",
        ] {
            assert!(!prefers(program), "{program}");
        }
        assert!(!prefers_html(&HeaderMap::new()));
    }
}
