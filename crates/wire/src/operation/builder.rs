//! The builder that makes the declaration of an operation readable.

mod finish;

use axum::http::Method;
use carillon_model::{app::AppType, error::Rule, event::EventKind, operator::OperatorRole};
use serde_json::Value;

use super::{Dialect, RawContent, Reaches};
use crate::{
    caller::CallerKind,
    codes::{self, Code},
    operator_access::RoleLimit,
};

/// The largest body of an operation that does not say otherwise: articles with long texts fit.
const BODY_LIMIT: usize = 4 << 20;

/// An operation that lacks only its function.
pub struct Builder {
    id: &'static str,
    title_zh: &'static str,
    title_en: &'static str,
    purpose_zh: &'static str,
    purpose_en: &'static str,
    dialect: Dialect,
    method: Method,
    reads: bool,
    path: &'static str,
    other_paths: Vec<&'static str>,
    permission: Option<&'static str>,
    app_types: &'static [AppType],
    callers: &'static [CallerKind],
    roles: Option<&'static [OperatorRole]>,
    role_limit: RoleLimit,
    errors: Vec<(Rule, Code)>,
    bad_input: Code,
    bad_fields: Vec<(&'static str, Code)>,
    missing_fields: Vec<(&'static str, Code)>,
    long_lists: Vec<(&'static str, Code)>,
    own_fault: Code,
    query_fields: &'static [&'static str],
    body_limit: usize,
    example: Value,
    changes: bool,
    takes_file: bool,
    takes_json_alone: bool,
    repeats_errmsg: bool,
    registers_events: bool,
    raw_body: Option<RawContent>,
    shows_article_views: bool,
    shows_calls: bool,
    requires_reauthentication: bool,
    raises: &'static [EventKind],
    reaches: Option<Reaches>,
}

impl Builder {
    pub(super) fn new(id: &'static str, path: &'static str, dialect: Dialect) -> Self {
        Self {
            id,
            title_zh: "",
            title_en: "",
            purpose_zh: "",
            purpose_en: "",
            dialect,
            method: Method::POST,
            reads: false,
            path,
            other_paths: Vec::new(),
            permission: None,
            app_types: &[AppType::Internal],
            callers: &[CallerKind::App],
            roles: None,
            role_limit: RoleLimit::AllAccounts,
            errors: Vec::new(),
            bad_input: match dialect {
                Dialect::Legacy => codes::BAD_PARAMETER,
                Dialect::V1 => codes::V1_BAD_PARAMETER,
            },
            bad_fields: Vec::new(),
            missing_fields: Vec::new(),
            long_lists: Vec::new(),
            own_fault: codes::BUSY,
            query_fields: &[],
            body_limit: BODY_LIMIT,
            example: Value::Object(serde_json::Map::new()),
            changes: false,
            takes_file: false,
            takes_json_alone: false,
            repeats_errmsg: false,
            registers_events: false,
            raw_body: None,
            shows_article_views: false,
            shows_calls: false,
            requires_reauthentication: false,
            raises: &[],
            reaches: None,
        }
    }

    /// Titles of the documentation page.
    pub fn title(mut self, zh: &'static str, en: &'static str) -> Self {
        (self.title_zh, self.title_en) = (zh, en);
        self
    }

    /// What it is for and what happens, in sentences for the reference.
    pub fn purpose(mut self, zh: &'static str, en: &'static str) -> Self {
        (self.purpose_zh, self.purpose_en) = (zh, en);
        self
    }

    /// Another path that its page gives.
    pub fn also_at(mut self, path: &'static str) -> Self {
        self.other_paths.push(path);
        self
    }

    /// Documented with GET, the fields in the query.
    pub fn get(mut self) -> Self {
        self.method = Method::GET;
        self
    }

    /// Documented with PUT.
    pub fn put(mut self) -> Self {
        self.method = Method::PUT;
        self
    }

    /// Documented with DELETE, the fields in the path and the query.
    pub fn delete(mut self) -> Self {
        self.method = Method::DELETE;
        self
    }

    /// The code of the server's own fault, when it is not the usual one.
    pub fn own_fault(mut self, code: Code) -> Self {
        self.own_fault = code;
        self
    }

    /// Fields that are documented in the query although the operation is a POST or PUT.
    pub fn in_query(mut self, fields: &'static [&'static str]) -> Self {
        self.query_fields = fields;
        self
    }

    /// A read: accepted as GET too, with the fields in the query.
    pub fn reads(mut self) -> Self {
        self.reads = true;
        self
    }

    /// The permission that an app needs.
    pub fn permission(mut self, code: &'static str) -> Self {
        self.permission = Some(code);
        self
    }

    /// Types of app that may call it, when not internal apps alone.
    pub fn app_types(mut self, types: &'static [AppType]) -> Self {
        self.app_types = types;
        self
    }

    /// Kinds of caller, when not apps alone. The function then asks the call for its app, which there may not be.
    pub fn callers(mut self, kinds: &'static [CallerKind]) -> Self {
        self.callers = kinds;
        self
    }

    /// Roles of operators who may call it too, by their session; owners always may. A role that is limited to service accounts
    /// does not suffice without [`Builder::account_field`] or [`Builder::filters_accounts`].
    pub fn roles(mut self, roles: &'static [OperatorRole]) -> Self {
        self.roles = Some(roles);
        self
    }

    /// The field with the service account of a request: a role that is limited to accounts allows those. The pipeline refuses
    /// other accounts like unknown ones.
    pub fn account_field(mut self, field: &'static str) -> Self {
        self.role_limit = RoleLimit::Field(field);
        self
    }

    /// The function uses only the accounts of the call ([`Call::accounts`]): a role that is limited to accounts suffices.
    pub fn filters_accounts(mut self) -> Self {
        self.role_limit = RoleLimit::Filtered;
        self
    }

    /// Rules that a call can break, with the codes that they always have.
    pub fn errors(mut self, rules: &[Rule]) -> Self {
        self.errors.extend(rules.iter().map(|rule| (*rule, codes::of(*rule))));
        self
    }

    /// A rule that has a code of its own here.
    pub fn error(mut self, rule: Rule, code: Code) -> Self {
        self.errors.push((rule, code));
        self
    }

    /// The code of fields that cannot be accepted, when it is not the host's usual one.
    pub fn bad_input(mut self, code: Code) -> Self {
        self.bad_input = code;
        self
    }

    /// A field whose refusal has a code of its own.
    pub fn bad_field(mut self, field: &'static str, code: Code) -> Self {
        self.bad_fields.push((field, code));
        self
    }

    /// A required field whose absence has a code of its own.
    pub fn missing(mut self, field: &'static str, code: Code) -> Self {
        self.missing_fields.push((field, code));
        self
    }

    /// A list that has a code of its own when it is too long.
    pub fn too_long(mut self, field: &'static str, code: Code) -> Self {
        self.long_lists.push((field, code));
        self
    }

    /// Takes a file: a body that is not multipart is refused.
    pub fn takes_file(mut self) -> Self {
        self.takes_file = true;
        self
    }

    /// Takes a body of JSON alone: none, and a form, are refused.
    pub fn takes_json_alone(mut self) -> Self {
        self.takes_json_alone = true;
        self
    }

    /// An old client reads the text of an error by the name `errormsg`.
    pub fn repeats_errmsg(mut self) -> Self {
        self.repeats_errmsg = true;
        self
    }

    /// Registers an app for events: the document lists who may receive which.
    pub fn registers_events(mut self) -> Self {
        self.registers_events = true;
        self
    }

    /// Events that a call can raise. A test compares them with those that calls raised.
    pub fn raises(mut self, events: &'static [EventKind]) -> Self {
        self.raises = events;
        self
    }

    /// The members that a call reaches: they get a message, or lose one. A test finds out which operations do that.
    pub fn reaches(mut self, members: Reaches) -> Self {
        self.reaches = Some(members);
        self
    }

    /// A read whose response shows how often articles were opened: what is counted in memory alone is written first. Statistics
    /// always are that.
    pub fn shows_article_views(mut self) -> Self {
        self.shows_article_views = true;
        self
    }

    /// A read whose response shows calls: those that are recorded in memory alone are written first.
    pub fn shows_calls(mut self) -> Self {
        self.shows_calls = true;
        self
    }

    /// An operation on secrets: operators must have entered their password once more in the last minutes.
    pub fn requires_reauthentication(self) -> Self {
        Self { requires_reauthentication: true, ..self.errors(&[Rule::ReauthenticationRequired]) }
    }

    /// The largest accepted body, in bytes.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// An example request.
    pub fn example(mut self, example: Value) -> Self {
        self.example = example;
        self
    }
}
