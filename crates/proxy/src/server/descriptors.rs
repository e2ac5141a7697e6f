//! What the system gives the program: file descriptors, of which each connection takes one, and no core files.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Connections to the listener of operations.
pub(super) const OPERATIONS: usize = 32;
/// Kept for storage, the provider, the admin socket, operations, and files that are read at start or on SIGHUP.
const RESERVE: u64 = 192;
/// No proxy needs more, and some systems allow a billion.
const WANTED_MAX: u64 = 65_536;

/// Asks the system for as many descriptors as it gives without privilege: many begin with 1,024.
pub fn raise_descriptor_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED_MAX, |maximum| maximum.min(WANTED_MAX));
    if current.is_some_and(|current| current < wanted)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })
    {
        tracing::warn!(%error, wanted, "the limit of open files cannot be raised");
    }
}

/// A core file would hold the provider's keys. (Where the system hands cores to a program of its own, that one decides.)
pub fn forbid_core_files() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core files cannot be switched off");
    }
}

/// How many connections leave the reserve untouched; none where the system sets no limit. With very few descriptors half
/// of them are the reserve.
pub(super) fn for_connections() -> Option<usize> {
    let given = getrlimit(Resource::Nofile).current?;
    let free = given.saturating_sub(RESERVE).max(given / 2);
    Some(usize::try_from(free).unwrap_or(usize::MAX))
}
