//! What each screen says.

use scantill_till::advice::Advice;
use scantill_till::{CallError, Screen};
use scantill_types::api::{CancelledBy, Disposition, Payment};

use super::{Language, Message, MessageText, Text};

impl Language {
    pub(crate) fn screen(self, screen: &Screen) -> Message {
        match screen {
            Screen::Cancelling { by, payment, .. } if payment.released.is_none() => self.cancelling(*by),
            Screen::GivenBack { payment } => self.given_back(payment),
            Screen::Supervisor { payment } => {
                Message { next: self.review(payment.review), ..self.message(MessageText::ScreenSupervisor) }
            }
            Screen::Failed { payment } => self.advice(super::advice(payment)),
            Screen::Cancelled { payment } => self.cancelled(payment),
            Screen::Refused { problem: refused, .. } => self.problem(refused.code),
            _ => self.message(text(screen)),
        }
    }

    fn cancelling(self, by: CancelledBy) -> Message {
        let message = self.message(MessageText::ScreenCancelling);
        let title = match by {
            CancelledBy::Cashier => Text::ScreenCancellingByCashier,
            CancelledBy::Deadline => Text::ScreenCancellingByDeadline,
            CancelledBy::Till | CancelledBy::OtherPayment | CancelledBy::Supervisor => return message,
        };
        Message { title: self.word(title), ..message }
    }

    fn given_back(self, payment: &Payment) -> Message {
        let is_under_way =
            matches!(payment.disposition, Some(Disposition::RefundDue | Disposition::Refunding));
        let text = if is_under_way { MessageText::ScreenGivingBack } else { MessageText::ScreenGivenBack };
        Message { money: self.word(Text::ScreenDoNotHandOver), ..self.message(text) }
    }

    /// Who cancelled it.
    fn cancelled(self, payment: &Payment) -> Message {
        let text = match payment.cancel_request.map(|wanted| wanted.by) {
            Some(CancelledBy::Deadline) => return self.advice(Advice::NotConfirmedInTime),
            Some(CancelledBy::Till) => MessageText::CancelledByTill,
            Some(CancelledBy::OtherPayment) => MessageText::CancelledByOtherPayment,
            Some(CancelledBy::Supervisor) => MessageText::CancelledBySupervisor,
            Some(CancelledBy::Cashier) | None => MessageText::CancelledByCashier,
        };
        self.nothing_taken(text)
    }

    /// A message that adds that no money was taken.
    pub(super) fn nothing_taken(self, text: MessageText) -> Message {
        Message { money: self.word(Text::AdviceNothingTaken), ..self.message(text) }
    }
}

/// The message of a screen that always says the same.
fn text(screen: &Screen) -> MessageText {
    match screen {
        Screen::Pair { problem: Some(CallError::OriginRefused), .. } => MessageText::ScreenOrigin,
        Screen::Starting | Screen::Pair { busy: true, .. } => MessageText::ScreenStarting,
        Screen::Pair { revoked: true, .. } => MessageText::ScreenRevoked,
        Screen::Pair { revoked: false, .. } => MessageText::ScreenPair,
        Screen::Resuming { missing: true } => MessageText::ScreenMissing,
        Screen::Resuming { missing: false } => MessageText::ScreenResuming,
        Screen::Amount { .. } => MessageText::ScreenAmount,
        Screen::Scan { .. } => MessageText::ScreenScan,
        Screen::Sending { giving_up: false, .. } => MessageText::ScreenSending,
        Screen::Sending { giving_up: true, .. } => MessageText::ScreenUnanswered,
        Screen::Pending { .. } => MessageText::ScreenPending,
        Screen::Unknown { payment } if payment.released.is_none() => MessageText::ScreenUnknown,
        Screen::Unknown { .. } | Screen::Cancelling { .. } => MessageText::ScreenReleased,
        Screen::Paid { earlier: false, .. } => MessageText::ScreenPaid,
        Screen::Paid { earlier: true, .. } => MessageText::ScreenPaidEarlier,
        Screen::Decide { .. } => MessageText::ScreenDecide,
        Screen::OtherTill { .. } => MessageText::ScreenOtherTill,
        Screen::Elsewhere => MessageText::ScreenElsewhere,
        // `screen` asks what these say of their payment.
        Screen::GivenBack { .. }
        | Screen::Supervisor { .. }
        | Screen::Failed { .. }
        | Screen::Cancelled { .. }
        | Screen::Refused { .. } => MessageText::RefusedOtherwise,
    }
}
