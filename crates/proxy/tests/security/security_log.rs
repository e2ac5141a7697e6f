//! Line 37: what was refused is counted and logged, with whom it was about, and never with a secret.

use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, WEBHOOK_SECRET, payment_id};
use serde_json::json;

const CANARIES: [&str; 4] = ["canary-token", "ZZZZ-ZZZZ", "864209", "f0f0f0"];

async fn program() -> Program {
    Program::start_with(Settings::without_webhooks()).await
}

fn line<'a>(log: &'a str, kind: &str) -> &'a str {
    let kind = format!("kind=\"{kind}\"");
    log.lines().find(|line| line.contains(&kind)).unwrap_or_else(|| panic!("no {kind}: {log}"))
}

pub(crate) async fn metrics(program: &Program) -> String {
    let socket = program.folder.path().join("data/admin.sock");
    let http = reqwest::Client::builder().unix_socket(socket).no_proxy().build().unwrap();
    http.get("http://operator/metrics").send().await.unwrap().text().await.unwrap()
}

async fn refused_in_each_way(program: &Program) {
    let url = |path: &str| format!("{}{path}", program.proxy);
    let http = &program.http;
    http.get(url("/v1/terminal")).bearer_auth(CANARIES[0]).send().await.unwrap();
    let pair = json!({"code": CANARIES[1], "device_id": "x"});
    http.post(url("/v1/pair")).json(&pair).send().await.unwrap();
    let hook = http.post(url("/webhooks/omise/demo")).header("omise-signature", CANARIES[3]);
    hook.body("{}").send().await.unwrap();
    let id = program.paid_beside_supervisor().await;
    let wish = json!({"amount": 1, "currency": "THB", "refunded_before": 0, "approval": {"supervisor": "Mali", "pin": CANARIES[2]}});
    for _ in 0..6 {
        let path = format!("/v1/payments/{id}/refunds/{}", payment_id());
        program.call("PUT", &path).json(&wish).send().await.unwrap();
    }
    let stranger = program.pair("till-2").await.token;
    http.get(url(&format!("/v1/payments/{id}"))).bearer_auth(stranger).send().await.unwrap();
}

#[tokio::test]
async fn each_refusal_is_counted_and_logged_without_a_secret() {
    let program = program().await;
    refused_in_each_way(&program).await;
    let (log, metrics) = (program.log(), metrics(&program).await);
    for kind in ["refused_token", "wrong_pairing_code", "refused_webhook"] {
        assert!(line(&log, kind).contains("peer=127.0.0.1"), "{log}");
        assert!(
            metrics.contains(&format!("scantill_security_events_total{{kind=\"{kind}\"}} 1")),
            "{metrics}"
        );
    }
    for kind in ["wrong_pin", "locked_pin", "refused_access"] {
        let line = line(&log, kind);
        for part in ["account=\"demo\"", "store=store_", "terminal=POS-", "device=till-", "request{id="] {
            assert!(line.contains(part), "{part}: {line}");
        }
    }
    assert!(metrics.contains("scantill_security_events_total{kind=\"wrong_pin\"} 5"), "{metrics}");
    for secret in CANARIES.iter().chain([&WEBHOOK_SECRET, &program.token.as_str()]) {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test]
async fn each_kind_is_in_the_metrics_from_the_start() {
    let metrics = metrics(&program().await).await;
    for kind in scantill_proxy::security_log::Kind::ALL {
        let line = format!("scantill_security_events_total{{kind=\"{}\"}} 0", kind.as_str());
        assert!(metrics.contains(&line), "{line}: {metrics}");
    }
}

#[tokio::test]
async fn a_device_that_asks_for_too_much_is_counted_and_logged() {
    let limits = "device = { lists_per_minute = 1, lists_at_once = 1 }";
    let program = Program::start_with(Settings { webhooks: false, limits, ..Settings::default() }).await;
    for expected in [200, 429] {
        assert_eq!(program.call("GET", "/v1/payments").send().await.unwrap().status(), expected);
    }
    let (log, metrics) = (program.log(), metrics(&program).await);
    assert!(metrics.contains("scantill_security_events_total{kind=\"rate_limited\"} 1"), "{metrics}");
    assert!(line(&log, "rate_limited").contains("device=till-1"), "{log}");
}
