//! The customer's screen: a page of its own that hears from a till of this device.
//!
//! It holds nothing but the last news, which a reload forgets and ten seconds of silence void. Its words are part of the
//! module: it shows several languages at once, changes them without a network, and is small.

mod clock;
mod paint;
mod texts;
mod window;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use scantill_till::customer::CustomerDisplay;
use scantill_types::api::CustomerNews;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use paint::{Painted, Picture};
use window::TillWindow;

/// The screen looks so often whether what it shows has become too old, and asks as often what is new.
const LOOK_MS: u32 = 1_000;

/// The running screen.
struct Screen {
    place: Element,
    heard: RefCell<Option<LastNews>>,
    painted: RefCell<Option<Painted>>,
}

/// The last news, and when they came.
struct LastNews {
    news: CustomerNews,
    at_ms: f64,
}

/// Opens the screen in an element of the page, for the till that the page's address names. It runs as long as the page.
#[wasm_bindgen(js_name = openCustomer)]
pub fn open_customer(place: &Element) {
    let screen =
        Rc::new(Screen { place: place.clone(), heard: RefCell::default(), painted: RefCell::default() });
    let hearing = screen.clone();
    let source = TillWindow::of_address(move |news| hearing.hear(news));
    screen.paint(source.is_some());
    let look = Interval::new(LOOK_MS, move || {
        source.iter().for_each(TillWindow::ask);
        screen.paint(source.is_some());
    });
    look.forget();
}

impl Screen {
    fn hear(&self, news: CustomerNews) {
        *self.heard.borrow_mut() = Some(LastNews { news, at_ms: clock::now_ms() });
        self.paint(true);
    }

    /// Paints what may be shown now, if that is something else.
    fn paint(&self, is_connected: bool) {
        let picture = match &*self.heard.borrow() {
            Some(LastNews { news, at_ms }) => {
                let display = CustomerDisplay::now(news, clock::since_ms(*at_ms));
                Picture { shop: news.shop.clone(), display: Some(display), languages: news.languages.clone() }
            }
            None if is_connected => {
                Picture { display: Some(CustomerDisplay::default()), ..Picture::default() }
            }
            None => Picture::default(),
        };
        paint::show(&self.place, &mut self.painted.borrow_mut(), picture);
    }
}
