//! From the fields of a request to the bytes of its response.

use std::sync::Arc;

use carillon_model::{
    audit::{Actor, Signature},
    error::{Error, Result},
    id::CorpId,
};
use carillon_store::Tx;
use serde_json::{Map, Value};

use super::{
    Dialect, Operation,
    function::{
        AppFunction, HandlerError, MemberRequest, Reply, SnapshotFunction, VisitorFunction, VisitorRequest,
        Work,
    },
};
use crate::{
    body::Params,
    call::{Call, Visitor},
    context::Context,
    journal::Proven,
    legacy,
    page_cache::PageCache,
    v1,
};

/// The name of the part that carries a file.
const FILE_PART: &str = "media";

impl Operation {
    /// Runs a function that reads the snapshot of the organisation alone.
    pub(crate) fn run_on_snapshot(
        &self,
        function: &SnapshotFunction,
        context: &Context,
        call: &Call,
        fields: Map<String, Value>,
    ) -> Result<Vec<u8>, HandlerError> {
        let fields = self.decode(call, fields)?;
        let state = context.store.state();
        let reply = function(state.corp(call.corp())?, call, fields)?;
        self.encode(&reply, &call.request_id)
    }

    /// Runs another function for a caller who may call it.
    pub(crate) async fn run(
        &self,
        function: &AppFunction,
        context: &Context,
        call: Call,
        params: Params,
    ) -> Result<Vec<u8>, HandlerError> {
        let fields = self.decode(&call, params.fields)?;
        let (corp, request_id) = (call.corp().clone(), call.request_id.clone());
        let reply = match function {
            AppFunction::Read(parse) => {
                let work = parse(fields)?;
                if self.shows_article_views {
                    context.write_article_views(&corp).await;
                }
                if self.shows_calls {
                    context.write_calls(&corp).await;
                }
                return Ok(context.store.read(&corp, self.read_encoded(work, call)).await?);
            }
            AppFunction::ReadMembers { parse, cache } => {
                return self.read_members(context, call, parse(fields)?, cache).await;
            }
            AppFunction::Statistics(parse) => {
                let work = parse(fields)?;
                context.write_article_views(&corp).await;
                return Ok(context.store.read_statistics(&corp, self.read_encoded(work, call)).await?);
            }
            AppFunction::Write(parse) => {
                let work = parse(fields)?;
                context.write(call, work).await?
            }
            AppFunction::Steps(function) => {
                let file = params.files.into_iter().find(|file| file.name == FILE_PART);
                function(context.clone(), call, fields, file)?.await?
            }
            AppFunction::Raw(function) => function(context.clone(), call, fields, params.raw)?.await?,
        };
        self.encode(&reply, &request_id)
    }

    /// Brings the fields to the types of the schema.
    pub(crate) fn decode_fields(&self, fields: Map<String, Value>) -> Result<Value, HandlerError> {
        Ok(self.decoder.decode(Value::Object(fields))?)
    }

    /// Brings the fields to the types of the schema, and refuses an account that the caller has no role for.
    fn decode(&self, call: &Call, fields: Map<String, Value>) -> Result<Value, HandlerError> {
        let fields = self.decode_fields(fields)?;
        if let Some(access) = &self.operators {
            access.require_account(&call.caller, &fields)?;
        }
        Ok(fields)
    }

    /// Reads and encodes on the same thread: a response is hundreds of allocations, which cost more when another thread frees them.
    fn read_encoded(
        &self,
        work: Work,
        call: Call,
    ) -> impl FnOnce(&mut Tx<'_>) -> Result<Vec<u8>> + Send + 'static {
        let dialect = self.dialect;
        move |tx| encode(dialect, &work(tx, &call)?, &call.request_id)
    }

    async fn read_members(
        &self,
        context: &Context,
        call: Call,
        request: Box<dyn MemberRequest>,
        cache: &PageCache,
    ) -> Result<Vec<u8>, HandlerError> {
        let (corp, app) = (call.corp().clone(), Arc::clone(call.app()?));
        let request_id = call.request_id.clone();
        let state = Arc::clone(context.store.state().corp(&corp)?);
        let known = request.page(&state).and_then(|page| cache.get(&state, &app, &page));
        if let Some(answer) = known {
            return Ok(legacy::with_id(&answer, &request_id));
        }
        let read = move |tx: &mut Tx<'_>| {
            let state = tx.state().corp(call.corp())?;
            let (mark, page) = (state.member_version(), request.page(state));
            Ok((request.run(tx, &call)?, mark, page))
        };
        let (reply, mark, page) = context.store.read(&corp, read).await?;
        let answer = self.encode(&reply, &request_id)?;
        if let Some(page) = page {
            cache.insert(app, mark, page, legacy::without_id(&answer, &request_id));
        }
        Ok(answer)
    }

    /// Runs the function for a caller without a token. `proven` is set to what the call proves of its caller.
    pub(crate) async fn run_for_visitor(
        &self,
        parse: &VisitorFunction,
        context: &Context,
        visitor: Visitor,
        params: Params,
        proven: &mut Option<Proven>,
    ) -> Result<Vec<u8>, HandlerError> {
        let mut request = parse(self.decoder.decode(Value::Object(params.fields))?)?;
        let request_id = visitor.request_id.clone();
        let app = request.app_key().map(Proven::App);
        if request.can_read() {
            let reader = visitor.clone();
            let read = context.store.read_registry(move |tx| {
                let reply = request.read(tx, &reader)?;
                Ok((reply, request))
            });
            let reply;
            (reply, request) = read.await?;
            if let Some(reply) = reply {
                *proven = app;
                return self.encode(&reply, &request_id);
            }
        }
        let (corp, request) = find_corp(context, &visitor, request).await?;
        let reply = match corp {
            Some((corp, actor)) => {
                if app.is_none() {
                    *proven = Some(Proven::Webhook(corp.clone()));
                }
                let signature = Signature {
                    request_id: request_id.clone(),
                    ..Signature::new(&visitor.env, actor, self.id)
                };
                context.store.write(&corp, signature, move |tx| request.run(tx, &visitor)).await?
            }
            None => context.store.read_registry(move |tx| request.run(tx, &visitor)).await?,
        };
        // The credentials of an app are right if the operation succeeds.
        if app.is_some() {
            *proven = app;
        }
        self.encode(&reply, &request_id)
    }

    fn encode(&self, reply: &Reply, request_id: &str) -> Result<Vec<u8>, HandlerError> {
        Ok(encode(self.dialect, reply, request_id)?)
    }
}

fn encode(dialect: Dialect, reply: &Reply, request_id: &str) -> Result<Vec<u8>> {
    let encoded = match dialect {
        Dialect::Legacy => legacy::success(reply.as_ref(), request_id),
        Dialect::V1 => v1::success(reply.as_ref()),
    };
    encoded.map_err(Error::internal)
}

/// The organisation of a request and who signs, if it names an organisation that is there; and the request.
async fn find_corp(
    context: &Context,
    visitor: &Visitor,
    request: Box<dyn VisitorRequest>,
) -> Result<(Option<(CorpId, Actor)>, Box<dyn VisitorRequest>)> {
    if let Some(key) = request.app_key() {
        let corp = context.store.state().corp_of_app(&key).cloned();
        return Ok((corp.map(|corp| (corp, Actor::App(key))), request));
    }
    let visitor = visitor.clone();
    let find = context.store.read_registry(move |tx| {
        let corp = request.corp_by_row(tx, &visitor)?;
        Ok((corp.map(|corp| (corp, Actor::Server)), request))
    });
    find.await
}
