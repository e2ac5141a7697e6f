//! Changes one thing in a body that is ready to be sent, and keeps every other byte.

use crate::faults::kind::FaultKind;

/// A status and a failure code that no document lists.
pub(crate) const UNKNOWN_STATUS: &str = "under_review";
const UNKNOWN_FAILURE_CODE: &str = "wallet_under_review";
const HUGE_SIZE_DEFAULT: u64 = 16 * 1024 * 1024;

/// Where the object is: at the top of an answer, within `data` in a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    Answer,
    Webhook,
}

/// A body with one wrong thing in it; `None` if this fault changes no body.
pub(crate) fn corrupt(body: &str, kind: FaultKind, size_bytes: Option<u64>) -> Option<String> {
    let depth = Depth::Answer;
    Some(match kind {
        FaultKind::EmptyObject => "{}".to_owned(),
        FaultKind::TruncatedJson => halved(body).to_owned(),
        FaultKind::HugeBody => huge(body, size_bytes.unwrap_or(HUGE_SIZE_DEFAULT)),
        FaultKind::UnknownStatus => with_field(body, depth, "status", &quoted(UNKNOWN_STATUS)),
        FaultKind::UnknownFailureCode => {
            let failed = with_field(body, depth, "status", &quoted("failed"));
            with_field(&failed, depth, "failure_code", &quoted(UNKNOWN_FAILURE_CODE))
        }
        FaultKind::WrongId => with_other_id(body, depth),
        FaultKind::WrongAmount => with_other_amount(body, depth),
        FaultKind::WrongCurrency => with_other_currency(body, depth),
        FaultKind::WrongLivemode => with_other_mode(body, depth),
        _ => return None,
    })
}

pub(crate) fn with_other_amount(body: &str, depth: Depth) -> String {
    let amount = field(body, depth, "amount").and_then(|amount| amount.parse::<i64>().ok());
    with_field(body, depth, "amount", &amount.map_or(1, |amount| amount - 1).to_string())
}

pub(crate) fn with_other_id(body: &str, depth: Depth) -> String {
    let Some(id) = field(body, depth, "id") else { return body.to_owned() };
    let prefix = id.trim_matches('"').rsplit_once('_').map_or("", |(prefix, _)| prefix);
    with_field(body, depth, "id", &quoted(&format!("{prefix}_0000000000000000000")))
}

/// A webhook has its mode twice: at its top and in its object.
pub(crate) fn with_other_mode(body: &str, depth: Depth) -> String {
    let live = field(body, Depth::Answer, "livemode") == Some("true");
    let word = if live { "false" } else { "true" };
    let top = with_field(body, Depth::Answer, "livemode", word);
    if depth == Depth::Webhook { with_field(&top, depth, "livemode", word) } else { top }
}

pub(crate) fn with_field(body: &str, depth: Depth, name: &str, value: &str) -> String {
    match place(body, depth, name) {
        Some((begin, end)) => format!("{}{value}{}", &body[..begin], &body[end..]),
        None => body.to_owned(),
    }
}

/// The first half, cut where a letter ends.
pub(crate) fn halved(body: &str) -> &str {
    let middle = (0..=body.len() / 2).rev().find(|at| body.is_char_boundary(*at));
    &body[..middle.unwrap_or(0)]
}

fn with_other_currency(body: &str, depth: Depth) -> String {
    let lower = field(body, depth, "currency").is_some_and(|word| word == "\"thb\"");
    with_field(body, depth, "currency", if lower { "\"sgd\"" } else { "\"SGD\"" })
}

/// The same object with a very long extra field.
fn huge(body: &str, size_bytes: u64) -> String {
    let length = usize::try_from(size_bytes).unwrap_or(usize::MAX).min(256 * 1024 * 1024);
    match body.strip_prefix("{\n") {
        Some(rest) => format!("{{\n  \"padding\": \"{}\",\n{rest}", "x".repeat(length)),
        None => body.to_owned(),
    }
}

fn field<'a>(body: &'a str, depth: Depth, name: &str) -> Option<&'a str> {
    place(body, depth, name).map(|(begin, end)| &body[begin..end])
}

/// The position of a field's value. Bodies are indented, so the spaces show the depth.
fn place(body: &str, depth: Depth, name: &str) -> Option<(usize, usize)> {
    let (start, blanks) = match depth {
        Depth::Answer => (0, "  "),
        Depth::Webhook => (body.find("\n  \"data\": {")?, "    "),
    };
    let key = format!("\n{blanks}\"{name}\": ");
    let begin = start + body[start..].find(&key)? + key.len();
    let line = body[begin..].lines().next()?;
    Some((begin, begin + line.trim_end_matches(',').len()))
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "{\n  \"object\": \"charge\",\n  \"id\": \"chrg_test_1abc\",\n  \"livemode\": false,\n  \"amount\": 2225,\n  \
        \"refunds\": {\n    \"amount\": 7\n  },\n  \"currency\": \"THB\",\n  \"status\": \"pending\"\n}\n";

    fn check(kind: FaultKind, expected: &str) {
        let corrupted = corrupt(BODY, kind, None).unwrap();
        assert!(corrupted.contains(expected), "{kind:?}: {corrupted}");
        assert!(corrupted.contains("    \"amount\": 7\n"), "the rest stays as it was: {corrupted}");
        serde_json::from_str::<serde_json::Value>(&corrupted).unwrap();
    }

    #[test]
    fn one_thing_is_wrong_and_the_rest_is_right() {
        check(FaultKind::WrongAmount, "\n  \"amount\": 2224,\n");
        check(FaultKind::WrongId, "\n  \"id\": \"chrg_test_0000000000000000000\",\n");
        check(FaultKind::WrongCurrency, "\n  \"currency\": \"SGD\",\n");
        check(FaultKind::WrongLivemode, "\n  \"livemode\": true,\n");
        check(FaultKind::UnknownStatus, "\n  \"status\": \"under_review\"\n");
        check(FaultKind::HugeBody, "\"padding\": \"xxx");
    }

    #[test]
    fn the_object_of_a_webhook_lies_deeper() {
        let event = "{\n  \"id\": \"evnt_test_1\",\n  \"livemode\": false,\n  \"data\": {\n    \"id\": \"chrg_test_1\",\n    \
            \"livemode\": false,\n    \"amount\": 2225\n  }\n}\n";
        let other = with_other_id(&with_other_amount(event, Depth::Webhook), Depth::Webhook);
        assert!(other.contains("\n  \"id\": \"evnt_test_1\"") && other.contains("\n    \"amount\": 2224\n"));
        assert!(other.contains("\n    \"id\": \"chrg_test_0000000000000000000\""), "{other}");
        assert!(!with_other_mode(event, Depth::Webhook).contains("false"));
    }

    #[test]
    fn half_a_body_ends_between_two_letters() {
        assert_eq!(halved("a฿b"), "a");
        assert_eq!(halved(""), "");
        assert_eq!(corrupt(BODY, FaultKind::Hang, None), None);
    }
}
