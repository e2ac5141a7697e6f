//! A loudspeaker and a vibration motor that count their calls.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

/// The till's module keeps the browser's own class from its start, so only the class's methods can be
/// replaced.
const FAKE: &str = "
    const fake = { state: 'suspended', tones: 0, buzzes: 0, resumed: 0 };
    const parameter = { setValueAtTime() {}, linearRampToValueAtTime() {} };
    const own = { resume: Object.getOwnPropertyDescriptor(AudioContext.prototype, 'resume') };
    const doings = {
        resume: { value: async () => { fake.resumed++; } },
        createOscillator: { value: () => ({ frequency: {}, connect() {}, start() { fake.tones++; }, stop() {} }) },
        createGain: { value: () => ({ gain: parameter, connect() {} }) },
        state: { get() { fake.context = this; return fake.state; } },
    };
    for (const [name, doing] of Object.entries(doings)) {
        Object.defineProperty(AudioContext.prototype, name, { ...doing, configurable: true });
    }
    Object.defineProperty(navigator, 'vibrate', { value: () => { fake.buzzes++; }, configurable: true });
    fake.turn = (state) => { fake.state = state; fake.context.dispatchEvent(new Event('statechange')); };
    fake.restore = () => {
        for (const name of Object.keys(doings)) delete AudioContext.prototype[name];
        Object.defineProperties(AudioContext.prototype, own);
        delete navigator.vibrate;
    };
    return fake;";

/// Replaces the device's until it is dropped.
pub(super) struct FakeSound(JsValue);

impl FakeSound {
    /// The browser allows no sound yet.
    pub(super) fn new() -> Self {
        Self(Function::new_no_args(FAKE).call0(&JsValue::NULL).unwrap())
    }

    /// The browser changes what it allows.
    pub(super) fn turn(&self, state: &str) {
        self.function("turn").call1(&JsValue::NULL, &state.into()).unwrap();
    }

    pub(super) fn count(&self, name: &str) -> u32 {
        let count = self.field(name).as_f64().unwrap();
        format!("{count}").parse().unwrap()
    }

    fn function(&self, name: &str) -> Function {
        self.field(name).unchecked_into()
    }

    fn field(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &name.into()).unwrap()
    }
}

impl Drop for FakeSound {
    fn drop(&mut self) {
        self.function("restore").call0(&JsValue::NULL).unwrap();
    }
}
