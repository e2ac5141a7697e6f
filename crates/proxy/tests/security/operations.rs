//! Line 8: who has no token learns whether the proxy can take payments, and nothing else.

use std::time::{Duration, Instant};

use scantill_proxy::serve::Proxy;
use scantill_testkit::world::{Settings, World, listener, until};
use serde_json::{Value, json};
use tokio::sync::oneshot;

async fn get(world: &World, path: &str) -> (u16, String) {
    let answer = world.http.get(format!("{}{path}", world.proxy)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_tills_port_tells_strangers_whether_it_is_ready_and_no_more() {
    let world = World::start_with(Settings::without_webhooks()).await;
    assert_eq!(get(&world, "/healthz").await, (200, "alive\n".to_owned()));
    let (status, said) = get(&world, "/readyz").await;
    assert_eq!((status, serde_json::from_str(&said).unwrap()), (200, json!({"ready": true})));
    for path in ["/metrics", "/openapi.json", "/reviews", "/payments?of=x"] {
        assert_eq!(get(&world, path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn readiness_costs_no_write_however_often_it_is_asked() {
    let world = World::start_with(Settings::without_webhooks()).await;
    let log = world.folder.path().join("data/scantill.sqlite3-wal");
    let length = || std::fs::metadata(&log).unwrap().len();
    // Longer than an answer holds, so that a write for it would come again each time; a start has a few writes of its own.
    let ask_until_it_was_found_out_anew = async || {
        let (before, begun) = (length(), Instant::now());
        while begun.elapsed() < Duration::from_millis(1_200) {
            assert_eq!(get(&world, "/readyz").await.0, 200);
        }
        length() == before
    };
    until("readiness without a write", ask_until_it_was_found_out_anew).await;
}

#[tokio::test]
async fn a_listener_of_their_own_tells_operations_all() {
    let world = World::without_proxy(Settings::without_webhooks()).await;
    let (tills, operations) = (listener().await, listener().await);
    let url = format!("http://{}", operations.local_addr().unwrap());
    let proxy = Proxy::prepare(world.config()).await.unwrap().with_operations(operations);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(proxy.run(tills, async {
        let _ = stopped.await;
    }));
    let get = async |path: &str| world.http.get(format!("{url}{path}")).send().await.unwrap();
    let ready: Value = get("/readyz").await.json().await.unwrap();
    assert_eq!((&ready["accounts"][0]["name"], &ready["open_payments"]), (&json!("demo"), &json!(0)));
    let document: Value = get("/openapi.json").await.json().await.unwrap();
    assert!(document["paths"].get("/v1/events").is_some());
    assert_eq!(get("/healthz").await.status(), 200);
    assert_eq!(get("/metrics").await.headers()["x-content-type-options"], "nosniff");
    assert_eq!(get("/v1/terminal").await.status(), 404, "tills do not come here");
    drop(stop);
    running.await.unwrap().unwrap();
}
