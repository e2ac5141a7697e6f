//! How a payment and its refunds stand, why somebody must look at it, and what happens next.

use scantill_types::api::{
    AutomaticAction, Disposition, OperatorAction, Payment, PaymentState, Refund, RefundState, ReviewReason,
};

use super::{Language, Text};

impl Language {
    /// The state of the payment, in a few words.
    pub(crate) fn standing(self, payment: &Payment) -> &'static str {
        self.word(match (payment.disposition, payment.state) {
            _ if payment.resolution.is_some() => Text::StandingResolved,
            (Some(Disposition::Accepted), _) if payment.is_given_back() => Text::StandingAcceptedGivenBack,
            (Some(Disposition::Accepted), _) => Text::StandingAccepted,
            (Some(Disposition::AwaitingDecision), _) => Text::StandingAwaitingDecision,
            (Some(Disposition::InReview), _) => Text::StandingInReview,
            (Some(Disposition::RefundDue | Disposition::Refunding), _) => Text::StandingRefunding,
            (Some(Disposition::Refunded), _) => Text::StandingRefunded,
            (None, PaymentState::Unknown) if payment.released.is_some() => Text::StandingReleased,
            (None, PaymentState::Unknown) => Text::StandingInDoubt,
            (None, PaymentState::Sending | PaymentState::Pending) => Text::StandingWaiting,
            (None, PaymentState::Cancelling) => Text::StandingCancelling,
            (None, PaymentState::Successful) => Text::StandingPaid,
            (None, PaymentState::Failed | PaymentState::Expired | PaymentState::Cancelled) => {
                Text::StandingNotPaid
            }
        })
    }

    /// The state of a refund.
    pub(crate) fn refund(self, refund: &Refund) -> String {
        let stands = self.word(match refund.state {
            _ if refund.resolution.is_some() => Text::RefundStandingResolved,
            RefundState::Approved | RefundState::Sending => Text::RefundStandingUnderWay,
            RefundState::Unknown => Text::RefundStandingInDoubt,
            RefundState::Done if refund.voided => Text::RefundStandingVoided,
            RefundState::Done if refund.id.is_none() => Text::RefundStandingElsewhere,
            RefundState::Done => Text::RefundStandingGivenBack,
            RefundState::Refused => match refund.refusal.as_deref() {
                Some("approval_void") => Text::RefundStandingOutdated,
                Some("not_sent") => Text::RefundStandingNotSent,
                _ => Text::RefundStandingRefused,
            },
            RefundState::Absent => Text::RefundStandingAbsent,
        });
        match &refund.approved_by {
            Some(name) => self.refund_standing_approved_by(stands, name),
            None => stands.to_owned(),
        }
    }

    /// Why the payment needs review.
    pub(crate) fn reason(self, reason: ReviewReason) -> &'static str {
        self.word(match reason {
            ReviewReason::OutcomeUnknown => Text::ReasonOutcomeUnknown,
            ReviewReason::AwaitingDecision => Text::ReasonAwaitingDecision,
            ReviewReason::Mismatch => Text::ReasonMismatch,
            ReviewReason::ChargeMissing => Text::ReasonChargeMissing,
            ReviewReason::UnexpectedStatus => Text::ReasonUnexpectedStatus,
            ReviewReason::DuplicateCharge => Text::ReasonDuplicateCharge,
            ReviewReason::CancelRefused => Text::ReasonCancelRefused,
            ReviewReason::PaidLate => Text::ReasonPaidLate,
            ReviewReason::DecisionOverdue => Text::ReasonDecisionOverdue,
            ReviewReason::UnapprovedRefund => Text::ReasonUnapprovedRefund,
            ReviewReason::PaidTwice => Text::ReasonPaidTwice,
            ReviewReason::RefundFailed => Text::ReasonRefundFailed,
            ReviewReason::SupervisorCalled => Text::ReasonSupervisorCalled,
            ReviewReason::RefundMismatch => Text::ReasonRefundMismatch,
        })
    }

    /// What happens without a person, if anything.
    pub(crate) fn by_itself(self, automatic_action: AutomaticAction) -> Option<&'static str> {
        match automatic_action {
            AutomaticAction::Asking | AutomaticAction::Nothing => None,
            AutomaticAction::Looking => Some(self.word(Text::ByItselfLooking)),
            AutomaticAction::GivingBack => Some(self.word(Text::ByItselfGivingBack)),
        }
    }

    /// What a person should do, if anything.
    pub(crate) fn to_do(
        self,
        automatic_action: AutomaticAction,
        operator_action: OperatorAction,
    ) -> Option<&'static str> {
        Some(self.word(match operator_action {
            OperatorAction::AnswerOnTheTill => Text::ToDoAnswerOnTheTill,
            // Nobody needs to wait for money that goes back, and the sale was decided.
            OperatorAction::Wait if automatic_action == AutomaticAction::GivingBack => return None,
            OperatorAction::Wait => Text::ToDoWait,
            OperatorAction::KeepOrReturn => Text::ToDoKeepOrReturn,
            OperatorAction::CompareAndClose => Text::ToDoCompareAndClose,
            OperatorAction::EndInDashboard => Text::ToDoEndInDashboard,
            OperatorAction::ReturnAgain => Text::ToDoReturnAgain,
            OperatorAction::Acknowledge => Text::ToDoAcknowledge,
            OperatorAction::CompareAndCloseRefund => Text::ToDoCompareAndCloseRefund,
        }))
    }
}
