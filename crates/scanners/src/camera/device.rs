//! An open camera of the device, its light and its zoom.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{EventTarget, MediaStream, MediaStreamTrack};

use super::Trouble;
use super::bindings::{Track, media_devices};
use super::choice::{Choice, Wish, choices};
use crate::values::{field, object};

/// Large enough for a code of 24 digits that fills a third of the picture, and small enough for a fast
/// decode.
const WIDTH_PX: u32 = 1280;
const HEIGHT_PX: u32 = 720;

/// An open camera. Dropping it stops the camera.
pub(super) struct CameraDevice {
    stream: MediaStream,
    track: Track,
    has_light: bool,
    light: Rc<Cell<bool>>,
    zoom: Cell<Option<Zoom>>,
    /// The number of the next camera, if there are several.
    next: Option<u32>,
}

/// The adjustable parts of an open camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lens {
    /// Whether its light is on; `None` without a light.
    pub(super) light: Option<bool>,
    pub(super) zoom: Option<Zoom>,
    /// There is another camera.
    pub(super) has_next: bool,
}

/// A zoom and its bounds, in the camera's own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Zoom {
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) step: f64,
    /// The present zoom.
    pub(super) now: f64,
}

/// Opens the chosen camera, else the one on the tablet's back. A browser names its cameras only to a page
/// that may use one: then the chosen camera replaces the first one.
pub(super) async fn open(chosen: u32) -> Result<CameraDevice, Trouble> {
    let wish = Wish::of(chosen, &choices().await);
    let device = match open_as(&wish).await {
        // The camera was unplugged a moment ago.
        Err(Trouble::Missing) if wish != Wish::Rear => open_as(&Wish::Rear).await?,
        opened => opened?,
    };
    let choices = choices().await;
    let better = Wish::of(chosen, &choices);
    let now = field(&device.track.settings().unwrap_or_default(), "deviceId").as_string();
    let is_other = |wish: &Wish| matches!(wish, Wish::Named(id) if now.as_ref() != Some(id));
    let device = if is_other(&better) && wish != better {
        drop(device);
        open_as(&better).await?
    } else {
        device
    };
    Ok(device.among(&choices))
}

async fn open_as(wish: &Wish) -> Result<CameraDevice, Trouble> {
    let secure = web_sys::window().is_some_and(|window| window.is_secure_context());
    let absent = if secure { Trouble::Missing } else { Trouble::Insecure };
    let devices = media_devices().ok_or(absent)?;
    let opened = match devices.open(&wanted(wish)) {
        Ok(opening) => JsFuture::from(opening).await,
        Err(error) => Err(error),
    };
    let stream: MediaStream = opened.map_err(|error| trouble(&error))?.unchecked_into();
    let track: Track = stream.get_video_tracks().get(0).unchecked_into();
    let capabilities = track.capabilities().unwrap_or_default();
    let focus = field(&capabilities, "focusMode");
    if Array::is_array(&focus) && Array::from(&focus).includes(&"continuous".into(), 0) {
        spawn_local(settled(apply(&track, "focusMode", "continuous".into())));
    }
    let has_light = field(&capabilities, "torch").is_truthy();
    let settings = track.settings().unwrap_or_default();
    let zoom = Zoom::of(&field(&capabilities, "zoom"), &field(&settings, "zoom"));
    Ok(CameraDevice { stream, track, has_light, light: Rc::default(), zoom: Cell::new(zoom), next: None })
}

impl CameraDevice {
    pub(super) fn stream(&self) -> &MediaStream {
        &self.stream
    }

    pub(super) fn track(&self) -> &EventTarget {
        self.track.unchecked_ref()
    }

    pub(super) fn lens(&self) -> Lens {
        let light = self.has_light.then(|| self.light.get());
        Lens { light, zoom: self.zoom.get(), has_next: self.next.is_some() }
    }

    /// The number of the next camera.
    pub(super) fn next(&self) -> Option<u32> {
        self.next
    }

    fn among(mut self, choices: &[Choice]) -> Self {
        let now = field(&self.track.settings().unwrap_or_default(), "deviceId").as_string();
        let at = choices.iter().position(|choice| now.as_ref() == Some(&choice.id));
        let next = choices.iter().cycle().nth(at.map_or(0, |at| at + 1));
        self.next = next.filter(|_| 1 < choices.len()).map(|choice| choice.known_by);
        self
    }

    /// Turns the light on or off. If the camera refuses, nothing changes.
    pub(super) fn turn_light(&self) -> impl Future<Output = ()> + use<> {
        let (light, lit) = (self.light.clone(), !self.light.get());
        let applying = apply(&self.track, "torch", lit.into());
        async move {
            if applying.await {
                light.set(lit);
            }
        }
    }

    pub(super) fn zoom(&self, zoom: f64) {
        self.zoom.set(self.zoom.get().map(|bounds| Zoom { now: zoom, ..bounds }));
        spawn_local(settled(apply(&self.track, "zoom", zoom.into())));
    }
}

impl Drop for CameraDevice {
    fn drop(&mut self) {
        for track in self.stream.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
    }
}

impl Zoom {
    fn of(capability: &JsValue, now: &JsValue) -> Option<Self> {
        let bound = |name| field(capability, name).as_f64();
        let (min, max) = (bound("min")?, bound("max")?);
        let (step, now) = (bound("step").unwrap_or(0.1), now.as_f64().unwrap_or(min));
        let zoom = Self { min, max, step, now };
        (zoom.min < zoom.max).then_some(zoom)
    }
}

fn wanted(wish: &Wish) -> JsValue {
    let ideal = |value: JsValue| object(&[("ideal", value)]);
    let which = match wish {
        Wish::Rear => ("facingMode", ideal("environment".into())),
        // A camera that is only preferred may lose to another whose picture size is nearer to ours.
        Wish::Named(id) => ("deviceId", object(&[("exact", id.into())])),
    };
    let video = object(&[which, ("width", ideal(WIDTH_PX.into())), ("height", ideal(HEIGHT_PX.into()))]);
    object(&[("audio", false.into()), ("video", video)])
}

/// Changes a setting of the camera. False if the camera cannot do it; then it continues as before.
fn apply(track: &Track, name: &str, value: JsValue) -> impl Future<Output = bool> + use<> {
    let wanted = Array::of1(&object(&[(name, value)]));
    let applying = track.apply(&object(&[("advanced", wanted.into())]));
    async move {
        match applying {
            Ok(applying) => JsFuture::from(applying).await.is_ok(),
            Err(_) => false,
        }
    }
}

async fn settled(applying: impl Future<Output = bool>) {
    applying.await;
}

/// The meaning of the browser's error, by its name.
fn trouble(error: &JsValue) -> Trouble {
    match field(error, "name").as_string().as_deref() {
        Some("NotAllowedError" | "SecurityError") => Trouble::Refused,
        Some("NotReadableError" | "AbortError" | "InvalidStateError") => Trouble::Taken,
        _ => Trouble::Missing,
    }
}
