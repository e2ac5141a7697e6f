//! The one thread on which PINs are checked. A slow hash takes 19 MB: on whichever thread is free, each would leave its
//! own piece of memory behind.

use std::sync::mpsc;

use argon2::password_hash::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use scantill_core::api::Pin;
use tokio::sync::oneshot;

use crate::store::Supervisor;

const HASH_BYTES_MAX: usize = 64;

/// Checks PINs, one after another.
#[derive(Debug)]
pub struct PinChecker {
    jobs: mpsc::Sender<Job>,
}

#[derive(Debug)]
struct Job {
    supervisors: Vec<Supervisor>,
    pin: Pin,
    found: oneshot::Sender<Option<String>>,
}

/// The working memory of a slow hash, used again for the next one.
#[derive(Default)]
struct Memory(Vec<Block>);

impl PinChecker {
    /// Starts its thread, which ends with it.
    pub fn start() -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        std::thread::Builder::new().name("pins".into()).spawn(move || run(&queue))?;
        Ok(Self { jobs })
    }

    /// Whose PIN it is.
    pub async fn owner(&self, supervisors: Vec<Supervisor>, pin: Pin) -> Option<String> {
        let (found, answer) = oneshot::channel();
        self.jobs.send(Job { supervisors, pin, found }).ok()?;
        answer.await.ok()?
    }
}

fn run(queue: &mpsc::Receiver<Job>) {
    let mut memory = Memory::default();
    for Job { supervisors, pin, found } in queue {
        // The caller may have gone away.
        let _ = found.send(memory.owner(&supervisors, &pin));
    }
}

/// Whose PIN it is.
pub fn owner(supervisors: &[Supervisor], pin: &Pin) -> Option<String> {
    Memory::default().owner(supervisors, pin)
}

impl Memory {
    fn owner(&mut self, supervisors: &[Supervisor], pin: &Pin) -> Option<String> {
        let mut is_owner = |supervisor: &&Supervisor| self.verify(&supervisor.pin_hash, pin).unwrap_or(false);
        supervisors.iter().find(&mut is_owner).map(|supervisor| supervisor.name.clone())
    }

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
