//! The states of a sale, and how a till comes into each.

use clap::ValueEnum;

/// A state; the table has a row for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// Waiting for a code.
    Scanning,
    /// The scan is on its way and has not arrived.
    SendingUnheard,
    /// No answer came, and the till ends what may have been begun.
    GivingUp,
    /// The proxy has it, and the provider takes its time.
    SendingSlowly,
    /// Waiting for the customer.
    Pending,
    /// Waiting for the customer, who pays while nobody looks.
    PaidMeanwhile,
    /// The end was asked for, and the provider does not answer.
    Cancelling,
    /// Money in doubt.
    Unknown,
    /// Paid, and shown.
    Paid,
    /// Paid after the cashier cancelled it.
    Decide,
    /// Paid, and given back at the provider.
    GivenBack,
    /// A supervisor was called.
    Supervisor,
    /// The wallet said no.
    Failed,
    /// The provider let it run out.
    Expired,
    /// The cashier cancelled it.
    Cancelled,
    /// The proxy said no.
    Refused,
    /// The till asks what is open, and has no answer yet.
    Starting,
    /// The till asks for a payment that it had parked, and has no answer yet.
    Resuming,
    /// Another amount was paid than asked for.
    OtherAmount,
    /// The charge has a status that nobody knows.
    StrangeStatus,
    /// In doubt, and the till went on.
    ParkedUnknown,
    /// Paid after its sale was left.
    ParkedUndecided,
    /// A supervisor was called, and the till went on.
    ParkedSupervisor,
    /// Waiting for the customer of another tablet of this terminal.
    HeldElsewhere,
    /// The same, looked at here.
    LookingOn,
    /// Waiting for the customer, in a tab that is not the one that is looked at.
    InAnotherTab,
}

impl State {
    /// The screen that shows it; none where no screen belongs to it alone.
    pub(crate) fn screen(self) -> Option<&'static str> {
        Some(match self {
            Self::Scanning => "scan",
            Self::SendingUnheard | Self::GivingUp | Self::SendingSlowly => "sending",
            Self::Pending | Self::PaidMeanwhile => "pending",
            Self::Cancelling => "cancelling",
            Self::Unknown => "unknown",
            Self::Paid => "paid",
            Self::Decide => "decide",
            Self::GivenBack => "given_back",
            Self::Supervisor => "supervisor",
            Self::Failed | Self::Expired => "failed",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Starting => "starting",
            Self::Resuming => "resuming",
            Self::LookingOn => "other_till",
            Self::InAnotherTab => "elsewhere",
            Self::OtherAmount | Self::StrangeStatus => return None,
            Self::ParkedUnknown | Self::ParkedUndecided | Self::ParkedSupervisor | Self::HeldElsewhere => {
                return None;
            }
        })
    }

    /// The provider's answer is lost.
    pub(crate) fn is_in_doubt(self) -> bool {
        matches!(self, Self::Unknown | Self::ParkedUnknown | Self::Resuming)
    }

    /// The code of the sandbox that leads there.
    pub(crate) fn outcome(self) -> &'static str {
        match self {
            Self::Scanning
            | Self::Paid
            | Self::GivenBack
            | Self::Refused
            | Self::Unknown
            | Self::ParkedUnknown
            | Self::Resuming => "00",
            Self::SendingSlowly
            | Self::Pending
            | Self::PaidMeanwhile
            | Self::Starting
            | Self::InAnotherTab => "01",
            Self::SendingUnheard
            | Self::GivingUp
            | Self::Cancelling
            | Self::Cancelled
            | Self::Expired
            | Self::HeldElsewhere
            | Self::LookingOn => "03",
            Self::Failed => "14",
            Self::OtherAmount => "30",
            Self::StrangeStatus => "31",
            Self::Decide | Self::Supervisor | Self::ParkedSupervisor => "41",
            Self::ParkedUndecided => "42",
        }
    }
}
