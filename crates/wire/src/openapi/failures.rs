//! The responses of an operation: success, and each error with its status, code and body.
//!
//! Errors that many operations share are schemas (`Group`), to which the operations refer.

use std::collections::BTreeMap;

use carillon_model::error::Rule;
use serde_json::{Map, Value, json};

use crate::{
    codes::{self, Code},
    journal::Cause,
    operation::{Dialect, Operation},
};

/// An error of the legacy gateway; the actual code is in `sub_code`.
const GATEWAY_ERROR: Code =
    Code::legacy(88, "the gateway refused the call; the reason is in sub_code and sub_msg");

const ERRCODE: &str = "The code of the error, never 0.";
const V1_CODE: &str = "The code of the error, as text.";
const MESSAGE: &str = "What is wrong, as text for people.";

/// Errors that many operations share.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// For all requests: the address of the caller, too many calls, the method, a body that is too large, too slow or unreadable.
    Gateway,
    /// The token, for operations that need one.
    Token,
    /// The role of an operator, for operations that are open to operators.
    Role,
    /// A missing body, for operations with a body.
    Body,
    /// An invalid field, unless an operation has another code for it.
    BadInput,
    /// A missing field, as the vendor's v1.0 gateway reports it.
    MissingParameter,
    /// An internal error, unless an operation has another code for it.
    Busy,
}

impl Group {
    const ALL: [Self; 7] = [
        Self::Gateway,
        Self::Token,
        Self::Role,
        Self::Body,
        Self::BadInput,
        Self::MissingParameter,
        Self::Busy,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Gateway => "GatewayError",
            Self::Token => "TokenError",
            Self::Role => "RoleError",
            Self::Body => "BodyMissing",
            Self::BadInput => "BadInput",
            Self::MissingParameter => "MissingParameter",
            Self::Busy => "Busy",
        }
    }

    fn dialect_name(self, dialect: Dialect) -> String {
        let host = if dialect == Dialect::Legacy { "Legacy" } else { "V1" };
        format!("{host}{}", self.name())
    }

    /// Returns the name of the schema of its errors with one HTTP status of the v1.0 host.
    fn schema(self, status: u16) -> String {
        format!("V1{}{status}", self.name())
    }

    fn codes(self, dialect: Dialect) -> Vec<Code> {
        self.errors(dialect).into_iter().map(|(_, code)| code).collect()
    }

    /// Returns its errors with what each is about.
    fn errors(self, dialect: Dialect) -> Vec<(Cause, Code)> {
        let is_legacy = dialect == Dialect::Legacy;
        let wrong_method = if is_legacy { Rule::WrongMethod } else { Rule::UnknownOperation };
        let rules: &[Rule] = match self {
            Self::Gateway => &[
                Rule::AddressNotAllowed,
                Rule::AppThrottled,
                Rule::OperationThrottled,
                Rule::MonthUsedUp,
                Rule::BodyTooLarge,
                Rule::BodyTooSlow,
                Rule::BodyUnreadable,
                Rule::Overloaded,
                wrong_method,
            ],
            Self::Token => &[Rule::TokenMissing, Rule::TokenInvalid, Rule::PermissionDenied],
            Self::Role if is_legacy => &[],
            Self::Role => &[Rule::RoleDenied],
            Self::Body => &[Rule::BodyMissing],
            Self::BadInput | Self::MissingParameter | Self::Busy => &[],
        };
        let other = match self {
            Self::Gateway if is_legacy => Some((Cause::Fault, GATEWAY_ERROR)),
            Self::Token if is_legacy => Some((Cause::Rule(Rule::TokenMissing), codes::TOKEN_MISSING_BARE)),
            Self::BadInput => Some((Cause::Field, bad_input(dialect))),
            Self::MissingParameter if !is_legacy => Some((Cause::Field, codes::V1_MISSING_PARAMETER)),
            Self::Busy => Some((Cause::Fault, codes::BUSY)),
            _ => None,
        };
        rules.iter().map(|rule| (Cause::Rule(*rule), codes::of(*rule))).chain(other).collect()
    }

    /// Returns the groups of an operation.
    fn of(operation: &Operation) -> Vec<Self> {
        let mut groups = Self::ALL.to_vec();
        groups.retain(|group| match group {
            Self::Gateway => true,
            Self::Token => operation.needs_token,
            Self::Role => operation.operators.is_some(),
            Self::Body => operation.takes_body(),
            Self::BadInput => operation.bad_input == bad_input(operation.dialect),
            Self::MissingParameter => operation.is_behind_v1_gateway(),
            Self::Busy => operation.own_fault == codes::BUSY,
        });
        groups
    }
}

/// The errors of all groups, by the name of the group in a dialect.
pub(super) fn groups() -> Value {
    let mut groups = Map::new();
    for dialect in [Dialect::Legacy, Dialect::V1] {
        for group in Group::ALL {
            let errors = group.errors(dialect);
            if !errors.is_empty() {
                let errors = errors.into_iter().map(|(cause, code)| error(dialect, cause, "", code));
                groups.insert(group.dialect_name(dialect), errors.collect());
            }
        }
    }
    Value::Object(groups)
}

/// The names of the groups of an operation.
pub(super) fn group_names(operation: &Operation) -> Vec<String> {
    let groups = Group::of(operation).into_iter();
    let groups = groups.filter(|group| !group.errors(operation.dialect).is_empty());
    groups.map(|group| group.dialect_name(operation.dialect)).collect()
}

/// An error with its cause: the name of a rule, `field` or `fault`.
pub(super) fn error(dialect: Dialect, cause: Cause, field: &str, code: Code) -> Value {
    let mut error = match dialect {
        Dialect::Legacy => json!({ "errcode": code.errcode, "message": code.message }),
        Dialect::V1 => json!({ "code": code.v1, "status": code.status, "message": code.v1_message }),
    };
    error["cause"] = cause.as_str().into();
    if !field.is_empty() {
        error["field"] = field.into();
    }
    error
}

fn bad_input(dialect: Dialect) -> Code {
    match dialect {
        Dialect::Legacy => codes::BAD_PARAMETER,
        Dialect::V1 => codes::V1_BAD_PARAMETER,
    }
}

/// Codes with their texts.
type Texts<Key> = BTreeMap<Key, Vec<&'static str>>;

/// The schemas that responses refer to, by name.
pub(super) fn schemas() -> Value {
    let mut schemas = bodies();
    for group in Group::ALL {
        let texts = legacy_texts(group.codes(Dialect::Legacy));
        if !texts.is_empty() {
            schemas[format!("Legacy{}", group.name())] = legacy_failure(texts);
        }
        for (status, texts) in v1_texts(group.codes(Dialect::V1)) {
            schemas[group.schema(status)] = v1_body(&texts);
            schemas[group.schema(status)]["description"] = description(texts).into();
        }
    }
    schemas
}

/// The responses that operations refer to, by name.
pub(super) fn shared_responses(operations: &[Operation]) -> Value {
    // Sorted, so that the document does not depend on the order of declarations.
    let mut shared = BTreeMap::new();
    shared.insert(
        BLOCKED.to_owned(),
        json!({
            "description": "The address called too often and is blocked for a while.",
            "content": { "text/html": { "schema": { "type": "string" } } },
        }),
    );
    for operation in operations.iter().filter(|operation| operation.dialect == Dialect::V1) {
        for (status, error) in v1_errors(operation) {
            if let Some(name) = error.shared_name(status) {
                shared.entry(name).or_insert_with(|| error.response(status));
            }
        }
    }
    Value::Object(shared.into_iter().collect())
}

/// The bodies of errors.
fn bodies() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let request_id = text("The id of this request, by which the log and the journal of calls name it.");
    let sub_code = text("The code again, as text; the code of the gateway if `errcode` is 88.");
    json!({
        "LegacyFailure": {
            "type": "object",
            "properties": {
                "errcode": { "type": "integer", "description": ERRCODE },
                "errmsg": text(MESSAGE),
                "sub_code": sub_code,
                "sub_msg": text("What is wrong, as text for people; that of the gateway if `errcode` is 88."),
                "request_id": request_id,
            },
            "required": ["errcode", "errmsg"],
        },
        "V1Failure": {
            "type": "object",
            "properties": {
                "code": text(V1_CODE),
                "message": text(MESSAGE),
                "requestid": request_id,
                "accessdenieddetail": {
                    "type": "object",
                    "description": "The permissions or roles that are missing; absent for other errors.",
                    "properties": {
                        "requiredScopes": {
                            "type": "array", "items": { "type": "string" },
                            "description": "Codes of the permissions that the app needs.",
                        },
                        "requiredRoles": {
                            "type": "array", "items": { "type": "string" },
                            "description": "The roles of which an operator needs one.",
                        },
                    },
                },
            },
            "required": ["code", "message", "requestid"],
        },
        "LegacySuccess": {
            "type": "object",
            "properties": {
                "errcode": { "type": "integer", "const": 0, "description": "Always 0: the call succeeded." },
                "errmsg": text("Always `ok`: the call succeeded."),
                "request_id": request_id,
            },
            "required": ["errcode", "errmsg", "request_id"],
        },
        "Blocked": {
            "type": "object",
            "description": "The address called too often and is blocked for a while",
            "properties": {
                "status": { "type": "integer", "const": 1111, "description": "Always 1111: the address is blocked." },
                "wait": {
                    "type": "integer",
                    "description": "Always 5 seconds, as from the vendor's gateway; the block can last longer.",
                },
                "source": text("Always `x5`, as from the vendor's gateway."),
                "punish": text("Always `deny`, as from the vendor's gateway."),
                "uuid": text("The id of this refusal."),
            },
            "required": ["status", "wait", "source", "punish", "uuid"],
        },
    })
}

/// The response of a legacy operation to an address that is blocked.
const BLOCKED: &str = "LegacyBlocked";

/// All responses of an operation by HTTP status. `success` is the schema of the documented fields of a successful one.
pub(super) fn responses(operation: &Operation, success: Value) -> Value {
    match operation.dialect {
        Dialect::Legacy => legacy(operation, success),
        Dialect::V1 => v1(operation, success),
    }
}

fn legacy(operation: &Operation, success: Value) -> Value {
    let groups = Group::of(operation);
    let own = legacy_texts(own_errors(operation, &groups));
    let own = Some(own).filter(|own| !own.is_empty()).map(legacy_failure);
    let success = if success["properties"].is_object() {
        json!({ "allOf": [schema("LegacySuccess"), success] })
    } else {
        schema("LegacySuccess")
    };
    let shared = groups.iter().map(|group| schema(&format!("Legacy{}", group.name())));
    let any: Vec<Value> =
        std::iter::once(success).chain(own).chain(shared).chain([schema("Blocked")]).collect();
    json!({
        "200": {
            "description": "Success or an error: `errcode` is 0 on success.",
            "content": { "application/json": { "schema": { "anyOf": any } } },
        },
        "403": { "$ref": format!("#/components/responses/{BLOCKED}") },
    })
}

fn v1(operation: &Operation, success: Value) -> Value {
    let mut responses = Map::new();
    responses.insert(
        "200".to_owned(),
        json!({ "description": "Success.", "content": { "application/json": { "schema": success } } }),
    );
    for (status, error) in v1_errors(operation) {
        let response = match error.shared_name(status) {
            Some(name) => json!({ "$ref": format!("#/components/responses/{name}") }),
            None => error.response(status),
        };
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

/// The errors of a v1.0 operation with one HTTP status: its own, and those of groups.
#[derive(Default)]
struct V1Error {
    own: Texts<&'static str>,
    groups: Vec<Group>,
}

impl V1Error {
    /// Returns the name of the response if other operations share it.
    fn shared_name(&self, status: u16) -> Option<String> {
        let names: Vec<&str> = self.groups.iter().map(|group| group.name()).collect();
        self.own.is_empty().then(|| format!("V1{}{status}", names.join("Or")))
    }

    fn response(&self, status: u16) -> Value {
        let own_texts = description(self.own.clone());
        let of_groups = self.groups.iter().map(|group| format!("- those of `{}`", group.schema(status)));
        let description: Vec<String> =
            Some(own_texts).filter(|texts| !texts.is_empty()).into_iter().chain(of_groups).collect();
        let description = description.join("\n");
        let own = Some(&self.own).filter(|own| !own.is_empty()).map(v1_body);
        let shared = self.groups.iter().map(|group| schema(&group.schema(status)));
        let is_blocked = status == codes::of(Rule::AppThrottled).status;
        let blocked = Some(schema("Blocked")).filter(|_| is_blocked);
        let mut any: Vec<Value> = own.into_iter().chain(shared).chain(blocked).collect();
        let body = if any.len() == 1 { any.remove(0) } else { json!({ "anyOf": any }) };
        let mut content = json!({ "application/json": { "schema": body } });
        if is_blocked {
            content["text/html"] = json!({ "schema": { "type": "string" } });
        }
        json!({ "description": description, "content": content })
    }
}

/// The errors of a v1.0 operation by HTTP status.
fn v1_errors(operation: &Operation) -> BTreeMap<u16, V1Error> {
    let groups = Group::of(operation);
    let mut errors: BTreeMap<u16, V1Error> = BTreeMap::new();
    for (status, own) in v1_texts(own_errors(operation, &groups)) {
        errors.entry(status).or_default().own = own;
    }
    for group in groups {
        for status in v1_texts(group.codes(Dialect::V1)).into_keys() {
            errors.entry(status).or_default().groups.push(group);
        }
    }
    errors
}

/// Returns the errors of the operation that are in none of its groups.
fn own_errors(operation: &Operation, groups: &[Group]) -> Vec<Code> {
    let declared =
        operation.errors.iter().map(|(_, code)| *code).chain(operation.field_codes().map(|(_, code)| code));
    // An operation may have its own code for a rule, except where the gateway refuses.
    let body = [Rule::BodyTooLarge, Rule::BodyTooSlow, Rule::BodyUnreadable, Rule::Overloaded];
    let body = body.into_iter().chain(Some(Rule::BodyMissing).filter(|_| operation.takes_body()));
    let form = body.chain([operation.wrong_method()]).map(|rule| operation.code(rule));
    let shared: Vec<Code> = groups.iter().flat_map(|group| group.codes(operation.dialect)).collect();
    let is_shared = |code: &Code| match operation.dialect {
        Dialect::Legacy => {
            shared.iter().any(|known| (known.errcode, known.message) == (code.errcode, code.message))
        }
        Dialect::V1 => shared.iter().any(|known| {
            (known.v1, known.status, known.v1_message) == (code.v1, code.status, code.v1_message)
        }),
    };
    declared
        .chain([operation.bad_input, operation.own_fault])
        .chain(form)
        .filter(|code| !is_shared(code))
        .collect()
}

fn legacy_texts(codes: Vec<Code>) -> Texts<i64> {
    let mut texts = Texts::new();
    for code in codes {
        note(&mut texts, code.errcode, code.message);
    }
    texts
}

fn v1_texts(codes: Vec<Code>) -> BTreeMap<u16, Texts<&'static str>> {
    let mut by_status: BTreeMap<u16, Texts<&str>> = BTreeMap::new();
    for code in codes {
        note(by_status.entry(code.status).or_default(), code.v1, code.v1_message);
    }
    by_status
}

fn note<Key: Ord>(texts: &mut Texts<Key>, key: Key, text: &'static str) {
    let texts = texts.entry(key).or_default();
    if !texts.contains(&text) {
        texts.push(text);
    }
}

/// The body of some errors of the legacy host.
fn legacy_failure(texts: Texts<i64>) -> Value {
    let codes: Vec<i64> = texts.keys().copied().collect();
    let text = description(texts);
    let code = json!({ "enum": codes, "description": ERRCODE });
    json!({
        "description": text,
        "allOf": [schema("LegacyFailure"), { "type": "object", "properties": { "errcode": code } }],
    })
}

/// The body of some errors of the v1.0 host.
fn v1_body(texts: &Texts<&'static str>) -> Value {
    let known: Vec<&str> = texts.keys().copied().collect();
    let code = if known == [codes::V1_MISSING_PARAMETER.v1] {
        json!({ "type": "string", "pattern": "^Missing", "description": V1_CODE })
    } else {
        json!({ "enum": known, "description": V1_CODE })
    };
    json!({ "allOf": [schema("V1Failure"), { "type": "object", "properties": { "code": code } }] })
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Formats a line for each code, with its texts.
fn description<Key: std::fmt::Display>(texts: impl IntoIterator<Item = (Key, Vec<&'static str>)>) -> String {
    let lines: Vec<String> =
        texts.into_iter().map(|(code, texts)| format!("- `{code}`: {}", texts.join("; "))).collect();
    lines.join("\n")
}
