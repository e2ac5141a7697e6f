//! Short tones and vibration. Browsers allow neither before the first touch or key.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::{Array, Function, Reflect};
use scantill_till::Sound;
use scantill_till::volume::Volume;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, AudioContextState, OscillatorType};

use crate::input::event_sender::{EventSender, ShellEvent};

/// A tone: hertz, when it begins, and how long it lasts, both in seconds.
type Tone = (f32, f64, f64);

/// A tone that begins or ends abruptly clicks.
const SLOPE_S: f64 = 0.012;

pub(crate) struct Sounds {
    volume: Cell<Volume>,
    output: Rc<RefCell<Option<Output>>>,
    _gestures: Vec<EventListener>,
}

struct Output {
    context: AudioContext,
    _changes: EventListener,
}

impl Sounds {
    /// The shell gets an event when the browser begins to allow sounds.
    pub(crate) fn new(sender: &EventSender, volume: Volume) -> Self {
        let output: Rc<RefCell<Option<Output>>> = Rc::default();
        let window = web_sys::window();
        let gestures = window.iter().flat_map(|window| {
            // Browsers count a finger when it is lifted, and a mouse when it goes down.
            ["pointerdown", "pointerup", "keydown"].map(|kind| {
                let (output, sender) = (Rc::downgrade(&output), sender.clone());
                let options = EventListenerOptions::run_in_capture_phase();
                EventListener::new_with_options(window, kind, options, move |_| {
                    if let Some(output) = output.upgrade() {
                        allow(&output, &sender);
                    }
                })
            })
        });
        Self { volume: Cell::new(volume), _gestures: gestures.collect(), output }
    }

    pub(crate) fn set_volume(&self, volume: Volume) {
        self.volume.set(volume);
    }

    /// Plays a sound. False if the browser does not allow it now.
    pub(crate) fn play(&self, sound: Sound) -> bool {
        let Some(loudness) = loudness(self.volume.get()) else { return true };
        let output = self.output.borrow();
        let Some(Output { context, .. }) = output.as_ref() else { return false };
        buzz(pattern(sound));
        if context.state() != AudioContextState::Running {
            return false;
        }
        for tone in tones(sound) {
            // If a tone cannot be played, the screen still shows its mark.
            let _ = play_tone(context, *tone, loudness);
        }
        true
    }
}

impl Drop for Sounds {
    fn drop(&mut self) {
        if let Some(output) = self.output.take() {
            let _ = output.context.close();
        }
    }
}

fn allow(output: &RefCell<Option<Output>>, sender: &EventSender) {
    if output.borrow().is_none() {
        *output.borrow_mut() = Output::open(sender);
    }
    // The context may also be interrupted, as by a telephone call.
    if let Some(Output { context, .. }) = output.borrow().as_ref()
        && context.state() != AudioContextState::Running
    {
        let _ = context.resume();
    }
}

impl Output {
    fn open(sender: &EventSender) -> Option<Self> {
        let context = AudioContext::new().ok()?;
        let (watched, sender) = (context.clone(), sender.clone());
        let changes = EventListener::new(&context, "statechange", move |_| {
            if watched.state() == AudioContextState::Running {
                sender.send(ShellEvent::SoundAllowed);
            }
        });
        Some(Self { context, _changes: changes })
    }
}

/// `None` for silence.
fn loudness(volume: Volume) -> Option<f32> {
    match volume {
        Volume::Off => None,
        Volume::Soft => Some(0.07),
        Volume::Loud => Some(0.22),
    }
}

fn tones(sound: Sound) -> &'static [Tone] {
    match sound {
        Sound::Heard => &[(1_320.0, 0.0, 0.07)],
        Sound::NotACode => &[(196.0, 0.0, 0.16), (196.0, 0.22, 0.16)],
        Sound::Paid => &[(659.3, 0.0, 0.12), (830.6, 0.11, 0.12), (987.8, 0.22, 0.30)],
        Sound::NotPaid => &[(392.0, 0.0, 0.18), (261.6, 0.19, 0.36)],
        Sound::Attention => {
            &[(880.0, 0.0, 0.11), (698.5, 0.16, 0.11), (880.0, 0.32, 0.11), (698.5, 0.48, 0.2)]
        }
    }
}

/// Milliseconds of vibration and rest.
fn pattern(sound: Sound) -> &'static [u32] {
    match sound {
        Sound::Heard => &[20],
        Sound::NotACode => &[40, 60, 40],
        Sound::Paid => &[60],
        Sound::NotPaid => &[120, 80, 120],
        Sound::Attention => &[80, 60, 80, 60, 160],
    }
}

fn play_tone(context: &AudioContext, (hertz, after_s, long_s): Tone, loudness: f32) -> Result<(), JsValue> {
    let begin = context.current_time() + after_s;
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    oscillator.set_type(OscillatorType::Triangle);
    oscillator.frequency().set_value(hertz);
    let volume = gain.gain();
    volume.set_value_at_time(0.0, begin)?;
    volume.linear_ramp_to_value_at_time(loudness, begin + SLOPE_S)?;
    volume.set_value_at_time(loudness, begin + long_s - SLOPE_S)?;
    volume.linear_ramp_to_value_at_time(0.0, begin + long_s)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start_with_when(begin)?;
    oscillator.stop_with_when(begin + long_s)
}

/// Safari has no vibration, so the function is looked up before it is called.
fn buzz(pattern: &[u32]) {
    let Some(window) = web_sys::window() else { return };
    let navigator = window.navigator();
    let vibrate = Reflect::get(&navigator, &JsValue::from_str("vibrate"));
    if let Some(vibrate) = vibrate.ok().and_then(|vibrate| vibrate.dyn_into::<Function>().ok()) {
        let pattern: Array = pattern.iter().map(|ms| JsValue::from(*ms)).collect();
        let _ = vibrate.call1(&navigator, &pattern);
    }
}
