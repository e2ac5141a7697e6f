//! A connection's bytes, with the two limits that hyper does not have: on a head that comes slowly after a long pause, and
//! on a reader who takes nothing of an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::Limits;
use super::framing::Progress;

/// A stream that fails when a head or a reader takes too long.
pub(super) struct TimeoutStream<S> {
    io: S,
    progress: Arc<Progress>,
    head: Deadline,
    write: Deadline,
}

/// Runs from when something began until it is over.
struct Deadline {
    after: Duration,
    running: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    fn new(after: Duration) -> Self {
        Self { after, running: None }
    }

    fn stop(&mut self) {
        self.running = None;
    }

    /// Starts it unless it runs, and fails once it is over.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        let running = self.running.get_or_insert_with(|| Box::pin(sleep(self.after)));
        ready!(running.as_mut().poll(context));
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }

    /// What is pending ends with the deadline.
    fn bound<T>(&mut self, polled: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if polled.is_pending() {
            return self.poll(context).map(Err);
        }
        self.stop();
        polled
    }
}

impl<S> TimeoutStream<S> {
    pub(super) fn new(io: S, progress: Arc<Progress>, limits: &Limits) -> Self {
        Self { io, progress, head: Deadline::new(limits.head()), write: Deadline::new(limits.stall()) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimeoutStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut stream.io).poll_read(context, buffer);
        let came = &buffer.filled()[before..];
        if !came.is_empty() && stream.progress.note(came) {
            stream.head.stop();
        }
        if polled.is_pending() && stream.progress.is_in_head() {
            return stream.head.poll(context).map(Err);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimeoutStream<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        let polled = Pin::new(&mut stream.io).poll_write(context, bytes);
        stream.write.bound(polled, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        let polled = Pin::new(&mut stream.io).poll_write_vectored(context, bytes);
        stream.write.bound(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        let polled = Pin::new(&mut stream.io).poll_flush(context);
        stream.write.bound(polled, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        let polled = Pin::new(&mut stream.io).poll_shutdown(context);
        stream.write.bound(polled, context)
    }
}
