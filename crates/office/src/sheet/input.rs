//! The inputs and the effects of the sheet.

use scantill_types::RefundId;
use scantill_types::api::Decision;

use super::{Action, Reason, Reply};

/// After this time without typing the PIN is forgotten.
const IDLE_WAIT_MS: u32 = 60_000;

/// The time and the randomness of a step: the machine has no clock and no generator of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Milliseconds since 1970, for ids only.
    pub(crate) unix_ms: u64,
    /// Fresh randomness, for ids only.
    pub(crate) random: [u8; 10],
}

impl Moment {
    pub(super) fn refund_id(&self) -> RefundId {
        RefundId::generate(self.unix_ms, self.random)
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// The answer to a call; `None` if none came in time.
    Answered(Question, Option<Reply>),
    Press(Press),
    Elapsed(Timer),
    /// A scanner typed.
    Scanned,
}

/// Buttons and keys. A digit may belong to a PIN, so `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Press {
    Choose(Action),
    Why(Decision),
    Because(Reason),
    Digit(u8),
    DoubleZero,
    Delete,
    /// Clear the whole PIN.
    Clear,
    /// The step's big button.
    Next,
    Back,
    /// Choose the supervisor at this place of the list.
    Who(usize),
    LookAgain,
    Close,
}

impl std::fmt::Debug for Press {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Press").field(&std::mem::discriminant(self)).finish()
    }
}

/// The subject of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Till,
    Payment,
    /// The store's payments that need review.
    Reviews,
    /// The store's supervisors.
    Supervisors,
    /// The payment, after the provider was read.
    Refresh,
    /// The supervisor's order.
    Order,
}

/// The timers. Each runs at most once at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    Idle,
    Poll,
}

#[derive(Debug)]
pub(crate) enum Effect {
    Ask(Question, Request),
    /// Feed `Elapsed` after this many milliseconds. Replaces a timer of the same name.
    Wait(Timer, u32),
    /// Close the sheet.
    Close,
}

impl Effect {
    /// Restarts the timer that forgets the PIN.
    pub(super) fn idle() -> Self {
        Self::Wait(Timer::Idle, IDLE_WAIT_MS)
    }
}

/// A call of the proxy. Its body may hold a PIN, so `Debug` hides it.
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<String>,
}

impl Request {
    pub(super) fn get(path: String) -> Self {
        Self { method: "GET", path, body: None }
    }

    pub(super) fn post(path: String, body: Option<String>) -> Self {
        Self { method: "POST", path, body }
    }

    pub(super) fn put(path: String, body: String) -> Self {
        Self { method: "PUT", path, body: Some(body) }
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Request({} {})", self.method, self.path)
    }
}
