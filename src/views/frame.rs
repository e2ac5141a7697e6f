//! The till's frame: whose till it is, the sale standing still on one side, the state speaking on the other.

use scantill_till::{AsideReason, AsideView, Press, Screen, Sound};
use yew::prelude::*;

use super::element::{Element, span, tag};
use super::hand::{Hand, Weight};
use super::{code_field, facts, keypad, outcome, pair, sale, scan, scanner, waiting};
use crate::app::shell::{Scene, may_open_page};
use crate::texts::{Language, Word};

/// `painting` counts the paintings from scratch; `is_disturbed` where something changes what was painted, again and again.
pub(super) fn frame(scene: &Scene, painting: u32, is_disturbed: bool, hand: Hand) -> Html {
    let view = &scene.view;
    let screen = scene.name();
    let bar = match (view.reachable, is_disturbed) {
        (false, _) => Some(hand.said(Word::NoConnection)),
        (true, true) => Some(hand.said(Word::Disturbed)),
        (true, false) => None,
    };
    let marked = scene.mark.map(|(number, sound)| {
        tag!("i", "class" = "mark", "data-sound" = sound_name(sound)).key(&number.to_string()).html()
    });
    let earlier = matches!(view.screen, Screen::Paid { earlier: true, .. }).then_some("");
    let sale = if scene.panel.open { scanner::trial(hand) } else { sale::sale(scene, hand) };
    let state = tag!("section", "class" = "state").key(screen).child(state(scene, hand));
    let aloud_to =
        tag!("p", "class" = "aloud", "role" = "status", "aria-live" = "polite", "aria-atomic" = "true");
    let till = till(screen, earlier, hand)
        .element(tag!("p", "class" = "bar", "role" = "status").maybe(bar.map(span)))
        .element(tag!("div", "class" = "who").children(who(scene, hand)))
        .child(sale)
        .element(tag!("div", "class" = "stage").element(state))
        .element(tag!("div", "class" = "ways").maybe(way(scene, hand)))
        .element(aloud_to.words(aloud(scene, hand)))
        .element(tag!("div", "class" = "marks", "aria-hidden" = "true").maybe(marked));
    tag!("div", "class" = "box").key(&painting.to_string()).element(till).html()
}

fn till(screen: &'static str, earlier: Option<&'static str>, hand: Hand) -> Element {
    let lang = hand.language.tag();
    tag!(
        "div",
        "class" = "till",
        "data-screen" = screen,
        "data-earlier" = earlier,
        "lang" = lang,
        "translate" = "no"
    )
}

/// What the page's title tells of the state.
pub(super) fn title(scene: &Scene, language: Language) -> String {
    if scene.panel.open {
        return language.word(Word::Scanner).to_owned();
    }
    let amount = scene.view.sale.as_ref().map(|sale| sale.amount.to_string());
    let said = language.screen(&scene.view.screen).title;
    [said, amount.as_deref().unwrap_or_default()].join(" ").trim_end().to_owned()
}

fn who(scene: &Scene, hand: Hand) -> Vec<Html> {
    let view = &scene.view;
    let store = view.header.as_ref().map(|header| {
        let name = tag!("b").words(header.store_name.clone());
        let terminal = tag!("span").words(header.terminal_id.clone());
        tag!("p", "class" = "store").key("store").element(name).text(" ").element(terminal).html()
    });
    // Always there, so that what appears in it is told to those who listen.
    let waiting =
        view.waiting.map(|amount| chip("waiting", Weight::Chip, hand.language.waiting_order(amount)));
    let badges = [view.aside.map(|aside| badge(aside, hand)), waiting].into_iter().flatten().collect();
    let aside = tag!("div", "class" = "badge", "role" = "status").key("aside").children(badges).html();
    let test_mode = view.header.as_ref().is_some_and(|header| header.test_mode);
    let mode =
        test_mode.then(|| tag!("em", "class" = "mode").key("mode").text(hand.word(Word::TestMode)).html());
    let page = (may_open_page(&view.screen) && !scene.panel.open).then(|| scanner::door(hand));
    [store, Some(aside), mode, page].into_iter().flatten().collect()
}

/// Payments aside can be looked at only while no other is in hand.
fn badge(aside: AsideView, hand: Hand) -> Html {
    let told = hand.language.aside(aside);
    let is_quiet = matches!(aside.reason, AsideReason::InDoubt | AsideReason::OtherTill);
    let weight = if is_quiet { Weight::Chip } else { Weight::Call };
    if aside.may_look {
        hand.action("show-aside", Press::ShowAside, told.into(), weight)
    } else {
        chip("told", weight, told)
    }
}

fn chip(key: &str, weight: Weight, told: String) -> Html {
    tag!("span", "class" = weight.class()).key(key).words(told).html()
}

fn state(scene: &Scene, hand: Hand) -> Html {
    match &scene.view.screen {
        _ if scene.panel.open => scanner::sources(&scene.panel, hand),
        Screen::Amount { amount, .. } => keypad::keypad(*amount, hand),
        Screen::Scan { typed: Some(typed) } => code_field::code_field(scene.view.scan_problem, typed, hand),
        Screen::Scan { typed: None } => scan::scan(scene, hand),
        screen @ Screen::Pair { busy: false, .. } => pair::pair(screen, hand),
        Screen::Starting
        | Screen::Pair { .. }
        | Screen::Recalling { .. }
        | Screen::Sending { .. }
        | Screen::Pending { .. }
        | Screen::Cancelling { .. }
        | Screen::Unknown { .. } => waiting::waiting(&scene.view, scene.panel.office, hand),
        Screen::Paid { .. }
        | Screen::Decide { .. }
        | Screen::GivenBack { .. }
        | Screen::Supervisor { .. }
        | Screen::Failed { .. }
        | Screen::Cancelled { .. }
        | Screen::OtherTill { .. }
        | Screen::Elsewhere
        | Screen::Refused { .. } => outcome::outcome(&scene.view, scene.panel.office, hand),
    }
}

/// What leads away from a screen stands apart from what it is for.
fn way(scene: &Scene, hand: Hand) -> Option<Html> {
    if scene.panel.open {
        return Some(scanner::done(hand));
    }
    let (name, press, word) = match &scene.view.screen {
        Screen::Scan { .. } => ("back", Press::Back, Word::Back),
        Screen::Pending { .. } => ("cancel", Press::Cancel, Word::CancelPayment),
        _ => return None,
    };
    Some(hand.action(name, press, hand.said(word), Weight::Plain))
}

/// The same words for those who listen.
fn aloud(scene: &Scene, hand: Hand) -> String {
    if scene.panel.open {
        return String::new();
    }
    let view = &scene.view;
    if matches!(view.screen, Screen::Amount { .. } | Screen::Pair { .. }) {
        return String::new();
    }
    let said = hand.language.screen(&view.screen);
    let title = [Some(said.title.to_owned()), facts::paid_at(view, hand.language)];
    let title = title.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let texts = [title.as_str(), said.money, said.next].into_iter().filter(|text| !text.is_empty());
    // A title has no stop of its own; without one a voice would run it into the next sentence.
    let stopped =
        |text: String| if text.ends_with(['.', '?', '!', '…']) { text } else { format!("{text}.") };
    texts.map(|text| stopped(text.to_owned())).collect::<Vec<_>>().join(" ")
}

fn sound_name(sound: Sound) -> &'static str {
    match sound {
        Sound::Heard => "heard",
        Sound::NotACode => "not-a-code",
        Sound::Paid => "paid",
        Sound::NotPaid => "not-paid",
        Sound::Attention => "attention",
    }
}
