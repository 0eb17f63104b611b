//! One request in the clothes of different clients gets one answer.

use axum::http::Method;
use carillon_wire::{Dialect, Operation};
use serde_json::{Map, Value};

use crate::{
    request::{Request, fields, form},
    server::Server,
};

/// What every operation says of its example, in order; each set of clothes has a server of its own, so that one does not
/// find what another made.
fn said(dress: impl Fn(&Operation) -> Request) -> Vec<String> {
    let server = Server::start();
    carillon_api::operations()
        .iter()
        .map(|operation| {
            let answer = server.send(&dress(operation).allowed(operation, &server));
            let of = |name: &str| answer.body[name].to_string();
            let (code, message) = match operation.dialect {
                Dialect::Legacy => (of("errcode"), of("errmsg")),
                Dialect::V1 => (of("code"), of("message")),
            };
            assert!(!["-1", "88", "47001", "\"system.busy\""].contains(&code.as_str()), "{}", answer.body);
            format!("{}: {} {code} {message}", operation.id, answer.status)
        })
        .collect()
}

/// All values as texts, as the official Java client sends them.
fn as_texts(fields: Map<String, Value>) -> Map<String, Value> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    };
    fields.into_iter().map(|(name, value)| (name, text(value).into())).collect()
}

fn is_post(operation: &Operation) -> bool {
    operation.method == Method::POST
}

#[test]
fn the_clothes_of_a_request_do_not_matter() {
    let plain = said(Request::example);
    let texts = said(|operation| Request::of(operation, &as_texts(fields(operation))));
    assert_eq!(plain, texts, "JSON with all values as texts");
    let untyped = said(|operation| match Request::example(operation) {
        Request { body: Some(body), .. } => Request::example(operation).with_body("text/plain", body),
        request => request,
    });
    assert_eq!(plain, untyped, "JSON that calls itself text");
    let forms = said(|operation| match operation.dialect {
        Dialect::Legacy if is_post(operation) => Request::example(operation)
            .with_body("application/x-www-form-urlencoded", form(&fields(operation))),
        _ => Request::example(operation),
    });
    assert_eq!(plain, forms, "a form");
    let queries = said(|operation| match operation.dialect {
        Dialect::Legacy if operation.reads => Request::bare(operation, &fields(operation))
            .with_method(Method::GET)
            .with_query(&form(&fields(operation))),
        _ => Request::example(operation),
    });
    assert_eq!(plain, queries, "reads by GET");
}
