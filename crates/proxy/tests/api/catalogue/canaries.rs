//! What the process says at TRACE while the faults strike: no line of it holds a secret (line 23 of the checklist).
//!
//! The lines are looked through as they are written, and none is kept: they are millions.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};

use scantill_testkit::world::WEBHOOK_SECRET;
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

/// Of all payer codes in these worlds.
const CODES_BEGIN: &str = "28999";
/// No other number of a line is so long and begins so.
const CODE_DIGITS: usize = 18;
const KEY: &str = "skey_test_demo";
/// The key as HTTP's basic credentials.
const KEY_IN_BASIC: &str = "c2tleV90ZXN0X2RlbW86";
/// A token is so many digits of hex, and so are digests, which are no secrets.
const TOKEN_DIGITS: usize = 64;

/// The PIN of the supervisor in these worlds: no time, port or length looks like it.
pub(super) const PIN: &str = "86420975";

/// What was said so far.
#[derive(Debug, Default)]
struct Watch {
    lines: AtomicU64,
    leaks: Mutex<Vec<String>>,
    /// Words that may be a token, each with the first line that had it.
    words: Mutex<HashMap<String, String>>,
}

static WATCH: LazyLock<Watch> = LazyLock::new(Watch::default);
static TOKENS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Looks through all that this process says from now on.
pub(super) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let log = tracing_subscriber::fmt().with_max_level(Level::TRACE).with_ansi(false).with_writer(Lines);
        log.try_init().unwrap();
    });
}

/// A device has this token: no line may have held it, nor may a later one.
pub(super) fn know(token: &str) {
    lock(&TOKENS).push(token.to_owned());
}

/// Fails if a line held a secret, or if nothing was listened to.
pub(super) fn nothing_leaked() {
    let leaks = lock(&WATCH.leaks);
    assert!(leaks.is_empty(), "{} lines hold a secret, as {}", leaks.len(), leaks[0]);
    let (tokens, words) = (lock(&TOKENS), lock(&WATCH.words));
    assert!(tokens.iter().all(|token| token.len() == TOKEN_DIGITS));
    assert_eq!(tokens.iter().find_map(|token| words.get(token)), None, "a line holds a token");
    assert!(1_000 < lines(), "the process says all it can");
}

/// How many lines were looked through.
pub(super) fn lines() -> u64 {
    WATCH.lines.load(Ordering::Relaxed)
}

impl Watch {
    fn take(&self, line: &str) {
        self.lines.fetch_add(1, Ordering::Relaxed);
        if let Some(kind) = secret_in(line) {
            lock(&self.leaks).push(format!("{kind}: {line}"));
        }
        for word in words(line) {
            lock(&self.words).entry(word.to_owned()).or_insert_with(|| line.to_owned());
        }
    }
}

/// What kind of secret a line holds. Tokens are drawn: they are compared when they are known.
fn secret_in(line: &str) -> Option<&'static str> {
    let known = [(KEY, "key"), (KEY_IN_BASIC, "key"), (WEBHOOK_SECRET, "webhook secret"), (PIN, "PIN")];
    let known = known.into_iter().find(|(secret, _)| line.contains(secret)).map(|(_, kind)| kind);
    known.or_else(|| holds_code(line).then_some("code"))
}

/// The words of a line that are as long as a token.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| word.len() == TOKEN_DIGITS)
}

fn holds_code(line: &str) -> bool {
    line.match_indices(CODES_BEGIN).any(|(place, _)| {
        let digits = line[place..].bytes().take_while(u8::is_ascii_digit).count();
        CODE_DIGITS <= digits
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes each line where a log would write it.
struct Lines;

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WATCH.take(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn each_kind_of_secret_is_seen_wherever_it_stands_in_a_line() {
    let (token, code) = ("0123456789abcdef".repeat(4), scantill_testkit::world::magic("00"));
    for secret in [code.as_str(), KEY, KEY_IN_BASIC, WEBHOOK_SECRET, PIN, &token] {
        let lines = [
            secret.to_owned(),
            format!("a=\"{secret}\""),
            format!("/v1/x?y={secret}&z"),
            format!("{secret}\n"),
        ];
        for line in lines {
            let is_word = words(&line).eq([token.as_str()]);
            assert!(is_word != secret_in(&line).is_some(), "{line}");
        }
    }
    for line in ["28 ····· 0000", "a=2899900", "id=0193a5b0-7c1d-7abc-8def-0123456789ab"] {
        assert_eq!((secret_in(line), words(line).count()), (None, 0), "{line}");
    }
}
