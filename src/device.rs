//! What the till uses of the browser: time, sound, storage, locks.

pub(crate) mod clock;
#[cfg(feature = "views")]
pub(crate) mod local_time;
pub(crate) mod sound;
pub(crate) mod storage;
pub(crate) mod tab_lock;
pub(crate) mod timers;
pub(crate) mod wake_lock;
