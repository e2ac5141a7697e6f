//! Facts of a start: every payment of the tablet is in sight, with any storage of the browser (P3).

use super::*;

fn id(text: &str) -> PaymentId {
    PaymentId::parse(text).unwrap()
}

/// A payment of this tablet that is open.
fn open(text: &str) -> Payment {
    let sale_id = SaleId::parse(&format!("sale-of-{text}")).unwrap();
    Payment { id: id(text), sale_id, ..any_payment() }
}

fn paid(text: &str) -> Payment {
    Payment { state: PaymentState::Successful, disposition: Some(Disposition::Accepted), ..open(text) }
}

/// An open payment that another device of the terminal holds.
fn of_a_colleague(text: &str) -> Payment {
    Payment { holder: DeviceId::parse("tablet-of-a-colleague").unwrap(), ..open(text) }
}

fn started(stored: Stored, unsettled: &[Payment], newest: Option<&Payment>) -> Driven {
    let mut driven = Driven::start(stored, None);
    driven.begin(unsettled, newest);
    driven
}

fn is_earlier(driven: &Driven) -> bool {
    matches!(driven.till.view().screen, Screen::Paid { earlier: true, .. })
}

#[test]
fn an_open_payment_unknown_to_the_storage_precedes_the_keypad() {
    let driven = started(Stored::default(), &[open("lost")], None);
    assert_eq!((driven.screen(), driven.badge()), ("pending", None));
    assert!(driven.saved().sale.is_some_and(|sale| sale.is(&id("lost"))), "it is kept from now on");
}

#[test]
fn the_newest_open_payment_is_in_front_and_the_others_are_parked() {
    let driven = started(Stored::default(), &[open("new"), open("old")], None);
    assert_eq!((driven.screen(), driven.badge()), ("pending", Some((ParkReason::InDoubt, 1))));
    assert!(driven.saved().sale.is_some_and(|sale| sale.is(&id("new"))));
}

#[test]
fn an_open_payment_precedes_an_older_sale_of_the_storage() {
    let mut stale = stored(true);
    stale.seen = vec![id("pay-1")];
    let driven = started(stale, &[open("new")], Some(&open("new")));
    assert_eq!(driven.screen(), "pending");
    assert_eq!(driven.till.view().sale.unwrap().amount.minor, 2_225);
}

#[test]
fn a_stored_unconfirmed_payment_is_cancelled_beside_a_newer_one() {
    let driven = started(stored(false), &[open("new")], None);
    assert_eq!((driven.screen(), driven.badge()), ("pending", Some((ParkReason::InDoubt, 1))));
    assert_eq!(driven.cancels(), [CancelledBy::Till]);
}

#[test]
fn what_the_cashier_had_parked_stays_parked_after_a_reload() {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    let doubt = driven.payment(PaymentState::Unknown);
    driven.press(&[Press::Park]);
    let again = started(driven.saved(), std::slice::from_ref(&doubt), Some(&doubt));
    assert_eq!((again.screen(), again.badge()), ("amount", Some((ParkReason::InDoubt, 1))));
}

#[test]
fn a_waiting_decision_precedes_the_keypad_without_storage() {
    let waits = Payment { disposition: Some(Disposition::AwaitingDecision), ..paid("late") };
    assert_eq!(started(Stored::default(), &[waits], None).screen(), "decide");
    let reviewed = Payment {
        disposition: Some(Disposition::InReview),
        review: Some(ReviewReason::SupervisorCalled),
        ..paid("called")
    };
    let driven = started(Stored::default(), &[reviewed], None);
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::Supervisor, 1))));
}

#[test]
fn a_payment_made_while_the_tablet_slept_is_shown_once() {
    let driven = started(Stored::default(), &[], Some(&paid("dark")));
    assert!(is_earlier(&driven), "{}", driven.screen());
    assert_eq!(driven.sounds(), [], "a second sound would make the cashier hand over twice");
    assert!(matches!(driven.reports().as_slice(), [Outcome::Paid(_)]), "a host page gets its outcome");
    let mut again = Driven::start(driven.saved(), None);
    again.begin(&[], Some(&paid("dark")));
    again.feed(Input::Payment(paid("dark").into()));
    assert_eq!(again.screen(), "amount", "a second reload does not tell it again");
}

#[test]
fn a_sale_that_was_shown_as_paid_opens_at_the_keypad() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let done = Payment { version: 3, ..driven.payment(PaymentState::Successful) };
    driven.feed(Input::Payment(done.clone().into()));
    assert!(matches!(driven.till.view().screen, Screen::Paid { earlier: false, .. }));
    let mut again = Driven::start(driven.saved(), None);
    again.begin(&[], Some(&done)).feed(Input::Payment(done.clone().into()));
    assert_eq!((again.screen(), again.sounds()), ("amount", vec![]));
    let named = CheckoutRequest {
        sale_id: Some(done.sale_id.clone()),
        amount: 2_225,
        currency: None,
        reference: None,
    };
    let mut again = Driven::start(driven.saved(), Some(named));
    again.begin(&[], Some(&done)).feed(Input::Payment(done.into()));
    assert!(is_earlier(&again), "the named sale is shown: {}", again.screen());
}

#[test]
fn a_host_page_gets_its_paid_sale_after_a_reload() {
    let mut kept = stored(true);
    kept.sale.as_mut().unwrap().sale.reference = Some("inv-1".into());
    kept.seen = vec![id("pay-1")];
    let done = Payment { reference: Some("inv-1".into()), ..paid("pay-1") };
    let mut driven = started(kept, &[], Some(&done));
    driven.feed(Input::Payment(done.clone().into()));
    assert_eq!(driven.screen(), "amount");
    let opening =
        |amount| CheckoutRequest { sale_id: None, amount, currency: None, reference: Some("inv-1".into()) };
    let mut other = driven.till.clone();
    let moment = StepContext { now_ms: 9, unix_ms: 9, random: [1; 10] };
    (other, _) = other.step(&moment, Input::Open(opening(9_900)));
    assert_eq!(other.view().screen.name(), "scan", "another amount is another sale");
    driven.feed(Input::Open(opening(2_225))).feed(Input::Payment(done.into()));
    assert!(is_earlier(&driven) && driven.puts().is_empty());
    assert!(matches!(driven.reports().as_slice(), [Outcome::Paid(_)]));
}

#[test]
fn another_tills_payment_is_a_badge_until_taken_over() {
    let mut driven = started(Stored::default(), &[of_a_colleague("theirs")], None);
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::OtherTill, 1))));
    assert_eq!(driven.sounds(), []);
    driven.press(&[Press::Digit(7), Press::ShowParked]).feed(Input::Payment(of_a_colleague("theirs").into()));
    assert_eq!(driven.screen(), "other_till");
    let takes = |driven: &Driven| {
        driven.effects.iter().filter(|effect| matches!(effect, Effect::Call(Call::TakeOver(_)))).count()
    };
    assert_eq!(takes(&driven), 0);
    driven.press(&[Press::TakeOver]);
    assert_eq!(takes(&driven), 1);
    driven.feed(Input::Payment(Payment { version: 3, ..open("theirs") }.into()));
    assert_eq!(driven.screen(), "pending");
    driven.feed(Input::Payment(Payment { version: 4, ..paid("theirs") }.into()));
    assert_eq!((driven.screen(), driven.badge()), ("paid", None));
    driven.press(&[Press::NextSale]);
    let Screen::Amount { amount, .. } = driven.till.view().screen else { panic!("{}", driven.screen()) };
    assert_eq!(amount.minor, 7, "what was being typed is there again");
}

#[test]
fn the_till_that_loses_a_payment_to_another_is_told() {
    let mut driven = Driven::waiting(PaymentState::Pending);
    let theirs = Payment {
        holder: DeviceId::parse("tablet-of-a-colleague").unwrap(),
        version: 5,
        ..driven.payment(PaymentState::Pending)
    };
    driven.feed(Input::Payment(theirs.clone().into()));
    assert_eq!(driven.screen(), "other_till");
    assert!(matches!(driven.reports().as_slice(), [Outcome::InDoubt(Some(_))]));
    assert_eq!(driven.press(&[Press::NextSale]).badge(), Some((ParkReason::OtherTill, 1)));
    let over = Payment {
        state: PaymentState::Successful,
        disposition: Some(Disposition::Accepted),
        version: 6,
        ..theirs
    };
    driven.feed(Input::Payment(over.into()));
    assert_eq!(
        (driven.screen(), driven.badge(), driven.sounds().contains(&Sound::Paid)),
        ("amount", None, false)
    );
}

#[test]
fn a_list_of_several_pages_is_read_to_its_end() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Terminal(Ok(terminal())));
    driven.feed(Input::Listed(Listing::Newest, Vec::new(), None));
    driven.feed(Input::Listed(
        Listing::Unsettled(None),
        vec![of_a_colleague("theirs").into()],
        Some("17".into()),
    ));
    assert_eq!(driven.screen(), "starting");
    let next = Listing::Unsettled(Some("17".into()));
    assert!(matches!(driven.effects.last(), Some(Effect::Call(Call::List(asked))) if *asked == next));
    driven.feed(Input::Listed(next, vec![open("ours").into()], None));
    assert_eq!((driven.screen(), driven.badge()), ("pending", Some((ParkReason::OtherTill, 1))));
}

#[test]
fn a_till_that_cannot_learn_what_is_open_does_not_begin() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Terminal(Ok(terminal()))).feed(Input::Listed(Listing::Newest, Vec::new(), None));
    driven.feed(Input::ListFailed(Listing::Unsettled(None), CallError::Unreachable));
    assert_eq!((driven.screen(), driven.till.view().reachable), ("starting", false));
    driven.effects.clear();
    driven.feed(Input::Elapsed(Timer::Again));
    assert!(matches!(driven.effects.as_slice(), [Effect::Call(Call::List(Listing::Unsettled(None)))]));
    assert_eq!(driven.list(&[open("ours")]).screen(), "pending");
}

#[test]
fn a_new_pairing_asks_again_what_is_open() {
    let mut driven = Driven::start(Stored::default(), None);
    driven.feed(Input::Terminal(Err(CallError::Unauthenticated)));
    driven.feed(Input::ListFailed(Listing::Newest, CallError::Unauthenticated));
    driven.effects.clear();
    driven.feed(Input::Terminal(Ok(terminal())));
    let lists = driven.effects.iter().filter(|effect| matches!(effect, Effect::Call(Call::List(_))));
    assert_eq!(lists.count(), 2);
    driven.list(&[of_a_colleague("old-self")]).feed(Input::Listed(Listing::Newest, Vec::new(), None));
    assert_eq!(driven.badge(), Some((ParkReason::OtherTill, 1)));
}

#[test]
fn a_token_revoked_at_the_keypad_asks_for_pairing() {
    let mut driven = Driven::waiting(PaymentState::Unknown);
    driven.press(&[Press::Park]);
    driven.feed(Input::Terminal(Err(CallError::Unauthenticated)));
    assert_eq!((driven.screen(), driven.saved().parked.len()), ("pair", 1));
}

#[test]
fn a_payment_that_another_tab_of_this_tablet_began_is_parked() {
    let mut driven = Driven::ready();
    driven.feed(Input::Payment(open("of-the-other-tab").into()));
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::InDoubt, 1))));
    driven.feed(Input::Payment(Payment { version: 3, ..paid("of-the-other-tab") }.into()));
    assert_eq!(driven.badge(), Some((ParkReason::Paid, 1)), "its money is told until somebody looks");
    assert_eq!(driven.sounds(), [Sound::Attention]);
    driven
        .press(&[Press::ShowParked])
        .feed(Input::Payment(Payment { version: 3, ..paid("of-the-other-tab") }.into()));
    assert_eq!((driven.screen(), driven.press(&[Press::NextSale]).badge()), ("paid", None));
}

#[test]
fn what_two_pages_of_a_tablet_kept_is_one_set() {
    let mut ours = stored(true);
    let theirs = StoredSale {
        sale: ours.sale.clone().unwrap().sale,
        payment: Some(StoredPayment::known(id("theirs"))),
    };
    for _ in 0..2 {
        ours.merge(theirs.clone());
        ours.merge(ours.sale.clone().unwrap());
    }
    assert_eq!(ours.payments().count(), 2);
}

#[test]
fn the_badge_can_be_opened_while_a_sale_awaits_its_code() {
    let mut driven = started(Stored::default(), &[of_a_colleague("theirs")], None);
    driven.press(&[Press::DoubleZero, Press::Digit(2), Press::Digit(2), Press::Digit(2), Press::Digit(5)]);
    driven.press(&[Press::Charge, Press::ShowParked]);
    driven.feed(Input::Payment(of_a_colleague("theirs").into()));
    assert_eq!(driven.screen(), "other_till");
    assert!(driven.reports().is_empty(), "the checkout is not over");
    driven.press(&[Press::NextSale]);
    let Some(Effect::Call(Call::List(Listing::Sale(sale_id)))) = driven.effects.last().cloned() else {
        panic!()
    };
    driven.feed(Input::Listed(Listing::Sale(sale_id), Vec::new(), None));
    assert_eq!((driven.screen(), driven.till.view().sale.unwrap().amount.minor), ("scan", 2_225));
}

#[test]
fn another_tills_payment_that_begins_later_is_a_badge_too() {
    let mut driven = started(Stored::default(), &[], None);
    driven.feed(Input::Payment(of_a_colleague("theirs").into()));
    assert_eq!((driven.screen(), driven.badge()), ("amount", Some((ParkReason::OtherTill, 1))));
    let holder = of_a_colleague("theirs").holder;
    driven.feed(Input::Payment(Payment { holder, version: 9, ..paid("theirs") }.into()));
    assert_eq!((driven.screen(), driven.badge(), driven.sounds().len()), ("amount", None, 0));
}

#[test]
fn a_tablet_without_storage_shows_a_recent_payment_as_earlier() {
    let before = Payment { holder: of_a_colleague("old-self").holder, ..paid("before") };
    let driven = started(Stored::default(), &[], Some(&before));
    assert!(is_earlier(&driven), "{}", driven.screen());
    let remembers = Stored { seen: vec![id("other")], ..Stored::default() };
    assert_eq!(started(remembers, &[], Some(&before)).screen(), "amount", "a colleague's is none of its own");
    // The start takes three answers, of a millisecond each.
    for (now_ms, screen) in [(599_996, "paid"), (599_997, "amount")] {
        let mut later = Driven { now_ms, ..Driven::start(Stored::default(), None) };
        assert_eq!(
            later.begin(&[], Some(&before)).screen(),
            screen,
            "after ten minutes that customer is gone"
        );
    }
}

/// A start with these last payments of the terminal, the newest first.
fn started_beside(stored: Stored, newest: &[Payment], now: Option<i64>) -> Driven {
    let mut driven = Driven::start(stored, None);
    driven.feed(Input::Terminal(Ok(Terminal { now: now.map(Timestamp), ..terminal() }))).list(&[]);
    driven.feed(Input::Listed(Listing::Newest, newest.iter().cloned().map(Rc::new).collect(), None));
    driven
}

/// The storage of a tablet that was used before.
fn used() -> Stored {
    Stored { seen: vec![id("told")], ..Stored::default() }
}

#[test]
fn an_unseen_payment_is_shown_although_a_colleague_sold_since() {
    let since = Payment {
        state: PaymentState::Successful,
        disposition: Some(Disposition::Accepted),
        ..of_a_colleague("since")
    };
    let driven = started_beside(used(), &[since.clone(), paid("dark"), paid("told")], None);
    assert!(is_earlier(&driven), "{}", driven.screen());
    assert!(driven.saved().seen.contains(&id("dark")));
    let driven = started_beside(used(), &[since, paid("told"), paid("older")], None);
    assert_eq!(driven.screen(), "amount", "what came before a payment that was told is no news");
}

#[test]
fn a_refused_attempt_without_a_code_is_no_news_after_a_reload() {
    let mut driven = Driven::scanning();
    driven.scan(CODE);
    let (put, _) = driven.puts().remove(0);
    driven.feed(Input::CallFailed(put.clone(), problem(ProblemCode::ReferenceSeen, true)));
    assert_eq!(driven.screen(), "refused");
    let recorded = Payment {
        id: put,
        code_masked: String::new(),
        state: PaymentState::Cancelled,
        sale_id: driven.saved().sale.unwrap().sale.id,
        ..any_payment()
    };
    let mut stored = driven.saved();
    if let Some(stored) = &mut stored.sale {
        stored.sale.reference = Some("inv-1".into());
    }
    let again = started_beside(stored, &[recorded], None);
    assert_eq!(again.screen(), "scan");
    assert_eq!(again.till.view().sale.unwrap().reference.as_deref(), Some("inv-1"));
}

#[test]
fn the_proxys_clock_tells_whether_a_payment_was_just_before() {
    let paid = Payment { updated_at: Timestamp(1_000_000), ..paid("just-before") };
    for (tablet_ms, shown) in [(1_060_000, "paid"), (9_000_000, "paid"), (0, "paid")] {
        let mut driven = Driven::start(Stored::default(), None);
        driven.now_ms = tablet_ms;
        let terminal = Terminal { now: Some(Timestamp(1_060_000)), ..terminal() };
        driven.feed(Input::Terminal(Ok(terminal))).list(&[]);
        let of_another = Payment { holder: DeviceId::parse("before-the-clearing").unwrap(), ..paid.clone() };
        driven.feed(Input::Listed(Listing::Newest, vec![of_another.into()], None));
        assert_eq!(driven.screen(), shown, "{tablet_ms}");
    }
}
