//! Finds the operation of a request: by the exact path, or through a router.

use std::{
    collections::{BTreeMap, HashMap},
    future::{Future, ready},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::{RawPathParams, rejection::RawPathParamsRejection},
    http::{HeaderValue, Method, Request, Response, header, request::Parts},
    middleware,
    routing::any,
};

use super::serve;
use crate::{
    access_policy::{self, AccessPolicy},
    body::BodyError,
    caller::Authenticators,
    context::Context,
    cors,
    operation::Operation,
    unknown_path,
};

/// Returns a router of all operations without limits. Unknown paths get the error of the host that they belong to.
pub fn router(context: Context, operations: Vec<Operation>) -> Router {
    guarded_router(context, operations, AccessPolicy::open())
}

/// Returns a router of all operations behind an access policy.
pub fn guarded_router(
    context: Context,
    operations: Vec<Operation>,
    access_policy: impl Into<Arc<AccessPolicy>>,
) -> Router {
    let (store, env) = (Arc::clone(&context.store), context.env.clone());
    let operations = Operations::new(context, operations, access_policy, None);
    operations.router(move |request| ready(unknown_path::response(&store, &env, &request)))
}

/// The operations of a server, by path.
#[derive(Clone)]
pub struct Operations {
    pipeline: Arc<Pipeline>,
    paths: BTreeMap<&'static str, Arc<PathOperations>>,
    /// Those paths that have no field in braces.
    exact: Arc<HashMap<&'static str, Arc<PathOperations>>>,
}

/// What all operations share.
pub(super) struct Pipeline {
    pub context: Context,
    pub access_policy: Arc<AccessPolicy>,
    /// Finds callers other than apps.
    pub authenticators: Option<Authenticators>,
}

/// The operations of a path, one for each method.
pub struct PathOperations {
    pipeline: Arc<Pipeline>,
    operations: Vec<Arc<Served>>,
    /// The methods, for the header `Allow`.
    allow: Option<HeaderValue>,
    allows_preflight: bool,
}

/// An operation with its metrics.
pub(super) struct Served {
    /// Without what only the document needs.
    pub operation: Operation,
    /// Whether the documented request has a body.
    pub takes_body: bool,
    pub seconds: metrics::Histogram,
    pub succeeded: metrics::Counter,
    pub failed: metrics::Counter,
}

/// The fields in the path of a request.
pub(super) type PathFields = Result<Vec<(String, String)>, BodyError>;

impl Operations {
    /// The operations behind an access policy. Without authenticators, only apps are found.
    pub fn new(
        context: Context,
        operations: Vec<Operation>,
        access_policy: impl Into<Arc<AccessPolicy>>,
        authenticators: Option<Authenticators>,
    ) -> Self {
        let pipeline = Arc::new(Pipeline { context, access_policy: access_policy.into(), authenticators });
        let mut by_path: BTreeMap<&'static str, Vec<Arc<Served>>> = BTreeMap::new();
        for operation in operations {
            let served = Arc::new(Served::new(operation));
            for path in std::iter::once(&served.operation.path).chain(&served.operation.other_paths) {
                by_path.entry(path).or_default().push(Arc::clone(&served));
            }
        }
        let paths: BTreeMap<_, _> = by_path
            .into_iter()
            .map(|(path, operations)| (path, Arc::new(PathOperations::new(&pipeline, operations))))
            .collect();
        let exact = paths.iter().filter(|(path, _)| !path.contains('{'));
        let exact = Arc::new(exact.map(|(path, operations)| (*path, Arc::clone(operations))).collect());
        Self { pipeline, paths, exact }
    }

    /// Returns a router of all operations. `unknown` makes the responses to other paths.
    pub fn router<Unknown: Future<Output = Response<Body>> + Send>(
        &self,
        unknown: impl Fn(Parts) -> Unknown + Clone + Send + Sync + 'static,
    ) -> Router {
        let mut router = Router::new();
        for (path, operations) in &self.paths {
            let operations = Arc::clone(operations);
            router = router.route(
                path,
                any(move |fields: Result<RawPathParams, RawPathParamsRejection>, request: Request<Body>| {
                    let operations = Arc::clone(&operations);
                    async move { operations.serve(path_fields(fields), request).await }
                }),
            );
        }
        let router = router.fallback(move |request: Request<Body>| unknown(request.into_parts().0));
        let Pipeline { access_policy, context, .. } = &*self.pipeline;
        if access_policy.counts_addresses() {
            let state = (Arc::clone(access_policy), context.env.clone());
            router.layer(middleware::from_fn_with_state(state, access_policy::refuse_blocked))
        } else {
            router
        }
    }

    /// Returns the operations that serve a GET or POST of an exact path. A request for them needs no router; what the
    /// router does for other requests is up to the router.
    pub fn find<B>(&self, request: &Request<B>) -> Option<&PathOperations> {
        let is_usual = matches!(*request.method(), Method::GET | Method::POST);
        if is_usual { self.exact.get(request.uri().path()).map(Arc::as_ref) } else { None }
    }
}

impl PathOperations {
    fn new(pipeline: &Arc<Pipeline>, operations: Vec<Arc<Served>>) -> Self {
        Self {
            pipeline: Arc::clone(pipeline),
            allow: allowed_methods(&operations),
            allows_preflight: operations.iter().any(|served| cors::allows_any_origin(&served.operation)),
            operations,
        }
    }

    /// Serves a request for the exact path.
    pub async fn serve_exact(&self, request: Request<Body>) -> Response<Body> {
        let Pipeline { access_policy, context, .. } = &*self.pipeline;
        if access_policy.counts_addresses()
            && let Some(refused) = access_policy.refuse_if_blocked(&request, &context.env)
        {
            return refused;
        }
        self.serve(Ok(Vec::new()), request).await
    }

    async fn serve(&self, path_fields: PathFields, request: Request<Body>) -> Response<Body> {
        let Context { store, env, .. } = &self.pipeline.context;
        if self.allows_preflight && request.method() == Method::OPTIONS {
            return unknown_path::preflight(env, &request.into_parts().0);
        }
        let accepting = self.operations.iter().find(|served| accepts(&served.operation, request.method()));
        if let Some(served) = accepting {
            return serve(&self.pipeline, served, path_fields, request).await;
        }
        // No operation of the path has the method: any of them refuses it.
        let mut response = match self.operations.first() {
            Some(served) => serve(&self.pipeline, served, path_fields, request).await,
            None => unknown_path::response(store, env, &request.into_parts().0),
        };
        if let Some(allow) = &self.allow {
            response.headers_mut().insert(header::ALLOW, allow.clone());
        }
        response
    }
}

impl Served {
    fn new(operation: Operation) -> Self {
        let id = operation.id;
        Self {
            takes_body: operation.takes_body(),
            seconds: metrics::histogram!("carillon_operation_seconds", "operation" => id),
            succeeded: metrics::counter!("carillon_operations_total", "operation" => id, "outcome" => "ok"),
            failed: metrics::counter!("carillon_operations_total", "operation" => id, "outcome" => "error"),
            operation: operation.without_documentation(),
        }
    }
}

fn path_fields(fields: Result<RawPathParams, RawPathParamsRejection>) -> PathFields {
    let fields = fields.map_err(|_| BodyError::BadUtf8)?;
    Ok(fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Returns the methods that a path accepts, as the header `Allow` lists them.
fn allowed_methods(of_path: &[Arc<Served>]) -> Option<HeaderValue> {
    let takes = |method: &Method| of_path.iter().any(|served| accepts(&served.operation, method));
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE].into_iter().filter(takes);
    let list: Vec<String> = methods.map(|method| method.to_string()).collect();
    HeaderValue::from_str(&list.join(", ")).ok()
}

pub(super) fn accepts(operation: &Operation, method: &Method) -> bool {
    *method == operation.method || operation.other_methods().any(|other| other == method)
}
