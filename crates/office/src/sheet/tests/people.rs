//! Choosing the supervisor: one of a few names, and two people if the proxy requires two.

use scantill_types::api::ProblemCode;
use serde_json::json;

use super::*;

fn at_pin(names: &[&str]) -> Sheet {
    let mut sheet = sheet(&called());
    answer(&mut sheet, Question::Supervisors, supervisors(names));
    press(&mut sheet, Press::Choose(Action::Accept));
    sheet
}

fn approving(sheet: &Sheet) -> &Approving {
    match &sheet.step {
        Step::Approving(approving) => approving,
        step => panic!("{step:?}"),
    }
}

fn type_pin(sheet: &mut Sheet) -> Vec<Effect> {
    for digit in [2, 5, 8, 0] {
        press(sheet, Press::Digit(digit));
    }
    press(sheet, Press::Next)
}

#[test]
fn the_only_supervisor_is_chosen_already() {
    let mut sheet = at_pin(&["Mali"]);
    assert_eq!(approve(&mut sheet).1["approval"], json!({ "supervisor": "Mali", "pin": "2580" }));
}

#[test]
fn of_several_one_is_chosen_before_a_pin_is_sent() {
    let mut sheet = at_pin(&["Chai", "Mali"]);
    assert!(type_pin(&mut sheet).is_empty());
    assert_eq!(notice(&sheet), Some(Notice::WhoTypes));
    press(&mut sheet, Press::Who(1));
    let effects = press(&mut sheet, Press::Next);
    let [Effect::Ask(Question::Order, request)] = &effects[..] else { panic!("{effects:?}") };
    assert!(request.body.as_deref().unwrap().contains(r#""supervisor":"Mali","pin":"2580""#));
}

#[test]
fn what_one_person_typed_is_no_others() {
    let mut sheet = at_pin(&["Chai", "Mali"]);
    press(&mut sheet, Press::Who(0));
    press(&mut sheet, Press::Digit(1));
    press(&mut sheet, Press::Who(0));
    assert_eq!(approving(&sheet).pin.len(), 1);
    press(&mut sheet, Press::Who(1));
    assert_eq!(approving(&sheet).pin.len(), 0);
    press(&mut sheet, Press::Who(7));
    assert_eq!(approving(&sheet).who, Some(1), "there is no such place");
}

#[test]
fn names_that_were_not_read_are_asked_for_again() {
    let mut sheet = sheet(&called());
    sheet.facts.supervisors = None;
    press(&mut sheet, Press::Choose(Action::Accept));
    assert!(type_pin(&mut sheet).is_empty());
    assert_eq!(asked(&press(&mut sheet, Press::LookAgain)), ["GET /v1/supervisors"]);
    answer(&mut sheet, Question::Supervisors, None);
    assert_eq!(approving(&sheet).supervisors, None);
    assert_eq!(approving(&sheet).pin.len(), 4);
    answer(&mut sheet, Question::Supervisors, supervisors(&["Mali"]));
    assert_eq!(approving(&sheet).pin.len(), 4, "what was typed meanwhile stays");
    press(&mut sheet, Press::Clear);
    assert_eq!(approve(&mut sheet).1["approval"]["supervisor"], "Mali");
}

/// A sheet whose order needs two people, after the first has typed.
fn waits_for_the_second() -> Sheet {
    let mut sheet = at_pin(&["Chai", "Mali"]);
    press(&mut sheet, Press::Who(1));
    type_pin(&mut sheet);
    answer(&mut sheet, Question::Order, problem(403, "second_approval_needed"));
    let needed = Trouble::Refused(ProblemCode::SecondApprovalNeeded);
    assert_eq!(notice(&sheet), Some(Notice::Trouble(needed)));
    press(&mut sheet, Press::Who(1));
    assert!(type_pin(&mut sheet).is_empty(), "the second one is still to type");
    assert!(approving(&sheet).waits_for_the_second());
    sheet
}

#[test]
fn of_two_people_the_second_is_another_and_both_pins_go_together() {
    let mut sheet = waits_for_the_second();
    let left: Vec<_> = approving(&sheet).choices().map(|(_, name)| name.to_owned()).collect();
    assert_eq!((left, approving(&sheet).who), (vec!["Chai".to_owned()], Some(0)));
    let body = approve(&mut sheet).1;
    assert_eq!(body["approval"], json!({ "supervisor": "Mali", "pin": "2580" }));
    assert_eq!(body["second_approval"], json!({ "supervisor": "Chai", "pin": "2580" }));
    assert!(!approving(&sheet).waits_for_the_second());
}

#[test]
fn after_a_minute_the_first_pin_is_forgotten_too() {
    let mut sheet = waits_for_the_second();
    sheet.step(&MOMENT, Input::Elapsed(Timer::Idle));
    assert!(!approving(&sheet).waits_for_the_second());
    assert_eq!(notice(&sheet), Some(Notice::Forgotten));
}
