//! The times of a burst's keys, without its digits: for the scanner's page, and for support to replay.

use std::fmt;

use super::keys::{Character, Key, Suffix};
use super::{Limits, Target, Wedge, WedgeOutcome};
use scantill_types::payer_code::Kind;

/// The first word of a trace's text; the number rises when the form changes.
const FORM: &str = "scantill-trace-1";
/// A trace of ours has no more characters than this.
const BEATS_MAX: usize = 600;

/// A burst without its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The kind of its text.
    pub kind: Kind,
    pub(super) beats: Vec<Beat>,
    /// What ended it.
    pub ended: Ended,
    /// The pause before what ended it.
    pub end_gap_ms: u64,
    /// Whether it was a scan.
    pub is_scan: bool,
}

/// A masked character and the gap before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beat {
    sign: char,
    gap_ms: u64,
}

/// What ended a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// A key.
    By(Suffix),
    /// No further key came.
    Silence,
}

/// Why a text is no trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// It does not begin as a trace does.
    #[error("this is no trace of the till's")]
    NotATrace,
    /// This word cannot be read.
    #[error("word {0} of the trace cannot be read")]
    Word(usize),
}

impl Beat {
    /// Masks digits and letters. Other characters are what a scanner was set to send around a code.
    pub(super) fn of(sign: char, gap_ms: u64) -> Self {
        let sign = match sign {
            sign if sign.is_ascii_digit() => '#',
            sign if sign.is_ascii_punctuation() && sign != '#' => sign,
            _ => 'a',
        };
        Self { sign, gap_ms }
    }
}

impl Trace {
    pub fn signs(&self) -> usize {
        self.beats.len()
    }

    pub fn digits(&self) -> usize {
        self.beats.iter().filter(|beat| beat.sign == '#').count()
    }

    /// The mean gap between two characters, rounded up.
    pub fn mean_gap_ms(&self) -> u64 {
        let gaps = u64::try_from(self.beats.len()).unwrap_or(u64::MAX).saturating_sub(1).max(1);
        self.gaps_ms().fold(0, u64::saturating_add).div_ceil(gaps)
    }

    /// The longest gap between two characters.
    pub fn longest_gap_ms(&self) -> u64 {
        self.beats.iter().map(|beat| beat.gap_ms).max().unwrap_or_default()
    }

    /// The gap before each character.
    pub fn gaps_ms(&self) -> impl Iterator<Item = u64> + '_ {
        self.beats.iter().skip(1).map(|beat| beat.gap_ms)
    }

    pub fn parse(text: &str) -> Result<Self, TraceError> {
        let mut words = text.split_whitespace().enumerate();
        if words.next().is_none_or(|(_, word)| word != FORM) {
            return Err(TraceError::NotATrace);
        }
        let kind = words.next().and_then(|(_, word)| Kind::parse(word)).ok_or(TraceError::Word(1))?;
        let is_scan = match words.next() {
            Some((_, "scan")) => true,
            Some((_, "typing")) => false,
            _ => return Err(TraceError::Word(2)),
        };
        let mut trace = Self { kind, beats: Vec::new(), ended: Ended::Silence, end_gap_ms: 0, is_scan };
        for (index, word) in words {
            trace
                .read_beat(word)
                .filter(|()| trace.beats.len() <= BEATS_MAX)
                .ok_or(TraceError::Word(index))?;
        }
        Ok(trace)
    }

    fn read_beat(&mut self, word: &str) -> Option<()> {
        let digits = word.find(|sign: char| !sign.is_ascii_digit())?;
        let (gap_ms, sign) = word.split_at(digits);
        let gap_ms = gap_ms.parse().ok()?;
        if let Some(end) = end_of_word(sign) {
            (self.ended, self.end_gap_ms) = (Ended::By(end), gap_ms);
            return Some(());
        }
        let mut signs = sign.chars();
        let (sign, None) = (signs.next()?, signs.next()) else { return None };
        self.beats.push(Beat { sign, gap_ms });
        Some(())
    }

    /// Runs the detector on the same gaps with these limits.
    pub fn replay(&self, limits: Limits, target: Target) -> Vec<WedgeOutcome> {
        let mut wedge = Wedge::assuming(limits, self.kind);
        let mut outcomes = Vec::new();
        let mut at_ms = 0;
        for beat in &self.beats {
            at_ms = beat.gap_ms.saturating_add(at_ms);
            let typed = if beat.sign == '#' { '0' } else { beat.sign };
            outcomes.extend(wedge.key(at_ms, Key::Character(Character::of(typed)), target).outcomes);
        }
        match self.ended {
            Ended::By(end) => {
                outcomes.extend(
                    wedge.key(self.end_gap_ms.saturating_add(at_ms), Key::Suffix(end), target).outcomes,
                );
            }
            Ended::Silence => outcomes.extend(wedge.silence(u64::MAX)),
        }
        outcomes
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_scan { "scan" } else { "typing" };
        write!(formatter, "{FORM} {} {verdict}", self.kind.as_str())?;
        for beat in &self.beats {
            write!(formatter, " {}{}", beat.gap_ms, beat.sign)?;
        }
        match self.ended {
            Ended::By(end) => write!(formatter, " {}{}", self.end_gap_ms, word_of_end(end)),
            Ended::Silence => Ok(()),
        }
    }
}

const ENDS: [(Suffix, &str); 3] = [(Suffix::Enter, "CR"), (Suffix::Tab, "TAB"), (Suffix::LineFeed, "LF")];

fn word_of_end(end: Suffix) -> &'static str {
    ENDS.iter().find(|(known, _)| *known == end).map_or("CR", |(_, word)| word)
}

fn end_of_word(word: &str) -> Option<Suffix> {
    ENDS.iter().find(|(_, known)| *known == word).map(|(end, _)| *end)
}
