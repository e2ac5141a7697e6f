//! A request's body, and whether it was read to its end. What is left of it would be taken for the next request's head.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// For what is on its way already: a caller whose connection closes before it has sent all may not see the answer.
const REST_WAIT: Duration = Duration::from_millis(50);
/// No body of a till is longer.
const REST_BYTES_MAX: usize = 64 * 1024;

/// Whether all of a body was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Whole,
    Partly,
}

/// The body that a handler gets. What it leaves comes back.
#[derive(Debug)]
pub(super) struct Reading<B = Incoming> {
    /// None once it is over.
    body: Option<B>,
    left: Left<B>,
}

/// What was left of a body that was dropped.
#[derive(Debug)]
pub(super) struct Left<B = Incoming>(Arc<Mutex<Option<B>>>);

impl<B: Body<Data = Bytes> + Unpin> Reading<B> {
    pub(super) fn new(body: B) -> (Self, Left<B>) {
        let left = Arc::new(Mutex::new(None));
        let body = (!body.is_end_stream()).then_some(body);
        (Self { body, left: Left(left.clone()) }, Left(left))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Left<B> {
    /// Reads the little that is on its way. The handler is done with the body.
    pub(super) async fn read(self) -> Read {
        let body = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(body) = body else { return Read::Whole };
        tokio::time::timeout(REST_WAIT, to_its_end(body)).await.unwrap_or(Read::Partly)
    }
}

async fn to_its_end<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Read {
    let mut bytes = 0;
    while bytes <= REST_BYTES_MAX && !body.is_end_stream() {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        match frame {
            None => return Read::Whole,
            Some(Ok(frame)) => bytes += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) => return Read::Partly,
        }
    }
    if body.is_end_stream() { Read::Whole } else { Read::Partly }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Reading<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let reading = self.get_mut();
        let Some(body) = &mut reading.body else { return Poll::Ready(None) };
        let polled = Pin::new(&mut *body).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) || body.is_end_stream() {
            reading.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}

impl<B> Drop for Reading<B> {
    fn drop(&mut self) {
        *self.left.0.lock().unwrap_or_else(PoisonError::into_inner) = self.body.take();
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Body as AnyBody;
    use futures_util::{StreamExt, stream};

    use super::*;

    fn chunks(count: usize) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
        stream::repeat_with(|| Ok(Bytes::from_static(&[0; 1_024]))).take(count)
    }

    async fn left_of(body: AnyBody) -> Read {
        let (reading, left) = Reading::new(body);
        drop(reading);
        left.read().await
    }

    #[tokio::test]
    async fn a_body_that_was_read_leaves_nothing() {
        let (reading, left) = Reading::new(AnyBody::from_stream(chunks(3)));
        assert_eq!(axum::body::to_bytes(AnyBody::new(reading), usize::MAX).await.unwrap().len(), 3 * 1_024);
        assert_eq!((left.read().await, left_of(AnyBody::empty()).await), (Read::Whole, Read::Whole));
    }

    #[tokio::test]
    async fn what_is_there_of_an_unread_body_is_read() {
        assert_eq!(left_of(AnyBody::from("a body")).await, Read::Whole);
        assert_eq!(left_of(AnyBody::from_stream(chunks(64))).await, Read::Whole);
    }

    #[tokio::test]
    async fn neither_a_long_body_nor_one_that_does_not_come_is_awaited() {
        assert_eq!(left_of(AnyBody::from_stream(chunks(1_000))).await, Read::Partly);
        let late = AnyBody::from_stream(chunks(1).chain(stream::pending()));
        assert_eq!(left_of(late).await, Read::Partly);
    }
}
