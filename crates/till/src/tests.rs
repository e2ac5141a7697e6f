//! Tests of the till: single facts, and a property over every order of events.

mod badges;
mod beginnings;
mod colleagues;
mod customer;
mod idle;
mod in_doubt;
mod keypad;
mod late;
mod limited;
pub(crate) mod names;
mod orders;
mod out_of_sight;
mod page_origin;
mod pairs;
mod property;
mod rare_ways;
mod refusing;
mod scans;
mod selling;
mod sight;
mod silence;
mod strays;
mod waits;

use std::rc::Rc;

use super::sale::StoredSale;
use super::*;
use scantill_types::api::*;
use scantill_types::payer_code::{Mode, SourceType};
use scantill_types::{
    ChargeId, Currency, DeviceId, PaymentId, SaleId, StoreId, TerminalId, TillTiming, Timestamp,
};

const CODE: &str = "28763443825664394";
const OTHER: &str = "28763443825664395";

/// A till with its clock, and every effect that it asked for.
struct Driven {
    till: Till,
    now_ms: u64,
    effects: Vec<Effect>,
}

impl Driven {
    fn start(stored: Stored, opening: Option<CheckoutRequest>) -> Self {
        let (till, effects) = Till::start(device(), stored, opening);
        Self { till, now_ms: 1_000, effects }
    }

    /// A till that knows who it is and shows the keypad.
    fn ready() -> Self {
        let mut driven = Self::start(Stored::default(), None);
        driven.begin(&[], None);
        driven
    }

    /// The proxy answers the terminal, the payments that are not settled, and the last payment.
    fn begin(&mut self, unsettled: &[Payment], newest: Option<&Payment>) -> &mut Self {
        self.feed(Input::Terminal(Ok(terminal()))).list(unsettled);
        self.feed(Input::Listed(Listing::Newest, newest.cloned().map(Rc::new).into_iter().collect(), None))
    }

    fn list(&mut self, unsettled: &[Payment]) -> &mut Self {
        let unsettled = unsettled.iter().cloned().map(Rc::new).collect();
        self.feed(Input::Listed(Listing::Unsettled(None), unsettled, None))
    }

    /// Another page of the same tablet that finds this state in its storage.
    fn reload(self, stored: Stored, opening: Option<CheckoutRequest>) -> Self {
        Self { now_ms: self.now_ms + 10_000, effects: self.effects, ..Self::start(stored, opening) }
    }

    /// The same tablet after a reload, with these payments that are not settled.
    fn reload_with(self, unsettled: &[Payment]) -> Self {
        let stored = self.saved();
        let mut again = self.reload(stored, None);
        again.begin(unsettled, None);
        again
    }

    /// A till that waits for a code for ฿22.25.
    fn scanning() -> Self {
        let mut driven = Self::ready();
        driven.press(&[Press::Digit(2), Press::Digit(2), Press::Digit(2), Press::Digit(5), Press::Charge]);
        driven
    }

    /// A till whose payment the proxy has, in this state.
    fn waiting(state: PaymentState) -> Self {
        let mut driven = Self::scanning();
        driven.scan(CODE);
        let payment = driven.payment(state);
        driven.feed(Input::Payment(payment.into()));
        driven
    }

    fn feed(&mut self, input: Input) -> &mut Self {
        self.now_ms += 1;
        let moment = StepContext { now_ms: self.now_ms, unix_ms: self.now_ms, random: [7; 10] };
        let (till, effects) = self.till.clone().step(&moment, input);
        self.till = till;
        self.effects.extend(effects);
        self
    }

    fn press(&mut self, presses: &[Press]) -> &mut Self {
        for press in presses {
            self.feed(Input::Press(press.clone()));
        }
        self
    }

    fn scan(&mut self, text: &str) -> &mut Self {
        let at_ms = self.now_ms;
        self.feed(Input::Scanned { text: text.into(), at_ms })
    }

    fn screen(&self) -> &'static str {
        self.till.view().screen.name()
    }

    /// The PUTs so far, as id and body.
    fn puts(&self) -> Vec<(PaymentId, CreatePayment)> {
        let put = |effect: &Effect| match effect {
            Effect::Call(Call::Put(id, body)) => Some((id.clone(), (**body).clone())),
            _ => None,
        };
        self.effects.iter().filter_map(put).collect()
    }

    fn cancels(&self) -> Vec<CancelledBy> {
        let cancel = |effect: &Effect| match effect {
            Effect::Call(Call::Cancel(_, body)) => Some(body.by),
            _ => None,
        };
        self.effects.iter().filter_map(cancel).collect()
    }

    fn saved(&self) -> Stored {
        let saved = |effect: &Effect| match effect {
            Effect::Save(stored) => Some(stored.clone()),
            _ => None,
        };
        self.effects.iter().rev().find_map(saved).unwrap_or_default()
    }

    /// The badge of the parked payments.
    fn badge(&self) -> Option<(ParkReason, usize)> {
        self.till.view().parked.map(|parked| (parked.reason, parked.count))
    }

    /// Why the last scan was not sent.
    fn scan_problem(&self) -> Option<ScanProblem> {
        self.till.view().scan_problem
    }

    fn sounds(&self) -> Vec<Sound> {
        let sound = |effect: &Effect| match effect {
            Effect::Play(sound) => Some(*sound),
            _ => None,
        };
        self.effects.iter().filter_map(sound).collect()
    }

    fn reports(&self) -> Vec<Outcome> {
        let report = |effect: &Effect| match effect {
            Effect::Report(outcome) => Some((**outcome).clone()),
            _ => None,
        };
        self.effects.iter().filter_map(report).collect()
    }

    /// The payment of the last PUT, in this state.
    fn payment(&self, state: PaymentState) -> Payment {
        let (id, body) = self.puts().pop().expect("nothing was sent");
        let disposition = (state == PaymentState::Successful).then_some(Disposition::Accepted);
        Payment { id, sale_id: body.sale_id, state, disposition, ..any_payment() }
    }
}

fn device() -> DeviceId {
    DeviceId::parse("till").unwrap()
}

fn terminal() -> Terminal {
    Terminal {
        terminal_id: TerminalId::parse("POS-01").unwrap(),
        store_id: StoreId::parse("store_1").unwrap(),
        store_name: "store 1".into(),
        time_zone: "Asia/Bangkok".into(),
        currency: Currency::Thb,
        minor_digits: 2,
        limits: Limits::default(),
        source_type: SourceType::BarcodeAlipay,
        mode: Mode::Test,
        timing: TillTiming::default(),
        now: None,
    }
}

fn any_payment() -> Payment {
    Payment {
        id: PaymentId::parse("pay-1").unwrap(),
        sale_id: SaleId::parse("sale-1").unwrap(),
        version: 2,
        state: PaymentState::Pending,
        failure_code: None,
        refusal: None,
        amount: 2_225,
        currency: Currency::Thb,
        reference: None,
        code_masked: "28 ····· 4394".into(),
        code_outside_grammar: false,
        charge: None,
        refunds: Vec::new(),
        disposition: None,
        cancel_request: None,
        review: None,
        released: None,
        resolution: None,
        terminal_id: TerminalId::parse("POS-01").unwrap(),
        holder: device(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

fn problem(code: ProblemCode, never_created: bool) -> CallError {
    CallError::Refused(Problem {
        kind: String::new(),
        status: 409,
        code,
        detail: String::new(),
        payment_id: Some(PaymentId::parse("other").unwrap()),
        never_created,
        retry_after_s: None,
    })
}

fn stored(acknowledged: bool) -> Stored {
    let sale = Sale {
        id: SaleId::parse("sale-1").unwrap(),
        amount: 2_225,
        currency: Currency::Thb,
        reference: None,
    };
    let id = PaymentId::parse("pay-1").unwrap();
    let payment = Some(if acknowledged { StoredPayment::known(id) } else { StoredPayment::sent(id) });
    Stored { sale: Some(StoredSale { sale, payment }), ..Stored::default() }
}
