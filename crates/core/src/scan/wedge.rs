//! Tells a scanner that types from a hand: keys with their times in, scans out, and what must be done with each key.
//!
//! Scanners differ from 1 ms to 100 ms a key, so no total time is judged: gaps are, together with what the text is.
//! Times are the events' own (`event.timeStamp`): a handler's clock bunches keys that waited behind a busy main
//! thread, and would take a slow hand for a scanner or tear a scan in two.

use super::burst::Burst;
use super::keys::{End, Key, Sign};
use super::trace::{Ended, Trace};
use super::{Limits, Scan};
use crate::payer_code::Kind;

/// Signs after which a burst on a field may be told for a machine's.
const TELLING_SIGNS: usize = 3;
/// After a sign, an Enter this soon is a scanner's suffix or a bounce, never a decision.
const DECISION_MS_MIN: u64 = 120;
/// A second suffix comes within this time.
const SUFFIX_MS_MAX: u64 = 250;
/// What is waited for beyond the longest pause, for clocks that round.
const SLACK_MS: u64 = 10;
/// The number of a character that is spelt with Alt has no more digits.
const SPELT_DIGITS_MAX: usize = 4;

impl std::fmt::Debug for Wedge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Wedge").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What the keys are aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing that takes text.
    Nowhere,
    /// Something that Enter or a blank would press.
    Button,
    /// The till's own keypad, where digits are an amount.
    Keypad,
    /// A field that takes text, of the till or of the page around.
    Field,
}

/// What is to be done with the key, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The key goes no further.
    pub hold: bool,
    /// The key begins a burst: what stands in its field now is what a scan must leave there.
    pub begins: bool,
    /// In order, before the key itself where it goes further.
    pub outcomes: Vec<Outcome>,
}

/// What came of a burst. A hand's signs are not painted: they may be a code's head.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A scanner's.
    Scan(Scan),
    /// A hand's: these signs were held and go where they were typed.
    GiveBack(String),
    /// A scanner's head that had gone where it was typed: the field or the amount is to be as it was before.
    Restore,
    /// How the burst was, scan or not. Short ones are not told.
    Told(Trace),
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scan(scan) => formatter.debug_tuple("Scan").field(scan).finish(),
            Self::GiveBack(_) => formatter.write_str("GiveBack"),
            Self::Restore => formatter.write_str("Restore"),
            Self::Told(trace) => formatter.debug_tuple("Told").field(trace).finish(),
        }
    }
}

/// The keys of one keyboard, whoever types on it.
#[derive(Clone, Default)]
pub struct Wedge {
    limits: Limits,
    burst: Option<Burst>,
    scanned_at_ms: Option<u64>,
    /// What an input method has written so far.
    written: String,
    /// The number of a character that is being spelt.
    spelling: String,
    assumed: Option<Kind>,
}

impl Wedge {
    /// Keys are judged by these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Judges a trace, whose digits are covered up, by what they were.
    pub(super) fn assuming(limits: Limits, kind: Kind) -> Self {
        Self { assumed: Some(kind), ..Self::new(limits) }
    }

    /// Changes the limits from the next burst on.
    pub fn limit(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Takes a key with the time of its event.
    pub fn key(&mut self, at_ms: u64, key: Key, target: Target) -> Verdict {
        let mut outcomes = self.pause(at_ms);
        let began = self.is_collecting();
        let hold = match key {
            Key::Sign(sign) => self.sign(at_ms, sign, target, &mut outcomes),
            Key::End(end) => self.end(at_ms, end, target, &mut outcomes),
        };
        Verdict { hold, begins: !began && self.is_collecting(), outcomes }
    }

    /// A key repeats itself: it goes no further where a scanner may have left it pressed.
    pub fn repeats(&self, at_ms: u64) -> bool {
        self.burst.is_some() || self.is_behind_a_scan(at_ms)
    }

    /// A key at this time would still belong to a burst, or be the second suffix of a scan.
    pub fn is_engaged(&self, at_ms: u64) -> bool {
        let pause_ms = self.limits.pause_ms_max();
        let belongs = |burst: &Burst| at_ms.saturating_sub(burst.last_at_ms) <= pause_ms;
        self.burst.as_ref().is_some_and(belongs) || self.is_behind_a_scan(at_ms)
    }

    /// Takes a digit that was typed on the number pad while Alt was held: a scanner spells each sign by its number.
    /// True where the key goes no further.
    pub fn spell(&mut self, digit: Sign, target: Target) -> bool {
        if self.spelling.len() < SPELT_DIGITS_MAX {
            self.spelling.push(digit.typed);
        }
        target != Target::Field
    }

    /// Alt was let go: the sign is spelt.
    pub fn spelt(&mut self, at_ms: u64, target: Target) -> Verdict {
        let number = std::mem::take(&mut self.spelling).parse::<u8>().ok();
        let key = match number {
            Some(9) => Key::End(End::Tab),
            Some(10) => Key::End(End::LineFeed),
            Some(13) => Key::End(End::Enter),
            Some(number @ 32..=126) => Key::Sign(Sign::of(char::from(number))),
            _ => return Verdict::default(),
        };
        let verdict = self.key(at_ms, key, target);
        if let Some(burst) = &mut self.burst {
            burst.spelt = true;
        }
        verdict
    }

    /// Takes all that an input method has written so far into the till's own hidden field: a scanner on a phone or a
    /// tablet may come this way, sign by sign, in pieces, or at once.
    pub fn written(&mut self, at_ms: u64, value: &str) -> Vec<Outcome> {
        let mut outcomes = self.pause(at_ms);
        let before = std::mem::replace(&mut self.written, value.to_owned());
        // What was spelt with Alt may be written as well.
        if self.burst.as_ref().is_some_and(|burst| burst.spelt) {
            return outcomes;
        }
        let kept = before.chars().zip(value.chars()).take_while(|(old, new)| old == new).count();
        if let Some(burst) = &mut self.burst {
            burst.take_back(before.chars().count() - kept);
        }
        for sign in value.chars().skip(kept) {
            match sign {
                '\n' | '\r' => drop(self.end(at_ms, End::Enter, Target::Nowhere, &mut outcomes)),
                '\t' => drop(self.end(at_ms, End::Tab, Target::Nowhere, &mut outcomes)),
                sign => drop(self.sign(at_ms, Sign::of(sign), Target::Nowhere, &mut outcomes)),
            }
        }
        outcomes
    }

    /// The hidden field was emptied.
    pub fn emptied(&mut self) {
        self.written.clear();
    }

    /// Whether signs are being collected.
    pub fn is_collecting(&self) -> bool {
        self.burst.is_some()
    }

    /// When silence will have ended the burst.
    pub fn due_at_ms(&self) -> Option<u64> {
        let wait_ms = self.limits.pause_ms_max().saturating_add(SLACK_MS);
        self.burst.as_ref().map(|burst| burst.last_at_ms.saturating_add(wait_ms))
    }

    /// The clock says `now_ms`: ends a burst that came without a suffix.
    pub fn silence(&mut self, now_ms: u64) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        if self.due_at_ms().is_some_and(|due_at_ms| due_at_ms <= now_ms) {
            self.finish(Ended::Silence, 0, &mut outcomes);
        }
        outcomes
    }

    /// Keys that waited behind a busy page tell by their own times that there was a pause.
    fn pause(&mut self, at_ms: u64) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let pause_ms = self.limits.pause_ms_max();
        if self.burst.as_ref().is_some_and(|burst| pause_ms < at_ms.saturating_sub(burst.last_at_ms)) {
            self.finish(Ended::Silence, 0, &mut outcomes);
        }
        outcomes
    }

    fn sign(&mut self, at_ms: u64, sign: Sign, target: Target, outcomes: &mut Vec<Outcome>) -> bool {
        let limits = self.limits;
        let burst = self.burst.get_or_insert_with(|| Burst::new(target, at_ms, self.assumed));
        burst.push(at_ms, sign);
        let hold = match burst.target {
            Target::Nowhere | Target::Button => 1 < burst.len() && burst.is_within(limits.mean_gap_ms_max()),
            Target::Keypad | Target::Field => holds(burst, limits, outcomes),
        };
        if !hold {
            burst.passed = burst.passed.saturating_add(1);
        } else if matches!(burst.target, Target::Keypad | Target::Field) {
            burst.held.push(sign.typed);
        }
        hold
    }

    fn end(&mut self, at_ms: u64, end: End, target: Target, outcomes: &mut Vec<Outcome>) -> bool {
        let Some(last_at_ms) = self.burst.as_ref().map(|burst| burst.last_at_ms) else {
            return self.is_behind_a_scan(at_ms);
        };
        let gap_ms = at_ms.saturating_sub(last_at_ms);
        if self.finish(Ended::By(end), gap_ms, outcomes) {
            self.scanned_at_ms = Some(at_ms);
            return true;
        }
        // The tail of a torn scan must press nothing.
        target != Target::Field && gap_ms < DECISION_MS_MIN
    }

    /// Scanners may send two suffixes: the second must not press what the first brought up.
    fn is_behind_a_scan(&self, at_ms: u64) -> bool {
        self.scanned_at_ms.is_some_and(|scanned_at_ms| at_ms.saturating_sub(scanned_at_ms) <= SUFFIX_MS_MAX)
    }

    /// Judges the burst and lets it go; true where it was a scan.
    fn finish(&mut self, ended: Ended, end_gap_ms: u64, outcomes: &mut Vec<Outcome>) -> bool {
        let Some(burst) = self.burst.take() else { return false };
        let scan = burst.scan(ended, self.limits);
        let is_scan = scan.is_some();
        if TELLING_SIGNS < burst.len() {
            outcomes.push(Outcome::Told(burst.trace(ended, end_gap_ms, is_scan)));
        }
        let at_ms = burst.last_at_ms;
        match scan {
            Some(text) => {
                self.scanned_at_ms = Some(at_ms);
                let went_somewhere =
                    matches!(burst.target, Target::Keypad | Target::Field) && 0 < burst.passed;
                outcomes.extend(went_somewhere.then_some(Outcome::Restore));
                outcomes.push(Outcome::Scan(Scan { text, at_ms }));
            }
            None if !burst.held.is_empty() => outcomes.push(Outcome::GiveBack(burst.held)),
            None => {}
        }
        is_scan
    }
}

/// Whether a field's sign is held: digits that come faster than a hand types, until they turn out to be a hand's.
fn holds(burst: &mut Burst, limits: Limits, outcomes: &mut Vec<Outcome>) -> bool {
    if burst.holding && !burst.is_within(limits.mean_gap_ms_max()) {
        (burst.holding, burst.released) = (false, true);
        outcomes.push(Outcome::GiveBack(std::mem::take(&mut burst.held)));
    }
    let telling = TELLING_SIGNS <= burst.len() && burst.is_within(limits.fast_gap_ms_max());
    if !burst.holding && !burst.released && telling && burst.looks_like_a_code() {
        burst.holding = true;
    }
    burst.holding
}

#[cfg(test)]
mod tests;
