//! Phases and inputs by the names of the table of transitions.

use crate::transitions::{Cause, PhaseName, is_known};
use crate::{Input, Phase};

/// A step that the table does not know is a fault of the machine or of the table.
pub(crate) fn hold_to_table((from, on): (PhaseName, Cause), after: &Phase) {
    let to = after.name();
    assert!(
        from == to || is_known(from, on, to),
        "{from:?} to {to:?} on {on:?} is not in the table of transitions"
    );
}

impl Phase {
    pub(crate) fn name(&self) -> PhaseName {
        match self {
            Self::Starting(_) => PhaseName::Starting,
            Self::Pairing(_) => PhaseName::Pairing,
            Self::Resuming(_) => PhaseName::Resuming,
            Self::EnteringAmount(_) => PhaseName::EnteringAmount,
            Self::Scanning(_) => PhaseName::Scanning,
            Self::Submitting(_) => PhaseName::Submitting,
            Self::CancellingUnconfirmed(_) => PhaseName::CancellingUnconfirmed,
            Self::AwaitingOutcome(_) => PhaseName::AwaitingOutcome,
            Self::Completed(_) => PhaseName::Completed,
            Self::Rejected(_) => PhaseName::Rejected,
            Self::OtherTill(_) => PhaseName::OtherTill,
        }
    }
}

impl Input {
    pub(crate) fn cause(&self) -> Cause {
        match self {
            input if input.is_unauthenticated() => Cause::Unauthenticated,
            Self::Terminal(_) | Self::Payment(_) | Self::Stream(_) => Cause::Answered,
            Self::Listed(..) | Self::ListFailed(..) => Cause::Listed,
            Self::CallFailed(..) | Self::Offline => Cause::Failed,
            Self::Elapsed(_) => Cause::TimedOut,
            Self::Scanned { .. } => Cause::Scanned,
            Self::Press(_) => Cause::Pressed,
            Self::Open(_) => Cause::Opened,
        }
    }
}
