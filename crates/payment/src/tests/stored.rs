//! Facts of stored attempts: what was stored once is read for ever, and written byte for byte the same.

mod keys;
mod samples;
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use samples::samples;

const CHANGED: &str = "the shape of what is stored changed: add version 2 in crates/payment/src/stored.rs with samples of its \
    own, and a reader for version 1 that still reads these samples";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/stored/version_1")
}

/// Where new samples are proposed: below the target folder, so that no test makes what it is held against.
fn proposals() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.parent().unwrap().join("stored_samples/version_1")
}

/// What stands in the file of a sample. A sample without a file fails, and its file is proposed.
fn stored(name: &str, attempt: &PaymentAttempt) -> String {
    let path = folder().join(name).with_extension("json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        let proposal = proposals().join(name).with_extension("json");
        std::fs::create_dir_all(proposals()).unwrap();
        std::fs::write(&proposal, attempt.to_stored().unwrap() + "\n").unwrap();
        panic!("{name} has no file: look at {}, and copy it to {}", proposal.display(), path.display());
    };
    text.trim_end().to_owned()
}

#[test]
fn a_sample_without_a_file_fails_and_is_proposed_elsewhere() {
    let name = "proposed";
    let attempt = PaymentAttempt::new(order());
    std::panic::catch_unwind(|| stored(name, &attempt)).unwrap_err();
    let proposal = std::fs::read_to_string(proposals().join("proposed.json")).unwrap();
    assert_eq!(proposal.trim_end(), attempt.to_stored().unwrap());
    assert!(!folder().join("proposed.json").exists());
}

#[test]
fn stored_samples_are_read_and_written_byte_for_byte() {
    for (name, attempt) in samples() {
        let stored = stored(name, &attempt);
        let read = PaymentAttempt::from_stored(order(), &stored);
        let read = read.unwrap_or_else(|error| panic!("{name}: {error}; {CHANGED}"));
        assert_eq!(read, attempt, "{name}: {CHANGED}");
        assert_eq!(attempt.to_stored().unwrap(), stored, "{name}: {CHANGED}");
    }
}

#[test]
fn each_file_of_the_folder_is_a_sample() {
    let names: BTreeSet<String> = samples().into_iter().map(|(name, _)| format!("{name}.json")).collect();
    let files = std::fs::read_dir(folder()).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, files);
}

#[test]
fn the_samples_hold_each_state_of_each_kind() {
    let samples: Vec<PaymentAttempt> = samples().into_iter().map(|(_, attempt)| attempt).collect();
    let kinds = |words: Vec<String>| words.into_iter().collect::<BTreeSet<_>>().len();
    let states = samples.iter().map(|attempt| format!("{:?}", attempt.payment_state()));
    let dispositions = samples.iter().filter_map(|attempt| attempt.disposition.as_ref());
    let dispositions = dispositions.map(|disposition| format!("{:?}", disposition.to_api()));
    let refunds = samples.iter().flat_map(|attempt| &attempt.refunds.ours);
    let refunds = refunds.map(|refund| format!("{:?}", refund.api_state()));
    let duplicates = || samples.iter().flat_map(|attempt| &attempt.charges.duplicates);
    let expire = |duplicate: &DuplicateCharge| format!("{:?}", duplicate.expire);
    let standing = |duplicate: &DuplicateCharge| format!("{:?}", std::mem::discriminant(&duplicate.standing));
    assert_eq!(kinds(states.collect()), 8);
    assert_eq!(kinds(dispositions.collect()), 6);
    assert_eq!(kinds(refunds.collect()), 6);
    assert_eq!(kinds(duplicates().map(standing).collect()), 7);
    assert_eq!(kinds(duplicates().map(expire).collect()), 3);
}

#[test]
fn a_later_version_is_refused_by_its_number() {
    for version in [0, 2, 17] {
        let stored = format!(r#"{{"version":{version},"of":"another shape"}}"#);
        let error = PaymentAttempt::from_stored(order(), &stored).unwrap_err();
        assert!(matches!(error, StoredAttemptError::UnknownVersion { version: named } if named == version));
        assert!(error.to_string().contains(&format!("version {version},")), "{error}");
        assert!(error.to_string().contains("newer Scantill"), "{error}");
    }
    for stored in ["", "{}", r#"{"version":"1"}"#, r#"{"version":1}"#] {
        let error = PaymentAttempt::from_stored(order(), stored).unwrap_err();
        assert!(matches!(error, StoredAttemptError::Malformed(_)), "{stored}: {error}");
    }
}
