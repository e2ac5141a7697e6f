//! What the till uses of the browser: time, sound, storage, locks.

pub(crate) mod clock;
pub(crate) mod sound;
pub(crate) mod storage;
pub(crate) mod tab_lock;
pub(crate) mod timers;
pub(crate) mod wake_lock;
