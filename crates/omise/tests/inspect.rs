//! The output of the example `inspect` for each fixture, in both versions, good and bad.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

#[expect(dead_code, reason = "its main belongs to the example")]
#[path = "../examples/inspect.rs"]
mod example;

use std::ffi::OsString;
use std::path::PathBuf;

fn fixture(name: &str) -> OsString {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name).into_os_string()
}

/// The lines without the folder, and whether all were read.
fn inspect(names: &[&str]) -> (Vec<String>, bool) {
    let files: Vec<OsString> = names.iter().map(|name| fixture(name)).collect();
    let mut output = Vec::new();
    let all = example::inspect(&files, &mut output).unwrap();
    let folder = format!("{}/", fixture("").to_str().unwrap().trim_end_matches('/'));
    let text = String::from_utf8(output).unwrap();
    (text.lines().map(|line| line.replace(&folder, "")).collect(), all)
}

fn check(name: &str, expected: &str) {
    let (lines, all) = inspect(&[name]);
    assert_eq!(lines, [format!("{name}: {expected}")]);
    assert_eq!(all, !expected.starts_with("cannot be read"));
}

#[test]
fn charges_of_both_versions_are_one_line_each() {
    check("charge-2017-pending.json", "charge chrg_test_5au1dtnsoc7noi31yab pending 2225 thb - test");
    check(
        "charge-2019-failed.json",
        "charge chrg_test_5fzcst1rcetg7992pgq failed 2225 THB insufficient_balance test",
    );
}

#[test]
fn unknown_words_are_shown_and_odd_fields_do_no_harm() {
    check(
        "charge-2019-odd.json",
        "charge chrg_test_5fzcst1rcetg7992odd under_review 2225 THB moon_phase test",
    );
}

#[test]
fn webhooks_show_their_event_and_what_it_is_about() {
    check(
        "event-2017-complete.json",
        "event evnt_test_5au1dtnsoc7noi31evt charge.complete: \
         charge chrg_test_5au1dtnsoc7noi31yab successful 2225 thb - test",
    );
    check(
        "event-2019-complete.json",
        "event evnt_5fzcst1rcetg7992evt charge.complete: charge chrg_5fzcst1rcetg7992pgq successful 2225 THB - live",
    );
}

#[test]
fn refunds_sources_lists_and_errors_are_read_too() {
    check("refund-2017.json", "refund rfnd_test_5au1dtnsoc7noi31rfd - 100 thb - -");
    check("refund-2019.json", "refund rfnd_test_5fzcst1rcetg7992rfd closed 100 THB - test");
    check("source-2019.json", "source src_test_5fzcst1pqsfmz9q0nzj unknown 2225 THB - test");
    check("list-2017.json", "list - - - - - -");
    check("error.json", "error - - - - authentication_failure -");
}

#[test]
fn what_cannot_be_read_says_why_in_one_line() {
    check("bad-no-status.json", "cannot be read: the field \"status\" is missing or of the wrong kind");
    check("bad-event-amount.json", "cannot be read: the field \"amount\" is missing or of the wrong kind");
    check("bad-gateway.html", "cannot be read: this is not a JSON object");
    check("bad-truncated.json", "cannot be read: this is not a JSON object");
    let (lines, all) = inspect(&["not-there.json"]);
    assert!(lines[0].starts_with("not-there.json: cannot be read: ") && !all, "{lines:?}");
}

#[test]
fn a_bad_file_is_told_and_the_others_are_shown() {
    let (lines, all) = inspect(&["refund-2019.json", "bad-gateway.html", "error.json"]);
    assert_eq!((lines.len(), all), (3, false));
    assert!(inspect(&["refund-2019.json", "error.json"]).1);
}

#[test]
fn neither_a_payers_code_nor_a_second_line_gets_out() {
    let (lines, _) = inspect(&["source-2019.json"]);
    assert!(!lines[0].contains("281234567890123456"));
    let file = std::env::temp_dir().join(format!("scantill-inspect-{}.json", std::process::id()));
    let hostile = r#"{"object":"charge","id":"chrg_1","livemode":true,"amount":1,"currency":"THB","status":"a\nb\u001b[31m"}"#;
    std::fs::write(&file, hostile).unwrap();
    let mut output = Vec::new();
    assert!(example::inspect(&[file.clone().into_os_string()], &mut output).unwrap());
    std::fs::remove_file(&file).unwrap();
    let text = String::from_utf8(output).unwrap();
    assert_eq!((text.lines().count(), text.contains('\u{1b}')), (1, false), "{text:?}");
}
