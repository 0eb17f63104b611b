//! The listeners: routes, limits, deadlines, draining.

mod body;
mod connection;
mod connections;
mod files;
mod hand_over;
mod head;
mod listener;
mod metrics;
mod progress;
mod providers;
mod settings;
mod tls;

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::Body,
    http::{Request, request::Parts},
};
use carillon_delivery::{PictureError, PictureFetcher};
use carillon_domain::system::Listener;
use carillon_web::{
    remote_picture::{Fetch, RemotePictureError},
    routes::{self, MemberAuthenticator, OperatorAuthenticator, Pages},
    sign_in_limits::SignInLimits,
};
use carillon_wire::{
    AccessPolicy, AddressRange, Authenticator, Authenticators, Context, Operations, body_budget::BodyBudget,
    budget_bodies, caller::LocalAuthenticator, pace_bodies,
};
use futures::FutureExt;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{net::TcpListener, sync::watch};

pub use files::connections_within;
pub use settings::HttpSettings;
pub use tls::{Tls, TlsSettings};

use connection::Shared;
pub use connections::Connections;
use providers::ProviderConnections;

use crate::readiness::Readiness;

/// Connections to the second listener.
const METRICS_CONNECTIONS: usize = 64;

/// The OpenAPI document of the declarations as it is checked in, which the tests compare: generating it at each start would take
/// more memory than the server itself.
pub const DOCUMENT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json"));

/// What a listener serves.
pub struct Routes {
    pub router: Router,
    /// Operations that are served without the router, which has them too: for most requests it would be most of the work.
    pub operations: Option<Operations>,
}

/// The listeners of a server, bound and not yet served.
pub struct Listeners {
    main: TcpListener,
    metrics: Option<TcpListener>,
    pub address: SocketAddr,
    tls: Option<Tls>,
    settings: HttpSettings,
    trusted_proxies: Vec<AddressRange>,
    connections: Arc<Connections>,
    recorder: PrometheusHandle,
    /// The budget for request bodies.
    pub body_budget: Arc<BodyBudget>,
}

impl Listeners {
    /// Binds the addresses.
    pub async fn bind(
        listen: &str,
        metrics_listen: Option<&str>,
        settings: HttpSettings,
        tls: &TlsSettings,
        trusted_proxies: Vec<AddressRange>,
    ) -> Result<Self> {
        let connections = files::connections_within(settings.max_connections, files::raise_limit());
        let main = bind(listen, "--listen").await?;
        let metrics = match metrics_listen {
            Some(listen) => Some(bind(listen, "--metrics-listen").await?),
            None => None,
        };
        Ok(Self {
            address: main.local_addr()?,
            main,
            metrics,
            tls: Tls::load(tls)?,
            connections: Connections::new(connections, settings.max_connections_per_address.max(1)),
            body_budget: BodyBudget::new(settings.body_budget()),
            settings,
            trusted_proxies,
            recorder: metrics::install()?,
        })
    }

    /// Where a program on this machine reaches the server: one that listens on all addresses has none of its own.
    pub fn url(&self) -> String {
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        format!("{}://{}", self.scheme(), SocketAddr::new(ip, self.address.port()))
    }

    /// What the ready line says: the address as it was bound.
    pub fn bound_url(&self) -> String {
        format!("{}://{}", self.scheme(), self.address)
    }

    /// The connections of the main listener.
    pub fn connections(&self) -> Arc<Connections> {
        Arc::clone(&self.connections)
    }

    /// The addresses as they were bound.
    pub fn described(&self) -> Vec<Listener> {
        let tls = self.tls.is_some();
        let main = Listener { name: "main", address: self.address.to_string(), tls };
        let metrics = self.metrics.as_ref().and_then(|metrics| metrics.local_addr().ok());
        let metrics =
            metrics.map(|address| Listener { name: "metrics", address: address.to_string(), tls: false });
        let local = Listener { name: "local", address: "api.sock".to_owned(), tls: false };
        std::iter::once(main).chain(metrics).chain([local]).collect()
    }

    fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// All routes of the main listener. Metrics and readiness are among them when nobody on another machine reaches it, unless they
    /// have a listener of their own. What no route serves, by its path or its method, gets the page or the error for it; `others` are
    /// more routes.
    pub fn routes(
        &self,
        context: Context,
        access_policy: Arc<AccessPolicy>,
        sign_in_limits: Arc<SignInLimits>,
        readiness: Arc<Readiness>,
        stopping: watch::Receiver<bool>,
        others: Router,
    ) -> Routes {
        let mut own = metrics::health();
        if self.metrics.is_none() && self.address.ip().is_loopback() {
            own = own.merge(metrics::router(self.recorder.clone(), readiness));
        }
        let base_url = context.public_url.clone().unwrap_or_else(|| self.url().into());
        let (store, env) = (Arc::clone(&context.store), context.env.clone());
        let pages = Pages::new(store, env, base_url, sign_in_limits, stopping, carillon_api::catalog);
        let pages = pages.with_allowed_addresses(access_policy.allowed_addresses().clone());
        let pages = pages.with_document(DOCUMENT);
        let pages = pages.with_system(Arc::clone(&context.system));
        let pages = pages.with_callbacks(Arc::clone(&context.callbacks));
        let pages = match PictureFetcher::new(&context.env.settings.delivery) {
            Ok(fetcher) => pages.with_remote_pictures(fetch_pictures(fetcher)),
            // The configuration was checked before; without it, everything else works.
            Err(error) => {
                tracing::warn!(%error, "pictures of other servers cannot be copied");
                pages
            }
        };
        let pages = match ProviderConnections::new(&context.env) {
            Ok(connections) => pages.with_providers(Arc::new(connections)),
            Err(error) => {
                tracing::warn!(%error, "members cannot sign in by providers");
                pages
            }
        };
        let operators: Arc<dyn Authenticator> = Arc::new(OperatorAuthenticator::new(pages.clone()));
        let members = Arc::new(MemberAuthenticator::new(pages.clone()));
        let authenticators = Authenticators::new([operators, Arc::new(LocalAuthenticator), members]);
        let unserved = {
            let pages = pages.clone();
            move |request: Parts| {
                let pages = pages.clone();
                async move { routes::unserved(&pages, &request).await }
            }
        };
        let pages = budget_bodies(routes::router(pages), Arc::clone(&self.body_budget));
        let operations =
            Operations::new(context, carillon_api::operations(), access_policy, Some(authenticators));
        let router = own.merge(pages).merge(others).merge(operations.router(unserved.clone()));
        let router = router
            .method_not_allowed_fallback(move |request: Request<Body>| unserved(request.into_parts().0));
        Routes { router, operations: Some(operations) }
    }

    /// Serves until the server stops, then lets requests under way finish.
    pub async fn serve(self, routes: Routes, readiness: Arc<Readiness>, stopping: watch::Receiver<bool>) {
        let upkeep = metrics::run_upkeep(
            self.recorder.clone(),
            Arc::clone(&self.connections),
            self.body_budget,
            stopping.clone(),
        );
        tokio::spawn(upkeep);
        if let Some(tls) = &self.tls {
            tokio::spawn(tls.reload(stopping.clone()));
        }
        let routes = Routes { router: pace_bodies(routes.router, self.settings.body_pace()), ..routes };
        let second = self.metrics.map(|listener| {
            let router = metrics::router(self.recorder, readiness).merge(metrics::health());
            let connections = Connections::new(METRICS_CONNECTIONS, METRICS_CONNECTIONS);
            let routes = Routes { router, operations: None };
            let shared = Shared::new(routes, self.settings.clone(), Vec::new(), connections, None);
            tokio::spawn(listener::run(listener, shared, stopping.clone()))
        });
        let shared = Shared::new(routes, self.settings, self.trusted_proxies, self.connections, self.tls);
        listener::run(self.main, shared, stopping).await;
        if let Some(second) = second {
            let _ = second.await;
        }
    }
}

async fn bind(listen: &str, flag: &str) -> Result<TcpListener> {
    let bound = TcpListener::bind(listen).await;
    bound.with_context(|| format!("cannot listen on {listen}: choose another address with {flag}"))
}

/// Fetches pictures of other servers for the pages, which know nothing of connections.
fn fetch_pictures(fetcher: PictureFetcher) -> Arc<Fetch> {
    Arc::new(move |address| {
        let fetcher = fetcher.clone();
        let fetched = async move {
            fetcher.fetch(&address).await.map_err(|error| match error {
                PictureError::InvalidAddress => RemotePictureError::InvalidAddress,
                PictureError::Forbidden => RemotePictureError::Forbidden,
                PictureError::Unreachable => RemotePictureError::Unreachable,
                PictureError::Refused => RemotePictureError::Refused,
                PictureError::TooLarge => RemotePictureError::TooLarge,
            })
        };
        fetched.boxed()
    })
}
