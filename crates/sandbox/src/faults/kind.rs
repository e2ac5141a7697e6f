//! The catalogue of faults.

use serde::{Deserialize, Serialize};

/// A fault by its name in the control API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// The connection is closed, and new ones are refused for a while.
    RefuseConnections,
    /// The request is not carried out and not answered, until the client gives up.
    Hang,
    CutBeforeCommit,
    #[serde(rename = "redirect_307")]
    Redirect307,
    #[serde(rename = "error_400")]
    Error400,
    #[serde(rename = "error_401")]
    Error401,
    #[serde(rename = "error_404")]
    Error404,
    TooManyRequests,
    #[serde(rename = "error_500")]
    Error500,
    #[serde(rename = "html_502")]
    Html502,
    #[serde(rename = "error_503")]
    Error503,
    #[serde(rename = "error_504")]
    Error504,
    HangAfterCommit,
    CutAfterCommit,
    CutMidBody,
    /// The right answer, late.
    Delay,
    /// The right answer, one byte at a time.
    SlowBody,
    /// The length header promises more than is sent.
    WrongContentLength,
    TruncatedJson,
    GzipGarbage,
    #[serde(rename = "html_200")]
    Html200,
    EmptyObject,
    HugeBody,
    BackendErrorCommitted,
    #[serde(rename = "error_500_committed")]
    Error500Committed,
    #[serde(rename = "error_504_committed")]
    Error504Committed,
    UnknownStatus,
    UnknownFailureCode,
    WrongId,
    WrongAmount,
    WrongCurrency,
    WrongLivemode,
    /// Carried out twice, as when a middlebox sends a request again; one of the two answers is given.
    DeliveredTwice,
    /// The answer waits until the webhooks of what was done have arrived.
    WebhookBeforeAnswer,
    /// Lists and searches do not show the latest changes.
    Lagging,
    /// A charge is read as it was a while ago.
    StaleRead,
    /// Every other read shows the charge as it was at first.
    Flapping,
    WebhookLost,
    WebhookDoubled,
    WebhookLate,
    /// It is sent after the account's next webhook.
    WebhookOutOfOrder,
    /// It is sent, and later the same bytes are sent again.
    WebhookReplayed,
    WebhookForged,
    WebhookUnsigned,
    WebhookOldTimestamp,
    /// The body is serialised again after it was signed.
    WebhookReserialised,
    WebhookOtherAmount,
    WebhookOtherCharge,
    WebhookOtherMode,
}

/// The stage at which a fault applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Instead of the request.
    Before,
    /// The request is carried out, and its answer corrupted.
    After,
    /// The request sees less than is true.
    Visibility,
    Webhook,
}

impl FaultKind {
    pub(crate) const ALL: [Self; 49] = [
        Self::RefuseConnections,
        Self::Hang,
        Self::CutBeforeCommit,
        Self::Redirect307,
        Self::Error400,
        Self::Error401,
        Self::Error404,
        Self::TooManyRequests,
        Self::Error500,
        Self::Html502,
        Self::Error503,
        Self::Error504,
        Self::HangAfterCommit,
        Self::CutAfterCommit,
        Self::CutMidBody,
        Self::Delay,
        Self::SlowBody,
        Self::WrongContentLength,
        Self::TruncatedJson,
        Self::GzipGarbage,
        Self::Html200,
        Self::EmptyObject,
        Self::HugeBody,
        Self::BackendErrorCommitted,
        Self::Error500Committed,
        Self::Error504Committed,
        Self::UnknownStatus,
        Self::UnknownFailureCode,
        Self::WrongId,
        Self::WrongAmount,
        Self::WrongCurrency,
        Self::WrongLivemode,
        Self::DeliveredTwice,
        Self::WebhookBeforeAnswer,
        Self::Lagging,
        Self::StaleRead,
        Self::Flapping,
        Self::WebhookLost,
        Self::WebhookDoubled,
        Self::WebhookLate,
        Self::WebhookOutOfOrder,
        Self::WebhookReplayed,
        Self::WebhookForged,
        Self::WebhookUnsigned,
        Self::WebhookOldTimestamp,
        Self::WebhookReserialised,
        Self::WebhookOtherAmount,
        Self::WebhookOtherCharge,
        Self::WebhookOtherMode,
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }

    pub(crate) fn stage(self) -> Stage {
        match self {
            Self::Lagging | Self::StaleRead | Self::Flapping => Stage::Visibility,
            kind if kind <= Self::Error504 => Stage::Before,
            kind if kind <= Self::WebhookBeforeAnswer => Stage::After,
            _ => Stage::Webhook,
        }
    }

    /// Whether this fault can apply to such a request.
    pub(crate) fn fits_route(self, method: &str, path: &str) -> bool {
        let parts = parts(path);
        match self {
            Self::Lagging => is_list(method, &parts),
            Self::StaleRead | Self::Flapping => is_charge_read(method, &parts),
            Self::UnknownStatus | Self::UnknownFailureCode => is_charge_answer(method, &parts),
            Self::WrongId | Self::WrongAmount | Self::WrongCurrency | Self::WrongLivemode => {
                is_charge_answer(method, &parts)
                    || matches!((method, parts.as_slice()), ("POST", ["sources"]) | ("GET", ["sources", _]))
                    || matches!((method, parts.as_slice()), ("POST", ["charges", _, "refunds"]))
            }
            Self::DeliveredTwice | Self::WebhookBeforeAnswer => method != "GET",
            kind => kind.stage() != Stage::Webhook,
        }
    }
}

/// The parts of a path between its slashes.
pub(crate) fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

fn is_list(method: &str, parts: &[&str]) -> bool {
    method == "GET"
        && matches!(
            parts,
            ["charges" | "refunds" | "events" | "search"]
                | ["charges" | "refunds", "search"]
                | ["charges", _, "refunds" | "events"]
        )
}

fn is_charge_read(method: &str, parts: &[&str]) -> bool {
    method == "GET" && matches!(parts, ["charges", id] if *id != "search")
}

fn is_charge_answer(method: &str, parts: &[&str]) -> bool {
    let changes = matches!(
        (method, parts),
        ("POST", ["charges"] | ["charges", _, "expire" | "mark_as_paid" | "mark_as_failed"])
            | ("PATCH", ["charges", _])
    );
    changes || is_charge_read(method, parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_by_its_name() {
        for kind in FaultKind::ALL {
            let name = serde_json::to_value(kind).unwrap();
            assert_eq!(FaultKind::parse(name.as_str().unwrap()), Some(kind));
        }
        assert!(FaultKind::ALL.is_sorted_by(|one, next| one < next), "each is named once");
        assert_eq!(FaultKind::ALL.last(), Some(&FaultKind::WebhookOtherMode));
        assert_eq!(FaultKind::parse("earthquake"), None);
    }

    #[test]
    fn faults_keep_to_requests_that_can_show_them() {
        let check = |kind: FaultKind, method, path, expected| {
            assert_eq!(kind.fits_route(method, path), expected, "{kind:?} {method} {path}");
        };
        check(FaultKind::Lagging, "GET", "/charges", true);
        check(FaultKind::Lagging, "GET", "/charges/chrg_test_1", false);
        check(FaultKind::StaleRead, "GET", "/charges/chrg_test_1", true);
        check(FaultKind::StaleRead, "GET", "/charges/search", false);
        check(FaultKind::WrongAmount, "POST", "/charges", true);
        check(FaultKind::WrongAmount, "GET", "/charges", false);
        check(FaultKind::WebhookLost, "POST", "/charges", false);
        check(FaultKind::Hang, "GET", "/account", true);
    }
}
