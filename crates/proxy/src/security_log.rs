//! What an operator must see of attacks: one counter and one event of the log (target `security`) for each kind.
//!
//! No secret comes here: no PIN, token, pairing code or payer code, and nothing that a stranger wrote.

mod kind;
mod thinning;

use std::fmt;
use std::net::IpAddr;

use scantill_types::{DeviceId, StoreId, TerminalId};

use crate::request_id;
use crate::storage::Device;

pub use kind::Kind;
use thinning::Thinning;

const COUNTER: &str = "scantill_security_events_total";

/// Whom an event is about, as far as the proxy knows it for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Subject<'a> {
    /// Our name of the account.
    pub account: Option<&'a str>,
    /// The store.
    pub store: Option<&'a StoreId>,
    /// The till.
    pub terminal: Option<&'a TerminalId>,
    /// The tablet.
    pub device: Option<&'a DeviceId>,
}

impl<'a> From<&'a Device> for Subject<'a> {
    fn from(device: &'a Device) -> Self {
        Self {
            account: Some(&device.account),
            store: Some(&device.store_id),
            terminal: Some(&device.terminal),
            device: Some(&device.id),
        }
    }
}

/// The log of one proxy.
#[derive(Debug, Default)]
pub struct SecurityLog {
    thinning: Thinning,
}

impl SecurityLog {
    /// Shows each kind in `/metrics` from the start.
    pub fn start() -> Self {
        for kind in Kind::ALL {
            metrics::counter!(COUNTER, "kind" => kind.as_str()).increment(0);
        }
        Self::default()
    }

    /// Counts an event, and logs the first, second, fourth, eighth… of one kind about one subject. A flood fills no log.
    pub fn note<'a>(&self, kind: Kind, subject: impl Into<Subject<'a>>) {
        let (subject, peer) = (subject.into(), request_id::peer());
        count(kind);
        let times = self.thinning.count(kind, &key(subject, peer));
        if times.is_power_of_two() {
            log(kind, subject, peer, times);
        }
    }
}

/// Counts an event that has a line of the log of its own.
pub(crate) fn count(kind: Kind) {
    metrics::counter!(COUNTER, "kind" => kind.as_str()).increment(1);
}

/// A device is known by its token; a stranger by its address.
fn key(subject: Subject<'_>, peer: Option<IpAddr>) -> String {
    match (subject.device, peer) {
        (Some(device), _) => format!("{}/{device}", subject.account.unwrap_or_default()),
        (None, Some(peer)) => peer.to_string(),
        (None, None) => String::new(),
    }
}

fn log(kind: Kind, subject: Subject<'_>, peer: Option<IpAddr>, times: u64) {
    let Subject { account, store, terminal, device } = subject;
    tracing::warn!(
        target: "security",
        kind = kind.as_str(),
        account,
        store = shown(store),
        terminal = shown(terminal),
        device = shown(device),
        peer = shown(peer),
        times,
        "{}",
        kind.sentence()
    );
}

/// A field that is not known is left out.
fn shown<T: fmt::Display>(value: Option<T>) -> Option<tracing::field::DisplayValue<T>> {
    value.map(tracing::field::display)
}

#[cfg(test)]
#[path = "security_log/tests.rs"]
mod tests;
