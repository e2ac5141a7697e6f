//! The customer's screen as the till tells it: to every window of this device that asks, and aloud.

mod languages;
mod speech;
mod window;

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use scantill_till::customer::{CustomerDisplay, QUESTION, channel};
use scantill_till::volume::Volume;
use scantill_types::api::{CustomerNews, CustomerScreen};
use scantill_types::{Currency, Money};
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::clock;
use crate::settings::Settings;
use crate::texts::Language;
use languages::Languages;
use speech::Speech;

pub(crate) use speech::{Spoken, heard};
pub(crate) use window::is_of_this_page;

const LANGUAGES: &str = "customer-languages";
const SPEECH: &str = "speech";

/// What the customer of one till sees and hears.
pub(crate) struct Customer {
    settings: Settings,
    channel: Option<BroadcastChannel>,
    told: RefCell<Option<Told>>,
    languages: RefCell<Languages>,
    speech: RefCell<Speech>,
    _asked: Option<EventListener>,
}

/// What was told last.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    shop: String,
    display: CustomerDisplay,
    /// When it began.
    since_ms: u64,
}

impl Customer {
    pub(crate) fn of(till: String) -> Rc<Self> {
        let settings = Settings::of(till);
        let channel = BroadcastChannel::new(&channel(settings.till())).ok();
        let languages = settings.read(LANGUAGES).map(|kept| Languages::parse(&kept)).unwrap_or_default();
        let speech = settings.read(SPEECH).map(|kept| Speech::parse(&kept)).unwrap_or_default();
        Rc::new_cyclic(|weak: &Weak<Self>| {
            let weak = weak.clone();
            let asked = channel.as_ref().map(|channel| {
                EventListener::new(channel, "message", move |event| {
                    let is_question = |event: &MessageEvent| event.data() == *QUESTION;
                    let is_asked = event.dyn_ref::<MessageEvent>().is_some_and(is_question);
                    if let Some(customer) = weak.upgrade().filter(|_| is_asked) {
                        customer.tell();
                    }
                })
            });
            let (languages, speech) = (RefCell::new(languages), RefCell::new(speech));
            Self { settings, channel, told: RefCell::default(), languages, speech, _asked: asked }
        })
    }

    /// The till shows something: tells what the customer sees, and says a payment aloud that has just been paid.
    pub(crate) fn show(&self, shop: String, display: CustomerDisplay, language: Option<Language>) {
        let before = self.told.borrow().clone();
        if before.as_ref().is_some_and(|told| told.shop == shop && told.display == display) {
            return;
        }
        let is_paid = display.screen == CustomerScreen::Paid;
        let begins = before.as_ref().is_none_or(|told| told.display != display);
        let since_ms = match &before {
            Some(told) if !begins => told.since_ms,
            _ => clock::now_whole_ms(),
        };
        *self.told.borrow_mut() = Some(Told { shop, display, since_ms });
        self.tell();
        // What was paid before this module saw the sale is not said again.
        if let (Some(amount), Some(language), true) = (display.amount, language, is_paid && before.is_some())
        {
            self.say(amount, language);
        }
    }

    /// Opens the screen in a window of this device.
    pub(crate) fn open_window(&self) {
        self.settings.keep(LANGUAGES, &self.languages.borrow().to_string());
        window::open(self.settings.till());
    }

    /// Adds a language to the screen, or takes it away.
    pub(crate) fn toggle_language(&self, tag: &str) {
        self.languages.borrow_mut().toggle(tag);
        self.settings.keep(LANGUAGES, &self.languages.borrow().to_string());
        self.tell();
    }

    /// The languages of the screen by their own names, the largest first.
    pub(crate) fn languages(&self) -> Languages {
        self.languages.borrow().clone()
    }

    pub(crate) fn set_speech(&self, word: &str) {
        let speech = Speech::parse(word);
        *self.speech.borrow_mut() = speech;
        self.settings.keep(SPEECH, speech.as_str());
    }

    /// Whether amounts are spoken in this language, and why not.
    pub(crate) fn spoken(&self, language: Language) -> Spoken {
        Spoken::of(*self.speech.borrow(), self.volume(), language.tag())
    }

    fn say(&self, amount: Money, language: Language) {
        if self.spoken(language) == Spoken::Aloud {
            speech::say(&language.received(amount), language.tag(), self.volume());
        }
    }

    /// The volume that the till keeps.
    fn volume(&self) -> Volume {
        self.settings.read("volume").and_then(|word| Volume::parse(&word)).unwrap_or_default()
    }

    /// Tells the windows of this device.
    fn tell(&self) {
        if let (Some(channel), Some(news)) = (&self.channel, self.news())
            && let Ok(news) = serde_wasm_bindgen::to_value(&news)
        {
            let _ = channel.post_message(&news);
        }
    }

    fn news(&self) -> Option<CustomerNews> {
        let Told { shop, display, since_ms } = self.told.borrow().clone()?;
        Some(CustomerNews {
            shop,
            show: display.screen,
            amount: display.amount.map(|amount| amount.minor),
            currency: display.amount.map_or(Currency::Thb, |amount| amount.currency),
            languages: self.languages.borrow().tags(),
            age_ms: clock::now_whole_ms().saturating_sub(since_ms),
        })
    }
}

impl Drop for Customer {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

/// What the till says of the customer's screen: the screen by its number, the amount in minor units, and its currency.
pub(crate) fn display(screen: u32, amount: f64, currency: &str) -> CustomerDisplay {
    let number = usize::try_from(screen).unwrap_or(usize::MAX);
    let screen = CustomerScreen::ALL.get(number).copied().unwrap_or_default();
    let minor = i64::try_from(crate::whole(amount)).unwrap_or_default();
    let amount = Currency::from_code(currency).map(|currency| Money::new(minor, currency));
    CustomerDisplay { screen, amount: amount.filter(|_| screen.has_amount()) }
}
