//! What a tablet gets over HTTPS is what it gets without.

use std::net::TcpStream;
use std::sync::Arc;

use scantill_proxy::tls::authority::{self, Authority};
use scantill_sandbox::{HttpWebhookSender, Options, Sandbox};
use scantill_testkit::{PATIENCE, WEBHOOK_SECRET};
use scantill_types::{PaymentId, SaleId};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::program::Program;

const UNREACHABLE: &str = "http://127.0.0.1:9";

async fn served_certificate(program: &Program) -> Vec<u8> {
    let answer = program.client().get(program.url("/healthz")).send().await.unwrap();
    let info = answer.extensions().get::<reqwest::tls::TlsInfo>().unwrap();
    info.peer_certificate().unwrap().to_vec()
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_is_served_and_no_other() {
    let program = Program::start(UNREACHABLE);
    let answer = program.client().get(program.url("/healthz")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, reqwest::Version::HTTP_11));
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    let stranger = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(stranger.get(program.url("/healthz")).send().await.unwrap_err().is_connect());
    let plain = format!("http://{}/healthz", program.address);
    assert!(stranger.get(plain).send().await.is_err());
    let by_name = program.url("/healthz").replace("127.0.0.1", "localhost");
    let answer = program.client().get(by_name).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().get("strict-transport-security")), (200, None));
}

#[tokio::test]
async fn connections_that_stay_silent_hold_up_no_other() {
    let program = Program::start(UNREACHABLE);
    let silent: Vec<_> = (0..64).map(|_| TcpStream::connect(&program.address).unwrap()).collect();
    let answer = program.client().get(program.url("/healthz")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    drop(silent);
}

// The sandbox must go on while this thread waits for the program's first words.
#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_over_https_while_the_stream_is_open() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sandbox = Sandbox::start(listener, Options::default());
    let program = Program::start(&format!("http://{}", sandbox.address()));
    let client = program.client();
    let pair = client.post(program.url("/v1/pair")).json(&json!({"device_id": "till-1"}));
    let paired: Value = pair.send().await.unwrap().json().await.unwrap();
    let token = paired["token"].as_str().unwrap();
    let events = client.get(program.url("/v1/events")).bearer_auth(token).send();
    let mut events = events.await.unwrap().error_for_status().unwrap();
    let (id, sale) = (PaymentId::generate(1, [1; 10]), SaleId::generate(1, [2; 10]));
    let body = json!({"sale_id": sale, "amount": 2225, "currency": "THB", "code": "289990000000000000", "scanned_ago_ms": 120});
    let put = client.put(program.url(&format!("/v1/payments/{id}"))).bearer_auth(token).json(&body);
    assert_eq!(put.send().await.unwrap().status(), 201);
    let mut heard = String::new();
    while !heard.contains("\"state\":\"successful\"") {
        let chunk = tokio::time::timeout(PATIENCE, events.chunk()).await.expect("no event came").unwrap();
        heard.push_str(std::str::from_utf8(&chunk.expect("the stream ended")).unwrap());
    }
    assert!(heard.contains(id.as_str()), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_trusts_the_authority_delivers_its_webhooks() {
    let folder = TempDir::new().unwrap();
    let authority = Authority::issue(&folder.path().join("tls"), &[]).unwrap();
    let sender = HttpWebhookSender::trusting(&std::fs::read(authority.certificate).unwrap()).unwrap();
    let options = Options { webhook_sender: Arc::new(sender), ..Options::default() };
    let sandbox = Sandbox::start(TcpListener::bind("127.0.0.1:0").await.unwrap(), options);
    let provider = format!("http://{}", sandbox.address());
    let program = Program::start_in(folder, &provider);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let target = json!({"url": program.url("/webhooks/omise/demo"), "secret": WEBHOOK_SECRET});
    client.put(format!("{provider}/_sandbox/webhook")).json(&target).send().await.unwrap();
    let form = "amount=2225&currency=thb&source[type]=barcode_alipay&source[barcode]=289990000000000000";
    let charge = client.post(format!("{provider}/charges")).basic_auth("skey_test_demo", Some(""));
    let charge = charge.header("content-type", "application/x-www-form-urlencoded").body(form);
    assert!(charge.send().await.unwrap().status().is_success());
    let delivered = async {
        loop {
            let told = client.get(format!("{provider}/_sandbox/webhooks")).send().await.unwrap();
            let told: Value = told.json().await.unwrap();
            if let Some(first) = told["deliveries"].get(0) {
                return first.clone();
            }
        }
    };
    let delivered = tokio::time::timeout(PATIENCE, delivered).await.expect("no webhook was sent");
    assert_eq!(delivered["status"], 200, "{delivered}");
}

#[tokio::test]
async fn the_authority_is_offered_with_its_fingerprint() {
    let program = Program::start(UNREACHABLE);
    let page = program.client().get(program.url("/trust")).send().await.unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    let page = page.text().await.unwrap();
    assert!(page.contains(&program.authority.fingerprint) && !page.contains("{{"), "{page}");
    for device in ["Android", "iPad", "Windows", "ChromeOS"] {
        assert!(page.contains(device), "{device}");
    }
    for (path, content_type) in
        [("/trust/style.css", "text/css"), ("/trust/scantill-ca.crt", "application/x-x509-ca-cert")]
    {
        assert!(page.contains(&format!("\".{path}\"")), "the page does not lead to {path}");
        let file = program.client().get(program.url(path)).send().await.unwrap();
        assert_eq!(file.headers()["content-type"], content_type);
        let bytes = file.bytes().await.unwrap();
        let offered = authority::der(&program.authority.certificate).unwrap();
        assert_eq!(bytes == offered, content_type.ends_with("cert"));
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_served_after_sighup_and_a_broken_one_never() {
    let program = Program::start(UNREACHABLE);
    let first = served_certificate(&program).await;
    let folder = program.folder.path().join("tls");
    Authority::issue(&folder, &[]).unwrap();
    let renewed = authority::der(&program.authority.server.certificate).unwrap();
    assert_eq!(served_certificate(&program).await, first, "files are read when asked, not before");
    program.proxy.signal("HUP");
    let taken = async {
        while served_certificate(&program).await != renewed {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.expect("the renewed certificate was not served");
    std::fs::write(&program.authority.server.key, "broken").unwrap();
    program.proxy.signal("HUP");
    for _ in 0..20 {
        assert_eq!(served_certificate(&program).await, renewed);
    }
}
