//! A proxy between browser and proxy that loses, holds and delays what a test tells it to, alike in every browser.
//!
//! Every request comes on a connection of its own: on a connection that was used before, a browser repeats a lost
//! request by itself, and the till would never hear of the loss.

mod rules;
mod serving;
mod upstream;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::Response;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::patience::until;
use rules::{Rules, matches};

pub use rules::Fault;

/// The running proxy; it ends with this value.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// A request that came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its method.
    pub method: String,
    /// Its path, without the query.
    pub path: String,
    /// What the upstream answered; none as long as it has not.
    pub status: Option<u16>,
}

#[derive(Debug, Default)]
struct Shared {
    upstream: Mutex<Option<SocketAddr>>,
    /// Where the upstream is at this server; empty for all of it.
    path: Mutex<String>,
    rules: Mutex<Rules>,
    seen: Mutex<Vec<Seen>>,
    /// Cancelled to break the answers that are on their way.
    answers: Mutex<CancellationToken>,
}

/// The connection is to be cut.
#[derive(Debug, thiserror::Error)]
#[error("cut")]
struct Cut;

type Answer = Response<UnsyncBoxBody<Bytes, Cut>>;

impl FaultProxy {
    /// Listens on a port of its own.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::<Shared>::default();
        let accepting = tokio::spawn(serving::accept(listener, shared.clone()));
        Ok(Self { address, shared, accepting })
    }

    /// The origin that a browser sees.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where requests go on to; without an upstream every connection is cut.
    pub fn set_upstream(&self, upstream: Option<SocketAddr>) {
        *lock(&self.shared.upstream) = upstream;
    }

    /// From now on the upstream has this path, such as `/pos`, and nothing is outside of it.
    pub fn set_path(&self, path: &str) {
        path.clone_into(&mut lock(&self.shared.path));
    }

    /// Does this to the next request of this kind: `PUT /v1/payments/*`, where `*` is any one part of the path.
    pub fn once(&self, fault: Fault, on: &str) {
        lock(&self.shared.rules).add(fault, on, Some(1));
    }

    /// Does this to every request of this kind until the rules are lifted.
    pub fn always(&self, fault: Fault, on: &str) {
        lock(&self.shared.rules).add(fault, on, None);
    }

    /// Forgets all rules and lets go what they hold.
    pub fn lift(&self) {
        lock(&self.shared.rules).lift();
    }

    /// Breaks every answer that is on its way: the streams of events.
    pub fn break_answers(&self) {
        std::mem::take(&mut *lock(&self.shared.answers)).cancel();
    }

    /// The requests of this kind that came by.
    pub fn seen(&self, on: &str) -> Vec<Seen> {
        let seen = lock(&self.shared.seen);
        seen.iter().filter(|seen| matches(on, &seen.method, &seen.path)).cloned().collect()
    }

    /// Waits until so many requests of this kind came by.
    pub async fn until_seen(&self, on: &str, count: usize) -> Result<Vec<Seen>> {
        self.until(on, |seen| count <= seen.len()).await
    }

    /// Waits until so many requests of this kind were answered by the upstream.
    pub async fn until_answered(&self, on: &str, count: usize) -> Result<Vec<Seen>> {
        self.until(on, |seen| count <= seen.iter().filter(|seen| seen.status.is_some()).count()).await
    }

    async fn until(&self, on: &str, enough: impl Fn(&[Seen]) -> bool) -> Result<Vec<Seen>> {
        until(&format!("enough of {on}"), async || {
            let seen = self.seen(on);
            Ok(enough(&seen).then_some(seen))
        })
        .await
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn note(&self, method: &str, path: &str) -> usize {
        let mut seen = lock(&self.seen);
        seen.push(Seen { method: method.to_owned(), path: path.to_owned(), status: None });
        seen.len() - 1
    }

    fn answered(&self, number: usize, status: u16) {
        if let Some(seen) = lock(&self.seen).get_mut(number) {
            seen.status = Some(status);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
