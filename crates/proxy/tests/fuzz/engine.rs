//! Runs a target for its time. What fails is made as small as it still fails, kept as a file, and printed.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use crate::changes::recipe;

/// How many seconds each target runs, where nothing is said.
const SECONDS: u64 = 4;
const SECONDS_VARIABLE: &str = "SCANTILL_FUZZ_SECONDS";
/// No input of 64 KiB may take longer, on a slow machine and without the optimiser.
const INPUT_MAX: Duration = Duration::from_secs(2);
const TRIES: usize = 3;

/// Gives the target its seeds, and then whatever chance makes of them.
#[expect(clippy::print_stderr, reason = "tells with --nocapture how much was tried")]
pub(crate) fn fuzz(target: &str, run: impl Fn(&[u8])) {
    let seeds = seeds(target);
    for seed in &seeds {
        if let Err(fault) = judge(seed, &run) {
            panic!("{target}: {}: {fault}", keep(target, seed));
        }
    }
    let config =
        Config { cases: 50, failure_persistence: None, max_shrink_time: 20_000, ..Config::default() };
    let until = Instant::now() + Duration::from_secs(seconds());
    let mut inputs = 0;
    while Instant::now() < until {
        // A runner counts its cases for good.
        let outcome = TestRunner::new(config.clone()).run(&recipe(seeds.len()), |recipe| {
            judge(&recipe.cook(&seeds), &run).map_err(TestCaseError::fail)
        });
        inputs += 50;
        match outcome {
            Err(TestError::Fail(fault, recipe)) => {
                panic!("{target}: {}: {fault}", keep(target, &recipe.cook(&seeds)))
            }
            Err(TestError::Abort(reason)) => panic!("{target}: {reason}"),
            Ok(()) => {}
        }
    }
    eprintln!("{target}: {inputs} inputs from {} seeds", seeds.len());
}

/// An input is slow if it is so each time: a busy machine stops a thread for longer than the limit, but not thrice in a row.
fn judge(input: &[u8], run: &impl Fn(&[u8])) -> Result<(), String> {
    let mut shortest = Duration::MAX;
    for _ in 0..TRIES {
        let began = Instant::now();
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| run(input)));
        shortest = shortest.min(began.elapsed());
        if let Err(panic) = outcome {
            return Err(words(panic.as_ref()));
        }
        if shortest <= INPUT_MAX {
            return Ok(());
        }
    }
    Err(format!("it took {} ms", shortest.as_millis()))
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
}

/// Keeps the input, and says where it is and how it is tried again.
fn keep(target: &str, input: &[u8]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    let file = folder.join(format!("{target}.input"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(&file, input).unwrap();
    let seed = corpus(target).join("name-of-the-fault");
    let shown: String = input.escape_ascii().take(2_000).map(char::from).collect();
    format!("{} fails (copy it to {} to try it again): b\"{shown}\"", file.display(), seed.display())
}

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target)
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(corpus(target)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(!seeds.is_empty(), "{target} has no seeds");
    seeds
}

fn seconds() -> u64 {
    std::env::var(SECONDS_VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(SECONDS)
}

#[test]
fn a_panic_and_a_slow_input_are_faults() {
    assert_eq!(judge(b"x", &|_: &[u8]| panic!("on x")), Err("on x".to_owned()));
    let slow = |_: &[u8]| std::thread::sleep(INPUT_MAX + Duration::from_millis(50));
    assert!(judge(b"x", &slow).unwrap_err().contains("it took 2"));
    assert_eq!(judge(b"x", &|_: &[u8]| ()), Ok(()));
}

#[test]
fn an_input_that_a_busy_machine_held_up_once_is_no_fault() {
    let held_up = std::cell::Cell::new(true);
    let once = |_: &[u8]| {
        if held_up.replace(false) {
            std::thread::sleep(INPUT_MAX + Duration::from_millis(50));
        }
    };
    assert_eq!(judge(b"x", &once), Ok(()));
    assert!(!held_up.get());
}
