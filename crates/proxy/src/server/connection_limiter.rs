//! Limits the open connections: in all, and for each peer.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Limits;
use crate::security_log::{self, Kind};

/// A full proxy says so once in this time.
const SAY_EVERY: Duration = Duration::from_mins(1);
/// The half of an IPv6 address that names a network: one subscriber has all addresses of it.
const NETWORK: u128 = u128::MAX << 64;

/// Whom a request counts for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        Self(peer(address))
    }
}

/// Which limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    All,
    Peer,
}

impl Full {
    fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Peer => "peer",
        }
    }
}

/// Counts open connections, and refuses more than the limits allow.
#[derive(Debug)]
pub(super) struct ConnectionLimiter {
    limits: Limits,
    in_all: usize,
    taken: Mutex<Taken>,
    refusals: Mutex<Refusals>,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by_peer: HashMap<IpAddr, usize>,
}

/// Connections that were refused since the log last said so.
#[derive(Debug, Default)]
struct Refusals {
    count: u64,
    said_at: Option<Instant>,
}

/// The right to one open connection, given back when it is dropped.
#[derive(Debug)]
pub(super) struct ConnectionPermit {
    limiter: Arc<ConnectionLimiter>,
    peer: IpAddr,
}

impl ConnectionLimiter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, in_all: limits.in_all(), taken: Mutex::default(), refusals: Mutex::default() }
    }

    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Result<ConnectionPermit, Full> {
        let peer = peer(address);
        let of_peer_max = self.limits.of_peer(peer.is_loopback());
        let mut taken = self.taken();
        if self.in_all <= taken.in_all {
            return Err(Full::All);
        }
        let of_peer = taken.by_peer.entry(peer).or_default();
        if of_peer_max <= *of_peer {
            return Err(Full::Peer);
        }
        *of_peer += 1;
        taken.in_all += 1;
        metrics::gauge!("scantill_connections").increment(1);
        Ok(ConnectionPermit { limiter: self.clone(), peer })
    }

    /// Counts a refusal, and says from time to time that there are some.
    pub(super) fn refuse(&self, full: Full) {
        metrics::counter!("scantill_connections_refused_total", "full" => full.as_str()).increment(1);
        security_log::count(Kind::FullHouse);
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.count += 1;
        if refusals.said_at.is_none_or(|said_at| SAY_EVERY <= said_at.elapsed()) {
            let (refused, open) = (refusals.count, self.taken().in_all);
            tracing::warn!(
                target: "security",
                kind = Kind::FullHouse.as_str(),
                refused,
                open,
                full = full.as_str(),
                "no place is left: new connections are refused"
            );
            *refusals = Refusals { count: 0, said_at: Some(Instant::now()) };
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        metrics::gauge!("scantill_connections").decrement(1);
        let mut taken = self.limiter.taken();
        taken.in_all = taken.in_all.saturating_sub(1);
        if let Some(of_peer) = taken.by_peer.get_mut(&self.peer) {
            *of_peer = of_peer.saturating_sub(1);
            if *of_peer == 0 {
                taken.by_peer.remove(&self.peer);
            }
        }
    }
}

/// Whom an address counts for.
fn peer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(connections: usize, connections_per_peer: Option<usize>) -> Arc<ConnectionLimiter> {
        Arc::new(ConnectionLimiter::new(&Limits { connections, connections_per_peer, ..Limits::default() }))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_newest_is_refused_until_a_permit_is_given_back() {
        let limiter = limiter(2, None);
        let (first, _second) = (limiter.take(address("10.0.0.1")), limiter.take(address("10.0.0.2")));
        assert_eq!(limiter.take(address("10.0.0.3")).unwrap_err(), Full::All);
        drop(first);
        let third = limiter.take(address("10.0.0.3"));
        assert!(third.is_ok() && limiter.take(address("10.0.0.4")).is_err());
    }

    #[test]
    fn a_peer_at_its_limit_takes_nothing_of_another() {
        let limiter = limiter(10, Some(1));
        let first = limiter.take(address("10.0.0.1"));
        assert_eq!(limiter.take(address("::ffff:10.0.0.1")).unwrap_err(), Full::Peer);
        assert!(limiter.take(address("10.0.0.2")).is_ok());
        drop(first);
        assert!(limiter.taken().by_peer.is_empty() && limiter.take(address("10.0.0.1")).is_ok());
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_peer() {
        let limiter = limiter(10, Some(1));
        let _first = limiter.take(address("2001:db8:0:1::1")).unwrap();
        assert_eq!(limiter.take(address("2001:db8:0:1:ffff::2")).unwrap_err(), Full::Peer);
        assert!(limiter.take(address("2001:db8:0:2::1")).is_ok());
    }

    #[test]
    fn only_loopback_is_free_of_a_limit_that_is_not_set() {
        let limiter = limiter(1_000, None);
        let held = |text: &str| {
            let held: Vec<_> = (0..400).filter_map(|_| limiter.take(address(text)).ok()).collect();
            held.len()
        };
        assert_eq!((held("127.0.0.1"), held("::1"), held("10.0.0.1")), (400, 400, 256));
    }
}
