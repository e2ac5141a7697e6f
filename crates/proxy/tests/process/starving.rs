//! A disk without room, and storage that may not be written: nothing is begun, nothing is lost, and it heals by itself.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Instant;

use rustix::process::{Resource, Rlimit, geteuid, prlimit};
use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, body, magic, payment_id, until};
use scantill_types::api::{FailureCode, PaymentState, Problem, ProblemCode};
use serde_json::Value;

const READ_EVERY_MS: u64 = 100;

pub(crate) fn one_call() -> Settings {
    let timing = "read_first_ms = 100, read_every_ms = 100, read_slow_every_ms = 100";
    Settings { creation: "one_call", webhooks: false, timing, ..Settings::default() }
}

/// From now on every write to a file fails, as on a disk without room; or none does any more.
pub(crate) fn limit_files(program: &Program, bytes: Option<u64>) {
    let limit = Rlimit { current: bytes, maximum: None };
    prlimit(Some(program.pid()), Resource::Fsize, limit).unwrap();
}

async fn readiness(program: &Program) -> (u16, Value) {
    let answer = program.operations("/readyz").await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, Problem>) -> Problem {
    answer.unwrap_err()
}

#[tokio::test]
async fn on_a_full_disk_no_payment_begins_and_no_answer_is_lost() {
    let program = Program::start_with(one_call()).await;
    let (waiting, charge) = program.pending_charge("01").await;
    program.delay("POST /charges", 600).await;
    let answered = program.pay(&magic("03")).await;
    until("the second charge", async || program.ledger().await.len() == 2).await;

    limit_files(&program, Some(1));
    let began = Instant::now();
    let refused = refusal(program.put(&payment_id(), &body(&magic("00"))).await);
    assert_eq!((refused.status, refused.code), (503, ProblemCode::StorageUnavailable));
    assert!(refused.detail.contains("free or repair its disk") && !refused.never_created, "{refused:?}");
    let (status, said) = readiness(&program).await;
    assert_eq!(status, 503);
    assert!(said["data"].as_str().unwrap().contains("cannot be read or written"), "{said}");
    program.confirm(&charge).await;
    until("the answer that cannot be written", async || program.requests("POST", "/charges").await == 2)
        .await;
    let reads = format!("/charges/{charge}");
    let before = program.requests("GET", &reads).await;
    // So many reads take longer than the delayed answer.
    until("reads go on", async || before + 8 <= program.requests("GET", &reads).await).await;
    assert_eq!(program.payment(&waiting).await.state, PaymentState::Pending);
    assert_eq!(program.payment(&answered).await.state, PaymentState::Sending);

    // It pauses after each read that it could not write down.
    let reads_max = began.elapsed().as_millis() / u128::from(READ_EVERY_MS) + 2;
    assert!(((program.requests("GET", &reads).await - before) as u128) <= reads_max);

    limit_files(&program, None);
    program.reaches(&waiting, PaymentState::Successful).await;
    program.reaches(&answered, PaymentState::Pending).await;
    assert_eq!(program.states(&answered), ["sending", "pending"]);
    until("it is ready again", async || readiness(&program).await.0 == 200).await;
    let next = program.pay(&magic("00")).await;
    program.reaches(&next, PaymentState::Successful).await;
    assert_eq!((program.requests("POST", "/charges").await, program.ledger().await.len()), (3, 3));
}

#[tokio::test]
async fn a_source_that_no_room_was_left_for_is_never_charged() {
    let settings = Settings { creation: "source_then_charge", ..one_call() };
    let program = Program::start_with(settings).await;
    program.delay("POST /sources", 300).await;
    let id = program.pay(&magic("00")).await;
    until("the source", async || program.requests("POST", "/sources").await == 1).await;
    limit_files(&program, Some(1));
    let began = Instant::now();
    // Far past the source's answer it stands as it stood, since nothing can be written down.
    until("the answer", async || 600 <= began.elapsed().as_millis()).await;
    assert_eq!(program.payment(&id).await.state, PaymentState::Sending);
    limit_files(&program, None);
    let failed = program.reaches(&id, PaymentState::Failed).await;
    assert_eq!(failed.failure_code, Some(FailureCode::NotCreated));
    assert_eq!(program.requests("POST", "/charges").await, 0);
}

#[tokio::test]
async fn an_answer_without_disk_space_is_found_after_a_kill() {
    let mut program = Program::start_with(one_call()).await;
    program.delay("POST /charges", 300).await;
    let id = program.pay(&magic("00")).await;
    until("the charge", async || program.ledger().await.len() == 1).await;
    limit_files(&program, Some(1));
    until("it is said in the log", async || !program.log().is_empty() && readiness(&program).await.0 == 503)
        .await;
    program.kill().await;
    program.start().await;
    program.reaches(&id, PaymentState::Successful).await;
    assert_eq!(program.requests("POST", "/charges").await, 1);
}

/// As a user who may read the storage and write nothing. Root may write everywhere, so that it must become somebody else.
fn powerless(program: &Program) -> Command {
    let folder = program.folder.path();
    let binary = folder.join("scantill-proxy");
    if !binary.exists() {
        std::fs::copy(env!("CARGO_BIN_EXE_scantill-proxy"), &binary).unwrap();
    }
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    for file in std::fs::read_dir(folder.join("data")).unwrap() {
        std::fs::set_permissions(file.unwrap().path(), std::fs::Permissions::from_mode(0o444)).unwrap();
    }
    std::fs::set_permissions(folder.join("data"), std::fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = Command::new(binary);
    command.arg("serve").arg("--config").arg(folder.join("scantill.toml"));
    if geteuid().is_root() {
        command.uid(65_534).gid(65_534);
    }
    command
}

fn give_back(program: &Program) {
    for folder in [program.folder.path().to_owned(), program.folder.path().join("data")] {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    for file in std::fs::read_dir(program.folder.path().join("data")).unwrap() {
        std::fs::set_permissions(file.unwrap().path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    }
}

#[tokio::test]
async fn books_that_may_not_be_written_are_not_served_and_lose_nothing() {
    let mut program = Program::start_with(one_call()).await;
    let (id, charge) = program.pending_charge("01").await;
    program.kill().await;
    let refused = powerless(&program).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && !said.contains("panicked"), "{said}");
    assert!(said.contains("data") && said.contains("must be writable"), "{said}");
    give_back(&program);
    program.confirm(&charge).await;
    program.start().await;
    program.reaches(&id, PaymentState::Successful).await;
}

#[tokio::test]
async fn a_start_without_room_says_what_the_disk_needs_and_loses_nothing() {
    let mut program = Program::start_with(one_call()).await;
    let (id, charge) = program.pending_charge("01").await;
    program.kill().await;
    let serve = program.serve();
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""]);
    limited.arg(serve.get_program()).args(serve.get_args());
    let ended = tokio::task::spawn_blocking(move || limited.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!ended.status.success() && said.contains("disk"), "{said}");
    program.start().await;
    program.confirm(&charge).await;
    program.reaches(&id, PaymentState::Successful).await;
}
