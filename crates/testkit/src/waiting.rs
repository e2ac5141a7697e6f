//! Waiting for what must come, with a limit.

use std::time::Duration;

/// Far longer than anything in a test may take: what waits so long has failed.
pub const PATIENCE: Duration = Duration::from_secs(25);
/// The pause between two looks at a program of this machine.
pub const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Looks until all is as wanted. At the limit it gives the last look that was not, if one came to its end.
pub async fn until_ok<T, E, F: Future<Output = Result<T, E>>>(
    limit: Duration,
    pause: Duration,
    mut look: impl FnMut() -> F,
) -> Result<T, Option<E>> {
    let mut last = None;
    let looking = async {
        loop {
            match look().await {
                Ok(wanted) => return wanted,
                Err(other) => last = Some(other),
            }
            tokio::time::sleep(pause).await;
        }
    };
    tokio::time::timeout(limit, looking).await.map_err(|_| last)
}

/// Waits until the condition holds.
pub async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("in vain awaited: {what}"));
}
