//! The till's frame: the header, the sale on one side, the state on the other.

use scantill_till::view_model::{ViewModel, may_open_page};
use scantill_till::{ParkReason, ParkedView, Press, Screen, Sound};
use yew::prelude::*;

use super::context::{ButtonStyle, ViewContext};
use super::element::{Element, span, tag};
use super::{code_field, facts, keypad, outcome, pair, sale, scan, scanner, waiting};
use crate::texts::{Language, Text, TextWith};

/// `painting` counts the paintings from scratch. `is_disturbed` means that something repeatedly changes the
/// painted nodes.
pub(crate) fn frame(view_model: &ViewModel, painting: u32, is_disturbed: bool, context: ViewContext) -> Html {
    let view = &view_model.view;
    let screen = view_model.name();
    let bar = match (view.reachable, is_disturbed) {
        (false, _) => Some(context.said(Text::NoConnection)),
        (true, true) => Some(context.said(Text::Disturbed)),
        (true, false) => None,
    };
    let marked = view_model.mark.map(|(number, sound)| {
        tag!("i", "class" = "mark", "data-sound" = sound_name(sound)).key(&number.to_string()).html()
    });
    let earlier = matches!(view.screen, Screen::Paid { earlier: true, .. }).then_some("");
    let sale = if view_model.panel.open { scanner::trial(context) } else { sale::sale(view_model, context) };
    let state = tag!("section", "class" = "state").key(screen).child(state(view_model, context));
    let aloud_to =
        tag!("p", "class" = "aloud", "role" = "status", "aria-live" = "polite", "aria-atomic" = "true");
    let till = till(screen, earlier, context)
        .element(tag!("p", "class" = "bar", "role" = "status").maybe(bar.map(span)))
        .element(tag!("div", "class" = "who").children(who(view_model, context)))
        .child(sale)
        .element(tag!("div", "class" = "stage").element(state))
        .element(tag!("div", "class" = "ways").maybe(way(view_model, context)))
        .element(aloud_to.words(aloud(view_model, context)))
        .element(tag!("div", "class" = "marks", "aria-hidden" = "true").maybe(marked));
    tag!("div", "class" = "box").key(&painting.to_string()).element(till).html()
}

fn till(screen: &'static str, earlier: Option<&'static str>, context: ViewContext) -> Element {
    let lang = context.language.tag();
    tag!(
        "div",
        "class" = "till",
        "data-screen" = screen,
        "data-earlier" = earlier,
        "lang" = lang,
        "translate" = "no"
    )
}

/// What a till says that could not fetch its texts: the only words of its own.
pub(crate) fn without_words() -> Html {
    let told = "The till cannot load its texts. Check the connection: the till keeps trying. If that does not \
                help, load the page again. No payment is lost by that.";
    tag!("div", "class" = "box")
        .element(
            tag!("p", "class" = "bar", "role" = "alert", "lang" = "en").child(span(AttrValue::Static(told))),
        )
        .html()
}

/// The state in the page's title.
pub(crate) fn title(view_model: &ViewModel, language: Language) -> String {
    if view_model.panel.open {
        return language.word(Text::Scanner).to_owned();
    }
    let amount = view_model.view.sale.as_ref().map(|sale| sale.amount.to_string());
    let said = language.screen(&view_model.view.screen).title;
    [said, amount.as_deref().unwrap_or_default()].join(" ").trim_end().to_owned()
}

fn who(view_model: &ViewModel, context: ViewContext) -> Vec<Html> {
    let view = &view_model.view;
    let store = view.header.as_ref().map(|header| {
        let name = tag!("b").words(header.store_name.clone());
        let terminal = tag!("span").words(header.terminal_id.clone());
        tag!("p", "class" = "store").key("store").element(name).text(" ").element(terminal).html()
    });
    // The element always exists, so that a screen reader reads a change.
    let waiting = view.waiting.map(|amount| {
        chip("waiting", ButtonStyle::Chip, context.language.with(TextWith::WaitingOrder, &amount))
    });
    let badges = [view.parked.map(|parked| badge(parked, context)), waiting].into_iter().flatten().collect();
    let parked = tag!("div", "class" = "badge", "role" = "status").key("parked").children(badges).html();
    let test_mode = view.header.as_ref().is_some_and(|header| header.test_mode);
    let mode =
        test_mode.then(|| tag!("em", "class" = "mode").key("mode").text(context.word(Text::TestMode)).html());
    let page = (may_open_page(&view.screen) && !view_model.panel.open).then(|| scanner::opener(context));
    [store, Some(parked), mode, page].into_iter().flatten().collect()
}

/// Parked payments can be shown only while no other is in hand.
fn badge(parked: ParkedView, context: ViewContext) -> Html {
    let told = context.language.parked(parked);
    let is_quiet = matches!(parked.reason, ParkReason::InDoubt | ParkReason::OtherTill);
    let weight = if is_quiet { ButtonStyle::Chip } else { ButtonStyle::Call };
    if parked.may_look {
        context.action("show-parked", Press::ShowParked, told.into(), weight)
    } else {
        chip("told", weight, told)
    }
}

fn chip(key: &str, weight: ButtonStyle, told: String) -> Html {
    tag!("span", "class" = weight.class()).key(key).words(told).html()
}

fn state(view_model: &ViewModel, context: ViewContext) -> Html {
    match &view_model.view.screen {
        _ if view_model.panel.open => scanner::sources(&view_model.panel, context),
        Screen::Amount { amount, .. } => keypad::keypad(*amount, context),
        Screen::Scan { typed: Some(typed) } => {
            code_field::code_field(view_model.view.scan_problem, typed, context)
        }
        Screen::Scan { typed: None } => scan::scan(view_model, context),
        screen @ Screen::Pair { busy: false, .. } => pair::pair(screen, context),
        Screen::Starting
        | Screen::Pair { .. }
        | Screen::Resuming { .. }
        | Screen::Sending { .. }
        | Screen::Pending { .. }
        | Screen::Cancelling { .. }
        | Screen::Unknown { .. } => waiting::waiting(&view_model.view, view_model.panel.office, context),
        Screen::Paid { .. }
        | Screen::Decide { .. }
        | Screen::GivenBack { .. }
        | Screen::Supervisor { .. }
        | Screen::Failed { .. }
        | Screen::Cancelled { .. }
        | Screen::OtherTill { .. }
        | Screen::Elsewhere
        | Screen::Refused { .. } => outcome::outcome(&view_model.view, view_model.panel.office, context),
    }
}

/// The button that leaves a screen is apart from the screen's main action.
fn way(view_model: &ViewModel, context: ViewContext) -> Option<Html> {
    if view_model.panel.open {
        return Some(scanner::done(context));
    }
    let (name, press, word) = match &view_model.view.screen {
        Screen::Scan { .. } => ("back", Press::Back, Text::Back),
        Screen::Pending { .. } => ("cancel", Press::Cancel, Text::CancelPayment),
        _ => return None,
    };
    Some(context.action(name, press, context.said(word), ButtonStyle::Plain))
}

/// The same words for a screen reader.
fn aloud(view_model: &ViewModel, context: ViewContext) -> String {
    if view_model.panel.open {
        return String::new();
    }
    let view = &view_model.view;
    if matches!(view.screen, Screen::Amount { .. } | Screen::Pair { .. }) {
        return String::new();
    }
    let said = context.language.screen(&view.screen);
    let title = [Some(said.title.to_owned()), facts::paid_at(view, context.language)];
    let title = title.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let texts = [title.as_str(), said.money, said.next].into_iter().filter(|text| !text.is_empty());
    // A title has no full stop. Without one a voice would run it into the next sentence.
    let stopped = |text: String| {
        if text.ends_with(['.', '?', '!', '…', '。', '？', '！']) { text } else { format!("{text}.") }
    };
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
