//! One connection: its deadlines, and what each of its requests gets to know about it.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, StatusCode, Version, header},
};
use carillon_wire::{AddressRange, Peer, is_forwarded_https, is_trusted, peer_address};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until, timeout},
};
use tower_service::Service;

use super::{
    body::{RequestBody, ResponseBody},
    connections::{Connection, Connections},
    head::HeadIo,
    progress::ProgressIo,
    settings::HttpSettings,
    tls::Tls,
};

/// Bytes of the head of a request: an address with a long list in its query fits.
const HEAD_BYTES: usize = 64 << 10;
/// Headers of a request.
const HEADERS: usize = 100;
/// Seconds of a day.
const DAY: u64 = 86_400;

/// What all connections of a listener share.
pub struct Shared {
    pub router: Router,
    pub settings: HttpSettings,
    pub trusted_proxies: Vec<AddressRange>,
    pub connections: Arc<Connections>,
    pub tls: Option<Tls>,
    /// What tells browsers to keep to https. None where it is switched off.
    hsts: Option<HeaderValue>,
}

impl Shared {
    /// What the connections of a listener need.
    pub fn new(
        router: Router,
        settings: HttpSettings,
        trusted_proxies: Vec<AddressRange>,
        connections: Arc<Connections>,
        tls: Option<Tls>,
    ) -> Arc<Self> {
        let seconds = settings.hsts_days.saturating_mul(DAY);
        let hsts = (seconds > 0).then(|| HeaderValue::try_from(format!("max-age={seconds}")).ok()).flatten();
        Arc::new(Self { router, settings, trusted_proxies, connections, tls, hsts })
    }
}

/// Serves a connection until either side ends it, until it breaks a deadline, or until it has to make room for others.
pub async fn serve(
    shared: Arc<Shared>,
    stream: TcpStream,
    caller: SocketAddr,
    connection: Arc<Connection>,
    stopping: watch::Receiver<bool>,
) {
    let accepted = Instant::now();
    // Small answers must not wait for more to send.
    let _ = stream.set_nodelay(true);
    let stream = ProgressIo::new(stream, shared.settings.write_time());
    let first_head_by = accepted + shared.settings.head_time();
    match &shared.tls {
        None => serve_http(&shared, stream, caller, connection, stopping, first_head_by).await,
        Some(tls) => {
            let handshake = timeout(shared.settings.head_time(), tls.acceptor().accept(stream));
            let stream = tokio::select! {
                stream = handshake => stream,
                () = connection.evicted() => return,
            };
            match stream {
                Ok(Ok(stream)) => {
                    serve_http(&shared, stream, caller, connection, stopping, first_head_by).await;
                }
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            }
        }
    }
}

async fn serve_http<Io: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    shared: &Arc<Shared>,
    stream: Io,
    caller: SocketAddr,
    connection: Arc<Connection>,
    mut stopping: watch::Receiver<bool>,
    first_head_by: Instant,
) {
    let is_tls = shared.tls.is_some();
    let answering = |request| answer(Arc::clone(shared), Arc::clone(&connection), caller, is_tls, request);
    let stream = HeadIo::new(stream, Arc::clone(&connection));
    let http =
        builder(shared.settings.head_time()).serve_connection(TokioIo::new(stream), service_fn(answering));
    let mut http = pin!(http.with_upgrades());
    let mut first_head_time = pin!(sleep_until(first_head_by));
    let (mut is_told, mut is_first_head_due) = (false, false);
    loop {
        tokio::select! {
            ended = http.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            _ = stopping.wait_for(|stopping| *stopping), if !is_told => {
                is_told = true;
                http.as_mut().graceful_shutdown();
            }
            () = connection.evicted() => return,
            // The time of a handshake counts for the first head. Hyper has the deadlines of all others.
            () = first_head_time.as_mut(), if !is_first_head_due => {
                if connection.requests() == 0 {
                    return;
                }
                is_first_head_due = true;
            }
        }
    }
}

fn builder(head_time: Duration) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .max_buf_size(HEAD_BYTES)
        .max_header_size(HEAD_BYTES)
        .max_headers(HEADERS);
    builder
}

/// Answers one request.
async fn answer(
    shared: Arc<Shared>,
    connection: Arc<Connection>,
    caller: SocketAddr,
    is_tls: bool,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Infallible> {
    let proxies = &shared.trusted_proxies;
    let address = peer_address(proxies, caller.ip(), request.headers());
    let is_https = is_tls || is_forwarded_https(proxies, caller.ip(), request.headers());
    let peer = Peer::new(address, is_https);
    let is_malformed = !has_one_host(&request) || connection.is_doubtful();
    let mut request = request.map(|body| Body::new(RequestBody::new(body, &connection)));
    let mut slot = if is_trusted(proxies, caller.ip()) {
        match shared.connections.admit_request(peer.holder()) {
            Some(slot) => Some(slot),
            None => return Ok(bare(StatusCode::SERVICE_UNAVAILABLE, connection)),
        }
    } else {
        None
    };
    if is_malformed {
        return Ok(bare(StatusCode::BAD_REQUEST, connection));
    }
    request.extensions_mut().insert(ConnectInfo(caller));
    request.extensions_mut().insert(peer.clone());
    let Ok(mut response) = shared.router.clone().call(request).await;
    let holder = peer.holder();
    if !holder.is_stranger() {
        match &mut slot {
            Some(slot) => slot.count_for(&holder),
            None => connection.count_for(&holder),
        }
    }
    if let Some(hsts) = shared.hsts.as_ref().filter(|_| is_https) {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, hsts.clone());
    }
    let is_upgrade = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let ends_with = (!is_upgrade).then_some(connection);
    Ok(response.map(|body| ResponseBody::new(body, ends_with, slot)))
}

/// HTTP/1.1 wants exactly one `Host`; HTTP/1.0 does without.
fn has_one_host<B>(request: &Request<B>) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11)
}

/// A response without a body, after which the connection closes.
fn bare(status: StatusCode, connection: Arc<Connection>) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::new(Body::empty(), Some(connection), None));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
