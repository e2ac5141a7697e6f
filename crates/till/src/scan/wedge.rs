//! Tells a scanner that types from a hand: keys with their times in, scans out, and a verdict for each key.
//!
//! Scanners need from 1 ms to 100 ms a key, so no total time is judged: the gaps are, together with the kind
//! of the text. Times are the events' own (`event.timeStamp`). A handler's clock bunches keys that waited
//! behind a busy main thread: it would take a slow hand for a scanner, or tear a scan in two.

use super::burst::Burst;
use super::head::{Head, TEAR_MS_MAX};
use super::keys::{Character, Key, Suffix};
use super::trace::{Ended, Trace};
use super::{Limits, Scan, ScanText};
use scantill_types::payer_code::Kind;

/// After this many characters, a burst in a field may be judged as a machine's.
const TELLING_SIGNS: usize = 3;
/// An Enter this soon after a character is a scanner's suffix or a bounce, never a decision.
const DECISION_MS_MIN: u64 = 120;
/// A second suffix comes within this time, also from a busy machine.
const SUFFIX_MS_MAX: u64 = 500;
/// If a scanner sends suffixes, a burst without one gets this long to continue.
const SUFFIX_WAIT_MS: u64 = 800;
/// Added to the longest pause, for clocks that round.
const SLACK_MS: u64 = 10;
/// The number of a character that is spelt with Alt has no more digits than this.
const SPELT_DIGITS_MAX: usize = 4;

impl std::fmt::Debug for Wedge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Wedge").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What receives the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing that takes text.
    Nowhere,
    /// A control that Enter or a blank would press.
    Button,
    /// The till's own keypad, where digits are an amount.
    Keypad,
    /// A field that takes text, of the till or of the host page.
    Field,
}

/// What to do with the key, and the outcomes of its burst.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The key must not reach the page.
    pub hold: bool,
    /// The key begins a burst: a scan must leave its field with the present text.
    pub begins: bool,
    /// In order, before the key itself if it is let through.
    pub outcomes: Vec<WedgeOutcome>,
}

/// An outcome of a burst. A hand's characters have no `Debug` output: they may be the head of a code.
#[derive(Clone, PartialEq, Eq)]
pub enum WedgeOutcome {
    /// A scan of a scanner.
    Scan(Scan),
    /// The tail of a scan whose unfinished head came just before, and the tail's time. It is never a code.
    Torn(u64),
    /// A hand typed these held characters: they go to their target.
    ReplayText(String),
    /// The head of a scan had reached its target: the field or the amount must be restored.
    RestoreField,
    /// The trace of the burst, scan or not. Short bursts have none.
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

/// The keys of one keyboard, typed by a hand or a scanner.
#[derive(Clone, Default)]
pub struct Wedge {
    limits: Limits,
    burst: Option<Burst>,
    scanned_at_ms: Option<u64>,
    /// The unfinished characters before the burst.
    head: Option<Head>,
    /// The last scan ended by silence: its scanner sends no suffix.
    is_silent: bool,
    /// When an input method last kept a key.
    stirred_at_ms: Option<u64>,
    /// The text that an input method has written so far.
    written: String,
    /// The number of a character that is being spelt.
    spelling: String,
    assumed: Option<Kind>,
}

impl Wedge {
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Judges a trace, whose digits are masked, by their kind.
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

    /// Lets the burst's only character so far go to its target.
    pub fn let_pass(&mut self) {
        if let Some(burst) = &mut self.burst {
            burst.held.clear();
        }
    }

    /// An input method keeps the character of a key.
    pub fn stir(&mut self, at_ms: u64) {
        self.stirred_at_ms = Some(at_ms);
    }

    /// Unfinished digits came so shortly before that these may belong to the same scan.
    pub fn is_behind_a_head(&self, at_ms: u64) -> bool {
        self.head.as_ref().is_some_and(|head| head.is_before(at_ms, TEAR_MS_MAX))
    }

    /// A key repeats. True if a scanner may have left it pressed: then the key must not reach the page.
    pub fn repeats(&self, at_ms: u64) -> bool {
        self.burst.is_some() || self.is_behind_a_scan(at_ms)
    }

    /// A key at this time would still belong to a burst, or be the second suffix of a scan.
    pub fn is_engaged(&self, at_ms: u64) -> bool {
        let pause_ms = self.limits.pause_ms_max();
        let belongs = |burst: &Burst| at_ms.saturating_sub(burst.last_at_ms) <= pause_ms;
        self.burst.as_ref().is_some_and(belongs) || self.is_behind_a_scan(at_ms)
    }

    /// Takes a digit that was typed on the number pad while Alt was held: a scanner spells each character by
    /// its number. True if the key must not reach the page.
    pub fn spell(&mut self, digit: Character, target: Target) -> bool {
        if self.spelling.len() < SPELT_DIGITS_MAX {
            self.spelling.push(digit.typed);
        }
        target != Target::Field
    }

    /// Alt was released: the character is complete.
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

    /// Takes the whole text that an input method has written into the till's own hidden field. A scanner at a
    /// phone or tablet may type this way: one character at a time, in pieces, or at once.
    pub fn written(&mut self, at_ms: u64, value: &str) -> Vec<WedgeOutcome> {
        let mut outcomes = self.pause(at_ms, true);
        let before = std::mem::replace(&mut self.written, value.to_owned());
        // An input method may write what was spelt with Alt as well.
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

    /// The shell emptied the hidden field.
    pub fn emptied(&mut self) {
        self.written.clear();
    }

    /// Whether characters are being collected.
    pub fn is_collecting(&self) -> bool {
        self.burst.is_some()
    }

    /// The time at which silence ends the burst.
    pub fn due_at_ms(&self) -> Option<u64> {
        let burst = self.burst.as_ref()?;
        let wait_ms = if burst.awaited { SUFFIX_WAIT_MS } else { self.limits.pause_ms_max() };
        Some(
            burst.last_at_ms.saturating_add(wait_ms.max(self.limits.pause_ms_max())).saturating_add(SLACK_MS),
        )
    }

    /// The time is `now_ms`: ends a burst that came without a suffix.
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

    /// The own times of keys that waited behind a busy page show that there was a pause.
    fn pause(&mut self, at_ms: u64, is_sign: bool) -> Vec<WedgeOutcome> {
        let mut outcomes = Vec::new();
        let Some(burst) = &self.burst else { return outcomes };
        let gap_ms = at_ms.saturating_sub(burst.last_at_ms);
        let goes_on = !self.is_silent && gap_ms <= SUFFIX_WAIT_MS;
        // A late suffix still ends a scan that is complete.
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

    /// A suffix came without a burst. True if it must press nothing.
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

    /// Scanners may send two suffixes: the second must not press a button that the first one showed.
    fn is_behind_a_scan(&self, at_ms: u64) -> bool {
        self.scanned_at_ms.is_some_and(|scanned_at_ms| at_ms.saturating_sub(scanned_at_ms) <= SUFFIX_MS_MAX)
    }

    /// Judges the burst and ends it. True if it came from a scanner. `goes_on` says that another character
    /// comes soon.
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
            // Keys that are too fast for a hand are a short label, and press nothing on the host page.
            let is_a_hands = is_typed || burst.len() == 1 || !burst.is_within(self.limits.fast_gap_ms_max());
            let is_given_back = is_a_hands && !burst.held.is_empty();
            outcomes.extend(is_given_back.then_some(WedgeOutcome::ReplayText(burst.held)));
            return false;
        }
        self.scanned_at_ms = Some(at_ms);
        // Its first characters had reached their target.
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
            // The suffix decides about a tail that is too short for a scan.
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

/// Whether a character that nothing takes is held, from the first one on: it must reach no shortcut of the
/// host page. The characters of a hand reach the page late.
fn holds_all(burst: &mut Burst, limits: Limits, outcomes: &mut Vec<WedgeOutcome>) -> bool {
    let hold = burst.is_within(limits.mean_gap_ms_max());
    if !hold && !burst.held.is_empty() {
        outcomes.push(WedgeOutcome::ReplayText(std::mem::take(&mut burst.held)));
    }
    hold
}

/// Whether a field's character is held: digits that come faster than a hand types, until the burst is judged.
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
