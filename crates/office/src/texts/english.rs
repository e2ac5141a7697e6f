//! English: each label, fact, action and message.

use scantill_types::Money;
use scantill_types::api::{
    AutomaticAction, Decision, Disposition, OperatorAction, Payment, PaymentState, ProblemCode, Refund,
    RefundState, ReviewReason,
};

use crate::sheet::{Action, Order, Reason, Trouble};

/// The language's tag, for the page and for `Intl`.
pub(crate) const TAG: &str = "en";

pub(crate) const SUPERVISOR: &str = "Supervisor";
pub(crate) const PAYMENT: &str = "Payment";
pub(crate) const CLOSE: &str = "Close";
pub(crate) const ORDER: &str = "Order";
pub(crate) const STATE: &str = "State";
pub(crate) const WENT_BACK: &str = "Given back";
pub(crate) const PAID_AT: &str = "Paid at";
pub(crate) const BEGUN_AT: &str = "Begun at";
pub(crate) const CHARGE: &str = "Charge";
pub(crate) const REFUNDS: &str = "Refunds";

pub(crate) const LOADING: &str = "Reading the payment";
pub(crate) const TRY_AGAIN: &str = "Try again";
pub(crate) const WHAT_NOW: &str = "What should be done?";
pub(crate) const NOTHING_TO_DECIDE: &str = "Nothing can be decided here now";
pub(crate) const LOOK_AGAIN: &str = "Ask Omise again";
pub(crate) const LOOKING: &str = "Asking Omise …";

pub(crate) const GIVE_BACK_WHY: &str = "Why does the money go back?";
pub(crate) const GIVE_BACK_HINT: &str =
    "All of it goes back to the customer’s wallet. Do not hand over the goods.";
pub(crate) const HOW_MUCH: &str = "How much goes back?";
pub(crate) const NOT_SO_MUCH: &str =
    "Type an amount of at least the smallest coin, and no more than what is left.";
pub(crate) const EXPECTED_AS_VOID: &str =
    "It is expected to be taken back before settlement: the customer may never see a charge.";
pub(crate) const WHY: &str = "Why";
pub(crate) const NEXT: &str = "On to the PIN";
pub(crate) const BACK: &str = "Back";

/// The request for the PIN.
pub(crate) fn type_pin(needs_two: bool, waits_for_the_second: bool) -> &'static str {
    match (needs_two, waits_for_the_second) {
        (false, _) => "A supervisor types the PIN.",
        (true, false) => "Two supervisors approve this. The first types the PIN.",
        (true, true) => "Now another supervisor types the PIN.",
    }
}
pub(crate) const WHO_TYPES: &str = "Choose who types the PIN.";
pub(crate) const NO_SUPERVISOR: &str =
    "This store has no supervisor yet. The person who runs the proxy can add one.";
pub(crate) const READ_PEOPLE_AGAIN: &str = "Load the names";
pub(crate) const DELETE: &str = "Delete";
pub(crate) const CLEAR: &str = "Clear";
pub(crate) const APPROVE: &str = "Approve";
pub(crate) const SENDING: &str = "One moment";
pub(crate) const SCANNED: &str = "That was a scanner. Type the PIN by hand.";
pub(crate) const FORGOTTEN: &str = "Nobody typed for a minute, so the PIN was forgotten. Type it again.";
pub(crate) const TOO_SHORT: &str = "A PIN has 4 to 12 digits.";

pub(crate) const SOMETHING_ELSE: &str = "Something else";
pub(crate) const DONE: &str = "Done";

/// The name, the label and the explanation of an action.
pub(crate) fn action(action: Action) -> (&'static str, &'static str, &'static str) {
    match action {
        Action::Accept => {
            ("supervisor-accept", "Accept the payment", "Hand over the goods and keep the money.")
        }
        Action::GiveBack => (
            "supervisor-give-back",
            "Give the money back",
            "All of it, by itself, to the customer’s wallet. The goods stay here.",
        ),
        Action::Refund => ("supervisor-refund", "Refund an amount", "All that is left, or a part of it."),
        Action::Release => (
            "supervisor-release",
            "Release the sale",
            "The customer pays again. If money of this payment is found, it goes back by itself.",
        ),
        Action::Acknowledge => (
            "supervisor-acknowledge",
            "Seen",
            "Nothing is left to decide. It leaves the list of what needs a look.",
        ),
    }
}

/// The reason of a whole refund.
pub(crate) fn why(decision: Decision) -> &'static str {
    match decision {
        Decision::SettledOtherwise => "The customer paid in another way",
        Decision::CustomerGone => "The customer has left without the goods",
        Decision::Refund | Decision::Accept | Decision::CallSupervisor => "The goods are not handed over",
    }
}

pub(crate) fn because(reason: Reason) -> &'static str {
    match reason {
        Reason::Returned => "Goods returned",
        Reason::WrongAmount => "Wrong amount",
        Reason::PaidTwice => "Paid twice",
        Reason::Other => "Other",
    }
}

pub(crate) fn left(money: Money) -> String {
    format!("Left of the payment: {money}")
}

/// What the PIN approves.
pub(crate) fn approve(order: &Order, money: Option<Money>) -> String {
    let of = money.map(|money| format!(" {money}")).unwrap_or_default();
    match order {
        Order::Decide(Decision::Accept) => format!("Accept{of}"),
        Order::Decide(_) => format!("Give{of} back"),
        Order::Refund { amount, .. } => {
            let back = money.map(|money| Money::new(*amount, money.currency).to_string());
            format!("Refund {}", back.unwrap_or_default())
        }
        Order::Release => format!("Release the sale of{of}"),
        Order::Acknowledge(_) => format!("Mark{of} as seen"),
    }
}

/// The number of typed digits, for a screen reader.
pub(crate) fn digits(count: usize) -> String {
    match count {
        0 => "No digit yet".to_owned(),
        1 => "1 digit".to_owned(),
        _ => format!("{count} digits"),
    }
}

/// The state of the payment, in a few words.
pub(crate) fn standing(payment: &Payment) -> &'static str {
    match (payment.disposition, payment.state) {
        _ if payment.resolution.is_some() => "Closed by two people",
        (Some(Disposition::Accepted), _) if payment.is_given_back() => {
            "Paid, and given back in part or whole"
        }
        (Some(Disposition::Accepted), _) => "Paid and accepted",
        (Some(Disposition::AwaitingDecision), _) => "Paid; the cashier decides",
        (Some(Disposition::InReview), _) => "Paid; a supervisor decides",
        (Some(Disposition::RefundDue | Disposition::Refunding), _) => "Paid; the money is going back",
        (Some(Disposition::Refunded), _) => "Paid, and given back",
        (None, PaymentState::Unknown) if payment.released.is_some() => "In doubt; the sale is released",
        (None, PaymentState::Unknown) => "In doubt: the customer may have paid",
        (None, PaymentState::Sending | PaymentState::Pending) => "Waiting for the customer",
        (None, PaymentState::Cancelling) => "Being cancelled",
        (None, PaymentState::Successful) => "Paid",
        (None, PaymentState::Failed | PaymentState::Expired | PaymentState::Cancelled) => "Not paid",
    }
}

/// The state of a refund.
pub(crate) fn refund(refund: &Refund) -> String {
    let by = refund.approved_by.as_ref().map(|name| format!(", approved by {name}")).unwrap_or_default();
    let stands = match refund.state {
        _ if refund.resolution.is_some() => "closed by two people",
        RefundState::Approved | RefundState::Sending => "on its way",
        RefundState::Unknown => "in doubt, being looked for",
        RefundState::Done if refund.voided => "taken back before settlement",
        RefundState::Done if refund.id.is_none() => "given back in Omise’s dashboard",
        RefundState::Done => "given back",
        RefundState::Refused => match refund.refusal.as_deref() {
            Some("approval_void") => "not sent: something went back meanwhile",
            Some("not_sent") => "not sent",
            _ => "refused by Omise",
        },
        RefundState::Absent => "did not happen",
    };
    format!("{stands}{by}")
}

/// Why the payment needs review.
pub(crate) fn reason(reason: ReviewReason) -> &'static str {
    match reason {
        ReviewReason::OutcomeUnknown => "It has been in doubt for more than five minutes.",
        ReviewReason::AwaitingDecision => {
            "The customer paid although the payment was to be ended. The till asks the cashier."
        }
        ReviewReason::Mismatch => "Omise’s charge is not what was ordered: another amount, currency or mode.",
        ReviewReason::ChargeMissing => "Omise says that it does not know the charge.",
        ReviewReason::UnexpectedStatus => "The charge has a status that no rule knows.",
        ReviewReason::DuplicateCharge => "The request was carried out twice: a second charge was made.",
        ReviewReason::CancelRefused => "Omise refuses to end the payment.",
        ReviewReason::PaidLate => "The customer paid after the payment had ended unpaid.",
        ReviewReason::DecisionOverdue => {
            "The customer paid after all, and the cashier did not say what becomes of it."
        }
        ReviewReason::UnapprovedRefund => "Money went back, and not from here.",
        ReviewReason::PaidTwice => "The sale was paid twice, and one payment is accepted.",
        ReviewReason::RefundFailed => {
            "The money was to go back, and that failed. Often Omise’s balance is too low."
        }
        ReviewReason::SupervisorCalled => "The cashier called a supervisor.",
        ReviewReason::RefundMismatch => "A refund was answered with something else than what was asked for.",
    }
}

/// What happens without a person.
pub(crate) fn by_itself(automatic_action: AutomaticAction) -> &'static str {
    match automatic_action {
        AutomaticAction::Asking | AutomaticAction::Nothing => "",
        AutomaticAction::Looking => "The proxy goes on looking until Omise says how it ended.",
        AutomaticAction::GivingBack => "The money is being given back by itself.",
    }
}

/// What a person should do.
pub(crate) fn to_do(operator_action: OperatorAction) -> &'static str {
    match operator_action {
        OperatorAction::AnswerOnTheTill => "Close this and answer on the till: hand over, or give back.",
        OperatorAction::Wait => "Wait. If the customer cannot, release the sale.",
        OperatorAction::KeepOrReturn => "Decide: accept the payment, or give the money back.",
        OperatorAction::CompareAndClose => {
            "Compare the charge in Omise’s dashboard. Two people then close the payment on the shop’s computer: \
             scantill-proxy payment close"
        }
        OperatorAction::EndInDashboard => "End the charge in Omise’s dashboard.",
        OperatorAction::ReturnAgain => "See why it failed, then give the money back again.",
        OperatorAction::Acknowledge => "Look at it once. Nothing is left to decide.",
        OperatorAction::CompareAndCloseRefund => {
            "Compare the refunds in Omise’s dashboard. Two people then close the refund on the shop’s computer: \
             scantill-proxy payment close-refund"
        }
    }
}

/// What went wrong, and what to do.
pub(crate) fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::NoAnswer => {
            "No answer from the proxy. Nothing is lost, and nothing is done twice: check the connection, then try again."
        }
        Trouble::Refused(code) => refused(code),
    }
}

fn refused(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::ApprovalRefused => {
            "This is no supervisor’s PIN under this name. After five wrong ones PINs wait, longer each time."
        }
        ProblemCode::ApprovalLocked => "Too many wrong PINs of this person: wait, or ask another supervisor.",
        ProblemCode::SecondApprovalNeeded => "This needs two supervisors. Type both PINs.",
        ProblemCode::NothingToDecide => "Somebody decided meanwhile. This is how the payment stands now.",
        ProblemCode::NotInDoubt => "The payment is not in doubt any more. This is how it stands now.",
        ProblemCode::SalePaid => {
            "This sale has accepted another payment, so this one can only be given back."
        }
        ProblemCode::ChargeInDoubt => "It is not known yet whether money was taken. Wait, then look again.",
        ProblemCode::NotRefundable => {
            "Omise gives nothing back on this charge: it was not paid, or it is disputed."
        }
        ProblemCode::RefundUnderWay => "Another refund of this payment is on its way. Wait until it is over.",
        ProblemCode::RefundChanged => {
            "Something went back meanwhile, so the approval does not hold. Look again."
        }
        ProblemCode::RefundConflict => "Another refund was begun from here before. Look at it first.",
        ProblemCode::AmountTooLarge => "That is more than is left of the payment.",
        ProblemCode::AmountTooSmall => "That amount is too small.",
        ProblemCode::Unauthenticated => "This till may not do that any more. A supervisor can pair it again.",
        ProblemCode::PaymentNotFound | ProblemCode::PaymentConflict => {
            "This till does not see that payment. Use the till that took it."
        }
        ProblemCode::ProviderUnreachable => "Omise cannot be reached. Try again in a moment.",
        ProblemCode::Busy | ProblemCode::RateLimited => "The proxy is busy. Try again in a moment.",
        _ => "The proxy did not do it. Try again; if it stays so, look at the proxy’s log.",
    }
}

/// The result: a title, and the next event.
pub(crate) fn done(
    order: &Order,
    payment: Option<&Payment>,
    refund: Option<&Refund>,
) -> (&'static str, &'static str) {
    match order {
        Order::Decide(Decision::Accept) => ("Accepted", "Hand over the goods."),
        Order::Decide(_)
            if payment.is_some_and(|payment| payment.disposition == Some(Disposition::Refunded)) =>
        {
            ("Given back", "The money went back to the customer. Do not hand over the goods.")
        }
        Order::Decide(_) => (
            "Giving the money back",
            "It goes back to the customer’s wallet within a minute. Do not hand over the goods. You need not wait.",
        ),
        Order::Refund { .. } => refunded(refund),
        Order::Release => (
            "Released",
            "The customer may pay again. If money of this payment is found, it goes back by itself.",
        ),
        Order::Acknowledge(_) => ("Seen", "Nothing more is to be done."),
    }
}

fn refunded(refund: Option<&Refund>) -> (&'static str, &'static str) {
    match refund.map(|refund| (refund.state, refund.voided)) {
        Some((RefundState::Done, true)) => {
            ("Given back", "It was taken back before it was settled: the customer may never see a charge.")
        }
        Some((RefundState::Done, false)) => {
            ("Given back", "The money is on its way to the customer’s wallet.")
        }
        Some((RefundState::Refused, _)) => (
            "The refund was refused",
            "Nothing went back by it. See why beside the amount, then order it again if it is still wanted.",
        ),
        Some((RefundState::Absent, _)) => ("The refund did not happen", "Nothing went back. Order it again."),
        Some((RefundState::Unknown, _)) => (
            "The refund is in doubt",
            "Do not pay the customer in cash. It is being looked for, and is shown here and in the payment.",
        ),
        Some((RefundState::Approved | RefundState::Sending, _)) | None => {
            ("Refund on its way", "You may wait for it here, or close this: it goes on by itself.")
        }
    }
}
