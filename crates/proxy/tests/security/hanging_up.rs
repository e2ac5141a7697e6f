//! Lines 26 and 27: who hangs up while a PIN is checked gains nothing by it.

use scantill_types::PaymentId;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::approvals::{approvals, by, refund, request_refund, settings, shop};
use crate::raw::{address, send};
use scantill_testkit::world::{PIN, Settings, World, payment_id, until};

/// Asks for a refund, and reads no answer.
async fn ask(world: &World, id: &PaymentId, wish: &Value) -> TcpStream {
    let (body, refund) = (wish.to_string(), payment_id());
    let request = format!(
        "PUT /v1/payments/{id}/refunds/{refund} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        world.token,
        body.len()
    );
    send(&address(world), &request).await
}

/// Hangs up once the try is counted: its PIN is being checked then.
async fn hang_up_in_the_check(world: &World, caller: TcpStream) {
    let sql = "SELECT EXISTS (SELECT 1 FROM pin_tries WHERE 0 < wrong)";
    let is_counted = || world.stored::<bool>(sql);
    until("a try that is counted", async || is_counted()).await;
    assert_eq!(approvals(world), [], "the check is not over yet");
    drop(caller);
}

#[tokio::test]
async fn each_try_is_in_the_audit_although_its_caller_hangs_up() {
    let world = shop(settings()).await;
    let id = world.paid().await;
    let caller = ask(&world, &id, &refund(1, 0, &by("Mali", "8642"))).await;
    hang_up_in_the_check(&world, caller).await;
    until("the try in the audit", async || !approvals(&world).is_empty()).await;
    assert_eq!(approvals(&world), [(Some("Mali".to_owned()), "refund".to_owned(), "wrong".to_owned())]);
}

#[tokio::test]
async fn a_refund_whose_caller_hangs_up_counts_for_the_day() {
    let account = "refund_limits = [{ store = \"store_1\", day_amount = 1_000 }]";
    let world = shop(Settings { account, ..settings() }).await;
    let (first, second) = (world.paid().await, world.paid().await);
    let wish = refund(1_000, 0, &by("Mali", PIN));
    let caller = ask(&world, &first, &wish).await;
    hang_up_in_the_check(&world, caller).await;
    let (status, problem) = request_refund(&world, &second, &wish).await;
    let needed = json!({"limit": "day_amount", "amount": 1_000, "refunded": 1_000});
    assert_eq!((status, &problem["needs_two"]), (403, &needed));
    assert_eq!(world.payment(&first).await.refunds.len(), 1);
}
