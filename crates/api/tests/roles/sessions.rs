//! Which sessions count.

use axum::http::Method;
use carillon_domain::{contact::user, session};
use carillon_model::{
    app::AppType,
    fact::Client,
    id::UserId,
    operator::{AccountScope, OperatorRole},
    time::DAY_MS,
};
use carillon_store::PasswordOrigin;
use serde_json::json;
use testkit::server::NOW;

use crate::matrix::{app_matrix::AppMatrix, request::Request};
use crate::operator;

const AUDITS: &str = "/v1.0/carillon/audits/query";
const ORGANISATION: &str = "/v1.0/carillon/organisation";
const MISSING: &str = "AuthenticationFailed.MissingParameter";
const ROLE_DENIED: &str = "Forbidden.AccessDenied.OperatorRoleDenied";

fn audits() -> Request {
    Request::to(Method::POST, AUDITS).with_body("application/json", "{}")
}

/// The status and the code of the response to a request.
fn outcome(server: &AppMatrix, request: &Request) -> (u16, String) {
    let answer = server.send(request);
    (answer.status, answer.body["code"].as_str().unwrap_or_default().to_owned())
}

fn ok() -> (u16, String) {
    (200, String::new())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn auditor(server: &AppMatrix, userid: &str) -> String {
    operator::sign_in(server, userid, [(OperatorRole::Auditor, AccountScope::All)])
}

#[test]
fn only_a_valid_session_counts() {
    let server = AppMatrix::start();
    let cookie = auditor(&server, "auditor");
    assert_eq!(outcome(&server, &audits().with_cookie(&cookie)), ok());
    assert_eq!(outcome(&server, &audits().with_cookie(&format!("lang=zh; {cookie}; x=y"))), ok());
    assert_eq!(outcome(&server, &audits()), refused(400, MISSING));
    for wrong in ["carillon_session=", "carillon_session=x", "session=x", &format!("__Host-{cookie}")] {
        assert_eq!(outcome(&server, &audits().with_cookie(wrong)), refused(400, MISSING), "{wrong}");
    }
    // Unused for two weeks, to the millisecond.
    let unused = auditor(&server, "another");
    server.clock.set(NOW + 14 * DAY_MS - 1);
    assert_eq!(outcome(&server, &audits().with_cookie(&cookie)), ok());
    server.clock.set(NOW + 14 * DAY_MS);
    assert_eq!(outcome(&server, &audits().with_cookie(&unused)), refused(400, MISSING));
    assert_eq!(outcome(&server, &audits().with_cookie(&cookie)), ok());
}

#[test]
fn roles_count_as_they_are_now() {
    let server = AppMatrix::start();
    let cookie = auditor(&server, "auditor");
    operator::set_roles(&server, "auditor", [(OperatorRole::Members, AccountScope::All)]);
    assert_eq!(outcome(&server, &audits().with_cookie(&cookie)), refused(403, ROLE_DENIED));
    operator::set_roles(&server, "auditor", []);
    assert_eq!(
        outcome(&server, &audits().with_cookie(&cookie)),
        refused(403, ROLE_DENIED),
        "a former operator"
    );
    operator::set_roles(&server, "auditor", [(OperatorRole::Auditor, AccountScope::All)]);
    assert_eq!(outcome(&server, &audits().with_cookie(&cookie)), ok());
    let member = operator::sign_in(&server, "member", []);
    assert_eq!(outcome(&server, &audits().with_cookie(&member)), refused(403, ROLE_DENIED), "a member");

    server.write(|tx, env, corp| user::delete(tx, env, corp, &UserId::from("auditor")));
    assert_eq!(
        outcome(&server, &audits().with_cookie(&cookie)),
        refused(400, MISSING),
        "the member has left"
    );
}

#[test]
fn a_temporary_password_opens_nothing() {
    let server = AppMatrix::start();
    auditor(&server, "auditor");
    let text = server.write(|tx, env, corp| {
        let member = tx.member_no(corp, &UserId::from("auditor"))?.expect("the member");
        user::set_password(tx, corp, member, "hash", PasswordOrigin::Temporary)?;
        session::begin(tx, env, corp, member, Client::Web)
    });
    let cookie = format!("carillon_session={text}");
    assert_eq!(outcome(&server, &audits().with_cookie(&cookie)), refused(400, MISSING));
}

#[test]
fn other_sites_cannot_use_a_session() {
    let server = AppMatrix::start();
    let cookie = operator::sign_in(&server, "owner", [(OperatorRole::Owner, AccountScope::All)]);
    let with =
        |request: Request, headers| outcome(&server, &Request { headers, ..request.with_cookie(&cookie) });
    for other in [
        &[("origin", "https://page.example")][..],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://carillon.test")],
    ] {
        assert_eq!(with(audits(), other), refused(400, MISSING), "{other:?}");
    }
    for own in [
        &[("origin", "http://carillon.test")][..],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://anything.test")],
        &[("sec-fetch-site", "none")],
    ] {
        assert_eq!(with(audits(), own), ok(), "{own:?}");
    }
    // A read by GET does no harm, and the other site cannot see the response.
    let read =
        Request { headers: &[("origin", "https://page.example")], ..Request::to(Method::GET, ORGANISATION) };
    let answer = server.send(&read.with_cookie(&cookie));
    assert_eq!((answer.status, answer.is_open_to_any_origin), (200, false));
    let preflight = Request {
        headers: &[("origin", "https://page.example"), ("access-control-request-method", "PUT")],
        ..Request::to(Method::OPTIONS, ORGANISATION)
    };
    assert!(!server.send(&preflight).is_open_to_any_origin);
}

#[test]
fn a_token_is_the_only_caller_of_its_request() {
    let server = AppMatrix::start();
    let cookie = operator::sign_in(&server, "owner", [(OperatorRole::Owner, AccountScope::All)]);
    let with_token = |token: &str| {
        let token_header = Some(token.to_owned());
        outcome(&server, &Request { token_header, ..audits().with_cookie(&cookie) })
    };
    assert_eq!(with_token(server.token_of(AppType::Internal)), ok());
    let denied = refused(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied");
    assert_eq!(with_token(server.token_without("Carillon.Audit.Read")), denied);
    assert_eq!(with_token("0123456789abcdef0123456789abcdef"), refused(400, "InvalidAuthentication"));
    // As without a session, a blank token is none.
    assert_eq!(with_token(" "), ok());
}

#[test]
fn an_operator_signs_the_audit_trail() {
    let server = AppMatrix::start();
    let cookie = operator::sign_in(&server, "owner", [(OperatorRole::Owner, AccountScope::All)]);
    let looks = json!({ "name": "改名", "short_name": "renamed", "time_zone": "Asia/Shanghai" });
    let set = Request::to(Method::PUT, ORGANISATION).with_body("application/json", looks.to_string());
    assert_eq!(outcome(&server, &set.with_cookie(&cookie)), ok());
    let filter = json!({ "action": "carillon.organisation_set" }).to_string();
    let query = Request::to(Method::POST, AUDITS).with_body("application/json", filter);
    let entries = server.send(&query.with_cookie(&cookie)).body["items"].clone();
    let entries = entries.as_array().unwrap();
    assert!(!entries.is_empty());
    for entry in entries {
        assert_eq!((&entry["actorType"], &entry["actorId"]), (&json!("member"), &json!("owner")), "{entry}");
    }
}
