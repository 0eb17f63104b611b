//! Looks at the bytes of each request's head before the parser does: where the end of a request is in doubt, two programs on the way
//! may see different requests. RFC 9112 allows to refuse both, and the parser accepts them: `Content-Length` beside
//! `Transfer-Encoding`, and lines that end without a carriage return.
//!
//! Bodies are followed to their end as well, whatever the server does with them: what is in a body must not count as a head, and a head
//! behind a body must not go unseen. A body that the parser does not accept ends the connection, and nothing behind it matters.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connections::Connection;

const CONTENT_LENGTH: &[u8] = b"content-length";
const TRANSFER_ENCODING: &[u8] = b"transfer-encoding";
/// The length of the longest name that matters.
const NAME_BYTES: usize = TRANSFER_ENCODING.len();

/// What has been seen of a head.
#[derive(Debug, Default)]
struct Head {
    /// The first bytes of the line, in lower case, where they come one after the other.
    name: [u8; NAME_BYTES],
    /// Bytes of the line so far.
    length: usize,
    /// The byte before.
    last: u8,
    /// The request line has come.
    has_line: bool,
    /// The value that comes is the length of the body.
    reads_length: bool,
    body_length: Option<u64>,
    has_encoding: bool,
    has_bare_line: bool,
    /// The empty line has come.
    is_whole: bool,
}

impl Head {
    /// Takes bytes until the head is whole, and returns how many.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty() && !self.is_whole) {
            let end = memchr::memchr(b'\n', rest);
            self.take_of_line(&rest[..end.unwrap_or(rest.len())]);
            taken += match end {
                Some(end) => {
                    self.end_line();
                    end + 1
                }
                None => rest.len(),
            };
        }
        taken
    }

    /// Takes some of a line, without its end.
    fn take_of_line(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        let taken = if self.length == 0 && bytes.len() > NAME_BYTES {
            self.take_whole_name(bytes)
        } else {
            self.take_name(bytes)
        };
        let value = &bytes[taken..];
        if self.reads_length {
            for digit in value.iter().filter(|byte| byte.is_ascii_digit()) {
                let length = self.body_length.unwrap_or(0).saturating_mul(10);
                self.body_length = Some(length.saturating_add(u64::from(digit - b'0')));
            }
        }
        self.length += bytes.len();
        self.last = *last;
    }

    /// Takes the name of a header from the start of a line that is long enough for each that matters. Returns its length.
    fn take_whole_name(&mut self, line: &[u8]) -> usize {
        let is_named = |name: &[u8]| {
            line.get(name.len()) == Some(&b':') && line[..name.len()].eq_ignore_ascii_case(name)
        };
        for name in [CONTENT_LENGTH, TRANSFER_ENCODING] {
            if is_named(name) {
                self.note_name(name);
                return name.len();
            }
        }
        0
    }

    /// Takes what comes of a name byte by byte. Returns the bytes until its end.
    fn take_name(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        while !self.reads_length
            && self.length + taken <= NAME_BYTES
            && let Some(byte) = bytes.get(taken)
        {
            let length = self.length + taken;
            if *byte == b':' {
                let name = self.name;
                self.note_name(&name[..length]);
            }
            if let Some(place) = self.name.get_mut(length) {
                *place = byte.to_ascii_lowercase();
            }
            taken += 1;
        }
        taken
    }

    fn end_line(&mut self) {
        let has_return = self.last == b'\r';
        self.has_bare_line |= !has_return;
        let is_empty = self.length == usize::from(has_return);
        // An empty line before the request line is no end of the head.
        self.is_whole = is_empty && self.has_line;
        self.has_line |= !is_empty;
        self.length = 0;
        self.reads_length = false;
        self.last = b'\n';
    }

    fn note_name(&mut self, name: &[u8]) {
        if name == CONTENT_LENGTH {
            (self.reads_length, self.body_length) = (true, Some(0));
        }
        self.has_encoding |= name == TRANSFER_ENCODING;
    }

    fn is_doubtful(&self) -> bool {
        self.has_bare_line || (self.body_length.is_some() && self.has_encoding)
    }
}

/// A body of chunks: RFC 9112, 7.1.
#[derive(Debug, Default)]
struct Chunks {
    /// Bytes of the chunk, with the line end behind it, that are still to come.
    left: u64,
    /// The size in the line of a chunk.
    size: u64,
    /// Bytes of the line so far, but for carriage returns.
    length: u64,
    /// What follows the size is no part of it.
    has_size: bool,
    /// The last chunk has come, and lines follow until an empty one.
    has_last: bool,
}

impl Chunks {
    /// Takes bytes until the body has ended, and returns how many, and whether it has.
    fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        const LINE_END: u64 = 2;
        let mut index = 0;
        while let Some(byte) = bytes.get(index) {
            if self.left > 0 {
                let taken = self.left.min((bytes.len() - index) as u64);
                self.left -= taken;
                index += usize::try_from(taken).unwrap_or(bytes.len());
                continue;
            }
            index += 1;
            match (*byte, char::from(*byte).to_digit(16)) {
                (b'\n', _) if self.has_last && self.length == 0 => return (index, true),
                (b'\n', _) if self.has_last => self.length = 0,
                (b'\n', _) => {
                    let size = self.size;
                    *self = Self { has_last: size == 0, ..Self::default() };
                    self.left = if size == 0 { 0 } else { size.saturating_add(LINE_END) };
                }
                (b'\r', _) => {}
                (_, Some(digit)) if !self.has_size && !self.has_last => {
                    self.size = self.size.saturating_mul(16).saturating_add(u64::from(digit));
                    self.length += 1;
                }
                _ => {
                    self.has_size = true;
                    self.length += 1;
                }
            }
        }
        (index, false)
    }
}

/// What the next byte of a connection belongs to.
#[derive(Debug)]
enum Part {
    Head(Head),
    /// A body with so many bytes to come.
    Body(u64),
    Chunks(Chunks),
}

impl Part {
    /// Takes the next bytes. Returns whether one of the heads leaves the end of its request in doubt.
    fn take(&mut self, mut bytes: &[u8]) -> bool {
        let mut is_doubtful = false;
        while !bytes.is_empty() {
            let taken = match self {
                Self::Head(head) => {
                    let taken = head.take(bytes);
                    is_doubtful |= head.is_doubtful();
                    if head.is_whole {
                        *self = match (head.has_encoding, head.body_length) {
                            (true, _) => Self::Chunks(Chunks::default()),
                            (false, Some(length @ 1..)) => Self::Body(length),
                            _ => Self::Head(Head::default()),
                        };
                    }
                    taken
                }
                Self::Body(left) => {
                    let taken = (*left).min(bytes.len() as u64);
                    *left -= taken;
                    if *left == 0 {
                        *self = Self::Head(Head::default());
                    }
                    usize::try_from(taken).unwrap_or(bytes.len())
                }
                Self::Chunks(chunks) => {
                    let (taken, has_ended) = chunks.take(bytes);
                    if has_ended {
                        *self = Self::Head(Head::default());
                    }
                    taken
                }
            };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
        is_doubtful
    }
}

/// A stream whose heads are looked at.
pub struct HeadIo<Io> {
    io: Io,
    connection: Arc<Connection>,
    part: Part,
}

impl<Io> HeadIo<Io> {
    /// The stream of a connection.
    pub fn new(io: Io, connection: Arc<Connection>) -> Self {
        Self { io, connection, part: Part::Head(Head::default()) }
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
        if this.part.take(&buffer.filled()[before..]) {
            this.connection.doubt();
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

    fn is_doubtful(requests: &str) -> bool {
        // However it arrives.
        let whole = Part::Head(Head::default()).take(requests.as_bytes());
        let mut part = Part::Head(Head::default());
        let pieces = requests.bytes().fold(false, |doubt, byte| part.take(&[byte]) | doubt);
        assert_eq!(whole, pieces);
        whole
    }

    #[test]
    fn heads_whose_end_is_in_doubt() {
        let head = |headers: &str| format!("POST / HTTP/1.1\r\n{headers}\r\n");
        assert!(!is_doubtful(&head("Content-Length: 1\r\n")));
        assert!(!is_doubtful(&head("Transfer-Encoding: chunked\r\nx-content-length: 1\r\n")));
        assert!(!is_doubtful(&head("Transfer-Encoding: chunked\r\nx: content-length: 1\r\n")));
        assert!(!is_doubtful(&head("Cookie: a\r\nXontent-Length: 1\r\nTransfer-Encoding: chunked\r\n")));
        assert!(!is_doubtful(&head("Transfer-Encodings: chunked\r\nContent-Length: 1\r\n")));
        assert!(is_doubtful(&head("Transfer-Encoding: chunked\r\ncontent-LENGTH: 1\r\n")));
        assert!(is_doubtful(&head("Content-Length:1\r\nx: y\r\ntransfer-encoding:chunked\r\n")));
        assert!(is_doubtful("GET / HTTP/1.1\nHost: a\r\n\r\n"));
        assert!(is_doubtful("GET / HTTP/1.1\r\nHost: a\n\r\n"));
        // What follows the head belongs to the body.
        assert!(!is_doubtful(&format!("{}Transfer-Encoding: 1\nb", head("Content-Length: 22\r\n"))));
        // An empty line may come first.
        assert!(is_doubtful(&format!("\r\n{}", head("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"))));
    }

    #[test]
    fn what_follows_a_body_is_a_head_and_nothing_else_is() {
        let good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let bad = "GET / HTTP/1.1\nHost: a\n\n";
        let sized = |body: &str| format!("GET / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let chunked = |body: &str| format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        for before in [
            good.to_owned(),
            sized(""),
            sized("a\nb\n\n"),
            sized("a\r\n\r\nb"),
            sized(bad),
            chunked("0\r\n\r\n"),
            chunked("A;x=\"1\"\r\n\n\n\n\n\r\n\r\n\n\n\r\n1\r\n\n\r\n0\r\nx: y\r\n\r\n"),
        ] {
            assert!(!is_doubtful(&format!("{before}{good}")), "{before:?}");
            assert!(is_doubtful(&format!("{before}{bad}")), "{before:?}");
            assert!(is_doubtful(&format!("{before}{before}{bad}")), "{before:?}");
        }
    }
}
