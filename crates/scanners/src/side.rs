//! The half of the sale on a tablet: below the amount the last sales, below the sale what the customer does and
//! which wallets are taken. The till reserves the place; what comes later moves nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Function;
use scantill_till::recent_sales::{RecentPayment, RecentSale, SaleOutcome, recent_sales};
use scantill_types::TerminalId;
use scantill_types::payer_code::SourceType;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, ShadowRoot};

use crate::clock;
use crate::parts::{Parts, adopt_styles};
use crate::texts::{Language, Text};

mod reading;
mod template;

/// Three sales, with what was tried in vain for them.
const LIST: &str = "/v1/payments?limit=12";
const TERMINAL: &str = "/v1/terminal";
/// A sale in doubt is asked for again so soon. So is everything after a failure.
const AGAIN_MS: u32 = 5_000;

/// The place, and what is known for it.
#[derive(Default)]
pub(crate) struct Side {
    place: RefCell<Option<Element>>,
    language: Cell<Option<Language>>,
    terminal: RefCell<Option<Terminal>>,
    /// `None` until they are read.
    sales: RefCell<Option<Vec<RecentSale>>>,
    is_reading: Cell<bool>,
    /// Something may have changed since that reading began.
    is_stale: Cell<bool>,
    again: RefCell<Option<Timeout>>,
}

/// The terminal, as far as this page of it matters.
#[derive(Clone, Debug, Deserialize)]
struct Terminal {
    #[serde(rename = "terminal_id")]
    id: TerminalId,
    time_zone: String,
    source_type: SourceType,
}

#[derive(Debug, Deserialize)]
struct Page {
    payments: Vec<RecentPayment>,
}

impl Side {
    /// Fills the place that the till shows now, if it shows one. `call` calls the proxy as this till.
    pub(crate) fn stand(self: &Rc<Self>, root: &ShadowRoot, language: Option<Language>, call: &Function) {
        let place = root.query_selector(".under[data-place]").ok().flatten();
        let (Some(place), Some(language)) = (place, language) else {
            drop((self.place.take(), self.again.take()));
            return;
        };
        let is_new = self.place.borrow().as_ref() != Some(&place);
        if is_new || self.language.get().map(Language::tag) != Some(language.tag()) {
            adopt_styles(root);
            let _ = place.set_attribute("lang", language.tag());
            *self.place.borrow_mut() = Some(place);
            self.language.set(Some(language));
            self.paint();
        }
        if is_new {
            self.read(call.clone());
        }
    }

    /// A till without room for the place, as on a phone, reads nothing.
    fn read(self: &Rc<Self>, call: Function) {
        let is_seen = self.place.borrow().as_ref().is_some_and(|place| place.client_width() != 0);
        if !is_seen {
            return;
        }
        if self.is_reading.replace(true) {
            return self.is_stale.set(true);
        }
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            let page = reading::read::<Page>(&call, LIST).await;
            let known = weak.upgrade().and_then(|side| side.terminal.borrow().clone());
            let known = known.filter(|known| page.as_ref().is_some_and(|page| page.is_of(known)));
            let terminal = match known {
                Some(known) => Some(known),
                None => reading::read(&call, TERMINAL).await,
            };
            if let Some(side) = weak.upgrade() {
                side.take(page, terminal, call);
            }
        });
    }

    fn take(self: &Rc<Self>, page: Option<Page>, terminal: Option<Terminal>, call: Function) {
        self.is_reading.set(false);
        let failed = page.is_none() || terminal.is_none();
        if let (Some(page), Some(terminal)) = (page, terminal) {
            *self.sales.borrow_mut() = Some(recent_sales(&page.payments));
            *self.terminal.borrow_mut() = Some(terminal);
            self.paint();
        }
        if self.is_stale.take() {
            return self.read(call);
        }
        if self.place.borrow().is_some() && (failed || self.has_doubt()) {
            let weak = Rc::downgrade(self);
            let again = Timeout::new(AGAIN_MS, move || {
                if let Some(side) = weak.upgrade() {
                    side.read(call);
                }
            });
            *self.again.borrow_mut() = Some(again);
        }
    }

    fn has_doubt(&self) -> bool {
        let undecided = [SaleOutcome::InDoubt, SaleOutcome::Refunding];
        self.sales.borrow().iter().flatten().any(|sale| undecided.contains(&sale.outcome))
    }

    fn paint(&self) {
        let (place, terminal) = (self.place.borrow(), self.terminal.borrow());
        let (Some(place), Some(terminal), Some(language)) = (&*place, &*terminal, self.language.get()) else {
            return;
        };
        match place.get_attribute("data-place").as_deref() {
            Some("steps") => place.set_inner_html(&template::steps(language, terminal.source_type)),
            _ => self.paint_sales(place, terminal, language),
        }
    }

    fn paint_sales(&self, place: &Element, terminal: &Terminal, language: Language) {
        let sales = self.sales.borrow();
        let Some(sales) = sales.as_ref() else { return };
        place.set_inner_html(&template::sales(language, sales));
        // What a cashier or a host page wrote is set as text, never as markup.
        let parts = Parts(place);
        for (index, sale) in sales.iter().enumerate() {
            let time = clock::time_of_day(sale.at, language.tag(), &terminal.time_zone);
            parts.write(&format!("time-{index}"), &time);
            parts.write(&format!("reference-{index}"), sale.reference.as_deref().unwrap_or_default());
        }
    }
}

impl Page {
    /// A till that was paired anew is another terminal.
    fn is_of(&self, terminal: &Terminal) -> bool {
        self.payments.first().is_none_or(|payment| payment.terminal_id == terminal.id)
    }
}

/// The word of an outcome.
fn word(outcome: SaleOutcome) -> Text {
    match outcome {
        SaleOutcome::InDoubt => Text::SideInDoubt,
        SaleOutcome::Paid => Text::SidePaid,
        SaleOutcome::RefundedInPart => Text::SideRefundedInPart,
        SaleOutcome::Refunding => Text::SideRefunding,
        SaleOutcome::Refunded => Text::SideRefunded,
        SaleOutcome::NotPaid => Text::SideNotPaid,
    }
}
