//! Roles that are limited to service accounts.

use axum::http::Method;
use carillon_model::{app::AppType, operator::OperatorRole};
use carillon_wire::{Operation, RoleLimit};
use serde_json::{Map, Value, json};

use super::{is_open, without_id};
use crate::matrix::{fixture::Fixture, request::Request, valid_requests};
use crate::operator::{self, only};

/// The operations whose requests name an account, and the field.
fn with_account() -> Vec<(&'static Operation, &'static str)> {
    let operations = valid_requests::operations().iter();
    let with_field = operations.filter_map(|operation| match operation.operators?.accounts {
        RoleLimit::Field(field) => Some((operation, field)),
        _ => None,
    });
    with_field.collect()
}

fn of(fields: &Map<String, Value>, field: &str, account: &str) -> Map<String, Value> {
    let mut fields = fields.clone();
    fields.insert(field.to_owned(), json!(account));
    fields
}

#[test]
fn an_account_outside_of_the_role_is_like_an_unknown_one() {
    let fixture = Fixture::open();
    let new = fixture.server.new_account("另一个");
    let other = fixture.ok("/topapi/serviceaccount/add", &new)["unionid"].as_str().unwrap().to_owned();
    let limited = OperatorRole::ALL.into_iter().filter(|role| role.can_be_limited());
    for role in limited {
        let cookie = operator::sign_in(&fixture.server, role.as_str(), [(role, only(&other))]);
        for (operation, field) in with_account().iter().filter(|(operation, _)| is_open(operation, role)) {
            let id = operation.id;
            let fields = valid_requests::request(&fixture, id).expect("fields");
            let send = |account: &str| {
                let request = Request::of(operation, &of(&fields, field, account));
                fixture.server.send(&request.with_cookie(&cookie))
            };
            let outside = without_id(&send(&fixture.account));
            let unknown = without_id(&send("nosuchaccountiE"));
            assert_eq!(outside, unknown, "{id}");
            assert!((400..404).contains(&outside.0) && outside.0 != 403, "{id}: {outside:?}");
            // An owner, who may see every account, gets the same for an unknown one.
            let request = Request::of(operation, &of(&fields, field, "nosuchaccountiE"));
            let owner = fixture.server.send(&request.with_cookie(fixture.server.owner()));
            assert_eq!(without_id(&owner), unknown, "{id}");
            let inside = without_id(&send(&other));
            assert!(inside != unknown && inside.0 != 403, "{id}: {inside:?}");
        }
    }
}

#[test]
fn a_limited_role_opens_no_operation_on_everything() {
    let fixture = Fixture::open();
    let limited: Vec<_> = OperatorRole::ALL.into_iter().filter(|role| role.can_be_limited()).collect();
    let all = limited.iter().map(|role| (*role, only(&fixture.account)));
    let cookie = operator::sign_in(&fixture.server, "limited", all);
    for operation in valid_requests::operations() {
        let Some(access) = operation.operators else { continue };
        // A file is uploaded in `members`.
        let Some(fields) = valid_requests::request(&fixture, operation.id) else { continue };
        let answer = fixture.server.send(&Request::of(operation, &fields).with_cookie(&cookie));
        let has_role = limited.iter().any(|role| access.roles.contains(role));
        let expected = if has_role && access.accounts != RoleLimit::AllAccounts { 200 } else { 403 };
        assert_eq!(answer.status, expected, "{}: {}", operation.id, answer.body);
        if has_role && expected == 403 {
            let message = answer.body["message"].as_str().unwrap();
            assert!(message.contains("全部服务号"), "{message}");
        }
    }
}

#[test]
fn an_app_makes_nobody_an_operator_who_may_more_than_the_app() {
    let fixture = Fixture::open();
    let path = format!("/v1.0/carillon/service-accounts/{}/operators", fixture.account);
    let set = Request::to(Method::PUT, &path)
        .with_body("application/json", json!({ "operator_user_id_list": ["bob"] }).to_string());
    for permission in
        ["qyapi_service_account_materials", "qyapi_service_account_menu", "qyapi_service_account_message"]
    {
        let token_header = Some(fixture.server.token_without(permission).to_owned());
        let answer = fixture.server.send(&Request { token_header, ..set.clone() });
        let scopes = &answer.body["accessdenieddetail"]["requiredScopes"];
        assert_eq!((answer.status, scopes), (403, &json!([permission])), "{}", answer.body);
    }
    assert_eq!(fixture.server.send(&set.with_cookie(fixture.server.owner())).status, 200);
}

#[test]
fn the_vendors_operators_of_an_account_have_its_roles() {
    let fixture = Fixture::open();
    // The fixture has made `ann` an operator of the account.
    let cookie = operator::sign_in(&fixture.server, "ann", []);
    let progress = json!({ "unionid": fixture.account, "task_id": fixture.task });
    let post = |path: &str, fields: &Value| {
        let request = Request::to(Method::POST, path);
        let request = request.with_body("application/json", fields.to_string()).with_cookie(&cookie);
        fixture.server.send(&request).status
    };
    assert_eq!(post("/v1.0/carillon/message/mass/progress", &progress), 200);
    assert_eq!(post("/v1.0/carillon/audits/query", &json!({})), 403);
    let operators = format!("/v1.0/carillon/service-accounts/{}/operators", fixture.account);
    let app = Request::to(Method::PUT, &operators)
        .with_body("application/json", json!({ "operator_user_id_list": ["bob"] }).to_string());
    let token_header = Some(fixture.server.token_of(AppType::Internal).to_owned());
    assert_eq!(fixture.server.send(&Request { token_header, ..app }).status, 200);
    assert_eq!(post("/v1.0/carillon/message/mass/progress", &progress), 403, "no operator any more");
}
