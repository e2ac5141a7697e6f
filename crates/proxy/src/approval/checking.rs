//! The threads on which PINs are checked. A slow hash takes 19 MB: on whichever thread is free, each would leave its own
//! piece of memory behind, so that the pieces are handed on.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use argon2::password_hash::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use scantill_types::api::Pin;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::keyed_mutex::{KeyedMutex, TooManyWait};
use crate::storage::Supervisor;

const HASH_BYTES_MAX: usize = 64;
/// PINs that are checked at once, in all. Of one store there is one, so that no store fills them.
const CHECKS: usize = 2;
/// Costs what a person's hash costs, and no PIN is known to fit.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2NhbnRpbGwgbm9ib2R5$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";

/// Checks PINs: one after another for each store, two at once in all.
#[derive(Debug)]
pub struct PinChecker {
    jobs: mpsc::Sender<Job>,
    stores: KeyedMutex,
}

#[derive(Debug)]
struct Job {
    pin_hash: Option<String>,
    pin: Pin,
    is_right: oneshot::Sender<bool>,
}

/// The working memory of a slow hash, used again for the next one.
#[derive(Default)]
struct Memory(Vec<Block>);

impl PinChecker {
    /// Starts its threads, which end with it.
    pub fn start() -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let (queue, memories) = (Arc::new(Mutex::new(queue)), Arc::default());
        for _ in 0..CHECKS {
            let (queue, memories) = (Arc::clone(&queue), Arc::clone(&memories));
            std::thread::Builder::new().name("pins".into()).spawn(move || run(&queue, &memories))?;
        }
        Ok(Self { jobs, stores: KeyedMutex::default() })
    }

    /// The turn of a store.
    pub async fn turn(&self, store: &str) -> Result<OwnedSemaphorePermit, TooManyWait> {
        self.stores.lock(store).await
    }

    /// Whether it is the person's PIN. Without a person it takes as long, and no PIN is right.
    pub async fn is_right(&self, person: Option<&Supervisor>, pin: Pin) -> bool {
        metrics::counter!("scantill_pins_checked_total").increment(1);
        let (is_right, answer) = oneshot::channel();
        let job = Job { pin_hash: person.map(|person| person.pin_hash.clone()), pin, is_right };
        self.jobs.send(job).is_ok() && answer.await.unwrap_or(false)
    }
}

fn run(queue: &Mutex<mpsc::Receiver<Job>>, memories: &Mutex<Vec<Memory>>) {
    let lock = |memories: &Mutex<Vec<Memory>>| {
        memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    };
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { pin_hash, pin, is_right }) = next else { return };
        // The memory that was used last: one store alone never needs a second.
        let mut memory = lock(memories);
        let fits = memory.verify(pin_hash.as_deref().unwrap_or(NOBODY), &pin).unwrap_or(false);
        memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        // The caller may have gone away.
        let _ = is_right.send(fits && pin_hash.is_some());
    }
}

/// Whose PIN it is.
pub fn owner(supervisors: &[Supervisor], pin: &Pin) -> Option<String> {
    let mut memory = Memory::default();
    let mut is_owner = |supervisor: &&Supervisor| memory.verify(&supervisor.pin_hash, pin).unwrap_or(false);
    supervisors.iter().find(&mut is_owner).map(|supervisor| supervisor.name.clone())
}

impl Memory {
    fn verify(&mut self, pin_hash: &str, pin: &Pin) -> argon2::password_hash::Result<bool> {
        let known = PasswordHash::new(pin_hash)?;
        let algorithm = Algorithm::try_from(known.algorithm)?;
        let version = known.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let params = Params::try_from(&known)?;
        let (Some(expected), Some(salt)) = (known.hash, known.salt) else { return Ok(false) };
        let mut salt_bytes = [0; HASH_BYTES_MAX];
        let salt = salt.decode_b64(&mut salt_bytes)?;
        let mut hash = [0; HASH_BYTES_MAX];
        let Some(hash) = hash.get_mut(..expected.len()) else { return Ok(false) };
        self.0.resize(self.0.len().max(params.block_count()), Block::default());
        let argon2 = Argon2::new(algorithm, version, params);
        argon2.hash_password_into_with_memory(
            pin.expose_digits().as_bytes(),
            salt,
            hash,
            self.0.as_mut_slice(),
        )?;
        // Compared in a time that does not depend on where they differ.
        Ok(Output::new(hash)? == expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_costs_what_a_persons_costs() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(Params::try_from(&nobody).unwrap().m_cost(), Params::default().m_cost());
        assert_eq!(Params::try_from(&nobody).unwrap().t_cost(), Params::default().t_cost());
        assert_eq!(Memory::default().verify(NOBODY, &Pin::new("2580")), Ok(false));
    }
}
