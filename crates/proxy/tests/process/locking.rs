//! One process serves the storage.

use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, magic};
use scantill_types::api::PaymentState;

#[tokio::test]
async fn a_second_proxy_on_the_same_data_names_the_first_and_ends() {
    let program = Program::start_with(Settings::default()).await;
    let refused = program.serve().stderr(std::process::Stdio::piped()).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success());
    let who = format!("process {} at {}", program.pid(), program.proxy.trim_start_matches("http://"));
    assert!(said.contains(&who) && said.contains("stop that one first"), "{said}");
    let id = program.pay(&magic("00")).await;
    program.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn a_killed_proxy_leaves_no_lock_behind() {
    let mut program = Program::start_with(Settings::default()).await;
    program.kill().await;
    program.start().await;
    let id = program.pay(&magic("00")).await;
    program.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn a_terminal_is_added_beside_a_running_proxy() {
    let program = Program::start_with(Settings::default()).await;
    let add = ["terminal", "add", "--store", "store_9", "--name", "store 9", "--terminal", "POS-09"];
    let added = program.command(&add).output().unwrap();
    let said = String::from_utf8(added.stdout).unwrap();
    let code = said.lines().next().unwrap().strip_prefix("pairing code: ").unwrap();
    let pair = serde_json::json!({"device_id": "till-9", "code": code});
    let answer = program.http.post(format!("{}/v1/pair", program.proxy)).json(&pair).send().await.unwrap();
    let paired: scantill_types::api::Paired = answer.json().await.unwrap();
    assert_eq!(paired.terminal.terminal_id.as_str(), "POS-09");
}
