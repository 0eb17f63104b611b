//! The declaration of an operation.

mod builder;
mod described;
mod function;
mod raw_content;
mod reaches;
mod run;

use axum::http::Method;
use carillon_model::{app::AppType, error::Rule, event::EventKind};
use schemars::Schema;
use serde_json::Value;

use crate::{
    caller::CallerKind,
    codes::{self, Code},
    operator_access::OperatorAccess,
    parameter_location::ParameterLocation,
    schema_decoder::{FieldError, Problem, SchemaDecoder},
};

pub use builder::Builder;
pub(crate) use function::{Function, HandlerError};
pub use function::{Input, Raw};
pub use raw_content::RawContent;
pub use reaches::{Reaches, SendFields};

/// Which of the two hosts an operation belongs to: how its token, answers and errors look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `oapi`: token in the query, HTTP 200 with `errcode`.
    Legacy,
    /// `api`: token in a header, HTTP status with `code`.
    V1,
}

/// An operation, as the request pipeline, the OpenAPI document and the reference pages need it.
pub struct Operation {
    /// Its id in the facts, such as `serviceaccount.list`.
    pub id: &'static str,
    /// Chinese title, that of the documentation page.
    pub title_zh: &'static str,
    /// English title.
    pub title_en: &'static str,
    /// What it is for, in Chinese.
    pub purpose_zh: &'static str,
    /// What it is for, in English.
    pub purpose_en: &'static str,
    /// Which host it belongs to.
    pub dialect: Dialect,
    /// The documented method.
    pub method: Method,
    /// Also as GET with the fields in the query.
    pub reads: bool,
    /// The path. What it has in braces is a field of the request: `/comments/{commentId}`.
    pub path: &'static str,
    /// Other paths that it is called by.
    pub other_paths: Vec<&'static str>,
    /// The permission that an app needs.
    pub permission: Option<&'static str>,
    /// The types of app that may call it; none if it is not open to apps.
    pub app_types: &'static [AppType],
    /// The kinds of caller that may call it, in their order.
    pub callers: Vec<CallerKind>,
    /// The operators that may call it; `None` if no operator may.
    pub operators: Option<OperatorAccess>,
    /// Rules that a call can break, with their codes.
    pub errors: Vec<(Rule, Code)>,
    /// The code of a field that cannot be accepted.
    pub bad_input: Code,
    /// Fields whose refusal has a code of its own.
    pub bad_fields: Vec<(&'static str, Code)>,
    /// Fields whose absence has a code of its own.
    pub missing_fields: Vec<(&'static str, Code)>,
    /// Lists that have a code of their own when they are too long.
    pub long_lists: Vec<(&'static str, Code)>,
    /// The code of the server's own fault.
    pub own_fault: Code,
    /// Fields that a POST or PUT has in its query rather than in its body.
    pub query_fields: &'static [&'static str],
    /// Bytes of the largest accepted body.
    pub body_limit: usize,
    /// Schema of the request.
    pub request: Schema,
    /// Schema of the documented part of the answer.
    pub response: Schema,
    /// An example request: sent by a test, shown in the document.
    pub example: Value,
    /// A body that is not fields but has a form of its own; the fields are in the query then.
    pub raw_body: Option<RawContent>,
    /// Whether its body carries a file, and so has to be multipart.
    pub takes_file: bool,
    /// Whether a legacy operation takes a body of JSON alone, and must have one, as those of v1.0 do.
    pub takes_json_alone: bool,
    /// Whether the text of errors is in `errormsg` too.
    pub repeats_errmsg: bool,
    /// Whether it registers an app for events: the document lists who may receive which.
    pub registers_events: bool,
    /// The events that a call can raise.
    pub raises: &'static [EventKind],
    /// The members that a call reaches; `None` if it reaches nobody.
    pub reaches: Option<Reaches>,
    /// Whether operators have to enter their password once more: for secrets.
    pub requires_reauthentication: bool,
    /// Whether a token is needed.
    pub needs_token: bool,
    /// Whether it changes something that the audit trail tells of.
    pub changes: bool,
    /// Whether the response shows how often articles were opened.
    shows_article_views: bool,
    /// Whether the response shows calls.
    shows_calls: bool,
    /// Brings the fields to the types of the request's schema.
    decoder: SchemaDecoder,
    pub(crate) function: Function,
}

impl Operation {
    /// An operation of the legacy host, by POST, for internal apps.
    pub fn legacy(id: &'static str, path: &'static str) -> Builder {
        Builder::new(id, path, Dialect::Legacy)
    }

    /// An operation of the v1.0 host, by POST, for internal apps.
    pub fn v1(id: &'static str, path: &'static str) -> Builder {
        Builder::new(id, path, Dialect::V1)
    }

    /// Methods that it is called by beside the documented one. Legacy operations are sent by POST, reads also by GET, the fields in
    /// the query. Some PHP clients send even those with no body as GET.
    pub(crate) fn other_methods(&self) -> impl Iterator<Item = &'static Method> + use<> {
        let (is_legacy, reads) = (self.dialect == Dialect::Legacy, self.reads);
        let method = self.method.clone();
        [&Method::GET, &Method::POST]
            .into_iter()
            .filter(move |other| is_legacy && **other != method && (reads || **other == Method::POST))
    }

    /// Drops the schemas and the example, which take some 20 kB and are of no use to requests.
    pub(crate) fn without_documentation(self) -> Self {
        Self { request: Schema::default(), response: Schema::default(), example: Value::Null, ..self }
    }

    /// Whether it is called by a method.
    pub(crate) fn accepts(&self, method: &Method) -> bool {
        *method == self.method || self.other_methods().any(|other| other == method)
    }

    /// Whether it is called by the method of a name.
    pub fn accepts_method(&self, name: &str) -> bool {
        name.parse().is_ok_and(|method| self.accepts(&method))
    }

    /// Whether it is an operation of Carillon's own, which the vendor does not have.
    pub fn is_own(&self) -> bool {
        is_own(self.path)
    }

    /// What a call with another method breaks.
    pub(crate) fn wrong_method(&self) -> Rule {
        match self.dialect {
            Dialect::Legacy if self.method == Method::GET => Rule::GetNeeded,
            Dialect::Legacy => Rule::WrongMethod,
            Dialect::V1 => Rule::UnknownOperation,
        }
    }

    /// The code of a broken rule, as this operation documents it.
    pub fn code(&self, rule: Rule) -> Code {
        self.errors
            .iter()
            .find(|(known, _)| *known == rule)
            .map_or_else(|| codes::of(rule), |(_, code)| *code)
    }

    /// The code of a field that cannot be accepted. A code of an object or list is that of everything inside; `[]` stands for any
    /// item of a list.
    pub fn field_code(&self, field: &str) -> Code {
        let in_brackets = |before: &str| before.rfind('[') > before.rfind(']');
        let kept = field
            .char_indices()
            .filter(|(index, character)| !(character.is_ascii_digit() && in_brackets(&field[..*index])));
        let field: String = kept.map(|(_, character)| character).collect();
        let covers = |known: &str| {
            field.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.bad_fields.iter().find(|(known, _)| covers(known)).map_or(self.bad_input, |(_, code)| *code)
    }

    /// The codes that single fields have.
    pub(crate) fn field_codes(&self) -> impl Iterator<Item = (&'static str, Code)> {
        self.bad_fields.iter().chain(&self.missing_fields).chain(&self.long_lists).copied()
    }

    /// The code of a required field that is absent.
    pub fn missing_code(&self, field: &str) -> Code {
        let found = self.missing_fields.iter().find(|(known, _)| *known == field);
        found.map_or_else(|| self.field_code(field), |(_, code)| *code)
    }

    /// Returns the name of a required field if the vendor's v1.0 gateway reports its absence itself, before the operation: fields of
    /// the request, not of objects in it, unless the page of the operation has a code for the absence.
    pub fn missing_at_gateway<'a>(&self, error: &'a FieldError) -> Option<&'a str> {
        let field = error.field.as_str();
        let is_missing = error.problem == Problem::Missing && !field.contains(['.', '[']);
        let is_blank_path = self.parameter_location(field) == ParameterLocation::Path;
        let has_own_code = self.missing_fields.iter().any(|(known, _)| *known == field);
        (is_missing && !is_blank_path && !has_own_code && self.is_behind_v1_gateway()).then_some(field)
    }

    /// Whether it is an operation of the vendor's v1.0 host.
    pub(crate) fn is_behind_v1_gateway(&self) -> bool {
        self.dialect == Dialect::V1 && !self.is_own()
    }

    /// The code of a field that cannot be accepted as it came.
    pub fn handler_error_code(&self, error: &FieldError) -> Code {
        match error.problem {
            Problem::Missing => self.missing_code(&error.field),
            Problem::TooMany(_) => {
                let found = self.long_lists.iter().find(|(known, _)| *known == error.field);
                found.map_or_else(|| self.field_code(&error.field), |(_, code)| *code)
            }
            _ => self.field_code(&error.field),
        }
    }
}

/// Whether a path is that of an operation that the vendor does not have.
fn is_own(path: &str) -> bool {
    path.starts_with("/v1.0/carillon/")
}
