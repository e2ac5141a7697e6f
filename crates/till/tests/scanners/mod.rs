//! Simulated scanners and hands, and what the detector makes of them.

use scantill_till::scan::keys::{Character, Key, Suffix};
use scantill_till::scan::{Limits, Target, Wedge, WedgeOutcome};
use scantill_types::payer_code::{Mode, SourceType, read};

/// A kind of scanner, after measurements of real ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// The usual gap and its deviation to each side, in ms.
    pub(crate) gap_ms: u64,
    pub(crate) stray_ms: u64,
    /// One gap in so many is a pause of up to this, in ms; 0 means no pauses.
    pub(crate) pause_one_in: u64,
    pub(crate) pause_ms: u64,
    pub(crate) prefix: &'static str,
    pub(crate) ends: &'static [Suffix],
}

const CR: &[Suffix] = &[Suffix::Enter];

pub(crate) const PROFILES: [Profile; 10] = [
    profile("Datalogic BC2090, USB", (1, 0), (0, 0), "", CR),
    profile("Netum NSL-5", (6, 2), (0, 0), "", CR),
    profile("Honeywell, USB, AIM prefix", (10, 3), (0, 0), "]C0", CR),
    profile("Datalogic N263, late suffix", (16, 3), (20, 47), "", CR),
    profile("Netum NSC750, CR and LF", (19, 4), (0, 0), "", &[Suffix::Enter, Suffix::LineFeed]),
    profile("tablet's own, Tab", (30, 10), (40, 90), "", &[Suffix::Tab]),
    profile("Bluetooth, with stalls", (35, 15), (15, 200), "", CR),
    profile("WooCommerce's scanner, no suffix", (35, 30), (0, 0), "", &[]),
    profile("Zebra, 80 ms and pauses", (80, 10), (12, 100), "", CR),
    profile("slowest, 100 ms, no suffix", (95, 20), (20, 200), "", &[]),
];

const fn profile(
    name: &'static str,
    (gap_ms, stray_ms): (u64, u64),
    (pause_one_in, pause_ms): (u64, u64),
    prefix: &'static str,
    ends: &'static [Suffix],
) -> Profile {
    Profile { name, gap_ms, stray_ms, pause_one_in, pause_ms, prefix, ends }
}

/// The results of many scans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rates {
    pub(crate) scans: u32,
    /// Read as the very code that was shown.
    pub(crate) right: u32,
    /// Read as another code that would be sent.
    pub(crate) wrong: u32,
}

/// Scans so many codes one after the other on one keyboard.
pub(crate) fn scan_many(profile: Profile, scans: u32, seed: u64) -> Rates {
    let mut dice = Dice(seed);
    let mut wedge = Wedge::new(Limits::default());
    let (mut at_ms, mut rates) = (10_000, Rates { scans, ..Rates::default() });
    for _ in 0..scans {
        let code = dice.code();
        let mut outcomes = Vec::new();
        for sign in profile.prefix.chars().chain(code.chars()) {
            at_ms += dice.gap_ms(profile);
            outcomes.extend(wedge.key(at_ms, Key::Character(Character::of(sign)), Target::Nowhere).outcomes);
        }
        for end in profile.ends {
            at_ms += dice.gap_ms(profile);
            outcomes.extend(wedge.key(at_ms, Key::Suffix(*end), Target::Nowhere).outcomes);
        }
        at_ms += 1_600 + dice.below(2_000);
        outcomes.extend(wedge.silence(at_ms));
        for text in scanned(&outcomes) {
            match read(&text, SourceType::AlipayplusUpm, Mode::Live) {
                Ok(accepted) if accepted.code.expose_digits() == code => rates.right += 1,
                Ok(_) => rates.wrong += 1,
                Err(_) => {}
            }
        }
    }
    rates
}

/// The results of a hand's typing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Typing {
    pub(crate) keys: u32,
    /// Bursts that became scans.
    pub(crate) scans: u32,
    /// Scans that would have been sent.
    pub(crate) sent: u32,
    /// Keys that did not reach their target.
    pub(crate) lost: u32,
}

/// An hour of a fast hand: words, amounts, telephone numbers and order numbers, with pauses, into a field or
/// nowhere.
pub(crate) fn type_for_an_hour(target: Target, seed: u64) -> Typing {
    let mut dice = Dice(seed);
    let mut wedge = Wedge::new(Limits::default());
    let (mut at_ms, mut typing) = (10_000_u64, Typing::default());
    while at_ms < 3_600_000 {
        let (text, gap_ms) = dice.typed();
        let (mut field, mut outcomes) = (String::new(), Vec::new());
        for sign in text.chars() {
            at_ms += gap_ms / 2 + dice.below(gap_ms);
            let verdict = wedge.key(at_ms, Key::Character(Character::of(sign)), target);
            field.extend(given_back(&verdict.outcomes));
            outcomes.extend(verdict.outcomes);
            if !verdict.hold {
                field.push(sign);
            }
            typing.keys += 1;
        }
        if dice.below(2) == 0 {
            at_ms += 100 + dice.below(300);
            outcomes.extend(wedge.key(at_ms, Key::Suffix(Suffix::Enter), target).outcomes);
        }
        at_ms += 700 + dice.below(3_000);
        let late = wedge.silence(at_ms);
        field.extend(given_back(&late));
        outcomes.extend(late);
        typing.lost += lost(&text, &field);
        for text in scanned(&outcomes) {
            typing.scans += 1;
            typing.sent += u32::from(read(&text, SourceType::AlipayplusUpm, Mode::Live).is_ok());
        }
    }
    typing
}

/// How many of the keys are missing. They are ASCII, so that a byte is a key.
fn lost(typed: &str, stands: &str) -> u32 {
    let missing = u32::try_from(typed.len().abs_diff(stands.len())).unwrap_or(u32::MAX);
    if typed == stands { 0 } else { missing.max(1) }
}

fn scanned(outcomes: &[WedgeOutcome]) -> Vec<String> {
    let text = |outcome: &WedgeOutcome| match outcome {
        WedgeOutcome::Scan(scan) => Some(scan.text.expose().to_owned()),
        _ => None,
    };
    outcomes.iter().filter_map(text).collect()
}

fn given_back(outcomes: &[WedgeOutcome]) -> Vec<String> {
    let held = |outcome: &WedgeOutcome| match outcome {
        WedgeOutcome::ReplayText(held) => Some(held.clone()),
        _ => None,
    };
    outcomes.iter().filter_map(held).collect()
}

/// The same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }

    fn digits(&mut self, count: u64) -> String {
        (0..count).map(|_| self.below(10).to_string()).collect()
    }

    fn code(&mut self) -> String {
        let (head, more) = (25 + self.below(6), 14 + self.below(9));
        format!("{head}{}", self.digits(more))
    }

    fn gap_ms(&mut self, profile: Profile) -> u64 {
        if 0 < profile.pause_one_in && self.below(profile.pause_one_in) == 0 {
            return profile.gap_ms + self.below(profile.pause_ms.saturating_sub(profile.gap_ms) + 1);
        }
        profile.gap_ms + self.below(2 * profile.stray_ms + 1) - profile.stray_ms
    }

    /// Something that a hand types at a till, and the mean gap: 70 words a minute, and a practised hand on a
    /// number pad.
    fn typed(&mut self) -> (String, u64) {
        let few = 1 + self.below(7);
        match self.below(4) {
            0 => ((0..2 + self.below(9)).map(|_| letter(self.below(26))).collect(), 110 + self.below(140)),
            1 => (self.digits(few), 130 + self.below(170)),
            2 => (format!("0{}", self.digits(9)), 150 + self.below(150)),
            _ => (format!("INV-{}", self.digits(6)), 140 + self.below(160)),
        }
    }
}

fn letter(index: u64) -> char {
    char::from(b'a' + u8::try_from(index).unwrap_or_default())
}
