//! The state of the till, for the host page.

use crate::{CallError, Screen, View};

/// What the host page receives on each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// A word of the host page's type `TillState`.
    pub state: &'static str,
    /// The last call reached the proxy.
    pub online: bool,
}

impl Standing {
    pub fn of(view: &View) -> Self {
        Self { state: state(&view.screen), online: view.reachable }
    }
}

fn state(screen: &Screen) -> &'static str {
    match screen {
        Screen::Pair { problem: Some(CallError::OriginRefused), .. } => "not_allowed",
        Screen::Starting | Screen::Pair { busy: true, .. } | Screen::Resuming { missing: false } => {
            "starting"
        }
        Screen::Pair { revoked: false, .. } => "pairing",
        Screen::Pair { revoked: true, .. } => "revoked",
        Screen::Amount { .. } => "ready",
        Screen::Scan { .. } => "scanning",
        Screen::Sending { .. } | Screen::Pending { .. } | Screen::Cancelling { .. } => "pending",
        Screen::Unknown { .. } | Screen::Resuming { missing: true } => "in_doubt",
        Screen::OtherTill { .. } => "other_till",
        Screen::Elsewhere => "elsewhere",
        Screen::Decide { .. } => "decide",
        Screen::Supervisor { .. } => "needs_review",
        Screen::Paid { .. } => "paid",
        Screen::GivenBack { .. } => "refunded",
        Screen::Failed { .. } | Screen::Cancelled { .. } | Screen::Refused { .. } => "not_paid",
    }
}
