//! Every failpoint, restarted at once and late.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::journey::{Case, Deed, Restart, live_through};

/// Worlds at once: more would only wait for each other.
const WORLDS_MAX: usize = 8;

const ONE: &str = "one_call";
const TWO: &str = "source_then_charge";

const fn case(crash_at: &'static str, creation: &'static str, deed: Deed) -> Case {
    Case { crash_at, creation, deed }
}

/// C1 to C5, and C10: from the PUT to the first read.
const SENDING: [Case; 13] = [
    case("BeforeCreate", ONE, Deed::Pay),
    case("AfterCreate", ONE, Deed::Pay),
    case("AfterCreate", TWO, Deed::Pay),
    case("MidSend:1", ONE, Deed::Pay),
    case("MidSend:1", TWO, Deed::Pay),
    case("MidSend:2", TWO, Deed::Pay),
    case("AnswerUnread:1", ONE, Deed::Pay),
    case("AnswerUnread:1", TWO, Deed::Pay),
    case("AnswerUnread:2", TWO, Deed::Pay),
    case("AnswerUnstored", ONE, Deed::Pay),
    case("AnswerUnstored", TWO, Deed::Pay),
    case("ReadUnstored:1", ONE, Deed::Pay),
    case("ReadUnstored:1", TWO, Deed::Pay),
];

/// C7 to C9, with the webhook of the creation and that of the completion, and C11.
const HINTED_AND_ENDING: [Case; 10] = [
    case("WebhookNotStored:1", ONE, Deed::Confirm),
    case("WebhookNotStored:2", TWO, Deed::Confirm),
    case("WebhookUnconfirmed:1", ONE, Deed::Confirm),
    case("WebhookUnconfirmed:2", TWO, Deed::Confirm),
    case("WebhookConfirmed:1", ONE, Deed::Confirm),
    case("WebhookUnconfirmed:3", ONE, Deed::PayLate),
    case("ExpireUnstored:1", ONE, Deed::Cancel),
    case("ExpireUnstored:1", TWO, Deed::Cancel),
    case("ReadUnstored:2", ONE, Deed::Cancel),
    case("ReadUnstored:3", ONE, Deed::Cancel),
];

/// C12, and the other moments of a refund, which is the second or third money POST of its payment.
const GIVING_BACK: [Case; 9] = [
    case("RefundUnstored", ONE, Deed::Refund),
    case("RefundUnstored", TWO, Deed::Refund),
    case("RefundUnstored", ONE, Deed::Return),
    case("MidSend:2", ONE, Deed::Refund),
    case("MidSend:3", TWO, Deed::Return),
    case("AnswerUnread:2", ONE, Deed::Refund),
    case("AnswerUnread:3", TWO, Deed::Refund),
    case("AnswerUnread:2", ONE, Deed::Return),
    case("AnswerUnread:3", TWO, Deed::Return),
];

/// C6 and its twin: before and after each commit from the intent on, which is the fourth of a new proxy's life (after
/// the account, the device and the key for codes).
const COMMITS: [Case; 18] = [
    case("Uncommitted:4", ONE, Deed::Pay),
    case("Uncommitted:5", ONE, Deed::Pay),
    case("Uncommitted:6", ONE, Deed::Pay),
    case("Uncommitted:5", TWO, Deed::Pay),
    case("Uncommitted:6", TWO, Deed::Pay),
    case("Uncommitted:7", TWO, Deed::Pay),
    case("Uncommitted:6", ONE, Deed::Cancel),
    case("Uncommitted:7", ONE, Deed::Cancel),
    case("Uncommitted:8", ONE, Deed::Cancel),
    case("Untold:4", ONE, Deed::Pay),
    case("Untold:5", ONE, Deed::Pay),
    case("Untold:6", ONE, Deed::Pay),
    case("Untold:5", TWO, Deed::Pay),
    case("Untold:6", TWO, Deed::Pay),
    case("Untold:7", TWO, Deed::Pay),
    case("Untold:6", ONE, Deed::Cancel),
    case("Untold:7", ONE, Deed::Cancel),
    case("Untold:8", ONE, Deed::Cancel),
];

/// Around the expire of a duplicate charge, which a webhook names. A source cannot be charged twice.
const DOUBLED: [Case; 2] =
    [case("WebhookConfirmed:1", ONE, Deed::Double), case("DuplicateExpireUnsent:1", ONE, Deed::Double)];

async fn all(cases: &[Case], restart: Restart) {
    let slots = Arc::new(Semaphore::new(WORLDS_MAX));
    let mut worlds = JoinSet::new();
    for case in cases.iter().copied() {
        let slots = slots.clone();
        worlds.spawn(async move {
            let _slot = slots.acquire_owned().await.unwrap();
            let lived = tokio::spawn(live_through(case, restart)).await;
            lived.err().map(|error| format!("{case:?} {restart:?}: {error}"))
        });
    }
    let failed: Vec<String> = worlds.join_all().await.into_iter().flatten().collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_sending_and_restarted_at_once() {
    all(&SENDING, Restart::AtOnce).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_sending_and_restarted_late() {
    all(&SENDING, Restart::Late).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_around_webhooks_and_ends_and_restarted_at_once() {
    all(&HINTED_AND_ENDING, Restart::AtOnce).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_around_webhooks_and_ends_and_restarted_late() {
    all(&HINTED_AND_ENDING, Restart::Late).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_giving_back_and_restarted_at_once() {
    all(&GIVING_BACK, Restart::AtOnce).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_giving_back_and_restarted_late() {
    all(&GIVING_BACK, Restart::Late).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_or_after_any_commit_and_restarted_at_once() {
    all(&COMMITS, Restart::AtOnce).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_or_after_any_commit_and_restarted_late() {
    all(&COMMITS, Restart::Late).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_ending_a_duplicate_and_restarted_at_once() {
    all(&DOUBLED, Restart::AtOnce).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_ending_a_duplicate_and_restarted_late() {
    all(&DOUBLED, Restart::Late).await;
}
