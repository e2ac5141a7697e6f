//! Every payment of the tablet stays in sight, in any order of events (P3).

use proptest::prelude::*;
use scantill_testkit::property_cases;

use super::*;

/// The next event.
#[derive(Clone, Debug)]
enum Move {
    Press(Press),
    Scan(String),
    Elapsed(Timer),
    /// The proxy learns something of a payment, and the stream reports it.
    Learned(usize, PaymentState, Option<Disposition>, Option<ReviewReason>),
    /// Another tab of this tablet, or another tablet, begins a payment.
    Elsewhere(bool),
    /// A payment moves to another tablet, or back.
    Moved(usize, bool),
    /// The page is loaded again, and finds the last stored state, an older one, or none.
    Reload(Found),
    StreamLost,
    Order(i64),
}

#[derive(Clone, Copy, Debug)]
enum Found {
    Last,
    Older(usize),
    Nothing,
}

fn any_move() -> impl Strategy<Value = Move> {
    let presses = prop::sample::select(vec![
        Press::Digit(5),
        Press::DoubleZero,
        Press::Charge,
        Press::Back,
        Press::Cancel,
        Press::Park,
        Press::ShowParked,
        Press::ScanAgain,
        Press::EndSale,
        Press::NextSale,
        Press::TakeOver,
        Press::Decide(Decision::Accept),
        Press::Decide(Decision::CallSupervisor),
    ]);
    let states = prop::sample::select(vec![
        PaymentState::Unknown,
        PaymentState::Pending,
        PaymentState::Cancelling,
        PaymentState::Successful,
        PaymentState::Failed,
        PaymentState::Cancelled,
    ]);
    let dispositions = prop::sample::select(vec![
        None,
        Some(Disposition::AwaitingDecision),
        Some(Disposition::Accepted),
        Some(Disposition::InReview),
        Some(Disposition::Refunded),
    ]);
    let review = prop::sample::select(vec![
        None,
        None,
        Some(ReviewReason::Mismatch),
        Some(ReviewReason::SupervisorCalled),
    ]);
    let timers = prop::sample::select(vec![Timer::Again, Timer::Poll, Timer::Deadline, Timer::Watch]);
    let found = prop_oneof![Just(Found::Last), (0..9_usize).prop_map(Found::Older), Just(Found::Nothing)];
    prop_oneof![
        6 => presses.prop_map(Move::Press),
        3 => "28[0-9]{16}".prop_map(Move::Scan),
        1 => timers.prop_map(Move::Elapsed),
        4 => (0..4_usize, states, dispositions, review).prop_map(|(index, state, disposition, review)| {
            Move::Learned(index, state, disposition, review)
        }),
        1 => any::<bool>().prop_map(Move::Elsewhere),
        1 => (0..4_usize, any::<bool>()).prop_map(|(index, ours)| Move::Moved(index, ours)),
        2 => found.prop_map(Move::Reload),
        1 => Just(Move::StreamLost),
        1 => (0..3_i64).prop_map(|amount| Move::Order(amount * 5_000)),
    ]
}

/// A till and its proxy.
struct World {
    driven: Driven,
    /// How many of the effects were performed.
    done: usize,
    payments: Vec<Payment>,
}

impl World {
    fn new() -> Self {
        let mut world =
            Self { driven: Driven::start(Stored::default(), None), done: 0, payments: Vec::new() };
        world.answer();
        world
    }

    fn go(&mut self, step: Move) {
        match step {
            Move::Press(press) => {
                self.driven.press(&[press]);
            }
            Move::Scan(text) => {
                self.driven.scan(&text);
            }
            Move::Elapsed(timer) => {
                self.driven.feed(Input::Elapsed(timer));
            }
            Move::Learned(index, state, disposition, review) => {
                self.change(index, |payment| {
                    // An ended payment never opens again; money may still arrive.
                    let is_over = payment.state.is_final();
                    let state = if is_over { payment.state } else { state };
                    let came = state == PaymentState::Successful || is_over;
                    let disposition = disposition.filter(|_| came).or(payment.disposition);
                    let kept = (state == PaymentState::Successful).then_some(Disposition::Accepted);
                    Payment { state, disposition: disposition.or(kept), review, ..payment }
                });
            }
            Move::Elsewhere(ours) => {
                let number = self.payments.len();
                let id = PaymentId::parse(&format!("elsewhere-{number}")).unwrap();
                let sale_id = SaleId::parse(&format!("sale-elsewhere-{number}")).unwrap();
                self.payments.insert(0, Payment { id, sale_id, holder: holder(ours), ..any_payment() });
                self.change(0, |payment| payment);
            }
            Move::Moved(index, ours) => {
                self.change(index, |payment| Payment { holder: holder(ours), ..payment });
            }
            Move::Reload(found) => self.reload(found),
            Move::StreamLost => {
                self.driven.feed(Input::Stream(Stream::Lost)).feed(Input::Stream(Stream::Open));
            }
            Move::Order(amount) => {
                let reference = Some(format!("order-{amount}"));
                self.driven.feed(Input::Open(CheckoutRequest {
                    sale_id: None,
                    amount,
                    currency: None,
                    reference,
                }));
            }
        }
        self.answer();
    }

    fn reload(&mut self, found: Found) {
        let saves = self.driven.effects.iter().rev().filter_map(|effect| match effect {
            Effect::Save(stored) => Some(stored.clone()),
            _ => None,
        });
        let stored = match found {
            Found::Last => saves.into_iter().next(),
            Found::Older(age) => saves.into_iter().nth(age),
            Found::Nothing => None,
        };
        let till = std::mem::replace(&mut self.driven, Driven::start(Stored::default(), None));
        self.driven = till.reload(stored.unwrap_or_default(), None);
        self.done = self.driven.effects.len();
        let (_, effects) = Till::start(device(), Stored::default(), None);
        self.driven.effects.extend(effects);
    }

    /// The proxy changes a payment and tells everybody.
    fn change(&mut self, index: usize, change: impl FnOnce(Payment) -> Payment) {
        let Some(payment) = self.payments.get_mut(index) else { return };
        *payment = change(payment.clone());
        payment.version += 1;
        let told = payment.clone();
        self.driven.feed(Input::Payment(told.into()));
    }

    /// Answers each call, and the calls that follow from the answers.
    fn answer(&mut self) {
        while let Some(effect) = self.driven.effects.get(self.done).cloned() {
            self.done += 1;
            if let Effect::Call(call) = effect
                && let Some(input) = self.answer_to(call)
            {
                self.driven.feed(input);
            }
        }
    }

    fn answer_to(&mut self, call: Call) -> Option<Input> {
        let input = match call {
            Call::Terminal => Input::Terminal(Ok(terminal())),
            Call::List(listing) => {
                let payments = self.payments.iter().filter(|payment| match &listing {
                    Listing::Sale(sale_id) => payment.sale_id == *sale_id,
                    Listing::Unsettled(_) => !parked::is_over(payment),
                    Listing::Newest => true,
                });
                let payments = payments.cloned().map(Rc::new).collect();
                Input::Listed(listing, payments, None)
            }
            Call::Put(id, body) => {
                let payment = Payment { id, sale_id: body.sale_id, amount: body.amount, ..any_payment() };
                self.payments.insert(0, payment.clone());
                Input::Payment(payment.into())
            }
            Call::TakeOver(id) => {
                let index = self.payments.iter().position(|payment| payment.id == id)?;
                self.change(index, |payment| Payment { holder: device(), ..payment });
                return None;
            }
            Call::Read(id) | Call::Cancel(id, _) | Call::Decide(id, _) => {
                let payment = self.payments.iter().find(|payment| payment.id == id)?;
                Input::Payment(payment.clone().into())
            }
            Call::Pair(_) => return None,
        };
        Some(input)
    }

    /// The payments that the cashier cannot find on the screen.
    fn out_of_sight(&self) -> Vec<&Payment> {
        let till = &self.driven.till;
        let is_ours = |payment: &&Payment| payment.holder == device() && !parked::is_over(payment);
        let is_in_sight = |payment: &Payment| {
            till.phase.has(&payment.id)
                || (till.context.is_parked(&payment.id) && till.view().parked.is_some())
        };
        self.payments.iter().filter(is_ours).filter(|payment| !is_in_sight(payment)).collect()
    }
}

fn holder(ours: bool) -> DeviceId {
    if ours { device() } else { DeviceId::parse("tablet-of-a-colleague").unwrap() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(property_cases(2_000)))]

    #[test]
    fn no_payment_of_the_tablet_is_out_of_sight(moves in prop::collection::vec(any_move(), 0..40)) {
        let mut world = World::new();
        for step in moves {
            world.go(step);
            let hidden = world.out_of_sight();
            prop_assert!(hidden.is_empty(), "{:?} on {}", hidden, world.driven.screen());
        }
    }
}
