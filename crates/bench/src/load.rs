//! Load of several kinds of requests, with the latencies of each kind: `wrk` reports those of all together.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use futures::future::try_join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A slower request fails the benchmark.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A request to send.
pub struct Request<'r> {
    pub kind: Kind,
    pub bytes: std::borrow::Cow<'r, [u8]>,
}

/// Kind of a request. Latencies are recorded for each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Must return status 200.
    Read,
    /// Must return `errcode` 0.
    Write,
}

/// The result of a measurement.
#[derive(Default)]
pub struct Measurement {
    /// Requests a second, of all kinds.
    pub rate: f64,
    /// Latencies in ascending order.
    pub reads: Vec<Duration>,
    /// Latencies in ascending order.
    pub writes: Vec<Duration>,
}

/// Sends one request after the other on each connection for a while, all on one thread. `request` gets the number
/// of the connection and the number of its requests so far. Responses within `warm_up` are not counted.
pub fn run<'r>(
    address: SocketAddr,
    connections: usize,
    (warm_up, time): (Duration, Duration),
    request: impl Fn(usize, usize) -> Request<'r>,
) -> Result<Measurement> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let samples = runtime.block_on(async {
        let mut streams = Vec::new();
        for _ in 0..connections {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let from = Instant::now() + warm_up;
        let (request, until) = (&request, from + time);
        try_join_all(streams.into_iter().enumerate().map(|(connection, mut stream)| async move {
            let (mut samples, mut response) = (Vec::new(), Vec::new());
            for number in 0.. {
                let Request { kind, bytes } = request(connection, number);
                let began = Instant::now();
                let exchange = timeout(TIMEOUT, exchange(&mut stream, kind, &bytes, &mut response));
                exchange.await.context("a request took too long")??;
                let ended = Instant::now();
                if ended > until {
                    break;
                }
                if ended > from {
                    samples.push((kind, ended - began));
                }
            }
            anyhow::Ok(samples)
        }))
        .await
    })?;
    let of_kind = |wanted: Kind| {
        let samples = samples.iter().flatten().filter(|(kind, _)| *kind == wanted);
        let mut latencies: Vec<Duration> = samples.map(|(_, latency)| *latency).collect();
        latencies.sort_unstable();
        latencies
    };
    let rate = samples.iter().map(Vec::len).sum::<usize>() as f64 / time.as_secs_f64();
    Ok(Measurement { rate, reads: of_kind(Kind::Read), writes: of_kind(Kind::Write) })
}

async fn exchange(stream: &mut TcpStream, kind: Kind, request: &[u8], response: &mut Vec<u8>) -> Result<()> {
    stream.write_all(request).await?;
    response.clear();
    loop {
        ensure!(stream.read_buf(response).await? > 0, "the connection was closed");
        if let Some(length) = length(response)?
            && response.len() >= length
        {
            let is_done = kind == Kind::Read || contains(response, b"\"errcode\":0");
            ensure!(is_done, "answered {}", String::from_utf8_lossy(response));
            return Ok(());
        }
    }
}

/// Length of a response in bytes, once its head has come.
fn length(response: &[u8]) -> Result<Option<usize>> {
    let Some(end) = response.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&response[..end])?;
    if !head.starts_with("HTTP/1.1 200 ") {
        bail!("answered {head}");
    }
    let headers = head.lines().filter_map(|line| line.split_once(": "));
    let mut length =
        headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value);
    let length: usize = length.next_back().context("a response without a length")?.parse()?;
    Ok(Some(end + 4 + length))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|bytes| bytes == wanted)
}
