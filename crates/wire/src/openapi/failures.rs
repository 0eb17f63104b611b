//! The responses of an operation: success, and each error with its status, code and body.

use std::collections::BTreeMap;

use carillon_model::error::Rule;
use serde_json::{Map, Value, json};

use crate::{
    codes::{self, Code},
    operation::{Dialect, Operation},
};

/// `errcode` of a refusal of the legacy gateway; the real code is in `sub_code`.
const WRAPPED: i64 = 88;
/// Refusals of the gateway for too many calls, or for the caller's address.
const GATEWAY: [Rule; 4] =
    [Rule::AddressNotAllowed, Rule::AppThrottled, Rule::OperationThrottled, Rule::MonthUsedUp];
/// Refusals for the token, of operations that need one.
const TOKEN: [Rule; 3] = [Rule::TokenMissing, Rule::TokenInvalid, Rule::PermissionDenied];
/// Any request can be too large, too slow, unreadable, or too much for a busy server.
const ANY: [Rule; 4] = [Rule::BodyTooLarge, Rule::BodyTooSlow, Rule::BodyUnreadable, Rule::Overloaded];

/// The bodies of errors, by name.
pub(super) fn schemas() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let request_id = text("Names this request in the log");
    let sub_code = text("The code again, or the code of the gateway if `errcode` is 88");
    json!({
        "LegacyFailure": {
            "type": "object",
            "properties": {
                "errcode": { "type": "integer", "description": "The error code" },
                "errmsg": text("What is wrong"),
                "sub_code": sub_code,
                "sub_msg": text("What is wrong"),
                "request_id": request_id,
            },
            "required": ["errcode", "errmsg"],
        },
        "V1Failure": {
            "type": "object",
            "properties": {
                "code": text("The error code"),
                "message": text("What is wrong"),
                "requestid": request_id,
                "accessdenieddetail": {
                    "type": "object",
                    "description": "Only if a permission is missing",
                    "properties": { "requiredScopes": {
                        "type": "array", "items": { "type": "string" }, "description": "The permissions",
                    } },
                },
            },
            "required": ["code", "message", "requestid"],
        },
        "Blocked": {
            "type": "object",
            "description": "The address called too often and is blocked for a while",
            "properties": {
                "status": { "type": "integer", "const": 1111, "description": "Blocked" },
                "wait": { "type": "integer", "description": "Seconds" },
                "source": text("Always x5"),
                "punish": text("Always deny"),
                "uuid": text("Names this refusal"),
            },
            "required": ["status", "wait", "source", "punish", "uuid"],
        },
    })
}

/// All responses of an operation by HTTP status. `success` is the schema of a successful one.
pub(super) fn responses(operation: &Operation, success: Value) -> Value {
    match operation.dialect {
        Dialect::Legacy => legacy(operation, success),
        Dialect::V1 => v1(operation, success),
    }
}

fn legacy(operation: &Operation, success: Value) -> Value {
    let mut texts: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    let wrapped =
        Code::legacy(WRAPPED, "the gateway refused the call; the reason is in sub_code and sub_msg");
    for code in errors(operation).into_iter().chain([wrapped]) {
        let texts = texts.entry(code.errcode).or_default();
        if !texts.contains(&code.message) {
            texts.push(code.message);
        }
    }
    let codes: Vec<i64> = texts.keys().copied().collect();
    let failure = json!({
        "description": described(texts.into_iter().map(|(code, texts)| (code.to_string(), texts))),
        "allOf": [
            { "$ref": "#/components/schemas/LegacyFailure" },
            { "type": "object", "properties": { "errcode": {
                "enum": codes, "description": "The error code",
            } } },
        ],
    });
    let blocked = json!({ "$ref": "#/components/schemas/Blocked" });
    let schema = json!({ "oneOf": [success, failure, blocked] });
    json!({
        "200": {
            "description": "Success or an error: `errcode` is 0 on success.",
            "content": { "application/json": { "schema": schema } },
        },
        "403": {
            "description": "The address called too often and is blocked for a while.",
            "content": { "text/html": { "schema": { "type": "string" } } },
        },
    })
}

fn v1(operation: &Operation, success: Value) -> Value {
    let mut by_status: BTreeMap<u16, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for code in errors(operation) {
        let texts = by_status.entry(code.status).or_default().entry(code.v1).or_default();
        if !texts.contains(&code.message) {
            texts.push(code.message);
        }
    }
    let mut responses = Map::new();
    responses.insert(
        "200".to_owned(),
        json!({ "description": "Success.", "content": { "application/json": { "schema": success } } }),
    );
    for (status, texts) in by_status {
        let codes: Vec<&str> = texts.keys().copied().collect();
        let description = described(texts.into_iter().map(|(code, texts)| (code.to_owned(), texts)));
        let failure = json!({ "allOf": [
            { "$ref": "#/components/schemas/V1Failure" },
            { "type": "object", "properties": { "code": { "enum": codes, "description": "The error code" } } },
        ] });
        let mut content = json!({ "application/json": { "schema": failure } });
        if status == 403 {
            content["application/json"]["schema"] =
                json!({ "oneOf": [failure, { "$ref": "#/components/schemas/Blocked" }] });
            content["text/html"] = json!({ "schema": { "type": "string" } });
        }
        responses.insert(status.to_string(), json!({ "description": description, "content": content }));
    }
    Value::Object(responses)
}

/// Every error that the operation can return.
fn errors(operation: &Operation) -> Vec<Code> {
    let fields = operation.bad_fields.iter().chain(&operation.missing_fields).map(|(_, code)| *code);
    let declared = operation.errors.iter().map(|(_, code)| *code).chain(fields);
    let token = TOKEN.into_iter().filter(|_| operation.needs_token);
    let method = match operation.dialect {
        Dialect::Legacy => Rule::WrongMethod,
        Dialect::V1 => Rule::UnknownOperation,
    };
    let body = Some(Rule::BodyMissing).filter(|_| operation.takes_body());
    // An operation may give a rule a code of its own, but not where the gateway refuses.
    let form =
        ANY.into_iter().chain([method]).chain(body).flat_map(|rule| [operation.code(rule), codes::of(rule)]);
    declared
        .chain([operation.bad_input, operation.own_fault])
        .chain(token.chain(GATEWAY).map(codes::of))
        .chain(form)
        .collect()
}

/// A line for each code, with its texts.
fn described(texts: impl Iterator<Item = (String, Vec<&'static str>)>) -> String {
    let lines: Vec<String> = texts.map(|(code, texts)| format!("- `{code}`: {}", texts.join("; "))).collect();
    lines.join("\n")
}
