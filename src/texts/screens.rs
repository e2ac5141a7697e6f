//! What each screen says.

use scantill_till::advice::Advice;
use scantill_till::{CallError, Screen};
use scantill_types::api::{CancelledBy, Disposition, Payment};

use super::{Language, Message, Text};

impl Language {
    pub(crate) fn screen(self, screen: &Screen) -> Message {
        let said = |title, next| self.message(title, None, Some(next));
        let told = |title, money, next| self.message(title, Some(money), Some(next));
        match screen {
            Screen::Pair { problem: Some(CallError::OriginRefused), .. } => {
                said(Text::ScreenOriginTitle, Text::ScreenOriginNext)
            }
            Screen::Starting | Screen::Pair { busy: true, .. } => {
                said(Text::ScreenStartingTitle, Text::ScreenStartingNext)
            }
            Screen::Pair { revoked: true, .. } => said(Text::ScreenRevokedTitle, Text::ScreenRevokedNext),
            Screen::Pair { revoked: false, .. } => said(Text::ScreenPairTitle, Text::ScreenPairNext),
            Screen::Resuming { missing: true } => {
                told(Text::ScreenMissingTitle, Text::ScreenMissingMoney, Text::ScreenMissingNext)
            }
            Screen::Resuming { missing: false } => said(Text::ScreenResumingTitle, Text::ScreenResumingNext),
            Screen::Amount { .. } => self.message(Text::ScreenAmountTitle, None, None),
            Screen::Scan { .. } => said(Text::ScreenScanTitle, Text::ScreenScanNext),
            Screen::Sending { giving_up: false, .. } => {
                said(Text::ScreenSendingTitle, Text::ScreenSendingNext)
            }
            Screen::Sending { giving_up: true, .. } => {
                told(Text::ScreenUnansweredTitle, Text::ScreenUnansweredMoney, Text::ScreenUnansweredNext)
            }
            Screen::Pending { .. } => said(Text::ScreenPendingTitle, Text::ScreenPendingNext),
            Screen::Unknown { payment } | Screen::Cancelling { payment, .. }
                if payment.released.is_some() =>
            {
                told(Text::ScreenReleasedTitle, Text::ScreenReleasedMoney, Text::ScreenReleasedNext)
            }
            Screen::Cancelling { by, .. } => {
                told(cancelling(*by), Text::ScreenCancellingMoney, Text::ScreenCancellingNext)
            }
            Screen::Unknown { .. } => {
                told(Text::ScreenUnknownTitle, Text::ScreenUnknownMoney, Text::ScreenUnknownNext)
            }
            Screen::Paid { earlier: false, .. } => said(Text::ScreenPaidTitle, Text::ScreenPaidNext),
            Screen::Paid { earlier: true, .. } => {
                told(Text::ScreenPaidEarlierTitle, Text::ScreenPaidEarlierMoney, Text::ScreenPaidEarlierNext)
            }
            Screen::Decide { .. } => {
                told(Text::ScreenDecideTitle, Text::ScreenDecideMoney, Text::ScreenDecideNext)
            }
            Screen::GivenBack { payment } => self.given_back(payment),
            Screen::Supervisor { payment } => {
                let message =
                    told(Text::ScreenSupervisorTitle, Text::ScreenSupervisorMoney, Text::ReviewOtherwise);
                Message { next: self.review(payment.review), ..message }
            }
            Screen::Failed { payment } => self.advice(super::advice(payment)),
            Screen::Cancelled { payment } => self.cancelled(payment),
            Screen::OtherTill { .. } => {
                told(Text::ScreenOtherTillTitle, Text::ScreenOtherTillMoney, Text::ScreenOtherTillNext)
            }
            Screen::Elsewhere => said(Text::ScreenElsewhereTitle, Text::ScreenElsewhereNext),
            Screen::Refused { problem: refused, .. } => self.problem(refused.code),
        }
    }

    fn given_back(self, payment: &Payment) -> Message {
        let is_under_way =
            matches!(payment.disposition, Some(Disposition::RefundDue | Disposition::Refunding));
        let (title, next) = if is_under_way {
            (Text::ScreenGivingBackTitle, Text::ScreenGivingBackNext)
        } else {
            (Text::ScreenGivenBackTitle, Text::ScreenGivenBackNext)
        };
        self.message(title, Some(Text::ScreenDoNotHandOver), Some(next))
    }

    /// Who cancelled it.
    fn cancelled(self, payment: &Payment) -> Message {
        let (title, next) = match payment.cancel_request.map(|wanted| wanted.by) {
            Some(CancelledBy::Deadline) => return self.advice(Advice::NotConfirmedInTime),
            Some(CancelledBy::Till) => (Text::CancelledByTillTitle, Text::CancelledByTillNext),
            Some(CancelledBy::OtherPayment) => {
                (Text::CancelledByOtherPaymentTitle, Text::CancelledByOtherPaymentNext)
            }
            Some(CancelledBy::Supervisor) => {
                (Text::CancelledBySupervisorTitle, Text::CancelledBySupervisorNext)
            }
            Some(CancelledBy::Cashier) | None => {
                (Text::CancelledByCashierTitle, Text::CancelledByCashierNext)
            }
        };
        self.message(title, Some(Text::AdviceNothingTaken), Some(next))
    }
}

fn cancelling(by: CancelledBy) -> Text {
    match by {
        CancelledBy::Cashier => Text::ScreenCancellingByCashier,
        CancelledBy::Deadline => Text::ScreenCancellingByDeadline,
        CancelledBy::Till | CancelledBy::OtherPayment | CancelledBy::Supervisor => {
            Text::ScreenCancellingOtherwise
        }
    }
}
