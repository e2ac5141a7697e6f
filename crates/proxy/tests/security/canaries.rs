//! Lines 1, 22, 23, 24 and 32: at the most talkative level the log, the answers, the storage and the process's own face hold
//! no secret; a text is one record; and a header says nothing about who calls.

use std::fs;

use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, WEBHOOK_SECRET, body, payment_id, with};
use serde_json::json;

const CODE: &str = "28763443825664394";
const PIN: &str = "86420975";
const WRONG_PIN: &str = "97531864";
const KEY: &str = "skey_test_demo";
/// The key as HTTP's basic credentials.
const KEY_IN_BASIC: &str = "c2tleV90ZXN0X2RlbW86";

async fn program() -> Program {
    Program::start_among(Settings::default(), &[("RUST_LOG", "trace")]).await
}

async fn one_of_everything(program: &Program) -> Vec<String> {
    program.supervisor("Mali", PIN).await;
    let id = payment_id();
    program.put(&id, &with(&body(CODE), "reference", json!("canary-inv"))).await.unwrap();
    program.reaches(&id, scantill_types::api::PaymentState::Successful).await;
    let mut answers = Vec::new();
    for (method, path, sent) in [
        ("GET", format!("/v1/payments/{id}"), json!({})),
        ("GET", "/v1/payments".to_owned(), json!({})),
        ("PUT", format!("/v1/payments/{id}"), with(&body(CODE), "amount", json!(9_999))),
        ("PUT", format!("/v1/payments/{}", payment_id()), with(&body(CODE), "colour", json!(CODE))),
        ("PUT", format!("/v1/payments/{id}/refunds/{}", payment_id()), wish(WRONG_PIN)),
        ("PUT", format!("/v1/payments/{id}/refunds/{}", payment_id()), wish(PIN)),
        ("POST", "/v1/pair".to_owned(), json!({"code": "ZZZZ-ZZZZ", "device_id": "x"})),
        ("GET", "/v1/terminal".to_owned(), json!({})),
        ("GET", "/v1/device".to_owned(), json!({})),
    ] {
        let answer = program.call(method, &path).json(&sent).send().await.unwrap();
        answers.push(answer.text().await.unwrap());
    }
    for path in ["/metrics", "/readyz", "/openapi.json", "/reviews"] {
        answers.push(program.operations(path).await.text().await.unwrap());
    }
    answers
}

fn wish(pin: &str) -> serde_json::Value {
    json!({"amount": 100, "currency": "THB", "refunded_before": 0, "approval": {"supervisor": "Mali", "pin": pin}})
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn no_secret_is_in_log_answers_storage_or_process_at_trace() {
    let program = program().await;
    let answers = one_of_everything(&program).await;
    let log = program.log();
    assert!(log.contains("TRACE") && log.lines().count() > 100, "the log says all it can");
    let token = program.token.clone();
    let secrets = [CODE, PIN, WRONG_PIN, KEY, KEY_IN_BASIC, WEBHOOK_SECRET, "ZZZZ-ZZZZ", token.as_str()];
    for secret in secrets {
        assert!(!holds(log.as_bytes(), secret), "the log holds {secret}");
        assert!(answers.iter().all(|answer| !answer.contains(secret)), "an answer holds {secret}");
    }
    let database = program.folder.path().join("data");
    let files: Vec<_> = fs::read_dir(&database).unwrap().map(|entry| entry.unwrap().path()).collect();
    let stored: Vec<u8> =
        files.iter().filter(|file| file.is_file()).flat_map(|file| fs::read(file).unwrap()).collect();
    assert!(holds(&stored, "canary-inv"), "this looked at the right place");
    for secret in secrets.into_iter().filter(|secret| *secret != KEY) {
        assert!(!holds(&stored, secret), "the storage hold {secret}");
    }
    assert!(!holds(&stored, KEY));
    let of_process = format!("/proc/{}", program.pid().as_raw_nonzero());
    for face in ["cmdline", "environ"] {
        let shown = fs::read(format!("{of_process}/{face}")).unwrap();
        assert!(!shown.is_empty() && secrets.iter().all(|secret| !holds(&shown, secret)), "{face}");
    }
    let limits = fs::read_to_string(format!("{of_process}/limits")).unwrap();
    let cores = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(
        cores.split_whitespace().take(2).collect::<Vec<_>>(),
        ["0", "0"],
        "a crash leaves the keys in a file"
    );
}

/// A line of the log begins with its time: whatever a caller writes, it begins no other.
#[tokio::test]
async fn what_a_caller_writes_is_one_record_of_the_log() {
    let program = program().await;
    let forged = "2026-01-01T00:00:00.000000Z  INFO forged";
    for text in ["\r\n", "\n", "\u{1b}[2K", "\u{85}", "\u{2028}", "\",\"level\":\"ERROR"] {
        let text = format!("canary{text}{forged}");
        let sale = with(&body(CODE), "reference", json!(text));
        let _ = program.put(&payment_id(), &with(&sale, "description", json!(text))).await;
        let _ = program.put(&payment_id(), &with(&sale, "metadata", json!({text.clone(): text}))).await;
        let pair = json!({"code": text, "device_id": text});
        let _ = program.call("POST", "/v1/pair").json(&pair).send().await.unwrap();
        let _ =
            program.deliver(&json!({"id": text, "key": text, "object": "event"}).to_string(), 1, b"x").await;
    }
    let log = program.log();
    assert!(log.lines().all(|line| !line.starts_with(forged)), "{log}");
    assert!(!log.contains('\u{1b}') && !log.contains('\u{2028}') && !log.contains('\u{85}'));
}

/// No peer is configured whose word would be believed.
#[tokio::test]
async fn headers_that_name_another_peer_host_or_scheme_change_nothing() {
    let program = program().await;
    let claims = [
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Real-IP", "203.0.113.9"),
        ("Forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("X-Original-URL", "/v1/terminal"),
        ("X-HTTP-Method-Override", "DELETE"),
    ];
    let ask = async |claimed: bool, token: &str| {
        let mut request = program.http.get(format!("{}/v1/terminal", program.proxy)).bearer_auth(token);
        if claimed {
            request = claims.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        }
        let answer = request.send().await.unwrap();
        let mut names: Vec<String> = answer.headers().keys().map(ToString::to_string).collect();
        names.sort();
        (answer.status().as_u16(), names)
    };
    assert_eq!(ask(true, &program.token).await, ask(false, &program.token).await);
    assert_eq!(ask(true, "wrong").await.0, 401);
    let log = program.log();
    let refused = log.lines().find(|line| line.contains("refused_token")).unwrap();
    assert!(refused.contains("127.0.0.1") && !refused.contains("203.0.113.9"), "{refused}");
}
