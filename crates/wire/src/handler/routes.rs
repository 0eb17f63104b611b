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
use tower_service::Service as _;

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
    paths: Arc<Paths>,
    /// Those paths that have no field in braces.
    exact: Arc<HashMap<&'static str, Arc<PathOperations>>>,
}

/// The operations of all paths.
pub(crate) type Paths = BTreeMap<&'static str, Arc<PathOperations>>;

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
pub(crate) struct Served {
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
        let paths: Paths = by_path
            .into_iter()
            .map(|(path, operations)| (path, Arc::new(PathOperations::new(&pipeline, operations))))
            .collect();
        let paths = Arc::new(paths);
        pipeline.context.dispatcher.connect(&paths);
        let exact = paths.iter().filter(|(path, _)| !path.contains('{'));
        let exact = Arc::new(exact.map(|(path, operations)| (*path, Arc::clone(operations))).collect());
        Self { pipeline, paths, exact }
    }

    /// Returns a router of all operations. `unknown` makes the responses to other paths.
    pub fn router<Unknown: Future<Output = Response<Body>> + Send>(
        &self,
        unknown: impl Fn(Parts) -> Unknown + Clone + Send + Sync + 'static,
    ) -> Router {
        // The dispatcher only refers to the operations, since they refer to it: the router owns them.
        let owned = Arc::clone(&self.paths);
        let router = router_of(&self.paths).fallback(move |request: Request<Body>| {
            let _owned = &owned;
            unknown(request.into_parts().0)
        });
        guarded(router, &self.pipeline)
    }

    /// Returns the operations that serve a GET or POST of an exact path. A request for them needs no router; what the
    /// router does for other requests is up to the router.
    pub fn find<B>(&self, request: &Request<B>) -> Option<&PathOperations> {
        let is_usual = matches!(*request.method(), Method::GET | Method::POST);
        if is_usual { self.exact.get(request.uri().path()).map(Arc::as_ref) } else { None }
    }
}

/// Returns a router of operations, without the responses to other paths.
fn router_of(paths: &Paths) -> Router {
    let mut router = Router::new();
    for (path, operations) in paths {
        let operations = Arc::clone(operations);
        router = router.route(
            path,
            any(move |fields: Result<RawPathParams, RawPathParamsRejection>, request: Request<Body>| {
                let operations = Arc::clone(&operations);
                async move { operations.serve(path_fields(fields), request).await }
            }),
        );
    }
    router
}

/// Returns a router that refuses calls of blocked addresses first.
fn guarded(router: Router, pipeline: &Pipeline) -> Router {
    let Pipeline { access_policy, context, .. } = pipeline;
    if !access_policy.counts_addresses() {
        return router;
    }
    let state = (Arc::clone(access_policy), context.env.clone());
    router.layer(middleware::from_fn_with_state(state, access_policy::refuse_blocked))
}

/// Finds the operation of an id.
pub(crate) fn find_by_id(paths: &Paths, id: &str) -> Option<Arc<Served>> {
    let mut operations = paths.values().flat_map(|of_path| &of_path.operations);
    operations.find(|served| served.operation.id == id).map(Arc::clone)
}

/// Serves a request that comes from inside of the server.
pub(crate) async fn serve_from_inside(paths: &Paths, request: Request<Body>) -> Response<Body> {
    // All operations share a pipeline.
    let Some(pipeline) = paths.values().next().map(|operations| Arc::clone(&operations.pipeline)) else {
        return Response::default();
    };
    let Context { store, env, .. } = pipeline.context.clone();
    let router = router_of(paths).fallback(move |request: Request<Body>| {
        ready(unknown_path::response(&store, &env, &request.into_parts().0))
    });
    let response = guarded(router, &pipeline).call(request).await;
    response.unwrap_or_else(|never| match never {})
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
        let accepting = self.operations.iter().find(|served| served.operation.accepts(request.method()));
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
    let takes = |method: &Method| of_path.iter().any(|served| served.operation.accepts(method));
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE].into_iter().filter(takes);
    let list: Vec<String> = methods.map(|method| method.to_string()).collect();
    HeaderValue::from_str(&list.join(", ")).ok()
}
