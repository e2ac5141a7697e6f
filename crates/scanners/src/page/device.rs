//! The parts of the page about this device: its place and build, the screen, and help.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::template::choice;
use crate::Inner;
use crate::device::bindings::{OwnPage, own_build, own_page};
use crate::device::{DeviceState, Newest, Unpairing};
use crate::parts::Parts;
use crate::texts::{Language, Text, TextWith};

/// The minutes to choose from; 0 means never.
const IDLE_MINUTES: [u32; 4] = [0, 1, 2, 5];
/// Each outcome's sign, its colour, its shape, and what it means.
const SIGNS: [(&str, &str, Text); 4] = [
    ("paid", "M60 2a58 58 0 1 1 0 116a58 58 0 1 1 0-116z", Text::DeviceHelpPaid),
    ("not-paid", "M36 2h48l34 34v48l-34 34H36L2 84V36z", Text::DeviceHelpNotPaid),
    ("doubt", "M60 0l60 60-60 60L0 60z", Text::DeviceHelpDoubt),
    ("quiet", "M60 12a48 48 0 1 1 0 96a48 48 0 1 1 0-96z", Text::DeviceHelpCancelled),
];

/// The elements.
pub(super) fn template(language: Language) -> String {
    let word = |text| language.word(text);
    let idle = IDLE_MINUTES.map(|minutes| {
        let name = match minutes {
            0 => word(Text::DeviceIdleNever).to_owned(),
            _ => language.with(TextWith::DeviceIdleMinutes, &minutes),
        };
        choice("idle", &minutes.to_string(), &name)
    });
    let signs = SIGNS.map(|(sign, shape, text)| {
        format!(r#"<li><svg data-sign="{sign}" viewBox="0 0 120 120" aria-hidden="true"><path d="{shape}"/></svg>{}</li>"#, word(text))
    });
    format!(
        r#"<article data-source="screen" data-part="screen" hidden><h3>{screen}</h3>
<button type="button" class="plain" data-action="full-screen" data-part="full-screen" hidden></button>
<p>{idle_told}</p><div class="picks" role="group" aria-label="{idle_told}">{idle}</div></article>
<article data-source="till"><h3>{till}</h3><p class="place" data-part="place"></p><p data-part="build"></p>
<p data-part="newest" role="status"></p>
<button type="button" class="plain" data-action="load-newest" data-part="load-newest" hidden>{load}</button>
<p>{naming}</p>
<button type="button" class="plain" data-action="unpair" data-part="unpair">{unpair}</button>
<div class="asked" data-part="unpair-asked" hidden><p>{asked}</p>
<button type="button" class="plain" data-action="unpair-yes">{yes}</button>
<button type="button" class="plain" data-action="unpair-no">{no}</button></div>
<p data-part="unpair-told" role="status"></p></article>
<article data-source="help"><h3>{help}</h3><ul class="signs">{signs}</ul><p>{next}</p><p>{documents}</p><p class="place" data-part="support" hidden></p></article>"#,
        screen = word(Text::DeviceScreen),
        idle_told = word(Text::DeviceIdle),
        idle = idle.concat(),
        till = word(Text::DeviceTill),
        load = word(Text::DeviceLoadNewest),
        naming = word(Text::DeviceNaming),
        unpair = word(Text::DeviceUnpair),
        asked = word(Text::DeviceUnpairAsked),
        yes = word(Text::DeviceUnpairYes),
        no = word(Text::DeviceUnpairNo),
        help = word(Text::DeviceHelp),
        signs = signs.concat(),
        next = word(Text::DeviceHelpNext),
        documents = word(Text::DeviceDocuments),
    )
}

/// Writes what is known.
pub(super) fn paint(parts: &Parts, state: &DeviceState, page: Option<&OwnPage>, language: Language) {
    let place = state.told.as_ref().map(|told| format!("{} · {}", told.store_name, told.terminal_id));
    parts.write("place", &place.unwrap_or_default());
    parts.write("build", &language.device_build(env!("CARGO_PKG_VERSION"), &own_build()));
    let newest = match state.newest {
        Newest::Unknown => Text::DeviceNewestUnknown,
        Newest::Own => Text::DeviceNewestOwn,
        Newest::Other => Text::DeviceNewestOther,
    };
    parts.write("newest", language.word(newest));
    parts.show("load-newest", state.newest == Newest::Other && page.is_some());
    paint_unpairing(parts, state.unpairing, language);
    let support = state.told.as_ref().and_then(|told| told.support.as_ref());
    parts.show("support", support.is_some());
    parts.write(
        "support",
        &support.map(|line| language.with(TextWith::DeviceSupport, line)).unwrap_or_default(),
    );
    parts.show("screen", page.is_some());
    if let Some(page) = page {
        paint_screen(parts, page, language);
    }
}

fn paint_unpairing(parts: &Parts, unpairing: Unpairing, language: Language) {
    let is_asked = unpairing == Unpairing::Asked;
    parts.show("unpair", !matches!(unpairing, Unpairing::Asked | Unpairing::UnderWay));
    parts.show("unpair-asked", is_asked);
    let told = match unpairing {
        Unpairing::NotWanted | Unpairing::Asked => "",
        Unpairing::UnderWay => language.word(Text::DeviceUnpairUnderWay),
        Unpairing::Refused => language.word(Text::DeviceUnpairRefused),
        Unpairing::Unanswered => language.word(Text::DeviceUnpairUnanswered),
    };
    parts.write("unpair-told", told);
}

fn paint_screen(parts: &Parts, page: &OwnPage, language: Language) {
    let is_full = page.full_screen();
    parts.show("full-screen", is_full.is_some());
    let name = if is_full == Some(true) { Text::DeviceWindow } else { Text::DeviceFullScreen };
    parts.write("full-screen", language.word(name));
    for minutes in IDLE_MINUTES {
        let is_chosen = page.idle_minutes() == minutes;
        parts.set(&format!("idle-{minutes}"), "aria-pressed", &is_chosen.to_string());
    }
}

/// Handles a press. False if the button is not one of these.
pub(super) fn pressed(inner: &Rc<Inner>, name: &str, value: &str) -> bool {
    let root = inner.root.borrow().clone();
    match (name, root.as_ref().and_then(own_page)) {
        ("unpair", _) => inner.want_unpairing(Unpairing::Asked),
        ("unpair-no", _) => inner.want_unpairing(Unpairing::NotWanted),
        ("unpair-yes", _) => inner.unpair(),
        ("full-screen", Some(page)) => {
            let inner = inner.clone();
            spawn_local(async move {
                // A browser that refuses it stays as it is.
                drop(page.toggle_full_screen().await);
                inner.paint();
            });
        }
        ("load-newest", Some(page)) => page.load_newest(),
        ("idle", Some(page)) => {
            page.set_idle_minutes(value.parse().unwrap_or_default());
            inner.paint();
        }
        _ => return false,
    }
    true
}
