//! The worker that reads pictures: it takes one picture at a time and gives one answer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, ImageBitmap, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

use super::bindings::reader_script;
use crate::values::{field, object};

/// The worker's script, and with the first picture its decoder, may need to be loaded.
const FIRST_ANSWER_MS_MAX: u32 = 30_000;
/// Ten times the need of the slowest measured tablet.
const ANSWER_MS_MAX: u32 = 5_000;

/// The content of a picture.
pub(super) enum Answer {
    Code {
        text: String,
        format: String,
    },
    Nothing,
    /// The reader does not work any more.
    Broken,
}

/// The worker, and the caller that waits for its answer.
pub(super) struct Reader {
    worker: Worker,
    /// The address of the blob that it was started from.
    address: String,
    turn: Rc<Turn>,
    _listeners: [EventListener; 2],
}

/// The caller that waits for an answer, and whether an answer can come.
#[derive(Default)]
struct Turn {
    waiting: RefCell<Option<Function>>,
    answered: Cell<bool>,
    broken: Cell<bool>,
}

impl Reader {
    pub(super) async fn start() -> Result<Self, JsValue> {
        let script: Array = reader_script(FIRST_ANSWER_MS_MAX).await?.unchecked_into();
        let text = |index| script.get(index).as_string().unwrap_or_default();
        let (address, options) = (text(0), WorkerOptions::new());
        options.set_type(WorkerType::Module);
        options.set_name(&text(1));
        // A worker that fails at once must find its listeners: nothing may be awaited in between.
        let worker = Worker::new_with_options(&address, &options)?;
        let turn = Rc::<Turn>::default();
        let (answered, broken) = (turn.clone(), turn.clone());
        let message = EventListener::new(&worker, "message", move |event| {
            answered.settle(&event.unchecked_ref::<MessageEvent>().data());
        });
        let error = EventListener::new(&worker, "error", move |_| broken.break_off());
        Ok(Self { worker, address, turn, _listeners: [message, error] })
    }

    /// Reads the video's present picture, or nothing before its first picture.
    pub(super) async fn read(&self, video: &HtmlVideoElement) -> Answer {
        let picture = picture(video).await;
        if self.turn.broken.get() {
            picture.iter().for_each(ImageBitmap::close);
            return Answer::Broken;
        }
        let Some(picture) = picture else { return Answer::Nothing };
        let answer = Promise::new(&mut |resolve, _| {
            *self.turn.waiting.borrow_mut() = Some(resolve);
            let message = object(&[("bitmap", picture.clone().into())]);
            if self.worker.post_message_with_transfer(&message, &Array::of1(&picture)).is_err() {
                self.turn.break_off();
            }
        });
        let _limit = self.turn.limit();
        // Nobody rejects this promise.
        JsFuture::from(answer).await.map_or(Answer::Broken, |answer| Answer::of(&answer))
    }

    /// Ends the worker. A waiting caller gets no answer.
    pub(super) fn end(&self) {
        self.worker.terminate();
        let _ = Url::revoke_object_url(&self.address);
        self.turn.break_off();
    }
}

impl Turn {
    fn settle(&self, answer: &JsValue) {
        self.answered.set(true);
        if let Some(resolve) = self.waiting.take() {
            let _ = resolve.call1(&JsValue::NULL, answer);
        }
    }

    /// The worker failed, for the waiting caller and for later ones.
    fn break_off(&self) {
        self.broken.set(true);
        self.settle(&object(&[("problem", "the worker has ended".into())]));
    }

    /// Distinguishes a worker that does not answer from a slow one.
    fn limit(self: &Rc<Self>) -> Timeout {
        let limit_ms = if self.answered.get() { ANSWER_MS_MAX } else { FIRST_ANSWER_MS_MAX };
        let turn = self.clone();
        Timeout::new(limit_ms, move || turn.break_off())
    }
}

impl Answer {
    fn of(answer: &JsValue) -> Self {
        if field(answer, "problem").is_string() {
            return Self::Broken;
        }
        match (field(answer, "text").as_string(), field(answer, "format").as_string()) {
            (Some(text), format) => Self::Code { text, format: format.unwrap_or_default() },
            (None, _) => Self::Nothing,
        }
    }
}

async fn picture(video: &HtmlVideoElement) -> Option<ImageBitmap> {
    let drawing = web_sys::window()?.create_image_bitmap_with_html_video_element(video).ok()?;
    JsFuture::from(drawing).await.ok().map(JsCast::unchecked_into)
}
