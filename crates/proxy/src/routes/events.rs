//! `GET /v1/events`: every change of this terminal's payments, as they are committed.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use futures_util::stream;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::extract::Caller;
use crate::app::App;
use crate::open_streams::OpenStream;
use crate::problem::Refusal;
use crate::session::SessionWatch;
use crate::store::{Device, Record, StoreError};

/// A till that hears nothing for twice as long says that the proxy is gone.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// No proxy on the way may hold events back until there is enough of them to compress or to send on.
const UNBUFFERED: [(HeaderName, &str); 2] =
    [(header::CACHE_CONTROL, "no-store, no-transform"), (HeaderName::from_static("x-accel-buffering"), "no")];

/// Streams changes. With `Last-Event-ID` it begins after that change; otherwise, or if the id is of other books, with
/// all payments of the terminal that are open or need a person, whichever device holds them.
#[utoipa::path(get, path = "/v1/events", responses(
    (status = 200, description = "text/event-stream; each event is named `payment` and holds a Payment")))]
pub(super) async fn events(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let cursor = last.and_then(|id| id.rsplit_once('-')).filter(|(epoch, _)| *epoch == app.store.epoch());
    let cursor = cursor.and_then(|(_, cursor)| cursor.parse().ok());
    // Listening begins before the books are read, so that no change falls between the two.
    let changes = app.store.changes(&device);
    let open = app.streams.open(&device);
    let watch = SessionWatch::new(app.clone(), device.clone());
    let mut feed = Feed { app, device, watch, changes, open, sent: 0, waiting: VecDeque::new() };
    feed.catch_up(cursor).await?;
    let events = stream::unfold(feed, |mut feed| async move {
        let event = feed.next().await?;
        Some((Ok::<_, Infallible>(event), feed))
    });
    Ok((UNBUFFERED, Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT))))
}

struct Feed {
    app: Arc<App>,
    device: Device,
    watch: SessionWatch,
    changes: broadcast::Receiver<Arc<Record>>,
    open: OpenStream,
    /// The newest change that this stream has taken note of.
    sent: i64,
    waiting: VecDeque<Record>,
}

impl Feed {
    /// The next event; none ends the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(record) = self.waiting.pop_front() {
                return if self.watch.is_good().await { self.event(&record) } else { None };
            }
            let change = tokio::select! {
                change = self.changes.recv() => change,
                () = self.watch.ended() => return None,
                () = self.open.ended() => return None,
                () = self.app.shutdown.cancelled() => return None,
            };
            match change {
                Ok(record) => self.take(&record),
                Err(RecvError::Lagged(_)) => self.catch_up(Some(self.sent)).await.ok()?,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn take(&mut self, record: &Record) {
        if self.sent < record.cursor {
            self.sent = record.cursor;
            if self.concerns(record) {
                self.waiting.push_back(record.clone());
            }
        }
    }

    async fn catch_up(&mut self, cursor: Option<i64>) -> Result<(), StoreError> {
        let missed = self.app.store.missed(self.device.clone(), cursor).await?;
        self.sent = self.sent.max(missed.cursor);
        let concerning: Vec<Record> =
            missed.records.into_iter().filter(|record| self.concerns(record)).collect();
        self.waiting.extend(concerning);
        Ok(())
    }

    /// A payment that never arrived is told by the answer that recorded it: here it would overtake that answer, and a
    /// refusal would look like a cancel.
    fn concerns(&self, record: &Record) -> bool {
        record.is_visible_to(&self.device) && !record.never_arrived()
    }

    fn event(&self, record: &Record) -> Option<Event> {
        let id = format!("{}-{}", self.app.store.epoch(), record.cursor);
        Event::default().event("payment").id(id).json_data(record.as_api()).ok()
    }
}
