//! The visible part of the camera: its picture with a frame, a message, and its buttons.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event, HtmlInputElement, HtmlVideoElement, MediaStream};

use super::device::{Lens, Zoom};
use super::{Sight, Trouble};
use crate::parts::Parts;
use crate::texts::{Language, Text};

/// The camera's place on the screen.
pub(super) struct Finder {
    place: Element,
    language: Language,
}

impl Finder {
    pub(super) fn open(place: &Element, language: Language) -> Self {
        let _ = place.set_attribute("lang", language.tag());
        place.set_inner_html(&template(language));
        Self { place: place.clone(), language }
    }

    pub(super) fn stands_in(&self, place: &Element) -> bool {
        self.place == *place
    }

    /// Shows the camera's picture.
    pub(super) fn show(&self, stream: &MediaStream) -> HtmlVideoElement {
        let video: HtmlVideoElement =
            self.parts().find("video").unwrap_or_else(|| self.place.clone()).unchecked_into();
        video.set_muted(true);
        video.set_src_object(Some(stream));
        // With the attribute `autoplay` the video would stop when it is scrolled out of sight.
        if let Ok(playing) = video.play() {
            spawn_local(async move {
                let _ = JsFuture::from(playing).await;
            });
        }
        video
    }

    pub(super) fn paint(&self, sight: Sight) {
        let (name, told, lens) = match sight {
            Sight::Opening => ("opening", self.language.word(Text::Opening), None),
            Sight::Seeing(lens) => ("seeing", self.language.word(Text::Aim), Some(lens)),
            Sight::Troubled(trouble) => (name(trouble), self.language.trouble(trouble), None),
        };
        let parts = self.parts();
        parts.set("finder", "data-state", name);
        parts.show("view", lens.is_some());
        parts.write("told", told);
        parts.show("again", matches!(sight, Sight::Troubled(_)));
        let light = lens.and_then(|lens: Lens| lens.light);
        parts.show("light", light.is_some());
        parts.set("light", "aria-pressed", &light.unwrap_or_default().to_string());
        parts.show("next", lens.is_some_and(|lens| lens.has_next));
        self.paint_zoom(lens.and_then(|lens| lens.zoom));
    }

    /// Removes everything from the screen.
    pub(super) fn clear(&self) {
        self.place.set_inner_html("");
    }

    fn paint_zoom(&self, zoom: Option<Zoom>) {
        let parts = self.parts();
        parts.show("zoom", zoom.is_some());
        let Some(zoom) = zoom else { return };
        for (name, bound) in [("min", zoom.min), ("max", zoom.max), ("step", zoom.step)] {
            parts.set("zoom-range", name, &bound.to_string());
        }
        let range = parts.find("zoom-range").and_then(|range| range.dyn_into::<HtmlInputElement>().ok());
        if let Some(range) = range {
            range.set_value(&zoom.now.to_string());
        }
    }

    fn parts(&self) -> Parts<'_> {
        Parts(&self.place)
    }
}

/// The name of the pressed button.
pub(super) fn pressed(event: &Event) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[data-action]").ok()??.get_attribute("data-action")
}

/// The new value of the zoom.
pub(super) fn zoom(event: &Event) -> Option<f64> {
    event.target()?.dyn_into::<HtmlInputElement>().ok()?.value().parse().ok()
}

fn name(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Refused => "refused",
        Trouble::Missing => "missing",
        Trouble::Taken => "taken",
        Trouble::Insecure => "insecure",
        Trouble::Decoder => "decoder",
    }
}

/// The corners are the same as on the scan's screen without a camera.
fn template(language: Language) -> String {
    format!(
        r#"<div class="finder" data-part="finder"><div class="view" data-part="view" hidden><video data-part="video" muted playsinline></video>
<svg viewBox="0 0 240 132" aria-hidden="true"><path class="corners" d="M6 40V16a10 10 0 0 1 10-10h24M200 6h24a10 10 0 0 1 10 10v24M234 92v24a10 10 0 0 1-10 10h-24M40 126H16a10 10 0 0 1-10-10V92"/></svg></div>
<p data-part="told" role="status"></p>
<div class="lens"><label data-part="zoom" hidden>{}<input type="range" data-part="zoom-range"></label>
<button type="button" class="plain" data-action="camera-light" data-part="light" hidden>{}</button>
<button type="button" class="plain" data-action="camera-next" data-part="next" hidden>{}</button>
<button type="button" class="plain" data-action="camera-again" data-part="again" hidden>{}</button>
<button type="button" class="plain" data-action="camera-off">{}</button></div></div>"#,
        language.word(Text::Zoom),
        language.word(Text::Light),
        language.word(Text::CameraNext),
        language.word(Text::CameraAgain),
        language.word(Text::CameraOff),
    )
}
