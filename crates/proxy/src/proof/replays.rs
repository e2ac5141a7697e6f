//! Which proofs were used. A proof counts until its nonce ends: so long it is remembered, or else all proofs with a nonce
//! that is not younger are refused.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::nonces::LIFE_MS;

/// Uses that are remembered of one device. A till makes some tens of calls a minute.
const OF_ONE_MAX: usize = 1_024;
/// Uses that are remembered in all: about 5 MB.
const OF_ALL_MAX: usize = 65_536;

/// What a use of a proof is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    First,
    Again,
    /// The nonce is older than what is remembered.
    Forgotten,
}

/// The uses of all devices.
#[derive(Debug, Default)]
pub(super) struct Replays(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    devices: HashMap<String, Uses>,
    count: usize,
    swept_ms: u64,
}

/// The uses of one device's proofs, those with the oldest nonce first.
#[derive(Debug, Default)]
struct Uses {
    known: BTreeSet<(u64, [u8; 16])>,
    /// Nonces made before this are refused.
    from_ms: u64,
}

impl Replays {
    /// Notes a use of a proof with this id and a nonce of this time.
    pub(super) fn note(&self, device: &str, issued_ms: u64, jti: &str, now_ms: u64) -> Use {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memory.make_room(now_ms);
        let uses = memory.devices.entry(device.to_owned()).or_default();
        let before = uses.known.len();
        let noted = uses.note(issued_ms, jti);
        let after = uses.known.len();
        memory.count = memory.count + after - before;
        noted
    }
}

impl Memory {
    fn make_room(&mut self, now_ms: u64) {
        if LIFE_MS <= now_ms.saturating_sub(self.swept_ms) || OF_ALL_MAX <= self.count {
            self.swept_ms = now_ms;
            // A nonce made before this is refused as too old.
            let oldest_ms = (now_ms + 1).saturating_sub(LIFE_MS);
            self.devices.retain(|_, uses| uses.forget_before(oldest_ms));
            self.count = self.devices.values().map(|uses| uses.known.len()).sum();
        }
        if OF_ALL_MAX <= self.count {
            let most = self.devices.values_mut().max_by_key(|uses| uses.known.len());
            self.count -= most.map_or(0, Uses::forget_half);
        }
    }
}

impl Uses {
    fn note(&mut self, issued_ms: u64, jti: &str) -> Use {
        if issued_ms < self.from_ms {
            return Use::Forgotten;
        }
        let digest = Sha256::digest(jti.as_bytes());
        let mut name = [0; 16];
        name.copy_from_slice(&digest[..16]);
        if !self.known.insert((issued_ms, name)) {
            return Use::Again;
        }
        if OF_ONE_MAX < self.known.len() {
            self.forget_half();
        }
        Use::First
    }

    /// Forgets those with the oldest nonces, and tells how many.
    fn forget_half(&mut self) -> usize {
        let before = self.known.len();
        if let Some((newest_ms, _)) = self.known.iter().nth(before / 2).copied() {
            self.from_ms = newest_ms + 1;
            self.known = self.known.split_off(&(self.from_ms, [0; 16]));
        }
        before - self.known.len()
    }

    /// Whether anything is left that must be known.
    fn forget_before(&mut self, oldest_ms: u64) -> bool {
        self.known = self.known.split_off(&(oldest_ms, [0; 16]));
        !self.known.is_empty() || oldest_ms < self.from_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_counts_once_for_its_device() {
        let replays = Replays::default();
        assert_eq!(replays.note("a", 5, "one", 5), Use::First);
        assert_eq!(replays.note("a", 5, "one", 6), Use::Again);
        assert_eq!(replays.note("a", 5, "two", 6), Use::First);
        assert_eq!(replays.note("b", 5, "one", 6), Use::First);
    }

    #[test]
    fn what_is_forgotten_of_one_device_is_refused() {
        let replays = Replays::default();
        for issued_ms in 0..2_000 {
            assert_eq!(replays.note("a", issued_ms, "same", 2_000), Use::First);
        }
        assert!(replays.0.lock().unwrap().count <= OF_ONE_MAX);
        for issued_ms in 0..2_000 {
            assert_ne!(replays.note("a", issued_ms, "same", 2_000), Use::First, "{issued_ms}");
        }
        assert_eq!(replays.note("a", 0, "new", 2_000), Use::Forgotten);
        assert_eq!(replays.note("b", 0, "same", 2_000), Use::First, "another device is not touched");
    }

    #[test]
    fn one_nonce_for_all_calls_fills_no_more_than_its_bound() {
        let replays = Replays::default();
        let fresh = (0..3_000).filter(|number| replays.note("a", 7, &number.to_string(), 8) == Use::First);
        assert_eq!(fresh.count(), OF_ONE_MAX + 1);
        assert_eq!(replays.note("a", 7, "5", 8), Use::Forgotten);
        assert_eq!(replays.note("a", 8, "5", 8), Use::First, "a fresh nonce goes on");
    }

    #[test]
    fn many_devices_together_have_a_bound_and_none_can_replay() {
        let replays = Replays::default();
        for number in 0..100_000 {
            let device = (number % 200).to_string();
            assert_eq!(replays.note(&device, number, "same", number), Use::First);
        }
        let memory = replays.0.lock().unwrap();
        assert!(memory.count <= OF_ALL_MAX);
        let known: usize = memory.devices.values().map(|uses| uses.known.len()).sum();
        assert_eq!(memory.count, known);
        drop(memory);
        for number in 0..100_000 {
            assert_ne!(replays.note(&(number % 200).to_string(), number, "same", 100_000), Use::First);
        }
    }

    #[test]
    fn a_sweep_forgets_no_use_of_a_nonce_that_is_still_good() {
        let replays = Replays::default();
        assert_eq!(replays.note("a", 1_000, "one", 1_000), Use::First);
        let last_ms = 1_000 + LIFE_MS - 1;
        assert_eq!(replays.note("b", last_ms, "one", last_ms), Use::First, "it sweeps");
        assert_eq!(replays.note("a", 1_000, "one", last_ms), Use::Again);
    }

    #[test]
    fn a_sweep_keeps_from_which_nonce_on_a_device_is_known() {
        let (replays, issued_ms) = (Replays::default(), LIFE_MS - 1_000);
        for number in 0..=OF_ONE_MAX {
            replays.note("a", issued_ms, &number.to_string(), issued_ms);
        }
        assert_eq!(replays.note("b", LIFE_MS, "one", LIFE_MS), Use::First, "it sweeps");
        assert_eq!(replays.note("a", issued_ms, "5", LIFE_MS), Use::Forgotten);
    }

    #[test]
    fn old_nonces_take_no_room() {
        let replays = Replays::default();
        for number in 0..1_000 {
            replays.note(&number.to_string(), number, "same", number);
        }
        replays.note("last", 2 * LIFE_MS, "same", 2 * LIFE_MS);
        let memory = replays.0.lock().unwrap();
        assert_eq!((memory.devices.len(), memory.count), (1, 1));
    }
}
