//! An operation, as its page shows it.

use std::collections::BTreeMap;

use carillon_wire::explain;
use serde_json::{Map, Value};

use crate::{
    client::Clients,
    control::Control,
    error::{self, ApiError},
    field::{Field, Mark, Place},
    glossary::{self, Glossary},
    schema,
    text::Text,
    tree,
};

/// Which of the vendor's two hosts an operation belongs to. This server serves both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `oapi.dingtalk.com`.
    Legacy,
    /// `api.dingtalk.com`.
    V1,
}

/// A kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An app with a token.
    App,
    /// An operator with a session.
    Operator,
    /// A member with a session.
    Member,
    /// A program on this machine, by the socket in the data folder.
    Local,
}

/// A limit that is a setting of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The section of the configuration, and the key in it.
    pub setting: String,
    /// What it limits.
    pub about: Text,
    /// The value of a server that sets nothing; 0 for no limit.
    pub default: u64,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What it is for.
    pub about: Text,
    /// Its host.
    pub host: Host,
    /// Whether it is one of Carillon's own.
    pub is_own: bool,
    /// The documented method.
    pub method: String,
    /// Other methods that it is accepted by.
    pub other_methods: Vec<String>,
    /// Its path, with fields in braces.
    pub path: String,
    /// The permission that an app needs.
    pub permission: Option<String>,
    /// The types of app that may call it.
    pub app_types: Vec<String>,
    /// Who may call it; nobody in particular if it needs no token.
    pub callers: Vec<Caller>,
    /// The roles of which an operator needs one.
    pub roles: Vec<String>,
    /// Whether operators sign in once more for it.
    pub requires_reauthentication: bool,
    /// Whether it needs a token.
    pub needs_token: bool,
    /// The fields in the query, the path and headers.
    pub parameters: Vec<Field>,
    /// The type of the body, if it has one.
    pub content_type: Option<String>,
    /// The bytes that a body may have; absent if it has none.
    pub body_bytes: Option<u64>,
    /// What the body is, if it is not fields.
    pub body_about: Text,
    /// Whether the body is lines of which each has the fields.
    pub has_lines: bool,
    /// The fields of the body.
    pub body: Vec<Field>,
    /// What the body is as a whole; empty if that is not described.
    pub request_about: Text,
    /// An example of the body; null if it has none.
    pub body_example: Value,
    /// The documented fields of a successful response.
    pub response: Vec<Field>,
    /// What the response is as a whole; empty if that is not described.
    pub response_about: Text,
    /// An example of a successful response.
    pub response_example: Option<Value>,
    /// Its own errors.
    pub errors: Vec<ApiError>,
    /// The names of the groups of errors that it shares with others.
    pub error_groups: Vec<String>,
    /// Events of which it can register.
    pub events: Vec<String>,
    /// What the official clients call it.
    pub clients: Clients,
    /// The events that a call can raise, by name.
    pub raises: Vec<String>,
    /// Which members a call reaches; `None` for nobody.
    pub reaches: Option<String>,
    /// The limits of how often, or how much.
    pub limits: Vec<Limit>,
    /// The vendor's page.
    pub page: Option<explain::Page>,
    /// When the vendor last changed the page; empty if that is unknown.
    pub updated: String,
}

impl Operation {
    /// The vendor's host.
    pub fn host_name(&self) -> Option<&'static str> {
        match (self.is_own, self.host) {
            (true, _) => None,
            (false, Host::Legacy) => Some("oapi.dingtalk.com"),
            (false, Host::V1) => Some("api.dingtalk.com"),
        }
    }

    /// All fields of the request and of the response, with those in them.
    pub fn all_fields(&self) -> impl Iterator<Item = &Field> {
        let all = self.parameters.iter().chain(&self.body).chain(&self.response);
        all.flat_map(|field| field.flattened().into_iter().map(|(_, field)| field))
    }
}

/// All operations of a document.
pub(crate) fn all(document: &Value, glossary: &Glossary) -> Vec<Operation> {
    let updates = tree::updates();
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path, method, operation))
    });
    operations.map(|(path, method, described)| one(path, method, described, glossary, &updates)).collect()
}

fn one(
    path: &str,
    method: &str,
    described: &Value,
    glossary: &Glossary,
    updates: &BTreeMap<String, String>,
) -> Operation {
    let text = |key: &str| described[key].as_str().unwrap_or_default();
    let texts = |key: &str| -> Vec<String> {
        let values = described[key].as_array().into_iter().flatten();
        values.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let id = text("operationId");
    let host = if path.starts_with("/v1.0/") { Host::V1 } else { Host::Legacy };
    let needs_token = described["security"].as_array().is_some_and(|schemes| !schemes.is_empty());
    let content = described["requestBody"]["content"].as_object().and_then(|content| content.iter().next());
    let (content_type, body) = content.map_or((None, &Value::Null), |(kind, body)| (Some(kind), body));
    let success = success(described);
    let response = &described["responses"]["200"]["content"]["application/json"];
    let mut parameters: Vec<Field> =
        token_field(host, &texts("x-callers"), needs_token).into_iter().collect();
    parameters
        .extend(described["parameters"].as_array().into_iter().flatten().map(|one| parameter(one, glossary)));
    Operation {
        id: id.to_owned(),
        title: Text::new(text("x-title-zh"), text("summary")),
        about: Text::new(text("x-description-zh"), text("description")),
        host,
        is_own: path.starts_with("/v1.0/carillon/"),
        method: method.to_ascii_uppercase(),
        other_methods: texts("x-other-methods"),
        path: path.to_owned(),
        permission: described["x-permission"].as_str().map(str::to_owned),
        app_types: texts("x-app-types"),
        callers: texts("x-callers").iter().filter_map(|name| caller(name)).collect(),
        roles: texts("x-carillon-roles"),
        requires_reauthentication: described["x-reauthentication"] == true,
        needs_token,
        parameters,
        content_type: content_type.cloned(),
        body_bytes: described["x-body-bytes"].as_u64(),
        body_about: match body["x-description-zh"].as_str() {
            Some(zh) => Text::new(zh, body["schema"]["description"].as_str().unwrap_or_default()),
            None => Text::default(),
        },
        has_lines: body["x-line"].is_object(),
        body: schema::fields(
            body.get("x-line").unwrap_or(&body["schema"]),
            Some(&body["example"]),
            Place::Body,
            glossary,
        ),
        request_about: if body["schema"]["properties"].is_object() {
            whole(&body["schema"], glossary)
        } else {
            Text::default()
        },
        body_example: body["example"].clone(),
        response: success
            .map(|success| schema::fields(success, Some(&response["example"]), Place::Response, glossary))
            .unwrap_or_default(),
        response_about: success.map(|success| whole(success, glossary)).unwrap_or_default(),
        response_example: response.get("example").cloned(),
        errors: error::all(&described["x-errors"]),
        error_groups: texts("x-error-groups"),
        events: described["x-events"].as_object().map(Map::keys).into_iter().flatten().cloned().collect(),
        clients: Clients::of(id),
        raises: texts("x-raises"),
        reaches: described["x-reaches-members"].as_str().map(str::to_owned),
        limits: described["x-limits"].as_array().into_iter().flatten().map(limit).collect(),
        page: explain::page_of(id),
        updated: updates.get(id).cloned().unwrap_or_default(),
    }
}

/// The description of a request or response as a whole.
fn whole(schema: &Value, glossary: &Glossary) -> Text {
    schema::described(schema, glossary::WHOLE, glossary)
}

fn limit(described: &Value) -> Limit {
    let text = |key: &str| described[key].as_str().unwrap_or_default();
    Limit {
        setting: text("setting").to_owned(),
        about: Text::new(text("x-description-zh"), text("description")),
        default: described["default"].as_u64().unwrap_or_default(),
    }
}

/// The schema of the documented part of a successful response.
fn success(described: &Value) -> Option<&Value> {
    let schema = described["responses"]["200"]["content"]["application/json"].get("schema")?;
    let Some(first) = schema["anyOf"].get(0) else { return Some(schema) };
    first["allOf"].as_array().map_or(Some(first), |parts| parts.last())
}

fn parameter(parameter: &Value, glossary: &Glossary) -> Field {
    let place = match parameter["in"].as_str() {
        Some("path") => Place::Path,
        Some("header") => Place::Header,
        _ => Place::Query,
    };
    let name = parameter["name"].as_str().unwrap_or_default();
    let is_required = parameter["required"] == true;
    schema::field(name, &parameter["schema"], is_required, parameter.get("example"), place, glossary)
}

/// The token, which the document has among the security schemes.
fn token_field(host: Host, callers: &[String], needs_token: bool) -> Option<Field> {
    let is_for_apps = callers.iter().any(|caller| caller == "app");
    if !needs_token || !is_for_apps {
        return None;
    }
    let is_alone = callers.len() == 1;
    let (name, place, operation) = match host {
        Host::Legacy => ("access_token", Place::Query, "credentials.gettoken"),
        Host::V1 => ("x-acs-dingtalk-access-token", Place::Header, "credentials.access_token"),
    };
    let about = Text::new(
        format!("应用的访问凭证，由 `{operation}` 返回，7200 秒内有效。"),
        format!("The token of the app, from `{operation}`; it is valid for 7,200 seconds."),
    );
    Some(Field {
        name: name.to_owned(),
        place,
        kind: "string".to_owned(),
        is_required: is_alone,
        about,
        item: Text::default(),
        mark: Mark::Documented,
        limits: Vec::new(),
        variants: Vec::new(),
        aliases: Vec::new(),
        example: None,
        fields: Vec::new(),
        control: Control::default(),
    })
}

fn caller(name: &str) -> Option<Caller> {
    match name {
        "app" => Some(Caller::App),
        "operator" => Some(Caller::Operator),
        "member" => Some(Caller::Member),
        "local" => Some(Caller::Local),
        _ => None,
    }
}
