//! The last step of a declaration: the function, by what it needs.

use std::future::Future;

use carillon_model::error::Result;
use carillon_store::{CorpState, Tx};
use schemars::{JsonSchema, generate::Contract};
use serde::{Serialize, de::DeserializeOwned};

use super::Builder;
use crate::{
    call::{Call, Visitor},
    caller::CallerKind,
    context::Context,
    find_corp::FindCorp,
    operation::{
        Operation, RawContent,
        described::Described,
        function::{self, AppFunction, Function, Input, Raw, VisitorRead},
        is_own,
    },
    operator_access::OperatorAccess,
    page_cache::MemberPage,
    schema_decoder::{self, SchemaDecoder},
};

impl Builder {
    /// Reads the snapshot of the organisation, without a query.
    pub fn snapshot<Request, Response>(
        self,
        function: fn(&CorpState, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.build::<Request, Response>(function::erase_snapshot(function))
    }

    /// Reads rows.
    pub fn read<Request, Response>(
        self,
        function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.reads().build::<Request, Response>(Function::App(AppFunction::Read(function::erase(function))))
    }

    /// Reads rows with a page of members. The response comes from memory while the page and the members on it are unchanged. `page`
    /// returns the page, if the snapshot knows it.
    pub fn read_members<Request, Response>(
        self,
        page: fn(&CorpState, &Request) -> Option<MemberPage>,
        function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.reads().build::<Request, Response>(function::erase_members(page, function))
    }

    /// Reads statistics. They may take seconds, and hold up no other reads.
    pub fn statistic<Request, Response>(
        self,
        function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.reads()
            .build::<Request, Response>(Function::App(AppFunction::Statistics(function::erase(function))))
    }

    /// Changes rows. The response leaves after the change is durable.
    pub fn write<Request, Response>(
        self,
        function: fn(&mut Tx<'_>, &Call, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.changes()
            .build::<Request, Response>(Function::App(AppFunction::Write(function::erase(function))))
    }

    /// Does something before its unit of work that would hold up all others: stores a file, hashes a password.
    pub fn steps<Request, Response, Steps>(
        self,
        function: fn(Context, Call, Input<Request>) -> Steps,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
        Steps: Future<Output = Result<Response>> + Send + 'static,
    {
        self.changes().build::<Request, Response>(function::erase_steps(function))
    }

    /// The same for an operation that changes nothing: it asks something besides the store.
    pub fn reading_steps<Request, Response, Steps>(
        self,
        function: fn(Context, Call, Input<Request>) -> Steps,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
        Steps: Future<Output = Result<Response>> + Send + 'static,
    {
        self.build::<Request, Response>(function::erase_steps(function))
    }

    /// Takes a body that has a form of its own, such as lines, and does something with it before its unit of work.
    pub fn raw<Request, Response, Steps>(
        mut self,
        content: RawContent,
        function: fn(Context, Call, Raw<Request>) -> Steps,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
        Steps: Future<Output = Result<Response>> + Send + 'static,
    {
        self.raw_body = Some(content);
        self.changes().build::<Request, Response>(function::erase_raw(function))
    }

    /// Needs no token: the request names its organisation. For one that names none the same function runs, which can only refuse
    /// it.
    pub fn visitor<Request, Response>(
        self,
        find_corp: FindCorp<Request>,
        function: fn(&mut Tx<'_>, &Visitor, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.build::<Request, Response>(function::erase_visitor(find_corp, None, function))
    }

    /// The same for an operation that seldom has to change anything: `function` runs, and commits, only when `read` returns no
    /// response. `read` is a read of the registry.
    pub fn visitor_reading_first<Request, Response>(
        self,
        find_corp: FindCorp<Request>,
        read: VisitorRead<Request, Response>,
        function: fn(&mut Tx<'_>, &Visitor, Request) -> Result<Response>,
    ) -> Operation
    where
        Request: DeserializeOwned + JsonSchema + Send + 'static,
        Response: Serialize + JsonSchema + Send + 'static,
    {
        self.build::<Request, Response>(function::erase_visitor(find_corp, Some(read), function))
    }

    fn changes(mut self) -> Self {
        self.changes = true;
        self
    }

    fn build<Request: JsonSchema, Response: JsonSchema>(self, function: Function) -> Operation {
        self.build_with(&Described::of::<Request>(), &Described::of::<Response>(), function)
    }

    fn build_with(self, request: &Described, response: &Described, function: Function) -> Operation {
        let mut request = request.schema(Contract::Deserialize);
        // As it is written: a field that is left out when it is empty is not always there.
        let response = response.schema(Contract::Serialize);
        // Carillon's own operations refuse fields that they do not have: a PUT would take a mistyped one for an absent one, and
        // empty what it is about.
        if is_own(self.path) {
            schema_decoder::close(&mut request);
        }
        let operators = self.roles.map(|roles| OperatorAccess { roles, accounts: self.role_limit });
        let mut callers = self.callers.to_vec();
        callers.extend(operators.map(|_| CallerKind::Operator));
        callers.sort_unstable();
        callers.dedup();
        let app_types = if callers.contains(&CallerKind::App) { self.app_types } else { &[] };
        Operation {
            id: self.id,
            title_zh: self.title_zh,
            title_en: self.title_en,
            purpose_zh: self.purpose_zh,
            purpose_en: self.purpose_en,
            dialect: self.dialect,
            method: self.method,
            reads: self.reads,
            path: self.path,
            other_paths: self.other_paths,
            permission: self.permission,
            app_types,
            callers,
            operators,
            errors: self.errors,
            bad_input: self.bad_input,
            bad_fields: self.bad_fields,
            missing_fields: self.missing_fields,
            long_lists: self.long_lists,
            own_fault: self.own_fault,
            query_fields: self.query_fields,
            body_limit: self.body_limit,
            decoder: SchemaDecoder::from_schema(&request),
            request,
            response,
            example: self.example,
            changes: self.changes,
            takes_file: self.takes_file,
            takes_json_alone: self.takes_json_alone,
            repeats_errmsg: self.repeats_errmsg,
            registers_events: self.registers_events,
            raw_body: self.raw_body,
            shows_article_views: self.shows_article_views,
            shows_calls: self.shows_calls,
            requires_reauthentication: self.requires_reauthentication,
            raises: self.raises,
            reaches: self.reaches,
            needs_token: !matches!(function, Function::Visitor(_)),
            function,
        }
    }
}
