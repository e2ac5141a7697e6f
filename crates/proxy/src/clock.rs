//! The doors to time and chance, so that a test can hold both.

use scantill_types::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The wall clock: for records and for people, never for deciding that nothing was paid.
    fn now(&self) -> Timestamp;
    /// Milliseconds of a clock that only runs forward.
    fn monotonic_ms(&self) -> u64;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: std::time::Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: std::time::Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Draws randomness for tokens, keys and ids.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The system gives no randomness: nothing that needs a secret may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no randomness")]
pub struct NoEntropy;

/// The operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }
}

/// Both clocks as a test turns them.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Hands {
    wall_ms: std::sync::atomic::AtomicI64,
    monotonic_ms: std::sync::atomic::AtomicU64,
}

#[cfg(test)]
impl Hands {
    /// So far from where they stand.
    pub(crate) fn turn(&self, wall_ms: i64, monotonic_ms: u64) {
        self.wall_ms.fetch_add(wall_ms, std::sync::atomic::Ordering::Relaxed);
        self.monotonic_ms.fetch_add(monotonic_ms, std::sync::atomic::Ordering::Relaxed);
    }
}

#[cfg(test)]
impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(self.wall_ms.load(std::sync::atomic::Ordering::Relaxed))
    }

    fn monotonic_ms(&self) -> u64 {
        self.monotonic_ms.load(std::sync::atomic::Ordering::Relaxed)
    }
}
