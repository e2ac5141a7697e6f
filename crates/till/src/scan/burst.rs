//! A burst: keys that came close together.

use super::keys::Character;
use super::trace::{Beat, Ended, Trace};
use super::{Limits, ScanText, Target};
use scantill_types::payer_code::{self, Kind};

/// A burst of fewer characters is typed by a hand.
const SIGNS_MIN: usize = 6;
/// The longest scan that is collected. A QR code with a web address is longer than any payer code.
const SIGNS_MAX: usize = 512;

/// A scanner's longest gap is at most this much of its shortest. A hand's gaps vary more.
const UNEVEN_PERCENT_MAX: u64 = 175;

/// Keys since the last pause.
#[derive(Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is set at another moment of the burst")]
pub(super) struct Burst {
    pub(super) target: Target,
    pub(super) began_at_ms: u64,
    pub(super) last_at_ms: u64,
    signs: Vec<(Character, u64)>,
    gaps_ms: u64,
    /// Characters that were kept from a field. They are given back if a hand typed them.
    pub(super) held: String,
    pub(super) holding: bool,
    /// The characters were given back once, and must not be held again.
    pub(super) released: bool,
    /// Its characters were spelt by their numbers.
    pub(super) spelt: bool,
    /// It would be a scan already, and gets time to continue.
    pub(super) awaited: bool,
    /// The kind of text that a trace states in place of its digits.
    assumed: Option<Kind>,
}

impl Burst {
    pub(super) fn new(target: Target, at_ms: u64, assumed: Option<Kind>) -> Self {
        Self {
            target,
            began_at_ms: at_ms,
            last_at_ms: at_ms,
            signs: Vec::new(),
            gaps_ms: 0,
            held: String::new(),
            holding: false,
            released: false,
            spelt: false,
            awaited: false,
            assumed,
        }
    }

    pub(super) fn push(&mut self, at_ms: u64, sign: Character) {
        let gap_ms = at_ms.saturating_sub(self.last_at_ms);
        self.last_at_ms = self.last_at_ms.max(at_ms);
        self.awaited = false;
        if self.signs.len() < SIGNS_MAX {
            self.signs.push((sign, gap_ms));
            self.gaps_ms = self.gaps_ms.saturating_add(gap_ms);
        }
    }

    /// An input method rewrote its last characters.
    pub(super) fn take_back(&mut self, count: usize) {
        for (_, gap_ms) in self.signs.drain(self.signs.len().saturating_sub(count)..) {
            self.gaps_ms = self.gaps_ms.saturating_sub(gap_ms);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.signs.len()
    }

    /// Whether the mean gap is within the limit. The first character has no gap.
    pub(super) fn is_within(&self, mean_gap_ms: u64) -> bool {
        self.gaps_ms <= self.gap_count().saturating_mul(mean_gap_ms)
    }

    /// The same, including the gap before the key that ends it.
    pub(super) fn is_within_to_its_end(&self, end_gap_ms: u64, mean_gap_ms: u64) -> bool {
        self.gaps_ms.saturating_add(end_gap_ms)
            <= self.gap_count().saturating_add(1).saturating_mul(mean_gap_ms)
    }

    pub(super) fn mean_gap_ms(&self) -> u64 {
        self.gaps_ms.checked_div(self.gap_count()).unwrap_or_default()
    }

    pub(super) fn gaps_ms(&self) -> impl Iterator<Item = u64> + '_ {
        self.signs.iter().skip(1).map(|(_, gap_ms)| *gap_ms)
    }

    fn gap_count(&self) -> u64 {
        u64::try_from(self.signs.len()).unwrap_or(u64::MAX).saturating_sub(1)
    }

    pub(super) fn has_digit(&self) -> bool {
        self.signs.iter().any(|(sign, _)| is_digit(*sign))
    }

    /// Whether it may be a code: digits, perhaps behind a character that begins no word.
    pub(super) fn looks_like_a_code(&self) -> bool {
        let framed = self.signs.first().is_some_and(|(sign, _)| sign.meant().is_ascii_punctuation());
        framed || self.signs.iter().all(|(sign, _)| is_digit(*sign))
    }

    /// The text. Digits are read from what the keys type if any key types a digit, else from the keys'
    /// places.
    pub(super) fn text(&self) -> String {
        let typed =
            |(sign, _): &(Character, u64)| sign.place_digit().is_some() && sign.typed.is_ascii_digit();
        let by_type = self.signs.iter().any(typed);
        let sign =
            |(sign, _): &(Character, u64)| sign.place_digit().filter(|_| !by_type).unwrap_or(sign.meant());
        self.signs.iter().map(sign).collect()
    }

    /// The scan that this burst is, or `None`.
    pub(super) fn scan(&self, ended: Ended, limits: Limits) -> Option<ScanText> {
        if self.signs.len() < SIGNS_MIN {
            return None;
        }
        let text = self.text();
        self.is_a_scanners(&text, ended, limits).then(|| ScanText::new(text))
    }

    fn is_a_scanners(&self, text: &str, ended: Ended, limits: Limits) -> bool {
        let kind = self.kind(text);
        let is_fast = self.is_within(limits.fast_gap_ms_max());
        if self.target == Target::Field {
            // A program types words into fields as fast as a scanner. A slow code there is ended by a key
            // that a hand presses.
            let is_code = matches!(kind, Kind::Payer(_) | Kind::Product | Kind::Digits);
            let is_slow_code = matches!(kind, Kind::Payer(_)) && matches!(ended, Ended::By(_));
            return is_code && self.looks_like_a_code() && is_fast
                || is_slow_code && self.is_within(limits.mean_gap_ms_max());
        }
        is_fast
            || slowest_ms(kind, text, limits).is_some_and(|limit_ms| self.is_within(limit_ms))
            || self.is_steady_elsewhere(ended, limits)
    }

    /// A scanner's keys come evenly and end with a suffix, for any text. Where nothing takes text, it is
    /// better to refuse such a burst with a message than to ignore it.
    fn is_steady_elsewhere(&self, ended: Ended, limits: Limits) -> bool {
        let (shortest_ms, longest_ms) =
            (self.gaps_ms().min().unwrap_or_default(), self.gaps_ms().max().unwrap_or_default());
        matches!(self.target, Target::Nowhere | Target::Button)
            && matches!(ended, Ended::By(_))
            && self.is_within(limits.digits_gap_ms_max())
            && longest_ms <= shortest_ms.saturating_mul(UNEVEN_PERCENT_MAX) / 100
    }

    fn kind(&self, text: &str) -> Kind {
        self.assumed.unwrap_or_else(|| payer_code::kind_of(text))
    }

    pub(super) fn trace(&self, ended: Ended, end_gap_ms: u64, is_scan: bool) -> Trace {
        let text = self.text();
        let beat = |(sign, (_, gap_ms)): (char, &(Character, u64))| Beat::of(sign, *gap_ms);
        let beats = text.chars().zip(&self.signs).map(beat).collect();
        Trace { kind: self.kind(&text), beats, ended, end_gap_ms, is_scan }
    }
}

fn is_digit(sign: Character) -> bool {
    sign.place_digit().is_some() || sign.typed.is_ascii_digit()
}

/// The largest mean gap for a text of this kind. The more clearly the text is a label, the larger the gap.
fn slowest_ms(kind: Kind, text: &str, limits: Limits) -> Option<u64> {
    match kind {
        Kind::Payer(_) | Kind::Payee | Kind::Product => Some(limits.mean_gap_ms_max()),
        // Telephone numbers are digits too, and a practised hand types them fast.
        Kind::Digits if payer_code::PAYER_CODE_DIGITS_MIN <= text.len() => Some(limits.digits_gap_ms_max()),
        Kind::Digits | Kind::Empty | Kind::Other => None,
    }
}
