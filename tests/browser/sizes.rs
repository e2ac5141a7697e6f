//! The till in any place of any page: the amount is readable, and nothing overflows the till's box.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use super::fake_proxy::{Answer, FakeProxy, put_answer};
use super::stage::{Keys, Stage, body, clear, frames, options, until};

const CODE: &str = "28763443825664394";
/// A smaller amount cannot be read at arm's length.
const FIGURE_PX_MIN: f64 = 28.0;

/// A till within these elements, the innermost its host, each with a style.
struct Placed {
    stage: Stage,
    outside: Element,
}

impl Placed {
    async fn new(styles: &[&str]) -> Self {
        clear();
        let document = web_sys::window().unwrap().document().unwrap();
        let mut inner = body();
        let mut outside = None;
        for style in styles {
            let element = document.create_element("div").unwrap();
            element.set_attribute("style", style).unwrap();
            inner.append_child(&element).unwrap();
            outside.get_or_insert(element.clone());
            inner = element;
        }
        let host: HtmlElement = inner.unchecked_into();
        host.set_attribute("data-test-host", "").unwrap();
        let till = crate::mount(&host, &options("tablet")).unwrap().unchecked_into();
        let stage = Stage { host, till };
        stage.screen("amount").await;
        Self { stage, outside: outside.unwrap() }
    }

    fn ask(&self, script: &str) -> JsValue {
        Function::new_with_args("root", script).call1(&JsValue::NULL, &self.stage.shadow()).unwrap()
    }

    fn check(&self, what: &str) {
        let size = self.ask("return parseFloat(getComputedStyle(root.querySelector('.figure')).fontSize)");
        let size = size.as_f64().unwrap();
        assert!(FIGURE_PX_MIN <= size, "{what}: the amount is {size} px");
        let seen = self.ask(
            "const box = root.querySelector('.till').getBoundingClientRect();
            const figure = root.querySelector('.figure').getBoundingClientRect();
            const host = root.host.getBoundingClientRect();
            const within = figure.left >= box.left && figure.top >= box.top && figure.right <= box.right + 1 && figure.bottom <= box.bottom + 1;
            return within ? '' : JSON.stringify({ box, figure, host })",
        );
        assert_eq!(seen.as_string().as_deref(), Some(""), "{what}");
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        self.outside.remove();
    }
}

/// The README's snippet, and layouts of pages around it.
const PLACES: [&[&str]; 22] = [
    &[""],
    &["display: inline"],
    &["display: inline-block"],
    &["display: flex", ""],
    &["display: flex"],
    &["display: flex; flex-direction: column; height: 500px", "flex: 1"],
    &["display: flex; flex-direction: column", "flex: 1; min-height: 0"],
    &["display: grid", ""],
    &["display: grid; place-items: center; height: 600px", ""],
    &["display: grid"],
    &["height: 0"],
    &["height: 0; min-height: 0"],
    &["position: relative; height: 400px", "position: absolute; inset: 0"],
    &["float: left"],
    &["font-size: 0; line-height: 0"],
    &["line-height: 4; letter-spacing: 1em; text-transform: uppercase; text-indent: 3em; white-space: pre"],
    &["color: white; visibility: hidden; text-align: right"],
    &["direction: rtl; unicode-bidi: bidi-override"],
    &["writing-mode: vertical-rl; height: 600px"],
    &["zoom: .8"],
    &["transform: rotate(0); filter: none; contain: layout"],
    &["width: 320px; height: 360px"],
];

#[wasm_bindgen_test]
async fn in_any_place_the_amount_is_readable_on_each_screen() {
    for place in PLACES {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", |asked| {
            let mut paid = put_answer(asked, 1, "successful");
            paid["disposition"] = "accepted".into();
            Answer::Json(201, paid)
        });
        let placed = Placed::new(place).await;
        let what = place.join(" > ");
        placed.check(&what);
        placed.stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5", "charge"]).await;
        placed.stage.screen("scan").await;
        placed.check(&what);
        Keys::new().scan(CODE);
        placed.stage.screen("paid").await;
        placed.check(&what);
    }
}

#[wasm_bindgen_test]
async fn a_till_without_a_height_keeps_one_size_on_each_screen() {
    let _proxy = FakeProxy::new();
    let placed = Placed::new(&[""]).await;
    let size = || {
        placed.ask(
            "const box = (one) => { const { width, height } = one.getBoundingClientRect(); return `${width}x${height}` };
            return `${box(root.host)} ${box(root.querySelector('.till'))}`",
        )
    };
    let before = size().as_string().unwrap();
    let (host, till) = before.split_once(' ').unwrap();
    assert_eq!(host, till);
    placed.stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5", "charge"]).await;
    placed.stage.screen("scan").await;
    frames(2).await;
    assert_eq!(size().as_string().unwrap(), before);
}

/// The place of each part of the till, measured from its own corner.
const PARTS: &str = "const from = root.host.getBoundingClientRect();
    return ['.bar', '.who', '.sale', '.figure', '.state', '.ways', 'h1', '.state button']
        .map((part) => [part, root.querySelector(part).getBoundingClientRect()])
        .map(([part, box]) => [part, box.left - from.left, box.top - from.top, box.width, box.height].join(' ')).join('; ')";

#[wasm_bindgen_test]
async fn a_till_without_a_set_height_has_the_same_layout() {
    for width in ["360px", "900px"] {
        let mut seen = Vec::new();
        for height in ["", "height: 600px"] {
            let _proxy = FakeProxy::new();
            let placed = Placed::new(&[&format!("width: {width}; {height}")]).await;
            let keypad = placed.ask(PARTS).as_string().unwrap();
            placed.stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5", "charge"]).await;
            placed.stage.screen("scan").await;
            frames(2).await;
            seen.push((keypad, placed.ask(PARTS).as_string().unwrap()));
        }
        assert_eq!(seen.first(), seen.last(), "{width}");
    }
}

#[wasm_bindgen_test]
async fn the_time_that_is_left_is_within_its_ring() {
    for place in [
        "width: 1280px; height: 800px",
        "width: 390px; height: 844px",
        "width: 410px; height: 590px",
        "width: 300px; height: 480px",
        "width: 260px; height: 345px",
        "",
    ] {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
        let placed = Placed::new(&[place]).await;
        placed.stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5", "charge"]).await;
        placed.stage.screen("scan").await;
        Keys::new().scan(CODE);
        placed.stage.screen("pending").await;
        let empty = placed.ask("return root.querySelector('.bar').getBoundingClientRect().height");
        assert_eq!(empty.as_f64(), Some(0.0), "{place}: what has nothing to say takes no room");
        let covers = placed.ask(
            "const [speech, ways] = ['.speech', '.ways'].map((part) => root.querySelector(part).getBoundingClientRect());
            return speech.left < ways.right && ways.top + 1 < speech.bottom",
        );
        assert_eq!(covers.as_bool(), Some(false), "{place}: what is said covers the way back");
        let share = placed.ask(
            "const width = (part) => root.querySelector(part).getBoundingClientRect().width;
            return width('.clock b') / width('.clock')",
        );
        assert!(share.as_f64().unwrap() < 0.75, "{place}: {share:?}");
    }
}

#[wasm_bindgen_test]
async fn the_field_for_a_code_and_what_sends_it_are_together() {
    for place in
        ["width: 1280px; height: 800px", "width: 820px; height: 1180px", "width: 390px; height: 844px"]
    {
        let _proxy = FakeProxy::new();
        let placed = Placed::new(&[place]).await;
        placed.stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5", "charge"]).await;
        placed.stage.screen("scan").await;
        placed.stage.press("type-code").await;
        until("the field", || placed.stage.find("[data-field=code]").is_some()).await;
        let seen = placed.ask(
            "const place = (part) => root.querySelector(part).getBoundingClientRect();
            const [field, count, send] = ['[data-field=code]', '.count', '[data-action=send-code]'].map(place);
            const is_aligned = Math.abs(field.left - send.left) < 1 && Math.abs(field.right - send.right) < 1;
            return is_aligned && send.top - count.bottom < 90 ? '' : JSON.stringify({ field, count, send })",
        );
        assert_eq!(seen.as_string().as_deref(), Some(""), "{place}");
    }
}

#[wasm_bindgen_test]
async fn the_keypad_reads_from_left_to_right_on_any_page() {
    let _proxy = FakeProxy::new();
    let placed = Placed::new(&["direction: rtl", ""]).await;
    let in_order = placed.ask(
        "return [1, 2, 3].map((digit) => root.querySelector(`[data-action=digit-${digit}]`).getBoundingClientRect().left)
            .every((left, index, all) => index === 0 || all[index - 1] < left)",
    );
    assert_eq!(in_order.as_bool(), Some(true));
}

#[wasm_bindgen_test]
async fn a_page_hides_its_till_as_it_hides_anything() {
    let _proxy = FakeProxy::new();
    let placed = Placed::new(&["display: none"]).await;
    assert_eq!(placed.stage.host.offset_height(), 0);
    placed.stage.host.set_attribute("style", "").unwrap();
    placed.stage.host.set_hidden(true);
    assert_eq!(placed.stage.host.offset_height(), 0);
    placed.stage.host.set_hidden(false);
    assert!(300 < placed.stage.host.offset_height());
}

/// Whether each of these can be pressed without scrolling: none is cut off, and none is outside the state's
/// place.
const ARE_WHOLE: &str = "const place = root.querySelector('.state').getBoundingClientRect();
    return ['camera', 'type-code'].filter((action) => {
        const { left, top, right, bottom } = root.querySelector(`[data-action=${action}]`).getBoundingClientRect();
        return left < place.left || top < place.top || right > place.right || bottom > place.bottom;
    }).join(', ')";

#[wasm_bindgen_test]
async fn a_phone_shows_the_other_ways_to_scan_whole() {
    let _proxy = FakeProxy::new();
    let placed = Placed::new(&["width: 390px; height: 844px"]).await;
    placed.stage.press_all(&["digit-2", "digit-2", "digit-2", "digit-5", "charge"]).await;
    placed.stage.screen("scan").await;
    Keys::new().scan("4006381333931");
    until("the problem", || placed.stage.text(".problem").contains("product")).await;
    until("the focus", || placed.stage.find(".ear").is_some()).await;
    assert_eq!(placed.ask(ARE_WHOLE).as_string().as_deref(), Some(""));
}
