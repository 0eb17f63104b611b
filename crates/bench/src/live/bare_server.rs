//! The simplest server of live pages: keeps the connections, and writes to each in turn.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use anyhow::{Context, Result};

const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
/// As long as an event of Carillon.
const EVENT: &str =
    "event: sent\ndata: {\"unionid\":\"account-ofbenchiE\",\"message_id\":\"push012345678901iE\"}\n\n";

/// Runs the server process: prints its address, and writes the event to all connections for each line of input.
pub fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let pages: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
    let opened = Arc::clone(&pages);
    thread::spawn(move || -> Result<()> {
        loop {
            let (mut stream, _) = listener.accept()?;
            stream.set_nodelay(true)?;
            let (mut request, mut piece) = (Vec::new(), [0; 1024]);
            while !request.ends_with(b"\r\n\r\n") {
                let read = stream.read(&mut piece)?;
                anyhow::ensure!(read > 0, "a client went away");
                request.extend_from_slice(&piece[..read]);
            }
            stream.write_all(HEAD)?;
            opened.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        }
    });
    let chunk = format!("{:x}\r\n{EVENT}\r\n", EVENT.len());
    for line in std::io::stdin().lines() {
        line?;
        for page in pages.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            page.write_all(chunk.as_bytes())?;
        }
    }
    Ok(())
}

/// The server process.
pub struct Server {
    child: Child,
    input: ChildStdin,
    pub address: SocketAddr,
}

impl Server {
    pub fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(super::BARE_SERVER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let input = child.stdin.take().context("no input")?;
        Ok(Self { child, input, address: line.trim().parse()? })
    }

    /// Makes it write the event to all connections.
    pub fn send(&mut self) -> Result<()> {
        Ok(self.input.write_all(b"\n")?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
