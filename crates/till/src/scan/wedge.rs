//! Tells a scanner that types from a hand: keys with their times in, scans out, and what must be done with each key.
//!
//! Scanners differ from 1 ms to 100 ms a key, so no total time is judged: gaps are, together with what the text is.
//! Times are the events' own (`event.timeStamp`): a handler's clock bunches keys that waited behind a busy main
//! thread, and would take a slow hand for a scanner or tear a scan in two.

use super::burst::Burst;
use super::head::{Head, TEAR_MS_MAX};
use super::keys::{Character, Key, Suffix};
use super::trace::{Ended, Trace};
use super::{Limits, Scan, ScanText};
use scantill_types::payer_code::Kind;

/// Signs after which a burst on a field may be told for a machine's.
const TELLING_SIGNS: usize = 3;
/// After a sign, an Enter this soon is a scanner's suffix or a bounce, never a decision.
const DECISION_MS_MIN: u64 = 120;
/// A second suffix comes within this time, from a busy machine too.
const SUFFIX_MS_MAX: u64 = 500;
/// Where scanners end a code by a key, one that stopped without it is given so long to go on.
const SUFFIX_WAIT_MS: u64 = 800;
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
    pub outcomes: Vec<WedgeOutcome>,
}

/// What came of a burst. A hand's signs are not painted: they may be a code's head.
#[derive(Clone, PartialEq, Eq)]
pub enum WedgeOutcome {
    /// A scanner's.
    Scan(Scan),
    /// The tail of a scanner's whose head stood unfinished just before, and when it came: no code, whatever it looks like.
    Torn(u64),
    /// A hand's: these signs were held and go where they were typed.
    ReplayText(String),
    /// A scanner's head that had gone where it was typed: the field or the amount is to be as it was before.
    RestoreField,
    /// How the burst was, scan or not. Short ones are not told.
    Diagnostics(Trace),
}

impl std::fmt::Debug for WedgeOutcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scan(scan) => formatter.debug_tuple("Scan").field(scan).finish(),
            Self::Torn(at_ms) => formatter.debug_tuple("Torn").field(at_ms).finish(),
            Self::ReplayText(_) => formatter.write_str("ReplayText"),
            Self::RestoreField => formatter.write_str("RestoreField"),
            Self::Diagnostics(trace) => formatter.debug_tuple("Diagnostics").field(trace).finish(),
        }
    }
}

/// The keys of one keyboard, whoever types on it.
#[derive(Clone, Default)]
pub struct Wedge {
    limits: Limits,
    burst: Option<Burst>,
    scanned_at_ms: Option<u64>,
    /// What stood unfinished before the burst.
    head: Option<Head>,
    /// The last scan ended by silence: its scanner sends no suffix.
    is_silent: bool,
    /// An input method was at work.
    stirred_at_ms: Option<u64>,
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
        let mut outcomes = self.pause(at_ms, matches!(key, Key::Character(_)));
        let began = self.is_collecting();
        let hold = match key {
            Key::Character(sign) => self.sign(at_ms, sign, target, &mut outcomes),
            Key::Suffix(end) => self.end(at_ms, end, target, &mut outcomes),
        };
        Verdict { hold, begins: !began && self.is_collecting(), outcomes }
    }

    /// The burst's only sign so far goes where it was typed after all.
    pub fn let_pass(&mut self) {
        if let Some(burst) = &mut self.burst {
            burst.held.clear();
        }
    }

    /// A key whose sign an input method keeps to itself.
    pub fn stir(&mut self, at_ms: u64) {
        self.stirred_at_ms = Some(at_ms);
    }

    /// Digits stood unfinished so shortly before that these may be of the same scan.
    pub fn is_behind_a_head(&self, at_ms: u64) -> bool {
        self.head.as_ref().is_some_and(|head| head.is_before(at_ms, TEAR_MS_MAX))
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
    pub fn spell(&mut self, digit: Character, target: Target) -> bool {
        if self.spelling.len() < SPELT_DIGITS_MAX {
            self.spelling.push(digit.typed);
        }
        target != Target::Field
    }

    /// Alt was let go: the sign is spelt.
    pub fn spelt(&mut self, at_ms: u64, target: Target) -> Verdict {
        let number = std::mem::take(&mut self.spelling).parse::<u8>().ok();
        let key = match number {
            Some(9) => Key::Suffix(Suffix::Tab),
            Some(10) => Key::Suffix(Suffix::LineFeed),
            Some(13) => Key::Suffix(Suffix::Enter),
            Some(number @ 32..=126) => Key::Character(Character::of(char::from(number))),
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
    pub fn written(&mut self, at_ms: u64, value: &str) -> Vec<WedgeOutcome> {
        let mut outcomes = self.pause(at_ms, true);
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
                '\n' | '\r' => drop(self.end(at_ms, Suffix::Enter, Target::Nowhere, &mut outcomes)),
                '\t' => drop(self.end(at_ms, Suffix::Tab, Target::Nowhere, &mut outcomes)),
                sign => drop(self.sign(at_ms, Character::of(sign), Target::Nowhere, &mut outcomes)),
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
        let burst = self.burst.as_ref()?;
        let wait_ms = if burst.awaited { SUFFIX_WAIT_MS } else { self.limits.pause_ms_max() };
        Some(
            burst.last_at_ms.saturating_add(wait_ms.max(self.limits.pause_ms_max())).saturating_add(SLACK_MS),
        )
    }

    /// The clock says `now_ms`: ends a burst that came without a suffix.
    pub fn silence(&mut self, now_ms: u64) -> Vec<WedgeOutcome> {
        let mut outcomes = Vec::new();
        let is_due = |wedge: &Self| wedge.due_at_ms().is_some_and(|due_at_ms| due_at_ms <= now_ms);
        if !is_due(self) {
            return outcomes;
        }
        let (limits, is_silent) = (self.limits, self.is_silent);
        if let Some(burst) = &mut self.burst {
            burst.awaited = !is_silent && burst.scan(Ended::Silence, limits).is_some();
        }
        if is_due(self) {
            self.finish(Ended::Silence, 0, false, &mut outcomes);
        }
        outcomes
    }

    /// Keys that waited behind a busy page tell by their own times that there was a pause.
    fn pause(&mut self, at_ms: u64, is_sign: bool) -> Vec<WedgeOutcome> {
        let mut outcomes = Vec::new();
        let Some(burst) = &self.burst else { return outcomes };
        let gap_ms = at_ms.saturating_sub(burst.last_at_ms);
        let goes_on = !self.is_silent && gap_ms <= SUFFIX_WAIT_MS;
        // A suffix that comes late ends a scan that is whole all the same.
        let is_whole = || burst.scan(Ended::Silence, self.limits).is_some();
        if self.limits.pause_ms_max() < gap_ms && !(goes_on && !is_sign && is_whole()) {
            self.finish(Ended::Silence, 0, goes_on, &mut outcomes);
        }
        outcomes
    }

    fn sign(
        &mut self,
        at_ms: u64,
        sign: Character,
        target: Target,
        outcomes: &mut Vec<WedgeOutcome>,
    ) -> bool {
        let limits = self.limits;
        let burst = self.burst.get_or_insert_with(|| Burst::new(target, at_ms, self.assumed));
        burst.push(at_ms, sign);
        let hold = match burst.target {
            Target::Nowhere | Target::Button => holds_all(burst, limits, outcomes),
            Target::Keypad | Target::Field => holds(burst, limits, outcomes),
        };
        if hold {
            burst.held.push(sign.typed);
        }
        hold
    }

    fn end(&mut self, at_ms: u64, end: Suffix, target: Target, outcomes: &mut Vec<WedgeOutcome>) -> bool {
        let Some(burst) = &self.burst else { return self.end_of_nothing(at_ms, target, outcomes) };
        let gap_ms = at_ms.saturating_sub(burst.last_at_ms);
        // A practised hand ends an amount as fast as it types it.
        let is_amounts_end = target == Target::Keypad
            && !burst.is_within_to_its_end(gap_ms, self.limits.fast_gap_ms_max())
            && !self.head.as_ref().is_some_and(|head| head.is_no_amount(burst));
        if self.finish(Ended::By(end), gap_ms, false, outcomes) {
            self.scanned_at_ms = Some(at_ms);
            return true;
        }
        // The tail of a torn scan must press nothing.
        target != Target::Field && gap_ms < DECISION_MS_MIN && !is_amounts_end
    }

    /// A key that ends a scan came alone; true where it presses nothing.
    fn end_of_nothing(&mut self, at_ms: u64, target: Target, outcomes: &mut Vec<WedgeOutcome>) -> bool {
        let limits = self.limits;
        if self.head.take_if(|head| head.is_ended_late(at_ms, target, limits)).is_some() {
            self.scanned_at_ms = Some(at_ms);
            outcomes.push(WedgeOutcome::Torn(at_ms));
        }
        let is_input_methods = matches!(target, Target::Nowhere | Target::Button)
            && self.stirred_at_ms.is_some_and(|stirred| at_ms.saturating_sub(stirred) < DECISION_MS_MIN);
        self.is_behind_a_scan(at_ms) || is_input_methods
    }

    /// Scanners may send two suffixes: the second must not press what the first brought up.
    fn is_behind_a_scan(&self, at_ms: u64) -> bool {
        self.scanned_at_ms.is_some_and(|scanned_at_ms| at_ms.saturating_sub(scanned_at_ms) <= SUFFIX_MS_MAX)
    }

    /// Judges the burst and lets it go; true where it was a scanner's. `goes_on` says that another sign comes soon.
    fn finish(
        &mut self,
        ended: Ended,
        end_gap_ms: u64,
        goes_on: bool,
        outcomes: &mut Vec<WedgeOutcome>,
    ) -> bool {
        let Some(burst) = self.burst.take() else { return false };
        let scan = burst.scan(ended, self.limits);
        let is_torn = !goes_on && self.is_torn(&burst, scan.as_ref(), ended);
        let is_whole = scan.is_some() && !is_torn && !goes_on;
        if TELLING_SIGNS < burst.len() {
            outcomes.push(WedgeOutcome::Diagnostics(burst.trace(ended, end_gap_ms, is_whole)));
        }
        let leaves_a_head = ended == Ended::Silence && !(is_whole && self.is_silent);
        let is_dropped = scan.is_some() && goes_on;
        self.head = leaves_a_head.then(|| Head::of(&burst, is_dropped, self.head.as_ref())).flatten();
        let at_ms = burst.last_at_ms;
        let is_typed = matches!(burst.target, Target::Keypad | Target::Field);
        if scan.is_none() && !is_torn {
            // Keys that no hand is fast enough for are a short label's, and press nothing on the page around.
            let is_a_hands = is_typed || burst.len() == 1 || !burst.is_within(self.limits.fast_gap_ms_max());
            let is_given_back = is_a_hands && !burst.held.is_empty();
            outcomes.extend(is_given_back.then_some(WedgeOutcome::ReplayText(burst.held)));
            return false;
        }
        self.scanned_at_ms = Some(at_ms);
        // Its first signs went where they were typed.
        outcomes.extend(is_typed.then_some(WedgeOutcome::RestoreField));
        outcomes.extend(is_torn.then_some(WedgeOutcome::Torn(at_ms)));
        if let Some(text) = scan.filter(|_| is_whole) {
            self.is_silent = ended == Ended::Silence;
            outcomes.push(WedgeOutcome::Scan(Scan { text, at_ms }));
        }
        true
    }

    fn is_torn(&self, burst: &Burst, scan: Option<&ScanText>, ended: Ended) -> bool {
        let Some(head) = self.head.as_ref().filter(|head| head.is_torn_from(burst, self.limits)) else {
            return false;
        };
        match scan {
            Some(text) => !head.is_the_same(text.expose()),
            // A tail that is too short for a scan is told by what ends it.
            None if head.is_dropped => true,
            None => {
                matches!(burst.target, Target::Nowhere | Target::Button)
                    && ended != Ended::Silence
                    && burst.has_digit()
                    && burst.is_within(self.limits.mean_gap_ms_max())
            }
        }
    }
}

/// Whether a sign that nothing takes is held, from the first one on: it must reach no shortcut of the page around. Those that
/// turn out to be a hand's come to it late.
fn holds_all(burst: &mut Burst, limits: Limits, outcomes: &mut Vec<WedgeOutcome>) -> bool {
    let hold = burst.is_within(limits.mean_gap_ms_max());
    if !hold && !burst.held.is_empty() {
        outcomes.push(WedgeOutcome::ReplayText(std::mem::take(&mut burst.held)));
    }
    hold
}

/// Whether a field's sign is held: digits that come faster than a hand types, until they turn out to be a hand's.
fn holds(burst: &mut Burst, limits: Limits, outcomes: &mut Vec<WedgeOutcome>) -> bool {
    if burst.holding && !burst.is_within(limits.mean_gap_ms_max()) {
        (burst.holding, burst.released) = (false, true);
        outcomes.push(WedgeOutcome::ReplayText(std::mem::take(&mut burst.held)));
    }
    let telling = TELLING_SIGNS <= burst.len() && burst.is_within(limits.fast_gap_ms_max());
    if !burst.holding && !burst.released && telling && burst.looks_like_a_code() {
        burst.holding = true;
    }
    burst.holding
}

#[cfg(test)]
mod tests;
