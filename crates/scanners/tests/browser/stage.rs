//! A page with a till's root, and the module's calls of the till.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

use crate::Scanners;
use crate::values::object;
use scantill_till::scanner_panel::{ModuleEvent, ScannerCommand};

/// About ten seconds. A condition that takes longer has failed.
const FRAMES_MAX: u32 = 600;

pub(super) struct Stage {
    pub(super) scanners: Scanners,
    pub(super) scans: Rc<RefCell<Vec<String>>>,
    /// When each of them came, on the page's clock.
    pub(super) times_ms: Rc<RefCell<Vec<f64>>>,
    pub(super) acts: Rc<RefCell<Vec<(String, u32)>>>,
    /// The settings that were chosen, each with its word.
    pub(super) words: Rc<RefCell<Vec<String>>>,
    pub(super) takes_scans: Rc<Cell<bool>>,
    host: HtmlElement,
    root: ShadowRoot,
}

impl Stage {
    pub(super) fn new() -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let host: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        document.body().unwrap().append_child(&host).unwrap();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap();
        let (scans, times_ms, acts, words) = (Rc::default(), Rc::default(), Rc::default(), Rc::default());
        let takes = Rc::new(Cell::new(true));
        let event = event(&scans, &times_ms, &acts, &words);
        let scanners = Scanners::new(event, takes_scans(&takes), "stage".to_owned());
        drop(scanners.speak("en"));
        let stage = Self { scanners, scans, times_ms, acts, words, takes_scans: takes, host, root };
        stage.open();
        stage
    }

    /// The till shows the page's two places, new ones each time.
    pub(super) fn open(&self) {
        self.root.set_inner_html("<div data-place=trial></div><div data-place=sources></div>");
        self.paint(None, None);
    }

    pub(super) fn paint(&self, masked: Option<&str>, trace: Option<&str>) {
        let reading = masked.map(|masked| {
            object(&[
                ("masked", masked.into()),
                ("kind", "alipay".into()),
                ("source", "hid".into()),
                ("signs", 17.into()),
                ("number", 1.into()),
            ])
        });
        self.show(reading, trace, (false, false, 0));
    }

    /// Paints what the till would write.
    fn show(&self, reading: Option<JsValue>, trace: Option<&str>, camera: (bool, bool, u32)) {
        let (wanted, auto_open, choice) = camera;
        let camera =
            object(&[("wanted", wanted.into()), ("auto_open", auto_open.into()), ("choice", choice.into())]);
        let state = object(&[
            ("limits", 140.into()),
            ("reading", reading.unwrap_or(JsValue::NULL)),
            ("trace", trace.map_or(JsValue::NULL, JsValue::from)),
            ("camera", camera),
            ("language", "en".into()),
            ("volume", "loud".into()),
            ("appearance", "device".into()),
            ("is_free", true.into()),
        ]);
        // No proxy answers.
        let call = js_sys::Function::new_no_args("return Promise.reject()");
        self.scanners.paint(&self.root, state, call);
    }

    /// The till shows the scan's screen, with or without the camera wanted.
    pub(super) fn scan(&self, camera: bool, auto_open: bool) {
        let has = |name| self.root.query_selector(name).unwrap().is_some();
        if has("[data-place=sources]") || !has("[data-place=camera]") {
            self.root.set_inner_html("<div data-place=camera></div>");
        }
        self.camera(camera, auto_open);
    }

    /// The till wants the camera in the present place, or not.
    pub(super) fn camera(&self, wanted: bool, auto_open: bool) {
        self.choose(wanted, auto_open, 0);
    }

    /// The same, with one of several cameras chosen.
    pub(super) fn choose(&self, wanted: bool, auto_open: bool, choice: u32) {
        self.show(None, None, (wanted, auto_open, choice));
    }

    /// All that stands on the page.
    pub(super) fn root_text(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }

    pub(super) fn part(&self, name: &str) -> Element {
        self.root.query_selector(&format!("[data-part={name}]")).unwrap().unwrap()
    }

    /// The text of a part, if it is visible.
    pub(super) fn says(&self, name: &str) -> Option<String> {
        let part = self.part(name);
        let hidden = part.closest("[hidden]").unwrap().is_some();
        (!hidden).then(|| part.text_content().unwrap_or_default())
    }

    pub(super) fn press(&self, action: &str) {
        let button = self.root.query_selector(&format!("[data-action={action}]")).unwrap().unwrap();
        button.unchecked_into::<HtmlElement>().click();
    }

    /// The state of HID scanners, by its mark.
    pub(super) fn mark(&self) -> String {
        self.part("hid").get_attribute("data-state").unwrap_or_default()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.host.remove();
    }
}

/// Takes the module's events as the till does.
fn event(
    scans: &Rc<RefCell<Vec<String>>>,
    times_ms: &Rc<RefCell<Vec<f64>>>,
    acts: &Rc<RefCell<Vec<(String, u32)>>>,
    words: &Rc<RefCell<Vec<String>>>,
) -> js_sys::Function {
    let (scans, times_ms, acts) = (scans.clone(), times_ms.clone(), acts.clone());
    let words = words.clone();
    let told = Closure::<dyn Fn(String, String, f64)>::new(move |name: String, text: String, value: f64| {
        match ModuleEvent::from_parts(&name, text.clone(), crate::whole(value)) {
            Some(ModuleEvent::Scan(..)) => {
                scans.borrow_mut().push(text);
                times_ms.borrow_mut().push(value);
            }
            Some(ModuleEvent::Command(ScannerCommand::Language(_) | ScannerCommand::Volume(_))) => {
                words.borrow_mut().push(format!("{name} {text}"));
            }
            Some(ModuleEvent::Command(_)) => {
                let value = u32::try_from(crate::whole(value)).unwrap();
                acts.borrow_mut().push((name, value));
            }
            None => panic!("the till knows no event {name}"),
        }
    });
    told.into_js_value().unchecked_into()
}

fn takes_scans(takes: &Rc<Cell<bool>>) -> js_sys::Function {
    let takes = takes.clone();
    Closure::<dyn Fn() -> bool>::new(move || takes.get()).into_js_value().unchecked_into()
}

/// Awaits a condition, frame by frame.
pub(super) async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..FRAMES_MAX {
        if condition() {
            return;
        }
        frames(1).await;
    }
    panic!("never came: {what}");
}

pub(super) async fn frames(count: u32) {
    for _ in 0..count {
        let next = Promise::new(&mut |resolve, _| {
            web_sys::window().unwrap().request_animation_frame(&resolve).unwrap();
        });
        JsFuture::from(next).await.unwrap();
    }
}
