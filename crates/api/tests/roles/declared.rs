//! Every operation with every role.

use carillon_model::{
    app::AppType,
    error::Rule,
    operator::{AccountScope, OperatorRole},
};
use carillon_wire::{CallerKind, Dialect, RoleLimit, codes};
use serde_json::json;

use super::{is_open, without_id};
use crate::matrix::{app_matrix::AppMatrix, fixture::Fixture, request::Request, valid_requests};
use crate::operator;

#[test]
fn every_operation_admits_its_roles_alone() {
    let server = AppMatrix::start();
    let sign_in =
        |role: OperatorRole| (role, operator::sign_in(&server, role.as_str(), [(role, AccountScope::All)]));
    let operators = OperatorRole::ALL.map(sign_in);
    let mut wrong = Vec::new();
    for operation in carillon_api::operations().iter().filter(|operation| operation.needs_token) {
        let example = Request::example(operation);
        let without_session = without_id(&server.send(&example));
        for (role, cookie) in &operators {
            let answer = server.send(&example.clone().with_cookie(cookie));
            let is_right = match &operation.operators {
                // A session means nothing to it.
                None => without_id(&answer) == without_session,
                Some(_) if is_open(operation, *role) => answer.status != 403 && answer.status < 500,
                Some(access) => {
                    let roles: Vec<&str> = access.role_names().collect();
                    answer.status == 403
                        && answer.body["code"] == codes::of(Rule::RoleDenied).v1
                        && answer.body["accessdenieddetail"] == json!({ "requiredRoles": roles })
                        && roles.iter().all(|role| answer.body["message"].as_str().unwrap().contains(role))
                }
            };
            if !is_right {
                wrong.push(format!("{} {}: {} {}", operation.id, role.as_str(), answer.status, answer.body));
            }
            if operation.operators.is_some() && answer.is_open_to_any_origin {
                wrong.push(format!("{}: any origin may read the response", operation.id));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn operators_succeed_with_each_declared_role() {
    let mut failed = Vec::new();
    for role in OperatorRole::ALL {
        let fixture = Fixture::open();
        let cookie = operator::sign_in(&fixture.server, "operator", [(role, AccountScope::All)]);
        for operation in valid_requests::operations().iter().filter(|operation| is_open(operation, role)) {
            // A file is uploaded in `members`.
            let Some(fields) = valid_requests::request(&fixture, operation.id) else { continue };
            let answer = fixture.server.send(&Request::of(operation, &fields).with_cookie(&cookie));
            if answer.status != 200 {
                failed.push(format!("{} {}: {} {}", role.as_str(), operation.id, answer.status, answer.body));
            }
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn roles_are_declared_where_they_can_be_checked() {
    for operation in carillon_api::operations() {
        let id = operation.id;
        let takes_operators = operation.callers.contains(&CallerKind::Operator);
        assert_eq!(takes_operators, operation.operators.is_some(), "{id}");
        let Some(access) = operation.operators else { continue };
        // Their codes, and the field of the account, are those of Carillon's own operations.
        assert!(operation.is_own() && operation.dialect == Dialect::V1 && operation.needs_token, "{id}");
        assert!(!access.roles.is_empty(), "{id}: name the owner if nobody else may");
        let can_be_limited = access.roles.iter().any(|role| role.can_be_limited());
        match access.accounts {
            RoleLimit::AllAccounts => {}
            RoleLimit::Filtered => assert!(can_be_limited, "{id}: none of its roles is limited to accounts"),
            RoleLimit::Field(field) => {
                let schema = operation.request.as_value();
                assert_eq!(schema["properties"][field]["type"], "string", "{id}: {field}");
                assert!(schema["required"].as_array().unwrap().contains(&json!(field)), "{id}: {field}");
                let has_code = operation.errors.iter().any(|(rule, _)| *rule == Rule::UnknownAccount);
                assert!(has_code, "{id}: no code for an unknown account");
            }
        }
    }
}

#[test]
fn operations_on_secrets_need_the_password_once_more() {
    let server = AppMatrix::start();
    let owner = operator::sign_in_once(&server, "owner", [(OperatorRole::Owner, AccountScope::All)]);
    let agent = operator::sign_in_once(&server, "agent", [(OperatorRole::Agent, AccountScope::All)]);
    let operations = carillon_api::operations();
    let on_secrets: Vec<_> =
        operations.iter().filter(|operation| operation.requires_reauthentication).collect();
    assert!(on_secrets.len() > 1);
    for operation in on_secrets {
        let answer = server.send(&Request::example(operation).with_cookie(&owner));
        let expected = codes::of(Rule::ReauthenticationRequired).v1;
        assert_eq!((answer.status, &answer.body["code"]), (403, &json!(expected)), "{}", operation.id);
        // Who lacks the role learns that first.
        let answer = server.send(&Request::example(operation).with_cookie(&agent));
        assert_eq!(answer.body["code"], codes::of(Rule::RoleDenied).v1, "{}", operation.id);
    }
}

/// What gives rights is for people: an app could give more than it has.
#[test]
fn operations_on_operators_apps_and_secrets_refuse_apps() {
    let server = AppMatrix::start();
    for operation in carillon_api::operations() {
        let for_people = [
            "operators",
            "apps",
            "member-imports",
            "organisation/sign-on",
            "event/subscriptions",
            "system",
            "dings/send",
            "calls/reach",
            "calls/try",
            "guide",
            "message/drafts",
        ]
        .iter()
        .any(|folder| operation.path.starts_with(&format!("/v1.0/carillon/{folder}")))
            || ["/password-link", "/unlock", "/sessions", "/sign-on"]
                .iter()
                .any(|part| operation.path.contains(part))
            // An app is bound by the policy of sends.
            || operation.id == "carillon.account_send_policy_set";
        assert_eq!(for_people, operation.needs_token && operation.app_types.is_empty(), "{}", operation.path);
        if !for_people {
            continue;
        }
        let token = server.token_of(AppType::Internal);
        let answer = server.send(&Request::example(&operation).with_token(&operation, token));
        let code = codes::of(Rule::PermissionDenied).v1;
        assert_eq!((answer.status, &answer.body["code"]), (403, &json!(code)), "{}", answer.body);
    }
}
