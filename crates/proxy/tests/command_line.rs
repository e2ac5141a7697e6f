//! The program as an operator meets it: what it prints, what it refuses, how it stops.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

use scantill_testkit::{ProxyConfiguration, ServingProxy, proxy_command, proxy_program};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A right configuration, to be changed in one place.
fn good() -> String {
    ProxyConfiguration::new("http://127.0.0.1:9").text()
}

fn written(config: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(ProxyConfiguration::FILE), config).unwrap();
    folder
}

fn refused(config: &str, expected: &str) {
    let folder = written(config);
    let output = proxy_command(folder.path(), &["serve"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains(expected), "{said}");
    assert!(!said.contains("skey_test_demo") && !said.contains("panicked"), "{said}");
}

/// The call that adds a terminal.
fn adding(folder: &TempDir) -> Command {
    let arguments = ["terminal", "add", "--store", "store_1", "--name", "store 1", "--terminal", "POS-01"];
    proxy_command(folder.path(), &arguments)
}

fn add_terminal(folder: &TempDir, more: &[&str]) -> Output {
    adding(folder).args(more).output().unwrap()
}

#[test]
fn a_wrong_configuration_is_named_and_the_key_is_not_repeated() {
    refused(&good().replace("data =", "date ="), "unknown field `date`");
    refused(&good().replace("secret_key = \"skey_test_demo\"", ""), "has no secret key");
    refused(&good().replace("skey_test_demo", "skey_4xs8breq3htbkj03d2x"), "is a live key");
    refused("listen = ", "is not a valid configuration");
    refused(&good().replace("secret_key =", "secretkey ="), "unknown field `secretkey`");
    refused(&good().replace("\"skey_test_demo\"", "skey_test_demo"), "is not a valid configuration: line 7");
}

#[test]
fn a_configuration_is_judged_whole_and_each_problem_has_its_line() {
    let origins =
        "allowed_origins = [\n  \"*\",\n  \"https://shop.example/\",\n  \"shop.example\",\n]\n[[accounts]]";
    let wrong = good().replace("[[accounts]]", origins).replace("\"THB\"", "\"SGD\"");
    refused(&wrong, "has 3 problems:\n  line 6: \"*\" in allowed_origins");
    refused(&wrong, "\n  line 8: \"shop.example\" in allowed_origins");
    refused(&wrong, "\n  line 15: account \"demo\": barcode_alipay takes THB");
}

#[test]
fn without_certificate_authorities_the_way_out_is_named() {
    let folder = written(&good().replace("http://127.0.0.1:9", "https://127.0.0.1:9"));
    let mut serve = proxy_command(folder.path(), &["serve"]);
    let output = serve.envs([("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")]).output();
    let said = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(said.contains("install the package ca-certificates") && said.contains("SSL_CERT_FILE"), "{said}");
    assert!(said.contains("No CA certificates were loaded"), "{said}");
}

#[test]
fn a_key_file_is_found_beside_the_configuration_from_any_folder() {
    let text = good().replace("secret_key = \"skey_test_demo\"", "secret_key_file = \"omise.key\"");
    let folder = written(&text);
    refused(&text, "secret_key_file of account \"demo\": ");
    std::fs::write(folder.path().join("omise.key"), "skey_test_demo\n").unwrap();
    let added = adding(&folder).current_dir("/").output().unwrap();
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
}

#[test]
fn a_closed_pipe_is_no_error_and_a_full_disk_is() {
    let folder = written(&good());
    let said_to = |output: Stdio| {
        let mut add = adding(&folder);
        let ended = add.stdout(output).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        (ended.status.success(), String::from_utf8(ended.stderr).unwrap())
    };
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(said_to(writer.into()), (true, String::new()));
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let (succeeded, said) = said_to(full.into());
    assert!(!succeeded && said.contains("standard output cannot be written"), "{said}");
}

#[test]
fn a_missing_file_is_named() {
    let output = proxy_command(Path::new("nowhere"), &["serve"]).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("nowhere/scantill.toml cannot be read"));
}

#[test]
fn a_taken_port_names_the_line_to_change() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&good().replace("127.0.0.1:0", &address), "Change `listen`");
    let operations = format!("operations = \"{address}\"\ndata =");
    refused(&good().replace("data =", &operations), "Change `operations`");
}

#[test]
fn a_pairing_code_is_printed_and_a_wrong_time_zone_refused() {
    let folder = written(&good());
    let added = add_terminal(&folder, &["--time-zone", "Asia/Bangkok", "--day-starts", "04:00"]);
    let said = String::from_utf8(added.stdout).unwrap();
    let code = said.lines().next().unwrap().strip_prefix("pairing code: ").unwrap();
    assert_eq!((code.len(), code.as_bytes()[4], code.as_bytes()[9]), (14, b'-', b'-'));
    let database = rusqlite::Connection::open(folder.path().join("data/scantill.sqlite3")).unwrap();
    assert!(add_terminal(&folder, &["--time-zone", "asia/singapore"]).status.success());
    let zone: String = database.query_row("SELECT time_zone FROM stores", [], |row| row.get(0)).unwrap();
    assert_eq!(zone, "Asia/Singapore", "as browsers know it");
    for (wrong, expected) in
        [(["--time-zone", "Bangkok"], "is no time zone"), (["--day-starts", "4"], "a time such as 04:00")]
    {
        let refused = add_terminal(&folder, &wrong);
        assert!(!refused.status.success());
        assert!(String::from_utf8(refused.stderr).unwrap().contains(expected));
    }
}

#[test]
fn sigterm_stops_it_cleanly_though_the_provider_is_unreachable() {
    let folder = written(&good());
    let mut serve = proxy_command(folder.path(), &["serve"]);
    serve.stderr(Stdio::null());
    let mut proxy = ServingProxy::start(serve).unwrap();
    std::net::TcpStream::connect(proxy.origin.trim_start_matches("http://")).unwrap();
    proxy.signal("TERM");
    assert!(proxy.child.wait().unwrap().success());
}

#[test]
fn the_openapi_document_names_every_call() {
    let output = Command::new(proxy_program()).arg("openapi").output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for path in ["/v1/pair", "/v1/terminal", "/v1/payments", "/v1/payments/{id}", "/v1/events"] {
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
}
