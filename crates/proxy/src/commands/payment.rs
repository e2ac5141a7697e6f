//! `payment`: what an operator asks and does about payments.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use scantill_types::Text;
use scantill_types::api::{
    Acknowledge, AutomaticAction, FailureCode, OperatorAction, Payment, PaymentInReview, PaymentOutcome,
    PaymentPage, Refund, RefundOutcome, ResolvePayment, ResolveRefund, ReviewList, ReviewReason,
    support_code,
};

use super::admin_client::AdminClient;
use super::say;
use super::text::ReadText;

#[derive(Debug, Subcommand)]
pub(crate) enum PaymentCommand {
    /// List every payment that needs a human: what is known, what happens by itself, what to do.
    Reviews(ConfigOption),
    /// Show payments by id or by the merchant's reference.
    Show(SelectedPayments),
    /// Read the provider now for each of these payments, and show what that said.
    Refresh(SelectedPayments),
    /// Resolve what can never be decided: found paid or unpaid by two people, with proof.
    Resolve(Resolve),
    /// Resolve a refund that stays in doubt: found done or absent by two people, with proof.
    ResolveRefund(CloseOfRefund),
    /// Note that somebody saw a payment on which nothing is left to decide.
    Acknowledge(SeenBy),
}

#[derive(Debug, Args)]
pub(crate) struct ConfigOption {
    /// The configuration file (TOML) of the running proxy.
    #[arg(long)]
    config: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SelectedPayments {
    #[command(flatten)]
    proxy: ConfigOption,
    /// A payment's id, or the merchant's reference.
    of: String,
}

#[derive(Debug, Args)]
pub(crate) struct Resolve {
    #[command(flatten)]
    proxy: ConfigOption,
    /// The payment's id.
    id: String,
    /// What was found.
    #[arg(long, value_name = "paid|unpaid", value_parser = payment_outcome)]
    found: PaymentOutcome,
    #[command(flatten)]
    witnesses: Witnesses,
}

#[derive(Debug, Args)]
pub(crate) struct CloseOfRefund {
    #[command(flatten)]
    proxy: ConfigOption,
    /// The payment's id.
    id: String,
    /// The refund's id.
    refund: String,
    /// What was found.
    #[arg(long, value_name = "done|absent", value_parser = refund_finding)]
    found: RefundOutcome,
    #[command(flatten)]
    witnesses: Witnesses,
}

#[derive(Debug, Args)]
pub(crate) struct Witnesses {
    /// Who closes it.
    #[arg(long, value_parser = ReadText)]
    by: Text,
    /// Who confirmed it: another person.
    #[arg(long, value_parser = ReadText)]
    second: Text,
    /// What they saw: a statement's line, a ticket's number.
    #[arg(long, value_parser = ReadText)]
    proof: Text,
}

#[derive(Debug, Args)]
pub(crate) struct SeenBy {
    #[command(flatten)]
    proxy: ConfigOption,
    /// The payment's id.
    id: String,
    /// Who saw it.
    #[arg(long, value_parser = ReadText)]
    by: Text,
}

pub(crate) async fn run(command: PaymentCommand) -> anyhow::Result<()> {
    match command {
        PaymentCommand::Reviews(proxy) => reviews(&proxy).await,
        PaymentCommand::Show(wanted) => {
            for payment in found(&AdminClient::of(&wanted.proxy.config)?, &wanted.of).await? {
                say(&line(&payment))?;
            }
            Ok(())
        }
        PaymentCommand::Refresh(wanted) => refresh(&wanted).await,
        PaymentCommand::Resolve(close) => {
            let Resolve { proxy, id, found, witnesses: Witnesses { by, second, proof } } = close;
            let body = ResolvePayment {
                finding: found,
                by: by.into_string(),
                second: second.into_string(),
                proof: proof.into_string(),
            };
            let payment: Payment =
                AdminClient::of(&proxy.config)?.post(&format!("/payments/{id}/resolve"), &body).await?;
            say(&line(&payment))
        }
        PaymentCommand::ResolveRefund(close) => close_refund(close).await,
        PaymentCommand::Acknowledge(SeenBy { proxy, id, by }) => {
            let client = AdminClient::of(&proxy.config)?;
            let payment: Payment = client
                .post(
                    &format!("/payments/{id}/acknowledge"),
                    &Acknowledge { by: by.into_string(), review: None },
                )
                .await?;
            say(&line(&payment))
        }
    }
}

async fn close_refund(close: CloseOfRefund) -> anyhow::Result<()> {
    let CloseOfRefund { proxy, id, refund, found, witnesses: Witnesses { by, second, proof } } = close;
    let body = ResolveRefund {
        finding: found,
        by: by.into_string(),
        second: second.into_string(),
        proof: proof.into_string(),
    };
    let path = format!("/payments/{id}/refunds/{refund}/resolve");
    let payment: Payment = AdminClient::of(&proxy.config)?.post(&path, &body).await?;
    say(&line(&payment))
}

async fn reviews(proxy: &ConfigOption) -> anyhow::Result<()> {
    let list: ReviewList = AdminClient::of(&proxy.config)?.get("/reviews", &[]).await?;
    if list.items.is_empty() {
        say("nothing needs review")?;
    }
    for item in &list.items {
        say(&explained(item))?;
    }
    Ok(())
}

async fn refresh(wanted: &SelectedPayments) -> anyhow::Result<()> {
    let client = AdminClient::of(&wanted.proxy.config)?;
    for payment in found(&client, &wanted.of).await? {
        let read: Payment = client.post(&format!("/payments/{}/refresh", payment.id), &()).await?;
        say(&line(&read))?;
    }
    Ok(())
}

async fn found(client: &AdminClient, of: &str) -> anyhow::Result<Vec<Payment>> {
    let page: PaymentPage = client.get("/payments", &[("of", of)]).await?;
    if page.payments.is_empty() {
        bail!("no payment has this id or reference");
    }
    Ok(page.payments)
}

fn payment_outcome(text: &str) -> Result<PaymentOutcome, String> {
    match text {
        "paid" => Ok(PaymentOutcome::Paid),
        "unpaid" => Ok(PaymentOutcome::Unpaid),
        _ => Err("say paid or unpaid".to_owned()),
    }
}

fn refund_finding(text: &str) -> Result<RefundOutcome, String> {
    match text {
        "done" => Ok(RefundOutcome::Done),
        "absent" => Ok(RefundOutcome::Absent),
        _ => Err("say done or absent".to_owned()),
    }
}

/// One line: id, amount, reference, state, and what stands beside it.
fn line(payment: &Payment) -> String {
    let mut words = vec![payment.id.to_string(), payment.money().to_string()];
    words.extend(payment.reference.iter().map(|reference| format!("reference {reference}")));
    words.push(word(&payment.state));
    let reasons = payment.failure_code.iter().map(FailureCode::as_str).chain(payment.refusal.as_deref());
    words.extend(reasons.map(|reason| format!("{reason} (support code {})", support_code(reason))));
    words.extend(payment.disposition.iter().map(word));
    words.extend(payment.charge.iter().map(|charge| format!("charge {} {}", charge.id, charge.status)));
    let refunded = payment.charge.as_ref().map_or(0, |charge| charge.refunded_amount);
    words.extend((0 < refunded).then(|| format!("{refunded} given back")));
    words.extend(
        payment.resolution.iter().map(|closed| {
            format!("closed as {} by {} and {}", word(&closed.finding), closed.by, closed.second)
        }),
    );
    words.extend(payment.refunds.iter().filter_map(doubtful));
    words.join(" · ")
}

/// A refund that is not over, or that humans closed.
fn doubtful(refund: &Refund) -> Option<String> {
    let id = refund.id.as_ref()?;
    match &refund.resolution {
        Some(closed) => {
            let finding = word(&closed.finding);
            Some(format!("refund {id} closed as {finding} by {} and {}", closed.by, closed.second))
        }
        None => (!refund.state.is_final()).then(|| format!("refund {id} {}", word(&refund.state))),
    }
}

fn explained(item: &PaymentInReview) -> String {
    let PaymentInReview { payment, call } = item;
    let (reason, automatic_action, operator_action) =
        (reason(call.reason), automatic_action(call.automatic_action), operator_action(call.operator_action));
    format!("{}\n  why: {reason}\n  by itself: {automatic_action}\n  to do: {operator_action}", line(payment))
}

fn reason(reason: ReviewReason) -> &'static str {
    match reason {
        ReviewReason::OutcomeUnknown => "it has been in doubt for more than five minutes",
        ReviewReason::AwaitingDecision => {
            "the customer paid after the end was wanted, and the cashier is being asked"
        }
        ReviewReason::Mismatch => "the charge's amount, currency, mode or metadata are not what was ordered",
        ReviewReason::ChargeMissing => "Omise says that it does not know the charge",
        ReviewReason::UnexpectedStatus => "the charge has a status that the proxy does not know",
        ReviewReason::DuplicateCharge => "a further charge carries this payment's id",
        ReviewReason::CancelRefused => "Omise refuses to end the charge, so that it may still be paid",
        ReviewReason::PaidLate => "the customer paid after it had ended unpaid",
        ReviewReason::DecisionOverdue => {
            "the customer paid late, and nobody said within a minute what becomes of it"
        }
        ReviewReason::UnapprovedRefund => {
            "money went back that nobody approved here, or more often than approved"
        }
        ReviewReason::PaidTwice => "another payment of the same sale is accepted",
        ReviewReason::RefundFailed => "the money was to go back by itself, and did not",
        ReviewReason::SupervisorCalled => "the cashier called a supervisor",
        ReviewReason::RefundMismatch => "a refund was answered with something else than what was asked for",
    }
}

fn automatic_action(action: AutomaticAction) -> &'static str {
    match action {
        AutomaticAction::Asking => "the till asks for a minute, then it waits for a supervisor",
        AutomaticAction::Looking => "the proxy reads Omise until it says how the charge ended",
        AutomaticAction::GivingBack => "the money goes back after two reads that agree",
        AutomaticAction::Nothing => "nothing more",
    }
}

fn operator_action(action: OperatorAction) -> &'static str {
    match action {
        OperatorAction::AnswerOnTheTill => "answer on the till: hand over, or give back",
        OperatorAction::Wait => "wait; while it is in doubt a supervisor's PIN lets the sale go on",
        OperatorAction::KeepOrReturn => "a supervisor decides with a PIN: keep the money, or give it back",
        OperatorAction::CompareAndClose => {
            "compare the charge in Omise's dashboard, then `payment resolve` it with a second person and the proof"
        }
        OperatorAction::EndInDashboard => "end the charge in Omise's dashboard; the proxy sees it by itself",
        OperatorAction::ReturnAgain => {
            "see why the refund failed (often the balance), then give it back again with a PIN"
        }
        OperatorAction::CompareAndCloseRefund => {
            "compare the charge's refunds in Omise's dashboard, then `payment resolve-refund` it with a second person and the proof"
        }
        OperatorAction::Acknowledge => "look at it once, then `payment acknowledge` it",
    }
}

/// The word of an enum, as the API writes it.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_owned()
}
