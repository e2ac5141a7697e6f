//! `GET /v1/events`: every change of this terminal's payments, as they are committed.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use futures_util::stream;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::extract::Caller;
use crate::app::App;
use crate::open_streams::OpenStream;
use crate::problem::Refusal;
use crate::server::HangUp;
use crate::session::SessionWatch;
use crate::storage::{Device, StorageError, StoredPayment};

/// A till that hears nothing for twice as long says that the proxy is gone.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// A stream whose reader takes its bytes ends by itself in this time; one that is stalled is cut.
const ENDS_WITHIN: Duration = Duration::from_millis(250);
/// No proxy on the way may hold events back until there is enough of them to compress or to send on.
const UNBUFFERED: [(HeaderName, &str); 2] =
    [(header::CACHE_CONTROL, "no-store, no-transform"), (HeaderName::from_static("x-accel-buffering"), "no")];

/// Streams changes. With `Last-Event-ID` it begins after that change; otherwise, or if the id is of other storage, with
/// all payments of the terminal that are open or need a person, on any of its devices.
#[utoipa::path(get, path = "/v1/events", responses(
    (status = 200, description = "text/event-stream; each event is named `payment` and holds a Payment")))]
pub(super) async fn events(
    State(app): State<Arc<App>>,
    Caller(device): Caller,
    Extension(hang_up): Extension<HangUp>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let cursor = last.and_then(|id| id.rsplit_once('-')).filter(|(epoch, _)| *epoch == app.storage.epoch());
    let cursor = cursor.and_then(|(_, cursor)| cursor.parse().ok());
    // Listening begins before the storage is read, so that no change falls between the two.
    let changes = app.storage.changes(&device);
    let open = app.streams.open(&device);
    let watch = SessionWatch::new(app.clone(), device.clone());
    let is_over = CancellationToken::new();
    let ending = Ending {
        watch: SessionWatch::new(app.clone(), device.clone()),
        ended: open.ending(),
        is_over: is_over.clone(),
    };
    let reading = is_over.drop_guard();
    let mut feed =
        Feed { app, device, watch, changes, open, _reading: reading, sent: 0, waiting: VecDeque::new() };
    feed.catch_up(cursor).await?;
    tokio::spawn(ending.cut(hang_up));
    let events = stream::unfold(feed, |mut feed| async move {
        let event = feed.next().await?;
        Some((Ok::<_, Infallible>(event), feed))
    });
    Ok((UNBUFFERED, Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT))))
}

/// Ends a stream from outside of it.
struct Ending {
    watch: SessionWatch,
    ended: CancellationToken,
    is_over: CancellationToken,
}

impl Ending {
    /// Ends the stream when its token is not good any more or newer streams take its place, and its connection if nobody
    /// asks for the stream's end.
    async fn cut(mut self, hang_up: HangUp) {
        tokio::select! {
            () = self.is_over.cancelled() => return,
            () = self.watch.ended() => self.ended.cancel(),
            () = self.ended.cancelled() => {}
        }
        if tokio::time::timeout(ENDS_WITHIN, self.is_over.cancelled()).await.is_err() {
            hang_up.now();
        }
    }
}

struct Feed {
    app: Arc<App>,
    device: Device,
    watch: SessionWatch,
    changes: broadcast::Receiver<Arc<StoredPayment>>,
    open: OpenStream,
    /// Tells that nobody reads the stream any more.
    _reading: DropGuard,
    /// The newest change that this stream has taken note of.
    sent: i64,
    waiting: VecDeque<StoredPayment>,
}

impl Feed {
    /// The next event; none ends the stream.
    async fn next(&mut self) -> Option<Event> {
        let ending = self.open.ending();
        loop {
            if let Some(stored) = self.waiting.pop_front() {
                return if self.watch.is_good().await { self.event(&stored) } else { None };
            }
            let change = tokio::select! {
                change = self.changes.recv() => change,
                () = ending.cancelled() => return None,
                () = self.app.shutdown.cancelled() => return None,
            };
            match change {
                Ok(stored) => self.take(&stored),
                Err(RecvError::Lagged(_)) => self.catch_up(Some(self.sent)).await.ok()?,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn take(&mut self, stored: &StoredPayment) {
        if self.sent < stored.cursor {
            self.sent = stored.cursor;
            if self.concerns(stored) {
                self.waiting.push_back(stored.clone());
            }
        }
    }

    async fn catch_up(&mut self, cursor: Option<i64>) -> Result<(), StorageError> {
        let missed = self.app.storage.missed(self.device.clone(), cursor).await?;
        self.sent = self.sent.max(missed.cursor);
        let concerning: Vec<StoredPayment> =
            missed.payments.into_iter().filter(|stored| self.concerns(stored)).collect();
        self.waiting.extend(concerning);
        Ok(())
    }

    /// A payment that never arrived is told by the answer that recorded it: here it would overtake that answer, and a
    /// refusal would look like a cancel.
    fn concerns(&self, stored: &StoredPayment) -> bool {
        stored.is_visible_to(&self.device) && !stored.never_arrived()
    }

    fn event(&self, stored: &StoredPayment) -> Option<Event> {
        let id = format!("{}-{}", self.app.storage.epoch(), stored.cursor);
        Event::default().event("payment").id(id).json_data(stored.as_api()).ok()
    }
}
