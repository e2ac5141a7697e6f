//! Paints the screen: the shop, the amount, and one sentence in each language.

use scantill_till::customer::CustomerDisplay;
use scantill_types::api::CustomerScreen;
use web_sys::{Document, Element};

use crate::texts::{self, Text};

/// More digits and commas than this need smaller letters.
const LONG: usize = 6;

/// What is to be shown; without a display the screen belongs to no till.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) shop: String,
    pub(crate) display: Option<CustomerDisplay>,
    pub(crate) languages: Vec<String>,
}

/// What was painted last.
#[derive(Debug)]
pub(crate) struct Painted(Picture);

/// Paints the picture, unless it is there already: a screen reader would say it again.
pub(crate) fn show(place: &Element, painted: &mut Option<Painted>, picture: Picture) {
    if painted.as_ref().is_some_and(|Painted(known)| *known == picture) {
        return;
    }
    paint(place, &picture);
    *painted = Some(Painted(picture));
}

fn paint(place: &Element, picture: &Picture) {
    let screen = picture.display.map(|display| display.screen);
    let _ = place.set_attribute("data-shows", name(screen));
    write(place, "shop", &picture.shop);
    let amount = picture.display.and_then(|display| display.amount).map(scantill_types::Money::painted);
    let (sign, whole, fraction) =
        amount.map_or_else(Default::default, |amount| (amount.sign, amount.whole, amount.fraction));
    let _ = place.toggle_attribute_with_force("data-long", LONG < whole.len());
    write(place, "sign", sign);
    write(place, "whole", &whole);
    write(place, "fraction", &fraction);
    say(place, texts::said(screen), &picture.languages);
}

/// The value of `data-shows`.
fn name(screen: Option<CustomerScreen>) -> &'static str {
    match screen {
        None => "not-connected",
        Some(CustomerScreen::Unknown) => "unknown",
        Some(CustomerScreen::Idle) => "idle",
        Some(CustomerScreen::ShowCode) => "show-code",
        Some(CustomerScreen::OneMoment) => "one-moment",
        Some(CustomerScreen::Confirm) => "confirm",
        Some(CustomerScreen::Paid) => "paid",
        Some(CustomerScreen::NotPaid) => "not-paid",
    }
}

/// The first language large, the others below it.
fn say(place: &Element, said: Option<Text>, tags: &[String]) {
    let Some(list) = part(place, "said") else { return };
    list.set_text_content(None);
    let (Some(said), Some(document)) = (said, document()) else { return };
    for language in texts::languages(tags) {
        let Ok(line) = document.create_element("p") else { return };
        let _ = line.set_attribute("lang", language.tag());
        line.set_text_content(Some(language.word(said)));
        let _ = list.append_child(&line);
    }
}

fn write(place: &Element, name: &str, text: &str) {
    if let Some(part) = part(place, name) {
        part.set_text_content(Some(text));
    }
}

fn part(place: &Element, name: &str) -> Option<Element> {
    place.query_selector(&format!("[data-part={name}]")).ok().flatten()
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
