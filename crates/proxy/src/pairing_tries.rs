//! How often strangers of one address may try pairing codes. Without this limit those who guess first groups find one that
//! is in use, and five wrong tries end its code.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::quotas::{ByClock, seconds_until};

/// A shop pairs its tablets one after another.
const AT_ONCE: u32 = 20;
const ONE_MORE_EACH: Duration = Duration::from_secs(3);
/// Full buckets are forgotten when there are so many.
const ADDRESSES_MAX: usize = 1_024;

/// The tries of all addresses.
#[derive(Debug)]
pub struct PairingTries {
    tries: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, ByClock, NoOpMiddleware<Duration>>,
    clock: Arc<dyn Clock>,
}

impl PairingTries {
    /// Nobody tried yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let at_once = NonZeroU32::new(AT_ONCE).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(ONE_MORE_EACH).unwrap_or(Quota::per_minute(at_once));
        let quota = quota.allow_burst(at_once);
        let tries = RateLimiter::new(quota, HashMapStateStore::default(), ByClock(clock.clone()));
        Self { tries, clock }
    }

    /// Counts a try, or tells in how many seconds there may be one. This machine has no limit: a reverse proxy there speaks
    /// for everyone.
    pub fn take(&self, peer: Option<IpAddr>) -> Result<(), u64> {
        let Some(peer) = peer.filter(|peer| !peer.is_loopback()) else { return Ok(()) };
        if ADDRESSES_MAX <= self.tries.len() {
            self.tries.retain_recent();
        }
        self.tries.check_key(&peer).map_err(|empty| seconds_until(&empty, &*self.clock))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::AdjustableClock;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_finds_few_first_groups_in_the_life_of_a_code() {
        let clock = Arc::new(AdjustableClock::default());
        let tries = PairingTries::new(clock.clone());
        let mut count = 0_u32;
        for _ in 0..600 {
            // 256 connections, each with an answer after half a second.
            count += (0..512).map(|_| u32::from(tries.take(Some(address("10.0.0.1"))).is_ok())).sum::<u32>();
            clock.move_by(0, 1_000);
        }
        assert_eq!(count, 219);
        assert!(f64::from(count) / f64::from(1 << 20) < 0.000_25);
        assert_eq!(tries.take(Some(address("10.0.0.2"))), Ok(()), "another address");
    }

    #[test]
    fn this_machine_and_callers_of_no_address_have_no_limit() {
        let tries = PairingTries::new(Arc::new(AdjustableClock::default()));
        assert!(
            (0..1_000).all(|_| tries.take(Some(address("127.0.0.1"))).is_ok() && tries.take(None).is_ok())
        );
    }
}
