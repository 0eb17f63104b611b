//! One connection: its deadlines, and what each of its requests gets to know about it.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Method, Request, Response, StatusCode, Version, header},
};
use carillon_web::HandOver;
use carillon_wire::{AddressRange, BodyPace, Peer, is_forwarded_https, is_trusted, pace_body, peer_address};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until, timeout},
};
use tower_service::Service;

use super::{
    Routes,
    body::{RequestBody, ResponseBody},
    connections::{Connection, Connections},
    hand_over,
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
    pub routes: Routes,
    pub body_pace: BodyPace,
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
        routes: Routes,
        settings: HttpSettings,
        trusted_proxies: Vec<AddressRange>,
        connections: Arc<Connections>,
        tls: Option<Tls>,
    ) -> Arc<Self> {
        let seconds = settings.hsts_days.saturating_mul(DAY);
        let hsts = (seconds > 0).then(|| HeaderValue::try_from(format!("max-age={seconds}")).ok()).flatten();
        let body_pace = settings.body_pace();
        Arc::new(Self { routes, body_pace, settings, trusted_proxies, connections, tls, hsts })
    }
}

/// What is left to do of a connection. Running it in a task of its own frees all that serving requests took.
pub type Rest = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Serves a connection until either side ends it, until it breaks a deadline, or until it has to make room for others; or until a
/// response is all that is left of it.
pub async fn serve(
    shared: Arc<Shared>,
    stream: TcpStream,
    caller: SocketAddr,
    connection: Arc<Connection>,
    stopping: watch::Receiver<bool>,
) -> Option<Rest> {
    let accepted = Instant::now();
    // Small answers must not wait for more to send.
    let _ = stream.set_nodelay(true);
    let stream = ProgressIo::new(stream, Arc::clone(&connection), shared.settings.write_time());
    let first_head_by = accepted + shared.settings.head_time();
    match &shared.tls {
        None => serve_http(&shared, stream, caller, connection, stopping, first_head_by).await,
        Some(tls) => {
            let handshake = timeout(shared.settings.head_time(), tls.acceptor().accept(stream));
            let stream = tokio::select! {
                stream = handshake => stream,
                () = connection.evicted() => return None,
            };
            match stream {
                Ok(Ok(stream)) => {
                    return serve_http(&shared, stream, caller, connection, stopping, first_head_by).await;
                }
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            }
            None
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
) -> Option<Rest> {
    let is_tls = shared.tls.is_some();
    let head_time = shared.settings.head_time();
    let answering = |request| answer(Arc::clone(shared), Arc::clone(&connection), caller, is_tls, request);
    let stream = HeadIo::new(stream, Arc::clone(&connection));
    let http = builder().serve_connection(TokioIo::new(stream), service_fn(answering));
    let mut http = http.with_upgrades();
    let mut evicted = pin!(connection.evicted());
    let mut stopped = pin!(async move {
        let _ = stopping.wait_for(|stopping| *stopping).await;
    });
    let mut head_timer = pin!(sleep_until(first_head_by));
    let mut is_shutting_down = false;
    let served = poll_fn(|context| {
        loop {
            if let Poll::Ready(ended) = Pin::new(&mut http).poll(context) {
                return Poll::Ready(Served::Ended(ended));
            }
            if let Some(response) = connection.take_handed_over() {
                return Poll::Ready(Served::HandedOver(response));
            }
            if evicted.as_mut().poll(context).is_ready() {
                return Poll::Ready(Served::CutOff);
            }
            if !is_shutting_down && stopped.as_mut().poll(context).is_ready() {
                is_shutting_down = true;
                Pin::new(&mut http).graceful_shutdown();
                // It ends at once if nothing is under way.
                continue;
            }
            // One timer for all heads of the connection: hyper would set a timer for each, and take it back.
            while head_timer.as_mut().poll(context).is_ready() {
                let now = Instant::now();
                let next = connection.awaits_head_since().map_or(now, |since| since.into()) + head_time;
                if next <= now {
                    return Poll::Ready(Served::CutOff);
                }
                head_timer.as_mut().reset(next);
            }
            return Poll::Pending;
        }
    });
    let response = match served.await {
        Served::Ended(Ok(())) | Served::CutOff => return None,
        Served::Ended(Err(error)) => {
            tracing::debug!(%error, "a connection ended early");
            return None;
        }
        Served::HandedOver(response) => response,
    };
    let io = http.into_parts()?.io.into_inner();
    let connection = Arc::clone(&connection);
    Some(Box::pin(async move {
        tokio::select! {
            written = hand_over::write(io, *response) => {
                if let Err(error) = written {
                    tracing::debug!(%error, "a connection ended early");
                }
            }
            () = connection.evicted() => {}
        }
    }))
}

/// How a connection goes on.
enum Served {
    /// It does not.
    Ended(hyper::Result<()>),
    /// It does not: it broke the deadline of a head, or makes room for others.
    CutOff,
    /// A response is to be written without hyper.
    HandedOver(Box<Response<ResponseBody>>),
}

fn builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None)
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
    let takes_chunks = request.version() == Version::HTTP_11 && request.method() == Method::GET;
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
    request.extensions_mut().insert(peer.clone());
    let operations = shared.routes.operations.as_ref().and_then(|operations| operations.find(&request));
    let mut response = match operations {
        Some(operations) => {
            // In a box of its own, since the connection keeps the room for this future while it is idle.
            Box::pin(pace_body(shared.body_pace, request, |request| operations.serve_exact(request))).await
        }
        None => {
            request.extensions_mut().insert(ConnectInfo(caller));
            let Ok(response) = shared.routes.router.clone().call(request).await;
            response
        }
    };
    if let Some(holder) = peer.identity() {
        match &mut slot {
            Some(slot) => slot.count_for(holder),
            None => connection.count_for(holder),
        }
    }
    if let Some(hsts) = shared.hsts.as_ref().filter(|_| is_https) {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, hsts.clone());
    }
    if takes_chunks && response.extensions_mut().remove::<HandOver>().is_some() {
        connection.hand_over(response.map(|body| ResponseBody::new(body, None, slot)));
        // The connection is taken from hyper, and this with it.
        return std::future::pending().await;
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
