//! How much and how long strangers may hold.

use std::time::Duration;

use serde::Deserialize;

use super::descriptors;
use crate::quotas::DeviceLimits;

/// A head is no longer.
pub(super) const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Loopback is this machine: a reverse proxy there speaks for everyone.
const CONNECTIONS_PER_PEER: usize = 256;

/// The limits of one listener. Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Open connections in all; fewer where the system gives fewer descriptors.
    pub connections: usize,
    /// Open connections of one peer address (IPv6: of one /64). Unless it is set, loopback has no such limit.
    pub connections_per_peer: Option<usize>,
    /// From a connection to its TLS session.
    pub handshake_ms: u64,
    /// From the first byte of a request to the end of its head.
    pub head_ms: u64,
    /// From the end of the head to the end of the body.
    pub body_ms: u64,
    /// From the head to the beginning of the answer.
    pub request_ms: u64,
    /// Between two requests of a connection.
    pub idle_ms: u64,
    /// For how long a reader of an answer may take none of it.
    pub stall_ms: u64,
    /// What a paired device may ask for.
    pub device: DeviceLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            connections_per_peer: None,
            handshake_ms: 10_000,
            head_ms: 10_000,
            body_ms: 10_000,
            // A look-up at the provider may take three of its answers.
            request_ms: 60_000,
            idle_ms: 75_000,
            stall_ms: 10_000,
            device: DeviceLimits::default(),
        }
    }
}

impl Limits {
    /// For a listener of the shop's own network alone: it needs a few places, which no stranger may take.
    pub fn of_operations() -> Self {
        Self { connections: descriptors::OPERATIONS, ..Self::default() }
    }

    /// Whether every limit lets something through.
    pub fn are_usable(&self) -> bool {
        let Self {
            connections,
            connections_per_peer,
            handshake_ms,
            head_ms,
            body_ms,
            request_ms,
            idle_ms,
            stall_ms,
            device: _,
        } = *self;
        let times = [handshake_ms, head_ms, body_ms, request_ms, idle_ms, stall_ms];
        0 < connections && connections_per_peer != Some(0) && times.iter().all(|time_ms| 0 < *time_ms)
    }

    /// How many connections an address may hold.
    pub(super) fn of_peer(&self, is_loopback: bool) -> usize {
        let unset = if is_loopback { self.connections } else { CONNECTIONS_PER_PEER };
        self.connections_per_peer.unwrap_or(unset)
    }

    /// How many fit beside the descriptors that storage and provider need.
    pub(super) fn in_all(&self) -> usize {
        descriptors::for_connections().map_or(self.connections, |free| self.connections.min(free))
    }

    pub(super) fn head(&self) -> Duration {
        Duration::from_millis(self.head_ms)
    }

    pub(super) fn handshake(&self) -> Duration {
        Duration::from_millis(self.handshake_ms)
    }

    pub(super) fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }

    pub(super) fn stall(&self) -> Duration {
        Duration::from_millis(self.stall_ms)
    }
}
