//! What the command line prints, where nobody reads it and where a file keeps it.

use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, magic};
use std::process::{Command, Stdio};

/// Runs a command whose reader is gone, and gives back what it complains of.
fn unread(mut command: Command) -> (bool, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ended = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    (ended.status.success(), String::from_utf8(ended.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_minds_a_reader_that_is_gone() {
    let program = Program::start_with(Settings::without_webhooks()).await;
    let paid = program.paid().await;
    let undecided = program.awaiting_decision().await;
    let (paid, undecided) = (paid.as_str(), undecided.as_str());
    let tls = program.folder.path().join("tls");
    let alone = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scantill-proxy"));
        command.args(arguments);
        command
    };
    let terminal = ["terminal", "add", "--store", "store_9", "--name", "store 9", "--terminal", "POS-09"];
    for command in [
        alone(&["openapi"]),
        alone(&["--help"]),
        alone(&["payment", "--help"]),
        alone(&["--version"]),
        alone(&["certificate", "--folder", tls.to_str().unwrap()]),
        program.command(&terminal),
        program.command(&["payment", "reviews"]),
        program.command(&["payment", "show", paid]),
        program.command(&["payment", "refresh", undecided]),
    ] {
        let shown = format!("{command:?}");
        assert_eq!(unread(command), (true, String::new()), "{shown}");
    }
    let refused = unread(alone(&["openapi", "--nothing"]));
    assert!(!refused.0 && !refused.1.contains("panicked"), "{refused:?}");
}

#[tokio::test]
async fn a_log_that_is_a_file_has_no_colours() {
    let program = Program::start_with(Settings::without_webhooks()).await;
    program.pay(&magic("00")).await;
    let log = program.log();
    assert!(log.contains("the storage is open") && !log.contains('\u{1b}'), "{log:?}");
}
