//! The program itself: its ready line, its refusals, its end.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use crate::state_file::Folder;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_scantill-sandbox"))
}

fn run(arguments: &[&str]) -> (Output, String) {
    let output = program().args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

#[test]
fn a_taken_port_is_one_sentence_that_names_the_option() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (output, said) = run(&["--listen", &address]);
    assert!(!output.status.success());
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
}

#[test]
fn bad_options_are_refused_with_their_name() {
    for (arguments, name) in [
        (vec!["--listen", "nowhere"], "--listen"),
        (vec!["--webhook-url", "ftp://x"], "--webhook-url"),
        (vec!["--webhook-url", "http://x/", "--webhook-secret", "!"], "--webhook-secret"),
        (vec!["--webhook-url", "https://x/", "--webhook-ca", "/dev/null"], "--webhook-ca"),
        (vec!["--webhook-url", "https://x/", "--webhook-ca", "/proc/none"], "--webhook-ca"),
        (vec!["--state", "/proc/none/state.json"], "--state"),
    ] {
        let (output, said) = run(&arguments);
        assert!(!output.status.success());
        assert!(said.contains(name) && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn the_help_teaches() {
    let (output, _) = run(&["--help"]);
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    for word in ["--listen", "--state", "--webhook-url", "skey_test_demo", "28999", "/phone"] {
        assert!(help.contains(word), "{word}");
    }
}

#[cfg(unix)]
#[test]
fn it_says_when_it_is_ready_and_ends_cleanly_on_a_signal() {
    let folder = Folder::new("program");
    let state = folder.0.join("state.json");
    for signal in ["TERM", "INT"] {
        let mut command = program();
        command.args(["--listen", "127.0.0.1:0", "--state"]).arg(&state).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert!(ready.starts_with("listening on http://127.0.0.1:"), "{ready}");
        Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(child.wait().unwrap().success(), "{signal}");
        assert!(state.exists());
    }
}

#[test]
fn switches_and_chaos_are_checked_before_anything_starts() {
    for (arguments, name) in [
        (vec!["--switch", "colour=red"], "colour"),
        (vec!["--switch", "expire"], "--switch"),
        (vec!["--chaos", "earthquake=0.1"], "earthquake"),
        (vec!["--chaos", "hang=2"], "hang"),
        (vec!["--chaos-seed", "1"], "--chaos"),
        (vec!["--payers", "ghosts"], "ghosts"),
    ] {
        let (output, said) = run(&arguments);
        assert!(!output.status.success() && said.contains(name), "{arguments:?}: {said}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn it_starts_with_the_given_chaos_switches_and_payers() {
    let mut command = program();
    command.args(["--listen", "127.0.0.1:0", "--chaos", "error_500=1", "--chaos-seed", "7"]);
    command.args(["--switch", "expire=loses_race", "--payers", "world"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let base = ready.trim().strip_prefix("listening on ").unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let account = client.get(format!("{base}/account")).basic_auth("skey_test_demo", Some(""));
    assert_eq!(account.send().await.unwrap().status(), 500);
    let switches = client.get(format!("{base}/_sandbox/switches")).send().await.unwrap();
    let switches: serde_json::Value = switches.json().await.unwrap();
    assert_eq!((&switches["expire"], &switches["payers"]), (&"loses_race".into(), &"world".into()));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// As in an image without ca-certificates.
#[cfg(unix)]
#[tokio::test]
async fn without_certificate_authorities_webhooks_go_to_http_all_the_same() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", receiver.local_addr().unwrap());
    let mut command = program();
    command.args(["--listen", "127.0.0.1:0", "--webhook-url", &url, "--webhook-secret", "c2VjcmV0"]);
    command.envs([("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let base = ready.trim().strip_prefix("listening on ").unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let charge = serde_json::json!({"amount": 2225, "currency": "thb",
        "source": {"type": "barcode_alipay", "barcode": "289990000000000000"}});
    let made = client.post(format!("{base}/charges")).basic_auth("skey_test_demo", Some("")).json(&charge);
    assert_eq!(made.send().await.unwrap().status(), 200);
    let heard = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        BufReader::new(receiver.accept().unwrap().0).read_line(&mut line).unwrap();
        line
    });
    let heard = tokio::time::timeout(std::time::Duration::from_secs(10), heard).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(heard.expect("no webhook").unwrap().starts_with("POST /hook "));
}
