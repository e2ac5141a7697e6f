//! A lock for each key, given in the order of asking, with no long queue.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// More than these do not wait for one lock.
const WAITING_MAX: usize = 16;

/// A mutex for each key.
#[derive(Debug, Default)]
pub struct KeyedMutex(Mutex<HashMap<String, Arc<Semaphore>>>);

/// Too many wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many wait for the same lock")]
pub struct TooManyWait;

impl KeyedMutex {
    /// Waits for the lock of a key, which ends when the permit is dropped.
    pub async fn lock(&self, key: &str) -> Result<OwnedSemaphorePermit, TooManyWait> {
        let semaphore = self.semaphore(key)?;
        // It is never closed.
        semaphore.acquire_owned().await.map_err(|_| TooManyWait)
    }

    fn semaphore(&self, key: &str) -> Result<Arc<Semaphore>, TooManyWait> {
        let mut by_key = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody waits for are dropped here: the map stays as small as the work in hand.
        by_key.retain(|_, semaphore| 1 < Arc::strong_count(semaphore));
        let semaphore = by_key.entry(key.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(1)));
        if WAITING_MAX < Arc::strong_count(semaphore) {
            return Err(TooManyWait);
        }
        Ok(semaphore.clone())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_key_is_locked_once_and_keys_are_independent() {
        let mutex = KeyedMutex::default();
        let first = mutex.lock("a").await.unwrap();
        assert!(mutex.lock("a").now_or_never().is_none());
        assert!(mutex.lock("b").now_or_never().is_some());
        drop(first);
        assert!(mutex.lock("a").now_or_never().is_some());
        let _only = mutex.lock("c").await.unwrap();
        assert_eq!(mutex.0.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_long_queue_takes_nobody_more() {
        let mutex = KeyedMutex::default();
        let _first = mutex.lock("a").await.unwrap();
        let mut waiting: Vec<_> = (1..WAITING_MAX).map(|_| Box::pin(mutex.lock("a"))).collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none());
        }
        assert!(matches!(mutex.lock("a").now_or_never(), Some(Err(TooManyWait))));
        assert!(mutex.lock("b").now_or_never().is_some());
    }
}
