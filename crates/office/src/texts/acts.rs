//! What a supervisor may do, what the PIN approves, and what became of it.

use scantill_types::Money;
use scantill_types::api::{Decision, Disposition, Payment, Refund, RefundState};

use super::{Language, Message, MessageText, Text, TextWith};
use crate::sheet::{Action, Order, Reason};

impl Language {
    /// The label and the explanation of an action.
    pub(crate) fn action(self, action: Action) -> (&'static str, &'static str) {
        let (label, hint) = match action {
            Action::Accept => (Text::ActAccept, Text::ActAcceptHint),
            Action::GiveBack => (Text::ActGiveBack, Text::ActGiveBackHint),
            Action::Refund => (Text::ActRefund, Text::ActRefundHint),
            Action::Release => (Text::ActRelease, Text::ActReleaseHint),
            Action::Acknowledge => (Text::ActAcknowledge, Text::ActAcknowledgeHint),
        };
        (self.word(label), self.word(hint))
    }

    /// The reason of a whole refund.
    pub(crate) fn why_whole(self, decision: Decision) -> &'static str {
        self.word(match decision {
            Decision::SettledOtherwise => Text::WhyRefundSettledOtherwise,
            Decision::CustomerGone => Text::WhyRefundCustomerGone,
            Decision::Refund | Decision::Accept | Decision::CallSupervisor => Text::WhyRefundGoodsKept,
        })
    }

    /// The reason of a refund of an amount.
    pub(crate) fn why_amount(self, reason: Reason) -> &'static str {
        self.word(match reason {
            Reason::Returned => Text::WhyRefundReturned,
            Reason::WrongAmount => Text::WhyRefundWrongAmount,
            Reason::PaidTwice => Text::WhyRefundPaidTwice,
            Reason::Other => Text::WhyRefundOther,
        })
    }

    /// What the PIN approves.
    pub(crate) fn approval(self, order: &Order, payment: Option<&Payment>) -> String {
        let money = payment.map(Payment::money);
        let amount = money.map(|money| money.to_string()).unwrap_or_default();
        match order {
            Order::Decide(Decision::Accept) => self.with(TextWith::ApprovalAccept, &amount),
            Order::Decide(_) => self.with(TextWith::ApprovalGiveBack, &amount),
            Order::Refund { amount, .. } => {
                let back = money.map(|money| Money::new(*amount, money.currency).to_string());
                self.with(TextWith::ApprovalRefund, &back.unwrap_or_default())
            }
            Order::Release => self.with(TextWith::ApprovalRelease, &amount),
            Order::Acknowledge(_) => self.with(TextWith::ApprovalAcknowledge, &amount),
        }
    }

    /// The request for the PIN.
    pub(crate) fn type_pin(self, needs_two: bool, waits_for_the_second: bool) -> &'static str {
        self.word(match (needs_two, waits_for_the_second) {
            (false, _) => Text::PinOne,
            (true, false) => Text::PinFirstOfTwo,
            (true, true) => Text::PinSecondOfTwo,
        })
    }

    /// The result.
    pub(crate) fn done(self, order: &Order, payment: Option<&Payment>, refund: Option<&Refund>) -> Message {
        let is_refunded = payment.is_some_and(|payment| payment.disposition == Some(Disposition::Refunded));
        self.message(match order {
            Order::Decide(Decision::Accept) => MessageText::DoneAccepted,
            Order::Decide(_) if is_refunded => MessageText::DoneGivenBack,
            Order::Decide(_) => MessageText::DoneGivingBack,
            Order::Refund { .. } => refunded(refund),
            Order::Release => MessageText::DoneReleased,
            Order::Acknowledge(_) => MessageText::DoneSeen,
        })
    }
}

fn refunded(refund: Option<&Refund>) -> MessageText {
    match refund.map(|refund| (refund.state, refund.voided)) {
        Some((RefundState::Done, true)) => MessageText::DoneRefundVoided,
        Some((RefundState::Done, false)) => MessageText::DoneRefundDone,
        Some((RefundState::Refused, _)) => MessageText::DoneRefundRefused,
        Some((RefundState::Absent, _)) => MessageText::DoneRefundAbsent,
        Some((RefundState::Unknown, _)) => MessageText::DoneRefundInDoubt,
        Some((RefundState::Approved | RefundState::Sending, _)) | None => MessageText::DoneRefundUnderWay,
    }
}
