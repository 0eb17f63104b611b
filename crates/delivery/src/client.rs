//! An HTTP client that connects only where the guard permits. The name of a host is resolved here, so that the address that is
//! connected to is the one that was looked at; a name that also leads inside is refused altogether.

use std::{
    fmt,
    future::Future,
    net::{IpAddr, SocketAddr},
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use carillon_model::error::{Error, Result};
use http::Uri;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio::net::{TcpStream, lookup_host};
use tower_service::Service;

use crate::guard::Guard;

/// A connection that nobody uses is kept so long for the next message.
const IDLE_TIME: Duration = Duration::from_secs(30);

/// The client.
pub type GuardedClient = Client<HttpsConnector<Connector>, Full<Bytes>>;

/// The authorities that an administrator trusts besides those of the machine. A file that holds none is a mistake.
pub fn authorities(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let wrong = |problem: &dyn fmt::Display| {
        Error::invalid("ca_file", format!("of [delivery], {}, cannot be used: {problem}", file.display()))
    };
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))?;
    let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(|error| wrong(&error))?;
    let mut usable = RootCertStore::empty();
    for certificate in &certificates {
        usable.add(certificate.clone()).map_err(|error| wrong(&error))?;
    }
    if usable.is_empty() { Err(wrong(&"it holds no certificate")) } else { Ok(certificates) }
}

/// A client behind a guard, trusting the certificates that the machine trusts, and more.
pub fn guarded(
    guard: Guard,
    authorities: &[CertificateDer<'static>],
    idle_connections: usize,
) -> Result<GuardedClient> {
    let mut roots = RootCertStore::empty();
    // Without any, plain HTTP still works, and the log of deliveries says what is wrong with the rest.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(authorities.iter().cloned());
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(Connector { guard: Arc::new(guard) });
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIME)
        .pool_max_idle_per_host(idle_connections)
        .build(connector))
}

/// Connects where the guard permits.
#[derive(Clone, Debug)]
pub struct Connector {
    guard: Arc<Guard>,
}

/// Why there is no connection.
#[derive(Debug)]
pub enum ConnectError {
    /// The guard does not permit the address.
    Forbidden(IpAddr),
    /// The host is unknown or does not answer.
    Unreachable(std::io::Error),
    /// The address names no host.
    NoHost,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden(address) => write!(f, "{address} is not an address that callbacks may have"),
            Self::Unreachable(error) => error.fmt(f),
            Self::NoHost => f.write_str("the address names no host"),
        }
    }
}

impl std::error::Error for ConnectError {}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let guard = Arc::clone(&self.guard);
        Box::pin(async move {
            let host = uri.host().ok_or(ConnectError::NoHost)?;
            let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
            let addresses = permitted(&guard, host, port).await?;
            let stream = TcpStream::connect(addresses.as_slice()).await.map_err(ConnectError::Unreachable)?;
            // One small message, one small answer: neither must wait for more to send.
            let _ = stream.set_nodelay(true);
            Ok(TokioIo::new(stream))
        })
    }
}

/// The addresses of a host, all of which have to be permitted.
pub async fn permitted(guard: &Guard, host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<SocketAddr> =
        lookup_host((host, port)).await.map_err(ConnectError::Unreachable)?.collect();
    match addresses.iter().find(|address| !guard.permits(address.ip())) {
        Some(forbidden) => Err(ConnectError::Forbidden(forbidden.ip())),
        None => Ok(addresses),
    }
}
