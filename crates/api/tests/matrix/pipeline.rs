//! Token, permission, app type, method, body and required fields: every operation refuses alike, as docs/WIRE.md
//! says.

use std::{
    io::{Read, Write},
    time::Duration,
};

use axum::http::Method;
use carillon_model::error::Rule;
use carillon_wire::{
    Code, Dialect, Operation, ParameterLocation,
    schema_decoder::{FieldError, Problem},
};
use serde_json::{Value, json};

use crate::matrix::app_matrix::{AppMatrix, Response, TYPES};
use crate::matrix::request::{Request, caller, fields};
use crate::matrix::valid_requests;

/// Runs a check on every operation, and reports all that fail.
fn every_operation(check: impl Fn(&AppMatrix, &Operation) -> Result<(), String>) {
    let server = AppMatrix::start();
    let failed: Vec<String> = valid_requests::operations()
        .iter()
        .filter_map(|operation| {
            check(&server, operation).err().map(|what| format!("{}: {what}", operation.id))
        })
        .collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// The errors of the legacy host and of the v1.0 host for the same mistake.
struct ExpectedError {
    legacy: i64,
    v1: &'static str,
    status: u16,
}

/// Expects a refusal by the gateway, which the legacy host wraps.
fn expect_denied(operation: &Operation, answer: &Response, expected: &ExpectedError) -> Result<(), String> {
    if operation.dialect == Dialect::V1 {
        return expect_refused(operation, answer, expected, "");
    }
    let body = &answer.body;
    // Paths outside of the gateway return errors of the token unwrapped.
    if !operation.path.starts_with("/topapi/") && expected.legacy != NOT_PERMITTED.legacy {
        let is_missing = expected.legacy == NO_TOKEN.legacy;
        let code = if is_missing { 40035 } else { expected.legacy };
        let is_bare = body["errcode"] == code && body.as_object().is_some_and(|fields| fields.len() == 2);
        let is_sound = is_bare && answer.status == 200 && answer.content_type == "application/json";
        return if is_sound { Ok(()) } else { Err(format!("expected a bare {code}, got {body}")) };
    }
    expect_error_form(operation, answer)?;
    let code = expected.legacy.to_string();
    let errmsg =
        format!("ding talk error[subcode={code},submsg={}]", body["sub_msg"].as_str().unwrap_or_default());
    if body["errcode"] == 88 && body["sub_code"] == code && body["errmsg"] == errmsg {
        Ok(())
    } else {
        Err(format!("expected 88 with {code}, got {body}"))
    }
}

/// Expects a refusal by the operation, with a message that ends with `ending`.
fn expect_refused(
    operation: &Operation,
    answer: &Response,
    expected: &ExpectedError,
    ending: &str,
) -> Result<(), String> {
    expect_error_form(operation, answer)?;
    let body = &answer.body;
    let (is_code, message) = match operation.dialect {
        Dialect::Legacy => (
            body["errcode"] == expected.legacy
                && (!operation.needs_token || body["sub_code"] == json!(expected.legacy.to_string())),
            &body["errmsg"],
        ),
        Dialect::V1 => (body["code"] == expected.v1 && answer.status == expected.status, &body["message"]),
    };
    if is_code && message.as_str().is_some_and(|message| message.ends_with(ending)) {
        return Ok(());
    }
    let ExpectedError { legacy, v1, status } = expected;
    Err(format!("expected {legacy} or {status} {v1}, ending in {ending:?}, got {} {body}", answer.status))
}

/// Expects the fields and headers that every error has.
fn expect_error_form(operation: &Operation, answer: &Response) -> Result<(), String> {
    let Response { status, content_type, body, .. } = answer;
    let is_sound = match operation.dialect {
        Dialect::Legacy => {
            let id = body["request_id"].as_str().unwrap_or_default();
            let is_id = (12..=13).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
            *status == 200 && content_type == legacy_type(operation) && is_id == operation.needs_token
        }
        Dialect::V1 => {
            let id = body["requestid"].as_str().unwrap_or_default();
            *status != 200
                && content_type == "application/json;charset=utf-8"
                && id.len() == 36
                && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-')
        }
    };
    if is_sound { Ok(()) } else { Err(format!("not the form of a failure: {status} {content_type} {body}")) }
}

/// Observed: only the gateway sends the charset.
fn legacy_type(operation: &Operation) -> &'static str {
    if operation.path.starts_with("/topapi/") { "application/json;charset=UTF-8" } else { "application/json" }
}

const NO_TOKEN: ExpectedError =
    ExpectedError { legacy: 40000, v1: "AuthenticationFailed.MissingParameter", status: 400 };
const WRONG_TOKEN: ExpectedError = ExpectedError { legacy: 40014, v1: "InvalidAuthentication", status: 400 };
const NOT_PERMITTED: ExpectedError =
    ExpectedError { legacy: 60011, v1: "Forbidden.AccessDenied.AccessTokenPermissionDenied", status: 403 };
const WRONG_METHOD: ExpectedError =
    ExpectedError { legacy: 43002, v1: "InvalidAction.NotFound", status: 404 };
const UNREADABLE: ExpectedError = ExpectedError { legacy: 47001, v1: "Invalidbody", status: 400 };
const NO_BODY: ExpectedError = ExpectedError { legacy: 44002, v1: "Missingbody", status: 400 };

#[test]
fn a_missing_or_wrong_token_is_refused() {
    every_operation(|server, operation| {
        if !operation.needs_token {
            return Ok(());
        }
        let example = Request::example(operation);
        expect_denied(operation, &server.send(&example), &NO_TOKEN)?;
        let blank = example.clone().with_token(operation, "");
        expect_denied(operation, &server.send(&blank), &NO_TOKEN)?;
        let wrong = example.clone().with_token(operation, "0123456789abcdef0123456789abcdef");
        expect_denied(operation, &server.send(&wrong), &WRONG_TOKEN)?;
        // In the place where the other host expects the token, and as OAuth callers send it.
        let token = server.token_of(caller(operation));
        let elsewhere = match operation.dialect {
            Dialect::Legacy => Request { token_header: Some(token.to_owned()), ..example },
            Dialect::V1 => example.with_query(&format!("access_token={token}")),
        };
        expect_denied(operation, &server.send(&elsewhere), &NO_TOKEN)
    });
}

#[test]
fn a_bad_token_is_reported_before_a_bad_body() {
    every_operation(|server, operation| {
        if !operation.needs_token || operation.method == Method::GET {
            return Ok(());
        }
        let broken = Request::example(operation).with_body("application/json", "{\"a\":");
        expect_denied(operation, &server.send(&broken), &NO_TOKEN)?;
        let wrong = broken.with_token(operation, "0123456789abcdef0123456789abcdef");
        expect_denied(operation, &server.send(&wrong), &WRONG_TOKEN)
    });
}

#[test]
fn a_missing_permission_is_named() {
    every_operation(|server, operation| {
        let Some(permission) = operation.permission.filter(|_| operation.needs_token) else { return Ok(()) };
        let request = Request::example(operation).with_token(operation, server.token_without(permission));
        let answer = server.send(&request);
        expect_denied(operation, &answer, &NOT_PERMITTED)?;
        let is_named = match operation.dialect {
            Dialect::Legacy => [&answer.body["sub_msg"], &answer.body["errmsg"]]
                .iter()
                .find_map(|text| text.as_str())
                .is_some_and(|text| text.ends_with(&format!("{{requiredScopes=[{permission}]}}"))),
            Dialect::V1 => answer.body["accessdenieddetail"]["requiredScopes"] == json!([permission]),
        };
        if is_named { Ok(()) } else { Err(format!("{permission} is not named: {}", answer.body)) }
    });
}

#[test]
fn only_apps_of_the_declared_types_may_call() {
    every_operation(|server, operation| {
        if !operation.needs_token {
            return Ok(());
        }
        for kind in TYPES {
            let answer =
                server.send(&Request::example(operation).with_token(operation, server.token_of(kind)));
            let allowed = operation.app_types.contains(&kind);
            if !allowed {
                expect_denied(operation, &answer, &NOT_PERMITTED)?;
            } else if answer.body["sub_code"] == "60011"
                || answer.body["errcode"] == 60011
                || answer.status == 403
            {
                return Err(format!("refuses {}: {}", kind.as_str(), answer.body));
            }
        }
        Ok(())
    });
}

#[test]
fn another_method_is_refused() {
    let all: Vec<(&str, Method)> =
        carillon_api::operations().into_iter().map(|one| (one.path, one.method)).collect();
    every_operation(|server, operation| {
        let of_path = |method: &Method| {
            all.iter().any(|(path, accepted)| *path == operation.path && accepted == method)
        };
        let known = |method: &Method| {
            of_path(method)
                || (operation.dialect == Dialect::Legacy
                    && (*method == Method::POST || (*method == Method::GET && operation.reads)))
        };
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        for method in methods.into_iter().filter(|method| !known(method)) {
            let request = Request { body: None, content_type: None, ..Request::example(operation) };
            let request = request.allowed(operation, server).with_method(method);
            let answer = server.send(&request);
            let expected = match operation.method {
                Method::GET => ExpectedError { legacy: 43001, ..WRONG_METHOD },
                _ => WRONG_METHOD,
            };
            expect_refused(operation, &answer, &expected, "")?;
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let is_listed = answer.allow.iter().any(|allowed| allowed == method.as_str());
                if is_listed != known(&method) {
                    return Err(format!("Allow lists {:?}, {method} among them: {is_listed}", answer.allow));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn a_body_that_cannot_be_read_is_refused() {
    every_operation(|server, operation| {
        if operation.dialect == Dialect::V1 && operation.method == Method::GET {
            return Ok(());
        }
        let request = Request::example(operation).with_method(match operation.dialect {
            Dialect::Legacy => Method::POST,
            Dialect::V1 => operation.method.clone(),
        });
        let request = request.allowed(operation, server);
        for (content_type, body) in [
            ("application/json", &b"{\"a\":"[..]),
            ("application/json", b"[1]"),
            ("application/json", b"{\"a\":\"\xFF\"}"),
            ("text/plain", b"{\"a\":1}}"),
            (
                "multipart/form-data; boundary=b",
                b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut off",
            ),
        ] {
            let answer = server.send(&request.clone().with_body(content_type, body));
            let expected = match operation.dialect {
                Dialect::Legacy if operation.takes_file && !content_type.starts_with("multipart/") => 43008,
                Dialect::Legacy if operation.takes_json_alone && content_type.starts_with("multipart/") => {
                    43004
                }
                Dialect::Legacy => operation.code(Rule::BodyUnreadable).errcode,
                Dialect::V1 => UNREADABLE.legacy,
            };
            // Facts are lines of JSON, of which one is invalid; a list of members has other columns; a logo is a picture.
            let has_own_format =
                ["carillon.facts_ingest", "carillon.member_import_upload", "carillon.organisation_logo"]
                    .contains(&operation.id);
            let v1 = match content_type {
                _ if has_own_format => "param.illegal",
                "multipart/form-data; boundary=b" if operation.takes_file => UNREADABLE.v1,
                _ if operation.takes_file => operation.code(Rule::MultipartNeeded).v1,
                "multipart/form-data; boundary=b" if operation.takes_body() => NO_BODY.v1,
                _ => UNREADABLE.v1,
            };
            expect_refused(operation, &answer, &ExpectedError { legacy: expected, v1, ..UNREADABLE }, "")?;
        }
        Ok(())
    });
}

#[test]
fn a_v1_operation_needs_a_json_body() {
    every_operation(|server, operation| {
        if operation.dialect == Dialect::Legacy || !operation.takes_body() {
            return Ok(());
        }
        let request = Request::example(operation).allowed(operation, server);
        for (content_type, body, expected) in [
            ("application/json", "", &NO_BODY),
            ("application/x-www-form-urlencoded", "a=b", &NO_BODY),
            ("multipart/form-data; boundary=b", "--b--", &NO_BODY),
            ("application/json", "a=b", &UNREADABLE),
            ("text/plain", "a=b", &UNREADABLE),
        ] {
            let not_multipart = ExpectedError { v1: operation.code(Rule::MultipartNeeded).v1, ..UNREADABLE };
            let expected = match operation.takes_file {
                true if content_type.starts_with("multipart/") => continue,
                true => &not_multipart,
                false => expected,
            };
            let answer = server.send(&request.clone().with_body(content_type, body));
            expect_refused(operation, &answer, expected, "")?;
        }
        Ok(())
    });
}

#[test]
fn a_required_field_that_is_missing_is_named() {
    every_operation(|server, operation| {
        // A body that is not a multipart form is refused for that. `hosts::upload` tests each part.
        if operation.takes_file {
            return Ok(());
        }
        let schema = operation.request.as_value();
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for name in required.filter(|name| operation.parameter_location(name) != ParameterLocation::Path) {
            let missing = FieldError { field: name.to_owned(), problem: Problem::Missing };
            let code: Code = operation.missing_code(name);
            let (v1, status, ending) = match operation.missing_at_gateway(&missing) {
                Some(_) => (format!("Missing{name}"), 400, format!("{name} is mandatory for this action.")),
                None if code.message.starts_with("缺少参数") => {
                    (String::new(), 200, code.message.to_owned())
                }
                None => (code.v1.to_owned(), code.status, format!("{name} is missing")),
            };
            let expected = ExpectedError { legacy: code.errcode, v1: v1.leak(), status };
            let mut without = fields(operation);
            without.remove(name);
            for alias in schema["properties"][name]["x-aliases"].as_array().into_iter().flatten() {
                without.remove(alias.as_str().unwrap_or_default());
            }
            let request = Request::of(operation, &without).allowed(operation, server);
            expect_refused(operation, &server.send(&request), &expected, &ending)?;
            // A null counts as absent.
            if operation.parameter_location(name) == ParameterLocation::Body {
                without.insert(name.to_owned(), Value::Null);
                let request = Request::of(operation, &without).allowed(operation, server);
                expect_refused(operation, &server.send(&request), &expected, &ending)?;
            }
        }
        Ok(())
    });
}

#[test]
fn a_refusal_leaves_the_connection_usable() {
    let server = AppMatrix::start();
    for request_line in ["PUT /topapi/serviceaccount/list", "POST /topapi/no/such", "POST /v1.0/no/such"] {
        let mut connection = std::net::TcpStream::connect(server.address()).unwrap();
        for turn in 1..=2 {
            let head = format!("{request_line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n");
            connection.write_all(head.as_bytes()).unwrap();
            // Many clients send the body in a separate packet.
            std::thread::sleep(Duration::from_millis(20));
            let written = connection.write_all(b"{}");
            let mut answer = [0; 4096];
            let length = written.and_then(|()| connection.read(&mut answer)).unwrap_or_default();
            assert!(
                answer[..length].starts_with(b"HTTP/1.1 "),
                "{request_line}: request {turn} has no answer"
            );
        }
    }
}
