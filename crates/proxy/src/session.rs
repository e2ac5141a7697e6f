//! Whether a device's token is good now, and when it stops being so.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::app::App;
use crate::device_life::EndReason;
use crate::storage::{Device, StorageError};

/// A stream looks this often whether its token is good, and records that its device is seen.
const LOOK_MS_MAX: u64 = 60 * 1_000;
/// What was looked up so lately is still believed when an event goes out.
const FRESH_MS: u64 = 1_000;

/// A token that opens nothing.
#[derive(Clone, Debug)]
pub(crate) enum NotGood {
    /// There never was such a token.
    Unknown,
    /// It was this device's.
    Ended(Box<Device>, EndReason),
}

/// The device of a token, if it is good now.
pub(crate) async fn device_of(
    app: &App,
    token_digest: String,
) -> Result<Result<Device, NotGood>, StorageError> {
    let Some(device) = app.storage.device(token_digest).await? else {
        return Ok(Err(NotGood::Unknown));
    };
    let session = &device.session;
    let lived = app.device_life.end(session.paired_at, session.seen_at, app.clock.now());
    match session.ended.or(lived) {
        Some(reason) => Ok(Err(NotGood::Ended(Box::new(device), reason))),
        None => Ok(Ok(device)),
    }
}

/// When each device was last recorded as seen, so that many requests at once make one write.
#[derive(Debug, Default)]
pub struct Seen {
    noted_ms: Mutex<HashMap<String, u64>>,
}

impl Seen {
    /// Whether this caller is the one to record it.
    fn takes(&self, token_digest: &str, now_ms: u64, every_ms: u64) -> bool {
        let mut noted_ms = self.noted_ms.lock().unwrap_or_else(PoisonError::into_inner);
        noted_ms.retain(|_, at_ms| now_ms.saturating_sub(*at_ms) < every_ms);
        if noted_ms.contains_key(token_digest) {
            return false;
        }
        noted_ms.insert(token_digest.to_owned(), now_ms);
        true
    }
}

/// Records now and then that a device is seen. No request waits for it, and none fails with it.
pub(crate) fn note_seen(app: &Arc<App>, device: &Device) {
    let (life, now) = (app.device_life, app.clock.now());
    let digest = &device.session.token_digest;
    let is_news = life.is_news(device.session.seen_at, now);
    if !is_news || !app.seen.takes(digest, app.clock.monotonic_ms(), life.seen_every_ms()) {
        return;
    }
    let (app, digest) = (app.clone(), digest.clone());
    tokio::spawn(async move {
        if let Err(error) = app.storage.note_seen(digest, now).await {
            tracing::warn!(%error, "it cannot be recorded that a device was seen");
        }
    });
}

/// Watches the token of one stream.
pub(crate) struct SessionWatch {
    app: Arc<App>,
    device: Device,
    revocations: watch::Receiver<u64>,
    looked_ms: u64,
    /// Something happened since the last look.
    is_due: bool,
}

impl SessionWatch {
    /// It checks at once: the token may have been revoked since the stream was requested.
    pub(crate) fn new(app: Arc<App>, device: Device) -> Self {
        let (revocations, looked_ms) = (app.storage.revocations(), app.clock.monotonic_ms());
        Self { app, device, revocations, looked_ms, is_due: true }
    }

    /// Done when the token is not good any more. It may be dropped and begun again at any time.
    pub(crate) async fn ended(&mut self) {
        loop {
            if self.is_due && !self.look().await {
                return;
            }
            let wait = self.wait();
            tokio::select! {
                _ = self.revocations.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
            self.is_due = true;
        }
    }

    /// Whether the token is good, as of a moment ago.
    pub(crate) async fn is_good(&mut self) -> bool {
        let age_ms = self.app.clock.monotonic_ms().saturating_sub(self.looked_ms);
        if !self.is_due && age_ms < FRESH_MS && !self.revocations.has_changed().unwrap_or(true) {
            return true;
        }
        self.look().await
    }

    /// Where storage cannot say so, it is not good: the till opens another stream.
    async fn look(&mut self) -> bool {
        self.revocations.mark_unchanged();
        let looked = device_of(&self.app, self.device.session.token_digest.clone()).await;
        let Ok(Ok(device)) = looked else { return false };
        self.device = device;
        // Who listens is there.
        note_seen(&self.app, &self.device);
        self.looked_ms = self.app.clock.monotonic_ms();
        self.is_due = false;
        true
    }

    /// Until the next look, however often this is asked.
    fn wait(&self) -> Duration {
        let (life, session) = (self.app.device_life, &self.device.session);
        let left_ms = life.ends_at(session.paired_at, session.seen_at).since_ms(self.app.clock.now());
        let next_ms = self.looked_ms.saturating_add(LOOK_MS_MAX.min(life.seen_every_ms()));
        let pause_ms = next_ms.saturating_sub(self.app.clock.monotonic_ms());
        Duration::from_millis(left_ms.min(pause_ms).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_requests_at_once_record_once_that_a_device_is_seen() {
        let seen = Seen::default();
        let takers = (0..100).filter(|at_ms| seen.takes("a", *at_ms, 1_000)).count();
        assert_eq!((takers, seen.takes("b", 100, 1_000)), (1, true));
        assert!(!seen.takes("a", 999, 1_000) && seen.takes("a", 1_000, 1_000));
    }
}
