//! What the environment of the program says to every program, and not to one that moves money.

use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, magic};
use scantill_types::api::PaymentState;

#[tokio::test]
async fn a_proxy_that_the_environment_names_is_not_asked() {
    // Nobody listens there. No exception may let the provider's address past it.
    let nobody = "http://127.0.0.1:1";
    let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    let variables: Vec<_> = names.map(|name| (name, nobody)).into_iter().collect();
    let exceptions = [("NO_PROXY", ""), ("no_proxy", "")];
    let settings = Settings::without_webhooks();
    let program = Program::start_among(settings, &[&variables[..], &exceptions].concat()).await;
    let id = program.pay(&magic("00")).await;
    program.until(&id, |payment| payment.state.is_final()).await;
    assert_eq!(program.payment(&id).await.state, PaymentState::Successful);
    let log = program.log();
    let told: Vec<&str> = log.lines().filter(|line| line.contains("is not used")).collect();
    assert_eq!(told.len(), 1, "{log}");
    assert!(names.iter().all(|name| told[0].contains(name)) && !told[0].contains(nobody), "{log}");
}

/// As in an image without ca-certificates.
const NO_AUTHORITIES: [(&str, &str); 2] =
    [("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")];

#[tokio::test]
async fn without_certificate_authorities_a_provider_behind_http_is_served() {
    let settings = Settings::without_webhooks();
    let program = Program::start_among(settings, &NO_AUTHORITIES).await;
    let id = program.pay(&magic("00")).await;
    program.until(&id, |payment| payment.state == PaymentState::Successful).await;
    assert!(!program.log().contains("is not used"), "{}", program.log());
    let mut attention = program.command(&["payment", "reviews"]);
    let said = attention.envs(NO_AUTHORITIES).output().unwrap();
    assert_eq!(String::from_utf8(said.stdout).unwrap().trim(), "nothing needs review");
}
