//! A router on a port.

use std::net::{SocketAddr, TcpListener};

use axum::Router;
use tokio::runtime::{Builder, Handle, Runtime};

/// Serves until it is dropped. Tests of both kinds can start and drop one: with and without a runtime of their own.
pub struct ServedRouter {
    pub base_url: String,
    runtime: Option<Runtime>,
}

impl ServedRouter {
    pub fn start(router: Router) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, service).await
        });
        Self { base_url, runtime: Some(runtime) }
    }

    /// The host and port.
    pub fn address(&self) -> &str {
        self.base_url.trim_start_matches("http://")
    }
}

impl Drop for ServedRouter {
    fn drop(&mut self) {
        // A runtime cannot wait for another one to end.
        if let Some(runtime) = self.runtime.take().filter(|_| Handle::try_current().is_ok()) {
            runtime.shutdown_background();
        }
    }
}
