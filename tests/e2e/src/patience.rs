//! Awaiting a condition, with a limit.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

pub use scantill_testkit::PATIENCE;

/// Each look asks the browser, which has other work.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Looks until there is something to see; `what` says what was awaited in vain.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    within(PATIENCE, what, look).await
}

/// The same with a limit of its own.
pub async fn within<T>(
    limit: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let begin = Instant::now();
    while begin.elapsed() < limit {
        if let Some(seen) = look().await? {
            return Ok(seen);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    bail!("after {} s still not: {what}", limit.as_secs())
}
