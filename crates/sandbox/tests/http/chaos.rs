//! Faults drawn with given odds: one seed draws one run, the registry records each fault, and the simulator goes on.

use scantill_sandbox::{Chaos, Options, Timing};
use serde_json::{Value, json};

use crate::shop::{Shop, charge_body};

/// How 60 charges fared: their status, or `None` without an answer.
async fn fare(chaos: Chaos) -> (Vec<Option<u16>>, Value) {
    let timing = Timing { slow_byte_ms: 0, ..Timing::quick() };
    let shop = Shop::open_with(Options { chaos, timing, seed: 3, ..Options::default() }).await;
    let mut statuses = Vec::new();
    for _ in 0..60 {
        let answer = shop.request("POST", "/charges").json(&charge_body("289990300000000000")).send().await;
        statuses.push(answer.ok().map(|answer| answer.status().as_u16()));
    }
    let faults = shop.order("GET", "/faults", json!({})).await.json["faults"].clone();
    (statuses, faults)
}

fn some_chaos() -> Chaos {
    "cut_after_commit=0.2,error_500=20%,error_503=0.1".parse().unwrap()
}

#[tokio::test]
async fn one_seed_draws_one_run_and_another_seed_another() {
    let (first, faults) = fare(some_chaos()).await;
    assert_eq!(fare(some_chaos()).await.0, first);
    assert_ne!(fare(some_chaos().with_seed(99)).await.0, first);
    let struck: u64 = faults.as_array().unwrap().iter().map(|rule| rule["struck"].as_u64().unwrap()).sum();
    let suffered = first.iter().filter(|status| **status != Some(200)).count() as u64;
    assert_eq!(struck, suffered, "every fault that struck was recorded: {faults}");
    assert!((12..48).contains(&suffered), "{suffered}");
    assert_eq!(faults[0]["did"].as_array().unwrap().len() as u64, faults[0]["struck"].as_u64().unwrap());
}

#[tokio::test]
async fn the_control_api_looses_chaos_and_calms_it() {
    let shop = Shop::open().await;
    shop.order("POST", "/faults", json!({ "fault": "html_502", "on": "GET /capability" })).await;
    let told = shop.order("PUT", "/chaos", json!({ "odds": { "error_500": 1.0 }, "seed": 4 })).await;
    assert_eq!((told.status, told.json["faults"].as_array().unwrap().len()), (200, 2), "{}", told.text);
    shop.get("/account").await.refused(500, "internal_error");
    shop.order("PUT", "/chaos", json!({ "odds": { "error_401": 1.0 } })).await;
    shop.get("/account").await.refused(401, "authentication_failure");
    shop.order("DELETE", "/chaos", json!({})).await;
    assert_eq!(shop.get("/account").await.status, 200);
    assert_eq!(shop.get("/capability").await.status, 502, "what was ordered stays");
    for body in [
        json!({ "odds": 2 }),
        json!({ "odds": { "earthquake": 0.1 } }),
        json!({ "odds": { "hang": "often" } }),
        json!({}),
    ] {
        let told = shop.order("PUT", "/chaos", body).await;
        assert_eq!((told.status, told.json["error"].is_string()), (400, true), "{}", told.text);
    }
}

#[tokio::test]
async fn the_whole_catalogue_at_once_breaks_nothing() {
    let shop = Shop::open_with(Options {
        timing: Timing { slow_byte_ms: 0, ..Timing::quick() },
        ..Options::default()
    })
    .await;
    shop.order("PUT", "/chaos", json!({ "odds": 0.02, "seed": 5 })).await;
    for number in 0..150 {
        let path = ["/charges", "/account", "/events", "/search?scope=charge"][number % 4];
        let request = if number % 4 == 0 {
            shop.request("POST", path).json(&charge_body("289990000000000000"))
        } else {
            shop.request("GET", path)
        };
        // After any result, also a hang, the next request draws anew.
        let _ = request.timeout(std::time::Duration::from_millis(100)).send().await;
    }
    let calm = async { while shop.request("DELETE", "/_sandbox/chaos").send().await.is_err() {} };
    tokio::time::timeout(std::time::Duration::from_secs(10), calm).await.unwrap();
    shop.paid_charge().await;
}

#[tokio::test]
async fn a_single_fault_may_be_drawn_too() {
    let shop = Shop::open().await;
    let order = json!({ "fault": "error_404", "on": "GET /account", "odds": 0.5 });
    assert_eq!(shop.order("POST", "/faults", order).await.status, 200);
    let mut refused = 0;
    for _ in 0..100 {
        refused += u32::from(shop.get("/account").await.status == 404);
    }
    assert!((25..75).contains(&refused), "{refused}");
    for odds in [json!(1.5), json!("often")] {
        let order = json!({ "fault": "hang", "on": "*", "odds": odds });
        assert_eq!(shop.order("POST", "/faults", order).await.status, 400);
    }
    let both = json!({ "fault": "hang", "on": "*", "odds": 0.5, "count": 2 });
    assert_eq!(shop.order("POST", "/faults", both).await.status, 400);
}
