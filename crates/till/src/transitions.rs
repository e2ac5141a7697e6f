//! Every way from one phase of the till to another. The tests of the machine hold each step against this table, and
//! `docs/till-phases.md` is made from it.

use std::fmt::Write;

use self::Cause::{Answered, Failed, Listed, Opened, Pressed, Scanned, TimedOut, Unauthenticated};
use self::PhaseName::{
    AwaitingOutcome, CancellingUnconfirmed, Completed, EnteringAmount, OtherTill, Pairing, Rejected,
    Resuming, Scanning, Starting, Submitting,
};

/// A phase without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the phases' own")]
pub enum PhaseName {
    Starting,
    Pairing,
    Resuming,
    EnteringAmount,
    Scanning,
    Submitting,
    CancellingUnconfirmed,
    AwaitingOutcome,
    Completed,
    Rejected,
    OtherTill,
}

/// The kind of input that ends a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The proxy told a payment or the terminal: by a call's answer, a poll or the stream.
    Answered,
    /// The proxy told a list of payments, or could not.
    Listed,
    /// A call about a payment failed.
    Failed,
    /// The token is not good, or not good any more.
    Unauthenticated,
    /// The cashier pressed a button.
    Pressed,
    /// A code was scanned.
    Scanned,
    /// The host page or the page's address opened a checkout.
    Opened,
    /// A timer ran out.
    TimedOut,
}

/// Where a cause may lead from a phase. The phase may stay as it is for every cause.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The phase before.
    pub from: PhaseName,
    /// What happened.
    pub on: Cause,
    /// The phases that may follow.
    pub to: &'static [PhaseName],
}

/// In every phase but *Pairing* itself, a token that is not good leads to *Pairing*: these ways are not repeated here.
pub const TRANSITIONS: [Transition; 34] = [
    way(Starting, Listed, &[EnteringAmount, Scanning, Resuming, AwaitingOutcome, Completed, OtherTill]),
    way(
        Starting,
        Answered,
        &[Pairing, EnteringAmount, Scanning, Resuming, AwaitingOutcome, Completed, OtherTill],
    ),
    way(Pairing, Answered, &[Starting]),
    way(Resuming, Answered, &[AwaitingOutcome, Completed, OtherTill, EnteringAmount]),
    way(Resuming, Listed, &[Scanning, AwaitingOutcome, Completed, OtherTill, EnteringAmount]),
    way(Resuming, Failed, &[CancellingUnconfirmed, Rejected]),
    way(Resuming, Pressed, &[EnteringAmount]),
    way(EnteringAmount, Pressed, &[Scanning, Resuming]),
    way(EnteringAmount, Scanned, &[Submitting]),
    way(EnteringAmount, Opened, &[Scanning, Resuming]),
    way(Scanning, Scanned, &[Submitting]),
    way(Scanning, Pressed, &[Submitting, EnteringAmount, Resuming]),
    way(Scanning, Answered, &[AwaitingOutcome, Completed, OtherTill]),
    way(Scanning, Opened, &[EnteringAmount, Resuming]),
    way(Scanning, TimedOut, &[EnteringAmount, Resuming]),
    way(Submitting, Answered, &[AwaitingOutcome, Completed, OtherTill]),
    way(Submitting, Failed, &[Rejected, CancellingUnconfirmed]),
    way(Submitting, TimedOut, &[CancellingUnconfirmed]),
    way(CancellingUnconfirmed, Answered, &[AwaitingOutcome, Completed, OtherTill]),
    way(CancellingUnconfirmed, Pressed, &[EnteringAmount, Resuming]),
    way(AwaitingOutcome, Answered, &[Completed, OtherTill]),
    way(AwaitingOutcome, Pressed, &[EnteringAmount, Scanning, Resuming]),
    way(AwaitingOutcome, Scanned, &[Submitting]),
    way(AwaitingOutcome, Opened, &[Scanning, EnteringAmount, Resuming]),
    way(Completed, Pressed, &[EnteringAmount, Scanning, Resuming]),
    way(Completed, Scanned, &[Submitting]),
    way(Completed, Opened, &[Scanning, EnteringAmount, Resuming]),
    way(Completed, Answered, &[AwaitingOutcome, OtherTill]),
    way(Rejected, Pressed, &[Scanning, EnteringAmount, Resuming]),
    way(Rejected, Scanned, &[Submitting]),
    way(Rejected, Opened, &[Scanning, EnteringAmount, Resuming]),
    way(OtherTill, Answered, &[AwaitingOutcome, Completed, EnteringAmount, Resuming]),
    way(OtherTill, Pressed, &[EnteringAmount, Resuming]),
    way(OtherTill, Opened, &[Scanning, EnteringAmount, Resuming]),
];

const fn way(from: PhaseName, on: Cause, to: &'static [PhaseName]) -> Transition {
    Transition { from, on, to }
}

/// Whether the table knows this way.
pub fn is_known(from: PhaseName, on: Cause, to: PhaseName) -> bool {
    (on == Unauthenticated && to == Pairing)
        || TRANSITIONS.iter().any(|known| known.from == from && known.on == on && known.to.contains(&to))
}

/// The page `docs/till-phases.md`: a diagram and the table.
pub fn document() -> String {
    let mut text = String::from(
        "# The till's phases\n\nMade from `crates/till/src/transitions.rs` by `cargo xtask tidy --write`. In every phase a token that is not good leads \
         to `Pairing`.\n\n```mermaid\nstateDiagram-v2\n    [*] --> Starting\n",
    );
    let _ = TRANSITIONS.iter().try_for_each(|way| {
        way.to.iter().try_for_each(|to| writeln!(text, "    {:?} --> {to:?}: {:?}", way.from, way.on))
    });
    text.push_str("```\n\n| from | on | to |\n| --- | --- | --- |\n");
    let _ = TRANSITIONS.iter().try_for_each(|way| {
        let to: Vec<String> = way.to.iter().map(|to| format!("{to:?}")).collect();
        writeln!(text, "| {:?} | {:?} | {} |", way.from, way.on, to.join(", "))
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_can_be_reached_and_left() {
        let (mut reached, mut place) = (vec![Starting], 0);
        while let Some(from) = reached.get(place).copied() {
            let ways = TRANSITIONS.iter().filter(|way| way.from == from).flat_map(|way| way.to);
            let new: Vec<_> = ways.filter(|to| !reached.contains(to)).copied().collect();
            reached.extend(new);
            reached.dedup();
            place += 1;
        }
        for phase in [
            Starting,
            Pairing,
            Resuming,
            EnteringAmount,
            Scanning,
            Submitting,
            CancellingUnconfirmed,
            AwaitingOutcome,
            Completed,
            Rejected,
            OtherTill,
        ] {
            assert!(reached.contains(&phase), "{phase:?} is never reached");
            assert!(TRANSITIONS.iter().any(|way| way.from == phase), "{phase:?} is never left");
        }
    }

    #[test]
    fn each_cause_of_a_phase_has_one_row_and_leads_elsewhere() {
        for (place, way) in TRANSITIONS.iter().enumerate() {
            let same = |other: &Transition| (other.from, other.on) == (way.from, way.on);
            assert!(!TRANSITIONS[..place].iter().any(same), "{way:?} is there twice");
            assert!(!way.to.contains(&way.from) && !way.to.is_empty(), "{way:?}");
        }
    }
}
