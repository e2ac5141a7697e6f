//! What the customer sees for each screen of the till, and for how long.

use proptest::prelude::*;

use super::*;
use crate::customer::CustomerDisplay;
use scantill_types::Money;

const AMOUNT: i64 = 2_225;

/// A payment with everything in it that no customer's screen may show.
fn told() -> Payment {
    Payment {
        failure_code: Some(FailureCode::InsufficientBalance),
        reference: Some("inv-1042".into()),
        review: Some(ReviewReason::ChargeMissing),
        ..any_payment()
    }
}

/// Every screen, with what the customer sees beside it.
fn screens() -> Vec<(Screen, CustomerScreen)> {
    let payment = || Rc::new(told());
    let zero = Money::new(0, Currency::Thb);
    let refused = |code| {
        let CallError::Refused(problem) = problem(code, true) else { panic!("no problem") };
        Screen::Refused { problem, may_scan_again: true, other: None }
    };
    vec![
        (Screen::Starting, CustomerScreen::Unknown),
        (Screen::Pair { busy: false, problem: None, revoked: true }, CustomerScreen::Unknown),
        (Screen::Resuming { missing: false }, CustomerScreen::Unknown),
        (Screen::Resuming { missing: true }, CustomerScreen::Unknown),
        (
            Screen::Amount { amount: zero, problem: Some(AmountProblem::Nothing), limits: Limits::default() },
            CustomerScreen::Idle,
        ),
        (Screen::Scan { typed: None }, CustomerScreen::ShowCode),
        (Screen::Scan { typed: Some(Typed { text: CODE.into(), problem: None }) }, CustomerScreen::ShowCode),
        (
            Screen::Sending { code_masked: "28 ····· 4394".into(), giving_up: false },
            CustomerScreen::OneMoment,
        ),
        (Screen::Sending { code_masked: String::new(), giving_up: true }, CustomerScreen::OneMoment),
        (Screen::Pending { payment: payment(), seconds_left: 9, seconds: 60 }, CustomerScreen::Confirm),
        (Screen::Cancelling { payment: payment(), by: CancelledBy::Cashier }, CustomerScreen::OneMoment),
        (Screen::Unknown { payment: payment() }, CustomerScreen::OneMoment),
        (Screen::Paid { payment: payment(), earlier: false }, CustomerScreen::Paid),
        (Screen::Paid { payment: payment(), earlier: true }, CustomerScreen::Idle),
        (Screen::Decide { payment: payment() }, CustomerScreen::OneMoment),
        (Screen::GivenBack { payment: payment() }, CustomerScreen::NotPaid),
        (Screen::Supervisor { payment: payment() }, CustomerScreen::OneMoment),
        (Screen::Failed { payment: payment() }, CustomerScreen::NotPaid),
        (Screen::Cancelled { payment: payment() }, CustomerScreen::NotPaid),
        (refused(ProblemCode::CodeStale), CustomerScreen::NotPaid),
        (refused(ProblemCode::SalePaid), CustomerScreen::OneMoment),
        (Screen::OtherTill { payment: payment() }, CustomerScreen::Unknown),
        (Screen::Elsewhere, CustomerScreen::Unknown),
    ]
}

fn with_sale(screen: Screen) -> View {
    let sale = SaleView { amount: Money::new(AMOUNT, Currency::Thb), reference: Some("inv-1042".into()) };
    View { sale: Some(sale), ..View::bare(screen) }
}

#[test]
fn each_screen_of_the_till_has_one_of_the_customer() {
    let mut names = Vec::new();
    for (screen, expected) in screens() {
        let (name, view) = (screen.name(), with_sale(screen));
        let amount = expected.has_amount().then(|| Money::new(AMOUNT, Currency::Thb));
        assert_eq!(CustomerDisplay::of(&view), CustomerDisplay { screen: expected, amount }, "{name}");
        names.push(name);
    }
    names.dedup();
    assert_eq!(names.len(), 18, "a screen is missing here: {names:?}");
}

#[test]
fn nothing_of_a_payment_but_its_amount_is_told() {
    for (screen, _) in screens() {
        let told = format!("{:?}", CustomerDisplay::of(&with_sale(screen)));
        for secret in ["4394", CODE, "inv-1042", "pay-1", "sale-1", "nsufficient", "issing", "tale"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

fn news(screen: CustomerScreen, age_ms: u64) -> CustomerNews {
    let shop = "Baan Coffee".to_owned();
    CustomerNews {
        shop,
        show: screen,
        amount: Some(AMOUNT),
        currency: Currency::Thb,
        languages: Vec::new(),
        age_ms,
    }
}

#[test]
fn an_outcome_stays_for_some_seconds() {
    let shown = |show, age_ms, ago_ms| CustomerDisplay::now(&news(show, age_ms), ago_ms).screen;
    assert_eq!(shown(CustomerScreen::Paid, 0, 8_000), CustomerScreen::Paid);
    assert_eq!(shown(CustomerScreen::Paid, 0, 8_001), CustomerScreen::Idle);
    assert_eq!(shown(CustomerScreen::Paid, 60_000, 0), CustomerScreen::Idle, "after a reload of the screen");
    assert_eq!(shown(CustomerScreen::NotPaid, 25_000, 5_000), CustomerScreen::NotPaid);
    assert_eq!(shown(CustomerScreen::NotPaid, 25_001, 5_000), CustomerScreen::Idle);
}

#[test]
fn a_shop_without_news_shows_its_name_alone() {
    let idle = CustomerDisplay::now(&news(CustomerScreen::Idle, 0), u64::MAX);
    assert_eq!(idle, CustomerDisplay { screen: CustomerScreen::Idle, amount: None });
}

proptest! {
    #[test]
    fn no_amount_outlives_the_news_of_the_till(number in 0_usize..7, age_ms: u64, ago_ms: u64) {
        use CustomerScreen::{Confirm, Idle, NotPaid, OneMoment, Paid, ShowCode, Unknown};
        let show = [Confirm, Idle, NotPaid, OneMoment, Paid, ShowCode, Unknown][number];
        let shown = CustomerDisplay::now(&news(show, age_ms), ago_ms);
        prop_assert!(ago_ms <= 10_000 || shown.amount.is_none());
        prop_assert_eq!(shown.amount.is_some(), shown.screen.has_amount());
        prop_assert!(shown.screen == show || matches!(shown.screen, Idle | Unknown));
    }
}
