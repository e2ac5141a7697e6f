//! A head: unfinished keys. Keys that follow soon may be the tail of the same scan, torn by a busy machine. A
//! tail must never pass for a code of its own.

use super::Target;
use super::burst::Burst;
use super::limits::Limits;

/// After a longer pause than this, a scan is a new one.
pub(super) const TEAR_MS_MAX: u64 = 1_500;
/// The same on the keypad, where a hand types an amount before a scan.
const KEYPAD_TEAR_MS_MAX: u64 = 700;
/// A hand's gaps are at least this much longer than a scanner's, and at least twice as long.
const SLOWER_MS: u64 = 20;
/// More digits than these in a row are no amount.
const AMOUNT_DIGITS_MAX: usize = 7;

/// A burst that no suffix ended.
#[derive(Clone)]
pub(super) struct Head {
    pub(super) last_at_ms: u64,
    signs: usize,
    /// Its own characters, and the unfinished ones just before it.
    run: usize,
    mean_gap_ms: u64,
    shortest_gap_ms: u64,
    text: String,
    /// It would have been a scan if nothing had followed so soon: the cashier waits for an answer.
    pub(super) is_dropped: bool,
}

impl Head {
    /// The head that the burst leaves; `None` without a digit in it.
    pub(super) fn of(burst: &Burst, is_dropped: bool, before: Option<&Self>) -> Option<Self> {
        let before = before.filter(|head| head.is_before(burst.began_at_ms, TEAR_MS_MAX));
        let run = before.map_or(0, |head| head.run);
        burst.has_digit().then(|| Self {
            last_at_ms: burst.last_at_ms,
            signs: burst.len(),
            run: run.saturating_add(burst.len()),
            mean_gap_ms: burst.mean_gap_ms(),
            shortest_gap_ms: burst.gaps_ms().min().unwrap_or_default(),
            text: burst.text(),
            is_dropped: is_dropped || before.is_some_and(|head| head.is_dropped),
        })
    }

    /// Whether the burst, which may be a scan, is the tail of this head.
    pub(super) fn is_torn_from(&self, burst: &Burst, limits: Limits) -> bool {
        match burst.target {
            _ if self.is_dropped => self.is_before(burst.began_at_ms, TEAR_MS_MAX),
            // Nobody types digits where nothing takes them.
            Target::Nowhere | Target::Button => self.is_before(burst.began_at_ms, TEAR_MS_MAX),
            Target::Keypad => {
                self.is_before(burst.began_at_ms, KEYPAD_TEAR_MS_MAX) && !self.is_a_hands(burst, limits)
            }
            Target::Field => {
                self.is_before(burst.began_at_ms, TEAR_MS_MAX) && !self.is_a_hands(burst, limits)
            }
        }
    }

    /// A scanner without a suffix read the same label twice.
    pub(super) fn is_the_same(&self, text: &str) -> bool {
        self.text == text
    }

    pub(super) fn is_before(&self, at_ms: u64, pause_ms_max: u64) -> bool {
        at_ms.saturating_sub(self.last_at_ms) <= pause_ms_max
    }

    /// A suffix that comes this late ends these characters, but they are not complete any more.
    pub(super) fn is_ended_late(&self, at_ms: u64, target: Target, limits: Limits) -> bool {
        matches!(target, Target::Nowhere | Target::Button)
            && 1 < self.signs
            && self.mean_gap_ms <= limits.mean_gap_ms_max()
            && self.is_before(at_ms, TEAR_MS_MAX)
    }

    /// Whether these characters and those of the burst are too many for an amount.
    pub(super) fn is_no_amount(&self, burst: &Burst) -> bool {
        self.is_before(burst.began_at_ms, TEAR_MS_MAX)
            && AMOUNT_DIGITS_MAX < self.run.saturating_add(burst.len())
    }

    fn is_a_hands(&self, burst: &Burst, limits: Limits) -> bool {
        let is_slow = limits.mean_gap_ms_max() < self.mean_gap_ms;
        let is_slower =
            burst.mean_gap_ms().saturating_mul(2).saturating_add(SLOWER_MS) < self.shortest_gap_ms;
        // A slow hand types one character at a time.
        let is_alone = self.signs == 1 && 1 < self.run;
        is_slow || is_alone || 2 < self.signs && is_slower
    }
}
