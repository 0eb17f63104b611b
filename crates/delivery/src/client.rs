//! An HTTP client that connects only to addresses that the guard permits. It resolves host names itself, so that it connects to the same
//! address that it checked. A name that also resolves to an internal address is refused.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use carillon_model::error::{Error, Result};
use futures::future::BoxFuture;
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

/// Idle connections stay open this long for the next message.
const IDLE_TIME: Duration = Duration::from_secs(30);

/// An HTTP client behind a [`Guard`].
pub type GuardedClient = Client<HttpsConnector<Connector>, Full<Bytes>>;

/// Loads the certificate authorities of `[delivery] ca_file`.
///
/// # Errors
/// The file cannot be read, or contains no valid certificate.
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

/// Creates a connector that trusts the certificates of the operating system and `authorities`.
pub fn connector(guard: Guard, authorities: &[CertificateDer<'static>]) -> Result<HttpsConnector<Connector>> {
    let mut roots = RootCertStore::empty();
    // Without any certificate, plain HTTP still works, and the delivery log shows the TLS errors.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(authorities.iter().cloned());
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(Connector { guard: Arc::new(guard), resolve: Arc::new(resolve) }))
}

/// Creates a client behind a guard.
pub fn guarded(
    guard: Guard,
    authorities: &[CertificateDer<'static>],
    idle_connections: usize,
) -> Result<GuardedClient> {
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIME)
        .pool_max_idle_per_host(idle_connections)
        .build(connector(guard, authorities)?))
}

/// Connects to addresses that the guard permits.
#[derive(Clone)]
pub struct Connector {
    guard: Arc<Guard>,
    resolve: Arc<Resolve>,
}

/// Resolves a host. Called for each connection.
type Resolve = dyn Fn(String, u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync;

fn resolve(host: String, port: u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
    Box::pin(async move { Ok(lookup_host((host, port)).await?.collect()) })
}

/// Why a connection failed.
#[derive(Debug)]
pub enum ConnectError {
    /// The guard does not permit the IP address in the URL.
    Forbidden(IpAddr),
    /// The guard does not permit an address that the host name resolves to. The address itself is not disclosed.
    ForbiddenName,
    /// The host name is unknown, or the host does not respond.
    Unreachable(io::Error),
    /// The URL has no host.
    NoHost,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden(address) => write!(f, "{address} is not an address that callbacks may have"),
            Self::ForbiddenName => f.write_str("the host is not an address that callbacks may have"),
            Self::Unreachable(error) => error.fmt(f),
            Self::NoHost => f.write_str("the address names no host"),
        }
    }
}

impl std::error::Error for ConnectError {}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let host = uri.host().ok_or(ConnectError::NoHost)?;
            let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
            let addresses = connector.permitted_addresses(host, port).await?;
            let stream = TcpStream::connect(addresses.as_slice()).await.map_err(ConnectError::Unreachable)?;
            // One small request, one small response: neither must wait for more to send.
            let _ = stream.set_nodelay(true);
            Ok(TokioIo::new(stream))
        })
    }
}

impl Connector {
    /// Resolves a host. All of its addresses have to be permitted.
    async fn permitted_addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let is_address = host.parse::<IpAddr>().is_ok();
        let addresses = (self.resolve)(host, port).await.map_err(ConnectError::Unreachable)?;
        match addresses.iter().find(|address| !self.guard.permits(address.ip())) {
            Some(forbidden) if is_address => Err(ConnectError::Forbidden(forbidden.ip())),
            Some(forbidden) => {
                tracing::info!(address = %forbidden.ip(), "the host name of a callback resolves to an internal address");
                Err(ConnectError::ForbiddenName)
            }
            None => Ok(addresses),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::net::TcpListener;

    use super::*;

    /// A connector whose resolver returns these lists of addresses, one after the other.
    fn connector(allow: &[&str], answers: &[&[SocketAddr]]) -> Connector {
        let allow: Vec<String> = allow.iter().map(|range| (*range).to_owned()).collect();
        let answers: Vec<_> = answers.iter().rev().map(|addresses| addresses.to_vec()).collect();
        let answers = Mutex::new(answers);
        let resolve = move |_: String, _: u16| -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
            let next = answers.lock().unwrap().pop();
            Box::pin(async move { next.ok_or_else(|| io::Error::other("one lookup too many")) })
        };
        Connector { guard: Arc::new(Guard::new(&allow).unwrap()), resolve: Arc::new(resolve) }
    }

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    async fn connect(connector: &mut Connector) -> Result<SocketAddr, ConnectError> {
        let connected = connector.call(Uri::from_static("http://callback.example/")).await?;
        connected.inner().peer_addr().map_err(ConnectError::Unreachable)
    }

    #[tokio::test]
    async fn a_name_with_any_internal_address_is_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listening = listener.local_addr().unwrap();
        for internal in
            ["10.0.0.1:80", "169.254.169.254:80", "[::1]:80", "[::ffff:192.168.0.1]:80", "[fd00::1]:80"]
        {
            let internal = address(internal);
            for addresses in [vec![internal], vec![listening, internal], vec![internal, listening]] {
                let mut connector = connector(&["127.0.0.1"], &[addresses.as_slice()]);
                let refused = connect(&mut connector).await;
                assert!(matches!(refused, Err(ConnectError::ForbiddenName)), "{refused:?}");
            }
        }
        // Several addresses are accepted if all of them are permitted.
        let mut both = connector(&["127.0.0.0/8"], &[&[address("127.0.0.2:1"), listening]]);
        assert_eq!(connect(&mut both).await.unwrap(), listening);
    }

    #[tokio::test]
    async fn a_name_is_resolved_once_per_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listening = listener.local_addr().unwrap();
        let internal = address("10.0.0.1:80");
        let mut rebound = connector(&["127.0.0.1"], &[&[listening], &[internal], &[listening]]);
        // It connects to the address that it checked: a second lookup could return another one.
        assert_eq!(connect(&mut rebound).await.unwrap(), listening);
        assert!(matches!(connect(&mut rebound).await, Err(ConnectError::ForbiddenName)));
        assert_eq!(connect(&mut rebound).await.unwrap(), listening);
        assert!(matches!(connect(&mut rebound).await, Err(ConnectError::Unreachable(_))));
    }
}
