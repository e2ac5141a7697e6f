//! PINs and refund limits of a store.

use super::*;
use crate::clock::SystemEntropy;
use scantill_types::StoreId;

fn supervisor(name: &str, pin: &str) -> Supervisor {
    Supervisor {
        account: "demo".into(),
        store_id: StoreId::parse("store_1").unwrap(),
        name: name.into(),
        pin_hash: pin_hash(&Pin::new(pin), &SystemEntropy).unwrap(),
    }
}

#[test]
fn a_pin_has_one_owner_and_is_not_in_its_hash() {
    let supervisors = [supervisor("Mali", "2580"), supervisor("Chai", "135790")];
    assert_eq!(owner(&supervisors, &Pin::new("135790")).as_deref(), Some("Chai"));
    assert_eq!(owner(&supervisors, &Pin::new("2581")), None);
    assert!(!supervisors[0].pin_hash.contains("2580"));
}

#[tokio::test]
async fn a_pin_is_right_for_its_person_alone() {
    let broken = Supervisor { pin_hash: "$argon2id$nothing".into(), ..supervisor("Nok", "1357") };
    let mali = supervisor("Mali", "2580");
    let pins = PinChecker::start().unwrap();
    let ask = |person: Option<&Supervisor>, pin: &str| {
        let (pins, person, pin) = (&pins, person.cloned(), Pin::new(pin));
        async move { pins.is_right(person.as_ref(), pin).await }
    };
    let checked = tokio::join!(
        ask(Some(&mali), "2580"),
        ask(Some(&mali), "1357"),
        ask(Some(&broken), "1357"),
        ask(None, "2580"),
        ask(Some(&mali), "2580"),
    );
    assert_eq!(checked, (true, false, false, false, true));
}

#[test]
fn a_pin_is_four_to_twelve_digits() {
    for pin in ["", "123", "1234567890123", "12a4", "๑๒๓๔"] {
        assert_eq!(pin_hash(&Pin::new(pin), &SystemEntropy), Err(PinError::NotDigits), "{pin}");
    }
}

#[test]
fn a_pin_that_is_tried_first_is_refused() {
    for pin in ["0000", "1234", "1990", "121212"] {
        assert_eq!(pin_hash(&Pin::new(pin), &SystemEntropy), Err(PinError::Weak), "{pin}");
    }
}
