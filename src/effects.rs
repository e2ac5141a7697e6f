//! What the machine asks of the browser: one file for each kind, the only places where its interfaces are named.

pub(crate) mod abort;
pub(crate) mod call;
pub(crate) mod clock;
pub(crate) mod door;
pub(crate) mod ear_mark;
pub(crate) mod feed;
pub(crate) mod field;
#[cfg(feature = "views")]
pub(crate) mod gestures;
pub(crate) mod host;
pub(crate) mod json;
pub(crate) mod keyboard;
pub(crate) mod later;
#[cfg(feature = "views")]
pub(crate) mod local_time;
pub(crate) mod office;
pub(crate) mod press_guard;
mod proof;
pub(crate) mod sound;
pub(crate) mod storage;
pub(crate) mod stream;
pub(crate) mod tab_lock;
pub(crate) mod timer;
pub(crate) mod wake_lock;
#[cfg(feature = "views")]
pub(crate) mod watch;

pub(crate) use feed::Feed;
