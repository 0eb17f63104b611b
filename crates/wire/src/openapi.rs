//! Generates the OpenAPI 3.1 document from the declarations.

use axum::http::Method;
use carillon_model::event::EventKind;
use serde_json::{Map, Value, json};

mod failures;
mod tags;
mod webhooks;

use crate::{
    caller::CallerKind,
    codes,
    journal::Cause,
    limits,
    operation::{Dialect, Operation},
    operator_access::RoleLimit,
    parameter_location::ParameterLocation,
};

/// The description of the session of an operator.
const SESSION: &str = "The session of an operator, from the sign-in page. The name is `__Host-carillon_session` over https. It counts \
    only without a token. Requests by another method than GET must come from a page of this server or from a program without \
    `Origin` and `Sec-Fetch-Site`. `x-carillon-roles` has the roles of which one is needed. Where `x-carillon-account-field` names a \
    field, a role for the service account in it suffices; otherwise it must be for all accounts.";

/// Generates the document, sorted by path, so that it does not depend on the order of declarations. `response_examples` are successful
/// responses by the id of their operation.
pub fn document(operations: &[Operation], response_examples: &Map<String, Value>) -> Value {
    let mut sorted: Vec<&Operation> = operations.iter().collect();
    sorted.sort_by_key(|operation| operation.path);
    let mut paths = Map::new();
    for operation in sorted {
        let method = operation.method.as_str().to_ascii_lowercase();
        let entry = paths.entry(operation.path).or_insert_with(|| json!({}));
        entry[method] = describe(operation, response_examples.get(operation.id));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Carillon",
            "description": "Self-hosted server for company service accounts that speaks the DingTalk OpenAPI on the wire.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "version": env!("CARGO_PKG_VERSION"),
        },
        // Relative to the address of the document: the server that serves it.
        "servers": [{ "url": "/", "description": "This server, for both hosts of the vendor" }],
        "tags": tags::tags(),
        "paths": paths,
        "webhooks": webhooks::webhooks(),
        "x-error-groups": failures::groups(),
        "components": {
            "securitySchemes": {
                "legacy": { "type": "apiKey", "in": "query", "name": "access_token" },
                "v1": { "type": "apiKey", "in": "header", "name": "x-acs-dingtalk-access-token" },
                "session": { "type": "apiKey", "in": "cookie", "name": "carillon_session", "description": SESSION },
            },
            "schemas": failures::schemas(),
            "responses": failures::shared_responses(operations),
        },
    })
}

fn describe(operation: &Operation, response_example: Option<&Value>) -> Value {
    let error = |cause, field, code| failures::error(operation.dialect, cause, field, code);
    let of_rules = operation.errors.iter().map(|(rule, code)| error(Cause::Rule(*rule), "", *code));
    let own_fault = Some(operation.own_fault).filter(|code| *code != codes::BUSY);
    let errors: Vec<Value> = of_rules
        .chain([error(Cause::Field, "", operation.bad_input)])
        .chain(own_fault.map(|code| error(Cause::Fault, "", code)))
        .chain(operation.field_codes().map(|(field, code)| error(Cause::Field, field, code)))
        .collect();
    let mut described = json!({
        "operationId": operation.id,
        "tags": tags::tag_of(operation.id).into_iter().collect::<Vec<_>>(),
        "summary": operation.title_en,
        "x-title-zh": operation.title_zh,
        "x-permission": operation.permission,
        "x-app-types": operation.app_types,
        "x-reauthentication": operation.requires_reauthentication,
        "x-callers": if operation.needs_token { operation.callers.as_slice() } else { &[] },
        "x-errors": errors,
        "x-error-groups": failures::group_names(operation),
        "security": security(operation),
        "responses": failures::responses(operation, operation.response.as_value().clone()),
    });
    if !operation.purpose_en.is_empty() {
        described["description"] = operation.purpose_en.into();
        described["x-description-zh"] = operation.purpose_zh.into();
    }
    if let Some(example) = response_example {
        described["responses"]["200"]["content"]["application/json"]["example"] = example.clone();
    }
    let other_methods: Vec<&str> = operation.other_methods().map(Method::as_str).collect();
    if !other_methods.is_empty() {
        described["x-other-methods"] = other_methods.into();
    }
    if operation.registers_events {
        described["x-events"] = events();
    }
    if !operation.raises.is_empty() {
        described["x-raises"] = operation.raises.iter().map(|kind| kind.as_str()).collect();
    }
    if let Some(reaches) = &operation.reaches {
        described["x-reaches-members"] = reaches.as_str().into();
    }
    let limits: Vec<Value> = limits::of(operation).map(|limit| limit.describe()).collect();
    if !limits.is_empty() {
        described["x-limits"] = limits.into();
    }
    if let Some(access) = &operation.operators {
        described["x-carillon-roles"] = access.role_names().collect();
        if let RoleLimit::Field(field) = access.accounts {
            described["x-carillon-account-field"] = field.into();
        }
    }
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        described["parameters"] = parameters.into();
    }
    if let Some(body) = request_body(operation) {
        described["requestBody"] = body;
        described["x-body-bytes"] = operation.body_limit.into();
    }
    described
}

fn request_body(operation: &Operation) -> Option<Value> {
    if let Some(content) = operation.raw_body {
        let mut described = json!({
            "schema": { "type": "string", "description": content.about_en },
            "x-description-zh": content.about_zh,
        });
        if let Some(line) = content.line {
            described["x-line"] = line().to_value();
        }
        if !content.example.is_empty() {
            described["example"] = content.example.into();
        }
        return Some(json!({ "required": true, "content": { content.content_type: described } }));
    }
    if !operation.takes_body() {
        return None;
    }
    let (mut schema, example) = body(operation);
    let is_upload = operation.takes_file;
    if is_upload {
        let description = "The file part of the form, with the name of the file.";
        schema["properties"]["media"] =
            json!({ "type": "string", "format": "binary", "description": description });
        if let Some(required) = schema["required"].as_array_mut() {
            required.push("media".into());
        }
    }
    let has_required = schema["required"].as_array().is_some_and(|required| !required.is_empty());
    let content = if is_upload { "multipart/form-data" } else { "application/json" };
    Some(json!({
        // The v1.0 host requires a body even if all fields may be absent.
        "required": has_required || operation.dialect == Dialect::V1,
        "content": { content: { "schema": schema, "example": example } },
    }))
}

/// Documents how [`crate::schema_decoder`] treats required fields: an empty list or a blank text counts as missing.
fn require_content(schema: &mut Value) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
    {
        if required.contains(&json!(name)) {
            if property["type"] == "array" && property["minItems"].as_u64().unwrap_or(0) == 0 {
                property["minItems"] = 1.into();
            }
            let has_values = ["pattern", "enum"].iter().any(|key| property.get(key).is_some());
            if property["type"] == "string" && property["minLength"].as_u64() > Some(0) && !has_values {
                // Unlike `\s` of a pattern, white space of Unicode has U+0085.
                property["pattern"] = r"[^\s\u0085]".into();
            }
        }
        require_content(property);
    }
    for inside in ["items", "additionalProperties"] {
        if let Some(schema) = schema.get_mut(inside).filter(|schema| schema.is_object()) {
            require_content(schema);
        }
    }
    for combination in ["anyOf", "oneOf", "allOf"] {
        let all = schema.get_mut(combination).and_then(Value::as_array_mut);
        all.into_iter().flatten().for_each(require_content);
    }
}

/// Returns the permissions and the types of app for each event.
fn events() -> Value {
    let events = EventKind::ALL.into_iter().map(|kind| {
        let access = kind.access();
        let access = json!({ "x-permissions": access.permissions, "x-app-types": access.app_types });
        (kind.as_str().to_owned(), access)
    });
    Value::Object(events.collect())
}

fn security(operation: &Operation) -> Value {
    match (operation.needs_token, operation.dialect) {
        (false, _) => json!([]),
        (true, Dialect::Legacy) => json!([{ "legacy": [] }]),
        (true, Dialect::V1) => {
            let schemes = operation.callers.iter().filter_map(|kind| match kind {
                CallerKind::App => Some(json!({ "v1": [] })),
                CallerKind::Operator | CallerKind::Member => Some(json!({ "session": [] })),
                // No HTTP authentication: the socket is in the data folder.
                CallerKind::Local => None,
            });
            schemes.collect()
        }
    }
}

/// Returns the fields in the path and in the query.
fn parameters(operation: &Operation) -> Vec<Value> {
    let mut schema = operation.request.as_value().clone();
    require_content(&mut schema);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .filter_map(|(name, schema)| {
            let location = operation.parameter_location(name);
            // OpenAPI requires all fields of the path.
            let required = location == ParameterLocation::Path || required.contains(&json!(name));
            let mut parameter =
                json!({ "name": name, "in": location.openapi_name()?, "required": required, "schema": schema });
            if let Some(example) = operation.example.get(name) {
                parameter["example"] = example.clone();
            }
            Some(parameter)
        })
        .collect()
}

/// Returns the schema and the example of the body, without the fields of the path and the query.
fn body(operation: &Operation) -> (Value, Value) {
    let mut schema = operation.request.as_value().clone();
    require_content(&mut schema);
    let mut example = operation.example.clone();
    let in_body = |name: &str| operation.parameter_location(name) == ParameterLocation::Body;
    let fields = [schema.get_mut("properties"), Some(&mut example)];
    for fields in fields.into_iter().flatten().filter_map(Value::as_object_mut) {
        fields.retain(|name, _| in_body(name));
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name.as_str().is_some_and(in_body));
    }
    (schema, example)
}
