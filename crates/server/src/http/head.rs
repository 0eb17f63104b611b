//! Looks at the bytes of a request's head before the parser does: where the end of a request is in doubt, two programs on the way may
//! see different requests. RFC 9112 allows to refuse both, and the parser accepts them: `Content-Length` beside
//! `Transfer-Encoding`, and lines that end without a carriage return.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connections::{Connection, Phase};

/// The longest name that is looked for.
const NAME_BYTES: usize = "transfer-encoding".len();

/// What has been seen of a head.
#[derive(Debug, Default)]
struct Head {
    /// The first bytes of the line, in lower case.
    name: [u8; NAME_BYTES],
    /// Bytes of the line so far.
    length: usize,
    /// The byte before.
    last: u8,
    /// The request line has come.
    has_line: bool,
    has_length: bool,
    has_encoding: bool,
    has_bare_line: bool,
    /// The empty line has come.
    is_whole: bool,
}

impl Head {
    /// Takes the next bytes. What follows the head is not looked at.
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.is_whole {
                return;
            }
            if *byte == b'\n' {
                let has_return = self.last == b'\r';
                self.has_bare_line |= !has_return;
                let is_empty = self.length == usize::from(has_return);
                // An empty line before the request line is no end of the head.
                self.is_whole = is_empty && self.has_line;
                self.has_line |= !is_empty;
                self.length = 0;
            } else {
                if let Some(place) = self.name.get_mut(self.length) {
                    *place = byte.to_ascii_lowercase();
                }
                self.length += 1;
                if *byte == b':' {
                    self.note_name();
                }
            }
            self.last = *byte;
        }
    }

    fn note_name(&mut self) {
        match self.name.get(..self.length - 1) {
            Some(b"content-length") => self.has_length = true,
            Some(b"transfer-encoding") => self.has_encoding = true,
            _ => {}
        }
    }

    fn is_doubtful(&self) -> bool {
        self.has_bare_line || (self.has_length && self.has_encoding)
    }
}

/// A stream whose heads are looked at.
pub struct HeadIo<Io> {
    io: Io,
    connection: Arc<Connection>,
    head: Head,
    /// Requests before this head.
    requests: u32,
}

impl<Io> HeadIo<Io> {
    /// The stream of a connection.
    pub fn new(io: Io, connection: Arc<Connection>) -> Self {
        Self { io, connection, head: Head::default(), requests: 0 }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for HeadIo<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.io).poll_read(context, buffer))?;
        if this.connection.phase() == Phase::Head {
            let requests = this.connection.requests();
            if requests != this.requests {
                (this.head, this.requests) = (Head::default(), requests);
            }
            this.head.take(&buffer.filled()[before..]);
            if this.head.is_doubtful() {
                this.connection.doubt();
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for HeadIo<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_doubtful(head: &str) -> bool {
        // However it arrives.
        let whole = {
            let mut seen = Head::default();
            seen.take(head.as_bytes());
            seen
        };
        let mut pieces = Head::default();
        head.bytes().for_each(|byte| pieces.take(&[byte]));
        assert_eq!(whole.is_doubtful(), pieces.is_doubtful());
        whole.is_doubtful()
    }

    #[test]
    fn heads_whose_end_is_in_doubt() {
        let head = |headers: &str| format!("POST / HTTP/1.1\r\n{headers}\r\n");
        assert!(!is_doubtful(&head("Content-Length: 1\r\n")));
        assert!(!is_doubtful(&head("Transfer-Encoding: chunked\r\nx-content-length: 1\r\n")));
        assert!(!is_doubtful(&head("Transfer-Encoding: chunked\r\nx: content-length: 1\r\n")));
        assert!(is_doubtful(&head("Transfer-Encoding: chunked\r\ncontent-LENGTH: 1\r\n")));
        assert!(is_doubtful(&head("Content-Length:1\r\nx: y\r\ntransfer-encoding:chunked\r\n")));
        assert!(is_doubtful("GET / HTTP/1.1\nHost: a\r\n\r\n"));
        assert!(is_doubtful("GET / HTTP/1.1\r\nHost: a\n\r\n"));
        // What follows the head belongs to the body.
        assert!(!is_doubtful(&format!("{}Transfer-Encoding: 1\nb", head("Content-Length: 1\r\n"))));
        // An empty line may come first.
        assert!(is_doubtful(&format!("\r\n{}", head("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"))));
    }
}
