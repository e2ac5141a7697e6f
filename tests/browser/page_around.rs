//! The host page: its fields, its editors, its own scanner, and the keys of a scan that reach it.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, FakeProxy, put_answer};
use super::stage::{Keys, PageField, Stage, body, frames, object, until};

const CODE: &str = "28763443825664394";

#[wasm_bindgen_test]
async fn an_editor_of_the_page_keeps_all_that_comes_into_it() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let editor = PageField::new("p");
    editor.0.set_content_editable("true");
    for (gap_ms, text) in [(12.0, CODE), (95.0, CODE), (20.0, "0812")] {
        let mut keys = Keys::new();
        keys.rest();
        let mut kept = |sign: char| !keys.press(&editor.0, gap_ms, &sign.to_string(), "");
        assert_eq!(text.chars().filter(|sign| kept(*sign)).count(), 0, "{gap_ms}: every key is the editor's");
        assert!(keys.press(&editor.0, gap_ms, "Enter", "Enter"));
    }
    frames(30).await;
    assert_eq!((proxy.calls("PUT").len(), stage.name().as_str()), (0, "scan"));
}

#[wasm_bindgen_test]
async fn keys_into_a_page_field_stay_there_without_a_scan() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    for tag in ["input", "textarea"] {
        let field = PageField::new(tag);
        let mut keys = Keys::new();
        assert!(CODE.chars().all(|digit| keys.press(&field.0, 12.0, &digit.to_string(), "")), "{tag}");
        assert!(keys.press(&field.0, 12.0, "Enter", "Enter"), "{tag}");
    }
    frames(5).await;
    assert_eq!((proxy.calls("PUT").len(), stage.name().as_str()), (0, "amount"));
}

#[wasm_bindgen_test]
async fn a_scan_into_a_page_field_is_read_and_restores_it() {
    for (tag, gap_ms) in [("input", 1.0), ("input", 12.0), ("textarea", 12.0), ("input", 95.0)] {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
        let stage = Stage::at_scan().await;
        let field = PageField::new(tag);
        field.write("rice");
        let mut keys = Keys::new();
        CODE.chars().for_each(|digit| field.key(&mut keys, gap_ms, digit));
        assert!(!keys.press(&field.0, gap_ms, "Enter", "Enter"), "{tag}: the suffix sends no form");
        stage.screen("pending").await;
        assert_eq!(
            (proxy.calls("PUT")[0].body["code"].as_str(), field.text().as_str()),
            (Some(CODE), "rice")
        );
    }
}

#[wasm_bindgen_test]
async fn what_a_hand_types_into_a_page_field_stays_there() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    for (gap_ms, text) in [(20.0, "0812"), (60.0, "0812345678"), (180.0, "0812345678"), (60.0, "rice 12")] {
        let field = PageField::new("input");
        keys.rest();
        text.chars().for_each(|sign| field.key(&mut keys, gap_ms, sign));
        until(&format!("{text} at {gap_ms} ms, not {}", field.text()), || field.text() == text).await;
    }
    assert_eq!((proxy.calls("PUT").len(), stage.name().as_str()), (0, "scan"));
}

#[wasm_bindgen_test]
async fn a_scans_keys_do_not_reach_the_page_around() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let heard = Overheard::new();
    let mut keys = Keys::new();
    for digit in "4006381333931".chars() {
        keys.press(&body(), 8.0, &digit.to_string(), &format!("Digit{digit}"));
        keys.release(&body(), 4.0, &digit.to_string(), &format!("Digit{digit}"));
    }
    keys.press(&body(), 8.0, "Enter", "Enter");
    keys.release(&body(), 4.0, "Enter", "Enter");
    until("the till reads the scan", || stage.text(".problem").contains("product")).await;
    assert_eq!(heard.counts(), (0, 0));
    for _ in 0..2 {
        keys.rest();
        keys.rest();
        let (down, up) = heard.counts();
        keys.press(&body(), 0.0, "5", "Digit5");
        keys.release(&body(), 40.0, "5", "Digit5");
        until("a hand's key comes late", || heard.counts() == (down + 1, up + 1)).await;
    }
    keys.rest();
    assert!(keys.press(&body(), 0.0, "Enter", "Enter"), "and what needs no waiting comes at once");
}

#[wasm_bindgen_test]
async fn a_module_that_nobody_uses_leaves_the_keys_to_the_page_around() {
    let _proxy = FakeProxy::new();
    let stage = Stage::new();
    stage.screen("amount").await;
    let heard = Overheard::new();
    let mut keys = Keys::new();
    keys.scan("4006381333931");
    assert_eq!(heard.counts().0, 14, "the page's own scanner is heard by the page");
    frames(5).await;
    assert_eq!(stage.text(".figure"), "฿0.00");
    let _ = stage.till.checkout(&object(&[("amount", 2225.into())]));
    stage.screen("scan").await;
    keys.scan("4006381333931");
    until("the till reads the scan", || stage.text(".problem").contains("product")).await;
    assert_eq!(heard.counts().0, 14, "with a checkout open a scan is the till's");
}

#[wasm_bindgen_test]
async fn a_module_that_was_paid_leaves_the_keys_to_the_page_again() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut paid = put_answer(asked, 1, "successful");
        paid["disposition"] = "accepted".into();
        Answer::Json(201, paid)
    });
    let stage = Stage::new();
    let _ = stage.till.checkout(&object(&[("amount", 2225.into())]));
    stage.screen("scan").await;
    until("the focus", || stage.find("[data-catcher]:focus").is_some()).await;
    let mut keys = Keys::new();
    keys.scan(CODE);
    stage.screen("paid").await;
    stage.find("[data-action=next-sale]").unwrap().focus().unwrap();
    stage.press("next-sale").await;
    stage.screen("amount").await;
    let heard = Overheard::new();
    keys.scan("4006381333931");
    assert_eq!(heard.counts().0, 0, "a second scan of an eager hand presses nothing");
    keys.rest();
    keys.rest();
    keys.scan("4006381333931");
    assert_eq!(heard.counts().0, 14, "the screen's own focus is no hand's");
}

#[wasm_bindgen_test]
async fn no_scan_key_reaches_the_page_while_an_outcome_shows() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut paid = put_answer(asked, 1, "successful");
        paid["disposition"] = "accepted".into();
        Answer::Json(201, paid)
    });
    let stage = Stage::new();
    let _ = stage.till.checkout(&object(&[("amount", 2225.into())]));
    stage.screen("scan").await;
    let (button, field) = (PageField::new("button"), PageField::new("input"));
    let mut keys = Keys::new();
    button.0.focus().unwrap();
    keys.scan_onto(&button.0, CODE);
    stage.screen("paid").await;
    let heard = Overheard::new();
    for target in [&button, &field] {
        keys.rest();
        keys.rest();
        "289431869362714645".chars().for_each(|digit| target.key(&mut keys, 12.0, digit));
        for _ in 0..2 {
            assert!(!keys.press(&target.0, 12.0, "Enter", "Enter"), "no button is pressed, no form is sent");
        }
        assert!(!keys.press(&target.0, 300.0, "Tab", "Tab"), "a late second suffix moves no focus");
    }
    assert_eq!(field.text(), "", "nothing is typed");
    assert_eq!((proxy.calls("PUT").len(), stage.name().as_str()), (1, "paid"));
    assert!(heard.counts().0 <= 3, "a field gets the first digits, which are taken out again");
}

#[wasm_bindgen_test]
async fn a_scan_just_after_the_till_was_taken_away_presses_nothing() {
    let _proxy = FakeProxy::new();
    let stage = Stage::new();
    stage.screen("amount").await;
    let _ = stage.till.checkout(&object(&[("amount", 2225.into())]));
    stage.screen("scan").await;
    stage.till.unmount();
    let button = PageField::new("button");
    let mut keys = Keys::new();
    keys.rest();
    assert!(CODE.chars().all(|digit| !keys.press(&button.0, 12.0, &digit.to_string(), "")));
    assert!(!keys.press(&button.0, 12.0, "Enter", "Enter"));
    keys.rest();
    assert!(keys.press(&button.0, 1_000.0, "Enter", "Enter"), "a hand presses what it likes");
}

#[wasm_bindgen_test]
async fn a_module_is_typed_into_once_a_hand_began_there() {
    let _proxy = FakeProxy::new();
    let stage = Stage::new();
    stage.screen("amount").await;
    let mut keys = Keys::new();
    stage.press("digit-5").await;
    keys.press(&body(), 300.0, "5", "Digit5");
    until("the figure", || stage.text(".figure") == "฿0.55").await;
    stage.press_all(&["delete", "delete"]).await;
    keys.press(&body(), 300.0, "5", "Digit5");
    keys.rest();
    keys.rest();
    frames(5).await;
    assert_eq!(stage.text(".figure"), "฿0.00", "nothing is in hand");
    assert!(keys.press(&body(), 300.0, "5", "Digit5"));
    stage.find("[data-action=scanner]").unwrap().focus().unwrap();
    keys.press(&body(), 300.0, "7", "Digit7");
    until("the figure", || stage.text(".figure") == "฿0.07").await;
}

/// Counts the keys that reach the host page.
struct Overheard {
    counts: Rc<Cell<(u32, u32)>>,
    _listeners: [EventListener; 2],
}

impl Overheard {
    fn new() -> Self {
        let counts = Rc::<Cell<(u32, u32)>>::default();
        let count = |kind, change: (u32, u32)| {
            let counts = counts.clone();
            EventListener::new(&body(), kind, move |_| {
                let (down, up) = counts.get();
                counts.set((down + change.0, up + change.1));
            })
        };
        Self { _listeners: [count("keydown", (1, 0)), count("keyup", (0, 1))], counts }
    }

    /// The counts of keydown and keyup.
    fn counts(&self) -> (u32, u32) {
        self.counts.get()
    }
}
