//! A deadline for the progress of writes: who takes nothing of a response is cut off.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use super::connections::Connection;

/// Bytes that a client has to take within the time: else one that takes single bytes would be progress enough.
const ENOUGH_BYTES: usize = 16 << 10;

/// A stream whose writes have to go on.
pub struct ProgressIo<Io> {
    io: Io,
    /// Is told while a write is held up.
    connection: Arc<Connection>,
    time: Duration,
    /// While a write is held up: when it has to have gone on.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Bytes that went out since the deadline was set.
    written: usize,
}

impl<Io> ProgressIo<Io> {
    /// The stream of a connection, on which a write may be held up for so long.
    pub fn new(io: Io, connection: Arc<Connection>, time: Duration) -> Self {
        Self { io, connection, time, deadline: None, written: 0 }
    }

    /// Ends the deadline: the client has taken enough.
    fn proceed(&mut self) {
        if self.deadline.take().is_some() {
            self.connection.proceed();
        }
    }

    /// Notes how a write went. One that is held up for too long fails.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
        written: impl Fn(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        match &polled {
            Poll::Ready(Ok(done)) if self.deadline.is_some() => {
                self.written += written(done);
                if self.written >= ENOUGH_BYTES {
                    self.proceed();
                }
                polled
            }
            Poll::Ready(_) => polled,
            Poll::Pending => {
                let deadline = self.deadline.get_or_insert_with(|| {
                    self.written = 0;
                    self.connection.stall();
                    Box::pin(sleep(self.time))
                });
                ready!(deadline.as_mut().poll(context));
                // The timer wakes once more after it was set anew.
                if deadline.deadline() > Instant::now() {
                    return Poll::Pending;
                }
                metrics::counter!("carillon_stalled_writes_total").increment(1);
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing")))
            }
        }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for ProgressIo<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for ProgressIo<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(context, bytes);
        self.watch(context, polled, |written| *written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write_vectored(context, slices);
        self.watch(context, polled, |written| *written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_flush(context);
        if polled.is_ready() {
            // Everything that there was to write has been taken.
            self.proceed();
        }
        self.watch(context, polled, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_shutdown(context);
        self.watch(context, polled, |()| 0)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::super::connections::{Connections, OpenConnection};
    use super::*;

    fn connection() -> OpenConnection {
        Connections::new(1, 1).admit(None).unwrap()
    }

    #[tokio::test]
    async fn who_takes_nothing_or_next_to_nothing_is_cut_off() {
        let (near, _far) = duplex(1024);
        let mut stalled =
            ProgressIo::new(near, Arc::clone(connection().connection()), Duration::from_millis(50));
        let error = stalled.write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);

        let (near, mut far) = duplex(1024);
        let mut trickling =
            ProgressIo::new(near, Arc::clone(connection().connection()), Duration::from_millis(50));
        let reading = tokio::spawn(async move {
            let mut byte = [0];
            while far.read_exact(&mut byte).await.is_ok() {
                sleep(Duration::from_millis(1)).await;
            }
        });
        let error = trickling.write_all(&[0; 64 << 10]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        reading.abort();
    }

    #[tokio::test]
    async fn who_takes_enough_may_take_longer_than_the_time() {
        let (near, mut far) = duplex(64 << 10);
        let mut slow = ProgressIo::new(near, Arc::clone(connection().connection()), Duration::from_secs(2));
        let reading = tokio::spawn(async move {
            let mut taken = 0;
            let mut some = vec![0; 32 << 10];
            while let Ok(bytes @ 1..) = far.read(&mut some).await {
                taken += bytes;
                sleep(Duration::from_millis(100)).await;
            }
            taken
        });
        slow.write_all(&vec![0; 1 << 20]).await.unwrap();
        drop(slow);
        assert_eq!(reading.await.unwrap(), 1 << 20);
    }
}
