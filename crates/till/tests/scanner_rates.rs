//! Two thousand scans of each of ten scanners, and hours of typing.

mod scanners;

use scanners::{PROFILES, Rates, scan_many, type_for_an_hour};
use scantill_till::scan::Target;

const SCANS: u32 = 2_000;

#[test]
fn every_scan_of_every_scanner_is_read_as_shown() {
    for (seed, profile) in (1..).zip(PROFILES) {
        let expected = Rates { scans: SCANS, right: SCANS, wrong: 0 };
        assert_eq!(scan_many(profile, SCANS, seed), expected, "{}", profile.name);
    }
}

#[test]
fn an_hour_of_typing_is_no_scan_and_loses_no_key() {
    for (seed, target) in (1..).zip([Target::Nowhere, Target::Button, Target::Keypad, Target::Field]) {
        let typing = type_for_an_hour(target, seed);
        assert!(5_000 < typing.keys, "{typing:?}");
        assert_eq!((typing.scans, typing.sent), (0, 0), "{target:?}");
        match target {
            Target::Keypad | Target::Field => assert_eq!(typing.lost, 0, "{target:?}"),
            // Nothing there takes text: quick keys are held in case a scanner sent them.
            Target::Nowhere | Target::Button => assert!(typing.lost < typing.keys / 4, "{typing:?}"),
        }
    }
}
