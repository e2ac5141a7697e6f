//! One at a time for each key, in the order of asking, and no long queue.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// More than these do not wait for one turn.
const WAITING_MAX: usize = 16;

/// Turns by key.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<String, Arc<Semaphore>>>);

/// Too many wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many wait for the same turn")]
pub struct TooManyWait;

impl Turns {
    /// Waits for the turn, which ends when what this gives is dropped.
    pub async fn take(&self, key: &str) -> Result<OwnedSemaphorePermit, TooManyWait> {
        let turn = self.turn(key)?;
        // It is never closed.
        turn.acquire_owned().await.map_err(|_| TooManyWait)
    }

    fn turn(&self, key: &str) -> Result<Arc<Semaphore>, TooManyWait> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody waits for are dropped here: the map stays as small as the work in hand.
        turns.retain(|_, turn| 1 < Arc::strong_count(turn));
        let turn = turns.entry(key.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(1)));
        if WAITING_MAX < Arc::strong_count(turn) {
            return Err(TooManyWait);
        }
        Ok(turn.clone())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_key_has_one_turn_and_keys_are_independent() {
        let turns = Turns::default();
        let first = turns.take("a").await.unwrap();
        assert!(turns.take("a").now_or_never().is_none());
        assert!(turns.take("b").now_or_never().is_some());
        drop(first);
        assert!(turns.take("a").now_or_never().is_some());
        let _only = turns.take("c").await.unwrap();
        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_long_queue_takes_nobody_more() {
        let turns = Turns::default();
        let _first = turns.take("a").await.unwrap();
        let mut waiting: Vec<_> = (1..WAITING_MAX).map(|_| Box::pin(turns.take("a"))).collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none());
        }
        assert!(matches!(turns.take("a").now_or_never(), Some(Err(TooManyWait))));
        assert!(turns.take("b").now_or_never().is_some());
    }
}
