//! A router on a port.

use std::net::SocketAddr;

use axum::Router;

/// Serves until it is dropped.
pub struct ServedRouter {
    pub base_url: String,
    _runtime: tokio::runtime::Runtime,
}

impl ServedRouter {
    pub fn start(router: Router) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, service).await });
        Self { base_url, _runtime: runtime }
    }

    /// The host and port.
    pub fn address(&self) -> &str {
        self.base_url.trim_start_matches("http://")
    }
}
