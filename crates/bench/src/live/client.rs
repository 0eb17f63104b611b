//! Processes that hold pages open. There are several because open files are limited for each process.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    ops::Range,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    rc::Rc,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Semaphore, mpsc},
    time::timeout,
};

/// The number of processes.
pub const CLIENTS: usize = 4;
/// The number of pages that a process opens at the same time.
const OPENING: usize = 32;
/// Limit for opening a page, and for an event to reach it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs a client process with the arguments `ADDRESS COOKIES FROM TO`, where COOKIES is a file with a cookie a
/// line. Prints a line when all pages are open, and a line for each event that has reached all of them.
pub fn run(arguments: &[String]) -> Result<()> {
    let [address, cookies, from, to] = arguments else { bail!("wrong arguments: {arguments:?}") };
    let (address, range): (SocketAddr, Range<usize>) = (address.parse()?, from.parse()?..to.parse()?);
    let cookies = fs::read_to_string(cookies)?;
    let cookies: Vec<String> = cookies.lines().take(range.end).skip(range.start).map(str::to_owned).collect();
    let pages = cookies.len();
    ensure!(pages == range.len(), "{pages} cookies for {range:?}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async move {
        let opening = Rc::new(Semaphore::new(OPENING));
        let (opened, mut pages_open) = mpsc::unbounded_channel();
        let (reached, mut events) = mpsc::unbounded_channel();
        for cookie in cookies {
            let (opening, opened, reached) = (Rc::clone(&opening), opened.clone(), reached.clone());
            tokio::task::spawn_local(async move {
                let stream = {
                    let _turn = opening.acquire().await;
                    timeout(TIMEOUT, open(address, &cookie)).await
                };
                match stream.map_err(anyhow::Error::from).flatten() {
                    Ok(stream) => {
                        let _ = opened.send(Ok(()));
                        let _ = reached.send(Err(listen(stream, &reached).await));
                    }
                    Err(error) => drop(opened.send(Err(error))),
                }
            });
        }
        for _ in 0..pages {
            pages_open.recv().await.context("no page is left")??;
        }
        println!("open");
        loop {
            events.recv().await.context("no page is left")??;
            for _ in 1..pages {
                let reached = timeout(TIMEOUT, events.recv()).await.context("a page missed an event")?;
                reached.context("no page is left")??;
            }
            println!("event");
        }
    })
}

/// Reports each event of a page. Returns the error that ended it.
async fn listen(mut stream: TcpStream, reached: &mpsc::UnboundedSender<Result<()>>) -> anyhow::Error {
    let mut buffer = [0; 512];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => return anyhow!("a page was closed"),
            // Each event contains this brace once, and nothing else does.
            Ok(read) => buffer[..read].iter().filter(|byte| **byte == b'{').for_each(|_| {
                let _ = reached.send(Ok(()));
            }),
            Err(error) => return error.into(),
        }
    }
}

/// Opens a page, and reads the response head.
async fn open(address: SocketAddr, cookie: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /inbox/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\nSec-Fetch-Mode: cors\r\nCookie: {cookie}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        ensure!(stream.read_buf(&mut head).await? > 0, "a page was closed");
    }
    ensure!(head.starts_with(b"HTTP/1.1 200 "), "a page was refused: {}", String::from_utf8_lossy(&head));
    Ok(stream)
}

/// All client processes.
pub struct Clients(Vec<Client>);

struct Client {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Clients {
    /// Opens the pages, distributed over the processes. The processes start one after the other.
    pub fn open(address: SocketAddr, cookies: &Path, pages: usize) -> Result<Self> {
        let each = pages / CLIENTS;
        let open = |number| Client::open(address, cookies, number * each..(number + 1) * each);
        Ok(Self((0..CLIENTS).map(open).collect::<Result<_>>()?))
    }

    /// Waits until one more event has reached each page.
    pub fn await_event(&mut self) -> Result<()> {
        self.0.iter_mut().try_for_each(|client| client.expect("event"))
    }
}

impl Client {
    fn open(address: SocketAddr, cookies: &Path, range: Range<usize>) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([super::CLIENT, &address.to_string()])
            .arg(cookies)
            .args([range.start.to_string(), range.end.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().context("no output")?);
        let mut client = Self { child, output };
        client.expect("open")?;
        Ok(client)
    }

    fn expect(&mut self, wanted: &str) -> Result<()> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        ensure!(line.trim() == wanted, "a client ended, or printed {line:?} instead of {wanted:?}");
        Ok(())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
