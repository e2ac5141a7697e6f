//! A camera and a worker under the test's control. The stream is a true one, of a canvas: a video accepts no
//! other.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;

const FAKE: &str = "
    const worker = window.Worker;
    const fake = { tracks: [], wanted: [], applied: [], answer: { text: null }, asked: 0, ended: 0, dies: false, stubborn: false,
        devices: [], unplugged: '' };
    const mediaDevices = { async getUserMedia(wanted) {
        fake.wanted.push(JSON.stringify(wanted));
        if (refusal) throw new DOMException('', refusal);
        const named = wanted.video.deviceId?.exact ?? fake.devices[0];
        if (named && named === fake.unplugged) throw new DOMException('', 'OverconstrainedError');
        const canvas = document.createElement('canvas');
        canvas.getContext('2d').fillRect(0, 0, 9, 9);
        const stream = canvas.captureStream(30);
        const [track] = stream.getVideoTracks();
        track.getCapabilities = () => JSON.parse(capabilities);
        track.getSettings = () => ({ zoom: 2, deviceId: named });
        track.applyConstraints = async (change) => {
            fake.applied.push(JSON.stringify(change));
            if (fake.stubborn) throw new DOMException('', 'OverconstrainedError');
        };
        fake.tracks.push(track);
        return stream;
    }, async enumerateDevices() {
        const may = fake.tracks.length;
        const device = (id) => ({ kind: 'videoinput', deviceId: may ? id : '', label: may ? `Camera ${id}` : '' });
        return [{ kind: 'audioinput', deviceId: 'microphone', label: 'Microphone' }, ...fake.devices.map(device)];
    } };
    Object.defineProperty(navigator, 'mediaDevices', { value: refusal === 'none' ? undefined : mediaDevices, configurable: true });
    window.Worker = class extends EventTarget {
        constructor() {
            super();
            if (fake.dies) queueMicrotask(() => this.dispatchEvent(new Event('error')));
        }
        postMessage({ bitmap }) {
            bitmap.close();
            fake.asked++;
            if (fake.dies || !fake.answer) return;
            setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data: fake.answer })));
        }
        terminate() { fake.ended++; }
    };
    fake.restore = () => { delete navigator.mediaDevices; delete document.hidden; window.Worker = worker; };
    return fake;";

/// Replaces the browser's until it is dropped.
pub(super) struct FakeCamera(JsValue);

impl FakeCamera {
    /// A camera with these capabilities, as JSON.
    pub(super) fn that_can(capabilities: &str) -> Self {
        Self::new(None, capabilities)
    }

    /// `refusal` is the name of the browser's error, or `none` for a browser without cameras.
    pub(super) fn refused(refusal: &str) -> Self {
        Self::new(Some(refusal), "{}")
    }

    fn new(refusal: Option<&str>, capabilities: &str) -> Self {
        let make = Function::new_with_args("refusal, capabilities", FAKE);
        let refusal = refusal.map_or(JsValue::NULL, JsValue::from_str);
        Self(make.call2(&JsValue::NULL, &refusal, &capabilities.into()).unwrap())
    }

    /// The worker's answer to each picture from now on, as an object in JavaScript.
    pub(super) fn sees(&self, answer: &str) {
        let answer = Function::new_no_args(&format!("return {answer}")).call0(&JsValue::NULL).unwrap();
        Reflect::set(&self.0, &"answer".into(), &answer).unwrap();
    }

    /// Whether workers that start from now on fail before the first picture.
    pub(super) fn dies(&self, dies: bool) {
        Reflect::set(&self.0, &"dies".into(), &dies.into()).unwrap();
    }

    /// The browser names these cameras, once it has let the page use one.
    pub(super) fn has(&self, names: &[&str]) {
        let names: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
        Reflect::set(&self.0, &"devices".into(), &names).unwrap();
    }

    /// This camera is gone, and the browser still names it.
    pub(super) fn loses(&self, name: &str) {
        Reflect::set(&self.0, &"unplugged".into(), &name.into()).unwrap();
    }

    /// The camera refuses each change, although its capabilities allow it.
    pub(super) fn is_stubborn(&self) {
        Reflect::set(&self.0, &"stubborn".into(), &JsValue::TRUE).unwrap();
    }

    pub(super) fn count(&self, name: &str) -> f64 {
        self.field(name).as_f64().unwrap()
    }

    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        Array::from(&self.field(name)).iter().filter_map(|text| text.as_string()).collect()
    }

    /// The states of all tracks so far.
    pub(super) fn tracks(&self) -> Vec<String> {
        let tracks = Array::from(&self.field("tracks"));
        tracks
            .iter()
            .filter_map(|track| Reflect::get(&track, &"readyState".into()).unwrap().as_string())
            .collect()
    }

    /// Hides the page, or shows it again.
    pub(super) fn hide(hidden: bool) {
        let hide = "Object.defineProperty(document, 'hidden', { value, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'))";
        Function::new_with_args("value", hide).call1(&JsValue::NULL, &hidden.into()).unwrap();
    }

    fn field(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &name.into()).unwrap()
    }
}

impl Drop for FakeCamera {
    fn drop(&mut self) {
        self.field("restore").unchecked_into::<Function>().call0(&JsValue::NULL).unwrap();
    }
}
