//! The faults by family, the calls that each is ordered for, and the few that may rightly end with a human.

use scantill_types::api::ReviewReason;
use serde_json::{Value, json};

/// Faults of one sort.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: &'static str,
    pub(super) faults: &'static [&'static str],
}

pub(super) const OF_REQUESTS: [Family; 8] = [
    Family {
        name: "network",
        faults: &[
            "refuse_connections",
            "hang",
            "cut_before_commit",
            "hang_after_commit",
            "cut_after_commit",
            "cut_mid_body",
        ],
    },
    Family { name: "time", faults: &["delay", "slow_body", "webhook_before_answer"] },
    Family {
        name: "errors, and nothing done",
        faults: &[
            "redirect_307",
            "error_400",
            "error_401",
            "error_404",
            "too_many_requests",
            "error_500",
            "html_502",
            "error_503",
            "error_504",
        ],
    },
    Family {
        name: "errors, and yet done",
        faults: &["backend_error_committed", "error_500_committed", "error_504_committed"],
    },
    Family {
        name: "answers that cannot be read",
        faults: &[
            "wrong_content_length",
            "truncated_json",
            "gzip_garbage",
            "html_200",
            "empty_object",
            "huge_body",
        ],
    },
    Family {
        name: "answers that are not true",
        faults: &[
            "unknown_status",
            "unknown_failure_code",
            "wrong_id",
            "wrong_amount",
            "wrong_currency",
            "wrong_livemode",
        ],
    },
    Family { name: "done twice", faults: &["delivered_twice"] },
    Family { name: "lists and reads that lag", faults: &OF_READS_ALONE },
];

pub(super) const OF_WEBHOOKS: [Family; 2] = [
    Family {
        name: "webhooks lost, late, doubled",
        faults: &[
            "webhook_lost",
            "webhook_doubled",
            "webhook_late",
            "webhook_out_of_order",
            "webhook_replayed",
        ],
    },
    Family {
        name: "webhooks that lie",
        faults: &[
            "webhook_forged",
            "webhook_unsigned",
            "webhook_old_timestamp",
            "webhook_reserialised",
            "webhook_other_amount",
            "webhook_other_charge",
            "webhook_other_mode",
        ],
    },
];

/// Faults that can only show where a charge is read, or something is changed.
pub(super) const OF_CHARGES_ALONE: [&str; 6] = [
    "unknown_status",
    "unknown_failure_code",
    "delivered_twice",
    "webhook_before_answer",
    "stale_read",
    "flapping",
];

/// Faults that can only show where something is read.
pub(super) const OF_READS_ALONE: [&str; 3] = ["lagging", "stale_read", "flapping"];

/// A call that the proxy makes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) on: &'static str,
    /// How often it is struck in a world, at most.
    pub(super) times: u64,
    /// How many kinds of faults must have struck it in one run of all worlds.
    pub(super) kinds_min: usize,
}

pub(super) const CHARGING: &str = "POST /charges";
pub(super) const REFUNDING: &str = "POST /charges/:id/refunds";

/// The calls of a sale. What is repeated there is struck a few times.
pub(super) const OF_SALES: [Call; 5] = [
    Call { on: "POST /sources", times: 1, kinds_min: 30 },
    Call { on: CHARGING, times: 1, kinds_min: 34 },
    Call { on: "GET /charges/:id", times: 3, kinds_min: 30 },
    Call { on: "GET /charges", times: 3, kinds_min: 20 },
    Call { on: "POST /charges/:id/expire", times: 2, kinds_min: 30 },
];

/// The calls of a refund whose charge could be read.
pub(super) const OF_REFUNDS: [Call; 2] = [
    Call { on: REFUNDING, times: 1, kinds_min: 30 },
    Call { on: "GET /charges/:id/refunds", times: 2, kinds_min: 10 },
];

/// The read before a refund.
pub(super) const BEFORE_A_REFUND: [Call; 1] = [Call { on: "GET /charges/:id", times: 1, kinds_min: 30 }];

/// The calls beside them: of a start, of the last proof that nothing was charged, and of looking for refunds that were
/// made elsewhere.
pub(super) const BESIDE: [Call; 4] = [
    Call { on: "GET /account", times: 2, kinds_min: 26 },
    Call { on: "GET /capability", times: 1, kinds_min: 26 },
    Call { on: "GET /sources/:id", times: 2, kinds_min: 29 },
    Call { on: "GET /refunds", times: 3, kinds_min: 27 },
];

/// All that the proxy asks of the provider.
pub(super) fn every_call() -> impl Iterator<Item = Call> {
    OF_SALES.into_iter().chain(OF_REFUNDS).chain(BESIDE)
}

/// Lists may lag by less than an absence takes to prove.
const LAG_MS: u64 = 300;

/// A fault's order, with what it would otherwise take in real time made short.
pub(super) fn order(fault: &str, on: &str, count: &Value) -> Value {
    let mut order = json!({"fault": fault, "on": on, "count": count});
    match fault {
        "delay" | "webhook_late" | "webhook_replayed" => order["delay_ms"] = 200.into(),
        "slow_body" => order["delay_ms"] = 1.into(),
        "refuse_connections" => order["for_ms"] = 150.into(),
        "lagging" | "stale_read" => order["lag_ms"] = LAG_MS.into(),
        "huge_body" => order["size_bytes"] = (9 * 1024 * 1024).into(),
        _ => {}
    }
    order
}

/// Why a human may be called under this fault, and stay called. Whatever else is spoilt or lost resolves by itself.
pub(super) fn may_call_for(fault: &str) -> &'static [ReviewReason] {
    match fault {
        "unknown_status" => &[ReviewReason::UnexpectedStatus],
        // The provider says that a charge failed, and then that it is paid.
        "unknown_failure_code" => &[ReviewReason::DecisionOverdue],
        // The provider answers with what was not ordered, about a charge or about a refund.
        "wrong_id" | "wrong_amount" | "wrong_currency" | "wrong_livemode" => {
            &[ReviewReason::Mismatch, ReviewReason::ChargeMissing, ReviewReason::RefundMismatch]
        }
        // A payer was charged or given back twice, or the second of two answers says that nothing came of it.
        "delivered_twice" => {
            &[ReviewReason::DuplicateCharge, ReviewReason::UnapprovedRefund, ReviewReason::DecisionOverdue]
        }
        _ => &[],
    }
}

/// Whether the provider may say of a charge that it failed while it is pending.
pub(super) fn denies_what_is_pending(fault: &str) -> bool {
    fault == "unknown_failure_code"
}
