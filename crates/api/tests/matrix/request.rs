//! A request of an operation, built from its declaration alone.

use axum::http::Method;
use carillon_model::app::AppType;
use carillon_wire::{Dialect, Operation, ParameterLocation};
use serde_json::{Map, Value};

use crate::matrix::app_matrix::AppMatrix;

#[derive(Clone)]
pub struct Request {
    pub method: Method,
    pub path_and_query: String,
    pub content_type: Option<String>,
    pub token_header: Option<String>,
    pub cookie: Option<String>,
    pub body: Option<Vec<u8>>,
    /// Sends the body chunked, without a `Content-Length`.
    pub chunked: bool,
    /// Additional headers that clients send.
    pub headers: &'static [(&'static str, &'static str)],
}

impl Request {
    /// A request with a method and a path alone.
    pub fn to(method: Method, path_and_query: &str) -> Self {
        Self {
            method,
            path_and_query: path_and_query.to_owned(),
            content_type: None,
            token_header: None,
            cookie: None,
            body: None,
            chunked: false,
            headers: &[],
        }
    }

    /// Encodes the fields as documented: in the path, in the query, and the rest as JSON. Sets no token.
    pub fn of(operation: &Operation, fields: &Map<String, Value>) -> Self {
        let mut bare = Self::bare(operation, fields);
        let placed = |place| -> Map<String, Value> {
            let here = fields.iter().filter(|(name, _)| operation.parameter_location(name) == place);
            here.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let query = placed(ParameterLocation::Query);
        if !query.is_empty() {
            bare = bare.with_query(&form(&query));
        }
        match operation.dialect {
            Dialect::Legacy if operation.method == Method::GET => bare,
            Dialect::V1 if operation.takes_file => {
                bare.with_body("multipart/form-data; boundary=b", upload(&placed(ParameterLocation::Body)))
            }
            // A field that it does not have would be in the body.
            Dialect::V1 if !operation.takes_body() && placed(ParameterLocation::Body).is_empty() => bare,
            _ => {
                bare.with_body("application/json", Value::Object(placed(ParameterLocation::Body)).to_string())
            }
        }
    }

    /// A request with the fields of the path alone.
    pub fn bare(operation: &Operation, fields: &Map<String, Value>) -> Self {
        let path = operation.path_fields().fold(operation.path.to_owned(), |path, name| {
            let value = fields.get(name).unwrap_or_else(|| panic!("{}: no example of {name}", operation.id));
            path.replace(&format!("{{{name}}}"), value.as_str().unwrap_or(&value.to_string()))
        });
        Self::to(operation.method.clone(), &path)
    }

    /// The request of the operation's example.
    pub fn example(operation: &Operation) -> Self {
        Self::of(operation, &fields(operation))
    }

    pub fn with_method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    pub fn with_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.content_type = Some(content_type.to_owned());
        self.body = Some(body.into());
        self
    }

    pub fn with_query(mut self, query: &str) -> Self {
        let separator = if self.path_and_query.contains('?') { '&' } else { '?' };
        self.path_and_query = format!("{}{separator}{query}", self.path_and_query);
        self
    }

    /// Sets a token where the operation's host expects it.
    pub fn with_token(mut self, operation: &Operation, token: &str) -> Self {
        if operation.dialect == Dialect::Legacy {
            return self.with_query(&format!("access_token={token}"));
        }
        self.token_header = Some(token.to_owned());
        self
    }

    /// Sets the session of an operator.
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        self.cookie = Some(cookie.to_owned());
        self
    }

    /// Sets the token of an app that may call the operation, if it needs one, or the session of an owner if no app may.
    pub fn allowed(self, operation: &Operation, server: &AppMatrix) -> Self {
        if operation.needs_token && operation.app_types.is_empty() {
            self.with_cookie(server.owner())
        } else if operation.needs_token {
            self.with_token(operation, server.token_of(caller(operation)))
        } else {
            self
        }
    }
}

/// An app type that may call the operation. Internal if none may.
pub fn caller(operation: &Operation) -> AppType {
    operation.app_types.first().copied().unwrap_or(AppType::Internal)
}

/// Encodes fields, and a picture in the part for a file.
fn upload(fields: &Map<String, Value>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let part = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    body.extend(b"--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.gif\"\r\n\r\n");
    body.extend(testkit::file::GIF);
    body.extend(b"\r\n--b--\r\n");
    body
}

/// The fields of the operation's example.
pub fn fields(operation: &Operation) -> Map<String, Value> {
    operation.example.as_object().unwrap_or_else(|| panic!("{}: no example", operation.id)).clone()
}

/// Encodes fields as a form, with objects and lists as JSON text, as callers of the legacy host do.
pub fn form(fields: &Map<String, Value>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name, value.as_str().unwrap_or(&value.to_string()));
    }
    form.finish()
}
