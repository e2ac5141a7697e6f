//! A page with a till's root, and the module's calls of the till.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

use crate::Scanners;

/// About ten seconds. A condition that takes longer has failed.
const FRAMES_MAX: u32 = 600;

pub(super) struct Stage {
    pub(super) scanners: Scanners,
    pub(super) scans: Rc<RefCell<Vec<String>>>,
    /// When each of them came, on the page's clock.
    pub(super) times_ms: Rc<RefCell<Vec<f64>>>,
    pub(super) acts: Rc<RefCell<Vec<(String, u32)>>>,
    pub(super) hears: Rc<Cell<bool>>,
    host: HtmlElement,
    root: ShadowRoot,
}

impl Stage {
    pub(super) fn new() -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let host: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        document.body().unwrap().append_child(&host).unwrap();
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).unwrap();
        let (scans, times_ms, acts) = (Rc::default(), Rc::default(), Rc::default());
        let hears = Rc::new(Cell::new(true));
        let scanners = Scanners::new(scanned(&scans, &times_ms), takes_scans(&hears), acting(&acts));
        let stage = Self { scanners, scans, times_ms, acts, hears, host, root };
        stage.open();
        stage
    }

    /// The till shows the page's two places, new ones each time.
    pub(super) fn open(&self) {
        self.root.set_inner_html("<div data-place=trial></div><div data-place=sources></div>");
        self.paint(None, None);
    }

    pub(super) fn paint(&self, masked: Option<&str>, trace: Option<&str>) {
        let (masked, trace) = (masked.map(str::to_owned), trace.map(str::to_owned));
        self.scanners.paint(&self.root, 140, masked, "alipay", 17, 1, "hid", trace, false, false, 0);
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
        self.scanners.paint(&self.root, 140, None, "", 0, 0, "", None, wanted, auto_open, choice);
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

fn scanned(scans: &Rc<RefCell<Vec<String>>>, times_ms: &Rc<RefCell<Vec<f64>>>) -> js_sys::Function {
    let (scans, times_ms) = (scans.clone(), times_ms.clone());
    let told = Closure::<dyn Fn(String, f64, bool)>::new(move |text, at_ms, _| {
        scans.borrow_mut().push(text);
        times_ms.borrow_mut().push(at_ms);
    });
    told.into_js_value().unchecked_into()
}

fn takes_scans(hears: &Rc<Cell<bool>>) -> js_sys::Function {
    let hears = hears.clone();
    Closure::<dyn Fn() -> bool>::new(move || hears.get()).into_js_value().unchecked_into()
}

fn acting(acts: &Rc<RefCell<Vec<(String, u32)>>>) -> js_sys::Function {
    let acts = acts.clone();
    let told = Closure::<dyn Fn(String, u32)>::new(move |name, value| acts.borrow_mut().push((name, value)));
    told.into_js_value().unchecked_into()
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
