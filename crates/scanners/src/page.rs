//! The scanner's page: the scans of each scanner, their speed, and better settings.
//!
//! It is painted without a framework: a template that is inserted once, and texts that are set in it.

use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use scantill_till::appearance::{APPEARANCES, Appearance};
use scantill_till::catalogue::{self, LANGUAGES};
use scantill_till::scan::{Limits, Recommendation, Trace};
use scantill_till::scanner_panel::{PageState, ScannerCommand};
use scantill_till::volume::{VOLUMES, Volume};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, ShadowRoot};

use crate::camera;
use crate::device::bindings::{OwnPage, own_page};
use crate::hid::HidState;
use crate::parts::{Parts, adopt_styles};
use crate::texts::{Language, Text};
use crate::{Copied, Inner, Known};

mod customer;
mod device;
mod template;

/// The step by which one press changes the limit.
const STEP_MS: u64 = 20;
/// More bars would be too thin to see.
const BARS_MAX: usize = 40;
const CHART_HIGH: u64 = 60;
const BAR_WIDE: usize = 10;

/// The page in its two places: on one side the scan test, on the other the list of scanners.
pub(crate) struct Page {
    trial: Element,
    sources: Element,
    language: Language,
    around: Option<OwnPage>,
    _pressed: [EventListener; 2],
}

impl Page {
    /// Inserts the template into the root's two places; `None` if they do not exist.
    pub(crate) fn open(root: &ShadowRoot, inner: &Rc<Inner>, language: Language) -> Option<Self> {
        let [trial, sources] = places(root)?;
        adopt_styles(root);
        for place in [&trial, &sources] {
            let _ = place.set_attribute("lang", language.tag());
        }
        trial.set_inner_html(&template::trial(language));
        sources.set_inner_html(&template::sources(language));
        let pressed = [&trial, &sources].map(|place| {
            let weak = Rc::downgrade(inner);
            EventListener::new(place, "click", move |event| pressed(&weak, event))
        });
        inner.ask_about_device();
        Some(Self { trial, sources, language, around: own_page(root), _pressed: pressed })
    }

    /// Whether this page is in the root: a page that was closed and opened has new places.
    pub(crate) fn stands_in(&self, root: &ShadowRoot) -> bool {
        places(root).is_some_and(|[trial, sources]| trial == self.trial && sources == self.sources)
    }

    /// Whether something on the side of the settings has the focus.
    pub(crate) fn has_focus(&self) -> bool {
        self.sources.matches(":focus-within").unwrap_or_default()
    }

    /// Gives the focus to the button of a language.
    pub(crate) fn focus_language(&self, language: Language) {
        let button = Parts(&self.sources).find(&format!("language-{}", language.tag()));
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            let _ = button.focus();
        }
    }

    pub(crate) fn paint(&self, inner: &Inner) {
        let (known, language) = (&*inner.known.borrow(), self.language);
        let PageState { limits, reading, trace, camera, .. } = &known.state;
        let trial = Parts(&self.trial);
        trial.show("nothing", reading.is_none() && trace.is_none());
        trial.show("heard", reading.is_some());
        if let Some(reading) = reading {
            trial.write("masked", &reading.masked);
            trial.write("kind", &language.reading(reading));
            // A new reading must look new, also if it equals the last.
            trial.set("heard", "data-number", &(reading.number % 2).to_string());
        }
        trial.show("pace", trace.is_some());
        if let Some(trace) = trace {
            paint_trace(&trial, trace, known, language);
        }
        let sources = Parts(&self.sources);
        paint_choices(&sources, &known.state);
        customer::paint(&sources, inner, language);
        sources.write("limit", &language.slowest(*limits));
        paint_hid(&sources, &known.hid, language);
        sources.set("camera", "data-state", if camera::is_shown() { "ready" } else { "absent" });
        let (told, change) = habit(camera.auto_open);
        let told = if camera::is_shown() { told } else { Text::NoCameraShown };
        sources.write("camera-told", language.word(told));
        sources.write("camera-auto-open", language.word(change));
        device::paint(&sources, &known.device, self.around.as_ref(), language);
    }
}

/// Marks the chosen language, volume and appearance.
fn paint_choices(parts: &Parts, state: &PageState) {
    let languages = LANGUAGES.map(|(tag, _)| ("language", tag, tag == state.language));
    let volumes = VOLUMES.map(|(volume, word)| ("volume", word, volume == state.volume));
    let looks = APPEARANCES.map(|(look, word)| ("appearance", word, look == state.appearance));
    for (setting, value, is_chosen) in languages.into_iter().chain(volumes).chain(looks) {
        parts.set(&format!("{setting}-{value}"), "aria-pressed", &is_chosen.to_string());
    }
}

/// What the camera does on this device, and the button that changes it.
fn habit(auto_open: bool) -> (Text, Text) {
    if auto_open {
        (Text::CameraAutoOpen, Text::OpenOnRequest)
    } else {
        (Text::CameraOnRequest, Text::OpenWithEverySale)
    }
}

fn paint_trace(parts: &Parts, trace: &Trace, known: &Known, language: Language) {
    let recommendation = Recommendation::for_trace(trace, known.state.limits);
    let (width, bars, limit) = chart(trace, known.state.limits);
    parts.set("chart", "viewBox", &format!("0 0 {width} {CHART_HIGH}"));
    parts.set("bars", "d", &bars);
    parts.set("line", "d", &limit);
    parts.write("told", &language.pace(trace));
    parts.write("advice", &language.recommendation(recommendation));
    parts.set("advice", "data-well", &(recommendation == Recommendation::AllWell).to_string());
    let raised = match recommendation {
        Recommendation::RaiseLimit { limit_ms } => Some(Limits::with_mean_gap_ms(limit_ms)),
        _ => None,
    };
    parts.show("raise", raised.is_some());
    if let Some(raised) = raised {
        parts.write("raise", &language.raise_to(raised));
    }
    parts.write(
        "copy",
        if known.copied == Copied::Done { language.word(Text::Copied) } else { language.word(Text::Copy) },
    );
    let refused = known.copied == Copied::Refused;
    parts.write("copy-told", if refused { language.word(Text::CopyRefused) } else { "" });
    parts.write("trace", &trace.to_string());
}

fn paint_hid(parts: &Parts, state: &HidState, language: Language) {
    let (mark, connect) = match state {
        HidState::Connected(_) => ("ready", Some(language.word(Text::ConnectOther))),
        HidState::Idle => ("idle", Some(language.word(Text::Connect))),
        HidState::OtherMode(_) | HidState::Busy(_) => ("trouble", Some(language.word(Text::Connect))),
        HidState::Forbidden => ("trouble", None),
        HidState::Unknown | HidState::Insecure | HidState::Missing => ("absent", None),
    };
    parts.set("hid", "data-state", mark);
    parts.write("hid-told", &language.hid(state));
    parts.show("connect", connect.is_some());
    parts.write("connect", connect.unwrap_or_default());
}

/// Handles a press by the button's name.
fn pressed(inner: &Weak<Inner>, event: &Event) {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let button = button.and_then(|target| target.closest("[data-action]").ok().flatten());
    let value = button.as_ref().and_then(|button| button.get_attribute("data-value")).unwrap_or_default();
    let name = button.and_then(|button| button.get_attribute("data-action"));
    let (Some(inner), Some(name)) = (inner.upgrade(), name) else { return };
    if customer::pressed(&inner, &name, &value) || device::pressed(&inner, &name, &value) {
        return;
    }
    let PageState { limits, trace, camera, .. } = inner.known.borrow().state.clone();
    let now_ms = limits.mean_gap_ms_max();
    let limit_ms = match name.as_str() {
        "limit-down" => now_ms.saturating_sub(STEP_MS),
        "limit-up" => now_ms.saturating_add(STEP_MS),
        "raise-limit" => match trace.map(|trace| Recommendation::for_trace(&trace, limits)) {
            Some(Recommendation::RaiseLimit { limit_ms }) => limit_ms,
            _ => return,
        },
        "language" => {
            return catalogue::named(&value).map_or((), |tag| inner.command(ScannerCommand::Language(tag)));
        }
        "volume" => {
            return Volume::parse(&value).map_or((), |volume| inner.command(ScannerCommand::Volume(volume)));
        }
        "appearance" => {
            let look = Appearance::parse(&value).map(ScannerCommand::Appearance);
            return look.map_or((), |command| inner.command(command));
        }
        "camera-try" => return inner.command(ScannerCommand::Camera(true)),
        "camera-auto-open" => return inner.command(ScannerCommand::CameraAutoOpen(!camera.auto_open)),
        "connect-hid" => return inner.command(ScannerCommand::ConnectHid),
        "copy-trace" => return inner.copy_trace(),
        // The finder handles its own buttons.
        _ => return,
    };
    inner.command(ScannerCommand::Limit(Limits::with_mean_gap_ms(limit_ms)));
}

/// The chart's width, a bar for each gap, and the line of the limit for their mean.
fn chart(trace: &Trace, limits: Limits) -> (usize, String, String) {
    let limit_ms = limits.mean_gap_ms_max();
    let top_ms = trace.longest_gap_ms().max(limit_ms.saturating_add(STEP_MS));
    let high = |gap_ms: u64| gap_ms.saturating_mul(CHART_HIGH) / top_ms;
    let gaps: Vec<u64> = trace.gaps_ms().take(BARS_MAX).collect();
    let bar = |(index, gap_ms): (usize, &u64)| {
        format!("M{} {CHART_HIGH}v-{}", index * BAR_WIDE + BAR_WIDE / 2, high(*gap_ms).max(2))
    };
    let width = gaps.len().max(1) * BAR_WIDE;
    let bars = gaps.iter().enumerate().map(bar).collect();
    (width, bars, format!("M0 {}h{width}", CHART_HIGH - high(limit_ms)))
}

fn places(root: &ShadowRoot) -> Option<[Element; 2]> {
    let place = |name| root.query_selector(name).ok().flatten();
    Some([place("[data-place=trial]")?, place("[data-place=sources]")?])
}
