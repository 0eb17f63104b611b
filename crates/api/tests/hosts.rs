//! What both hosts check before an operation runs: unknown paths, origins, tokens and malformed bodies.

mod bodies;
mod credentials;
mod origins;
mod texts;
mod unserved;
mod upload;

use testkit::server::TestServer;
use ureq::http::{Method, Request, Response};

/// Sends a request as it is.
fn send(
    server: &TestServer,
    method: &Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response<String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let mut request = Request::builder().method(method).uri(format!("{}{path}", server.base_url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = if body.is_empty() {
        agent.run(request.body(()).unwrap())
    } else {
        agent.run(request.body(body).unwrap())
    }
    .unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    response.map(|_| text)
}
