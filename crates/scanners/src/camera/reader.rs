//! The worker that reads pictures: one picture at a time goes in, one answer comes out.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, Function, JSON, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, HtmlVideoElement, MessageEvent, Url, Worker, WorkerOptions, WorkerType,
};

use super::bindings::{field, object, worker_address};

/// What a picture shows.
pub(super) enum Answer {
    Code {
        text: String,
        format: String,
    },
    Nothing,
    /// The reader is of no more use.
    Broken,
}

/// The worker, and who waits for its answer.
pub(super) struct Reader {
    worker: Worker,
    /// The address of a worker that was begun for a page of another origin.
    stand_in: Option<String>,
    waiting: Rc<RefCell<Option<Function>>>,
    _listeners: [EventListener; 2],
}

impl Reader {
    pub(super) fn start() -> Result<Self, JsValue> {
        let (worker, stand_in) = begin(&worker_address()?)?;
        let waiting = Rc::<RefCell<Option<Function>>>::default();
        let answered = waiting.clone();
        let message = EventListener::new(&worker, "message", move |event| {
            settle(&answered, &event.unchecked_ref::<MessageEvent>().data());
        });
        let broken = waiting.clone();
        let error = EventListener::new(&worker, "error", move |_| settle(&broken, &problem()));
        Ok(Self { worker, stand_in, waiting, _listeners: [message, error] })
    }

    /// Reads what the video shows now; nothing while it shows no picture yet.
    pub(super) async fn read(&self, video: &HtmlVideoElement) -> Answer {
        let Some(picture) = picture(video).await else { return Answer::Nothing };
        let answer = Promise::new(&mut |resolve, _| {
            *self.waiting.borrow_mut() = Some(resolve);
            let message = object(&[("bitmap", picture.clone())]);
            if self.worker.post_message_with_transfer(&message, &Array::of1(&picture)).is_err() {
                settle(&self.waiting, &problem());
            }
        });
        // A promise that nobody rejects.
        JsFuture::from(answer).await.map_or(Answer::Broken, |answer| Answer::of(&answer))
    }

    /// Ends the worker; who waits for an answer gets none.
    pub(super) fn end(&self) {
        self.worker.terminate();
        if let Some(stand_in) = &self.stand_in {
            let _ = Url::revoke_object_url(stand_in);
        }
        settle(&self.waiting, &problem());
    }
}

/// A page may begin only workers of its own origin. One that has the till from elsewhere begins a worker of one line,
/// which imports ours.
fn begin(address: &str) -> Result<(Worker, Option<String>), JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let here = web_sys::window().and_then(|window| window.location().origin().ok());
    if here.is_none_or(|here| Url::new(address).is_ok_and(|address| address.origin() == here)) {
        return Ok((Worker::new_with_options(address, &options)?, None));
    }
    let line = format!("import {};", String::from(JSON::stringify(&address.into())?));
    let script = BlobPropertyBag::new();
    script.set_type("text/javascript");
    let line = Blob::new_with_str_sequence_and_options(&Array::of1(&line.into()), &script)?;
    let stand_in = Url::create_object_url_with_blob(&line)?;
    Ok((Worker::new_with_options(&stand_in, &options)?, Some(stand_in)))
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

async fn picture(video: &HtmlVideoElement) -> Option<JsValue> {
    let drawing = web_sys::window()?.create_image_bitmap_with_html_video_element(video).ok()?;
    JsFuture::from(drawing).await.ok()
}

fn problem() -> JsValue {
    object(&[("problem", "the worker has ended".into())])
}

fn settle(waiting: &RefCell<Option<Function>>, answer: &JsValue) {
    if let Some(resolve) = waiting.take() {
        let _ = resolve.call1(&JsValue::NULL, answer);
    }
}
