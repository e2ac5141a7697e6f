//! A scanner works with any focus, and its keys press nothing.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::fake_proxy::{Answer, FakeProxy, put_answer};
use super::stage::{Keys, Stage, body, busy, frames, until};

const CODE: &str = "28763443825664394";

#[wasm_bindgen_test]
async fn the_enter_of_a_scan_does_not_press_the_button_in_focus() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let button = stage.find("[data-action=back]").unwrap();
    button.focus().unwrap();
    let mut keys = Keys::new();
    keys.rest();
    for character in CODE.chars() {
        assert!(!keys.press(&button, 12.0, &character.to_string(), ""));
    }
    assert!(!keys.press(&button, 12.0, "Enter", "Enter"), "the suffix is kept from the button");
    assert!(!keys.press(&button, 3.0, "Enter", "Enter"), "and so is a second one");
    stage.screen("pending").await;
    assert!(keys.press(&button, 2_000.0, "Enter", "Enter"), "a hand's Enter is the button's own");
}

#[wasm_bindgen_test]
async fn digits_are_read_by_their_place_on_the_keyboard() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    for digit in CODE.chars() {
        let (key, code) =
            if digit < '5' { ("à", format!("Digit{digit}")) } else { ("", format!("Numpad{digit}")) };
        keys.press(&body(), 12.0, key, &code);
    }
    keys.press(&body(), 12.0, "Enter", "NumpadEnter");
    stage.screen("pending").await;
    assert_eq!(proxy.calls("PUT")[0].body["code"], CODE);
}

#[wasm_bindgen_test]
async fn an_aim_prefix_on_a_thai_layout_is_read_by_its_place() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let _stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    for (key, code) in [("ล", "BracketRight"), ("ฉ", "KeyC"), ("จ", "Digit0")] {
        keys.press(&body(), 12.0, key, code);
    }
    for digit in CODE.chars() {
        keys.press(&body(), 12.0, "ๅ", &format!("Digit{digit}"));
    }
    keys.press(&body(), 12.0, "Enter", "Enter");
    until("the payment", || proxy.calls("PUT").len() == 1).await;
    assert_eq!(proxy.calls("PUT")[0].body["code"], CODE);
}

#[wasm_bindgen_test]
async fn a_scan_without_a_suffix_ends_by_silence() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    for digit in CODE.chars() {
        keys.press(&body(), 1.0, &digit.to_string(), "");
    }
    stage.screen("pending").await;
    assert_eq!(proxy.calls("PUT")[0].body["code"], CODE);
}

#[wasm_bindgen_test]
async fn a_scanner_may_write_by_way_of_an_input_method() {
    // In pieces as a composition grows, or at once; with a genuine first key, or without one.
    for pieces in [&["28763443825664394"][..], &["2", "28763", "28763443825664394"]] {
        for genuine in [false, true] {
            let proxy = FakeProxy::new();
            proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
            let stage = Stage::at_scan().await;
            let catcher: HtmlInputElement = stage.find("[data-catcher]").unwrap().unchecked_into();
            until("the focus", || stage.find("[data-catcher]:focus").is_some()).await;
            let mut keys = Keys::new();
            if genuine {
                assert!(!keys.press(&catcher, 12.0, "2", "Digit2"), "else it would be written as well");
            }
            for piece in pieces {
                assert!(keys.press(&catcher, 12.0, "Unidentified", ""), "an input method's own key");
                keys.write(&catcher, 2.0, if genuine { &piece[1..] } else { piece });
            }
            stage.screen("pending").await;
            assert_eq!(proxy.calls("PUT")[0].body["code"], CODE);
        }
    }
}

#[wasm_bindgen_test]
async fn a_scanner_may_compose_its_code_with_an_input_method() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let catcher: HtmlInputElement = stage.find("[data-catcher]").unwrap().unchecked_into();
    let mut keys = Keys::new();
    keys.composition(&catcher, "compositionstart", "");
    for end in 1..=CODE.len() {
        // The input method keeps the key, with any name, and writes the whole text so far each time.
        assert!(keys.compose(&catcher, 12.0, &CODE[..end]));
    }
    keys.composition(&catcher, "compositionend", CODE);
    stage.screen("pending").await;
    assert_eq!((proxy.calls("PUT").len(), &proxy.calls("PUT")[0].body["code"]), (1, &CODE.into()));
    assert_eq!(catcher.value(), "");
}

#[wasm_bindgen_test]
async fn the_hidden_field_keeps_nothing() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let catcher: HtmlInputElement = stage.find("[data-catcher]").unwrap().unchecked_into();
    Keys::new().write(&catcher, 2.0, "4006381333931");
    until("the till reads the scan", || stage.text(".problem").contains("product")).await;
    assert_eq!((proxy.calls("PUT").len(), catcher.value().as_str()), (0, ""));
}

#[wasm_bindgen_test]
async fn a_page_that_was_busy_for_long_loses_no_key() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    keys.press_all(&body(), 10.0, &CODE[..9]);
    // The till's own timer is due before that and runs first, late. The events kept their times.
    let _rest = Timeout::new(400, move || {
        keys.press_all(&body(), 10.0, &CODE[9..]);
        keys.press(&body(), 10.0, "Enter", "Enter");
    });
    busy(1_500.0);
    stage.screen("pending").await;
    assert_eq!(proxy.calls("PUT")[0].body["code"], CODE);
}

#[wasm_bindgen_test]
async fn every_ending_and_every_speed_of_a_scanner_is_understood() {
    let endings: [&[(&str, bool)]; 5] =
        [&[("Enter", false)], &[("Tab", false)], &[("j", true)], &[("Enter", false), ("j", true)], &[]];
    for (ending, gap_ms) in endings.into_iter().zip([1.0, 20.0, 60.0, 100.0, 5.0]) {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
        let stage = Stage::at_scan().await;
        let mut keys = Keys::new();
        keys.press_all(&body(), gap_ms, "]C028763443825664394");
        for (key, control) in ending {
            assert!(!keys.press_with(&body(), gap_ms, key, *control), "{key}");
        }
        stage.screen("pending").await;
        assert_eq!(proxy.calls("PUT").len(), 1, "{ending:?}");
        assert_eq!(proxy.calls("PUT")[0].body["code"], CODE, "{ending:?}");
    }
}

#[wasm_bindgen_test]
async fn a_scanner_with_a_modifier_on_every_key_works() {
    for modifier in ["altKey: true", "ctrlKey: true", "metaKey: true", "shiftKey: true"] {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
        let stage = Stage::at_scan().await;
        let mut keys = Keys::new();
        for key in CODE.chars().map(|digit| digit.to_string()).chain(["Enter".to_owned()]) {
            let stamp_ms = keys.now_ms() + 12.0;
            keys.press_at(&body(), 12.0, &key, stamp_ms, modifier);
        }
        stage.screen("pending").await;
        assert_eq!(proxy.calls("PUT")[0].body["code"], CODE, "{modifier}");
    }
}

#[wasm_bindgen_test]
async fn event_times_that_are_nothing_or_minutes_off_are_not_believed() {
    for off_ms in [None, Some(-180_000.0), Some(180_000.0), Some(-20_000.0)] {
        let proxy = FakeProxy::new();
        proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
        let stage = Stage::at_scan().await;
        let mut keys = Keys::new();
        // A page that is old enough for this error of its times.
        keys.press(&body(), 200_000.0, "Shift", "");
        for key in CODE.chars().map(|digit| digit.to_string()).chain(["Enter".to_owned()]) {
            let stamp_ms = off_ms.map_or(0.0, |off_ms| keys.now_ms() + 12.0 + off_ms);
            keys.press_at(&body(), 12.0, &key, stamp_ms, "");
        }
        stage.screen("pending").await;
        let asked = &proxy.calls("PUT")[0].body;
        assert_eq!((proxy.calls("PUT").len(), &asked["code"]), (1, &CODE.into()), "{off_ms:?}");
        assert!(asked["scanned_ago_ms"].as_u64().unwrap() < 2_000, "{off_ms:?}: {asked}");
    }
}

#[wasm_bindgen_test]
async fn a_torn_scan_is_told_and_the_next_is_sent() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    keys.press_all(&body(), 12.0, "2");
    keys.press_all(&body(), 322.0, "8");
    keys.press_all(&body(), 12.0, &CODE[2..]);
    keys.press(&body(), 12.0, "Enter", "Enter");
    until("the sentence", || stage.text(".problem").contains("in pieces")).await;
    assert_eq!(proxy.calls("PUT").len(), 0);
    keys.scan(CODE);
    stage.screen("pending").await;
    assert_eq!(proxy.calls("PUT")[0].body["code"], CODE);
}

#[wasm_bindgen_test]
async fn a_label_that_is_read_twice_is_scanned_once() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let heard = || stage.find(".marks .mark").map(|mark| mark.get_attribute("data-sound"));
    let mut keys = Keys::new();
    keys.press_all(&body(), 10.0, "4006381333931");
    keys.press(&body(), 10.0, "Enter", "Enter");
    until("the refusal", || heard() == Some(Some("not-a-code".to_owned()))).await;
    let mark = stage.find(".marks .mark").unwrap();
    keys.press_all(&body(), 10.0, "4006381333931");
    keys.press(&body(), 10.0, "Enter", "Enter");
    frames(5).await;
    assert!(stage.find(".marks .mark").is_some_and(|now| now == mark), "nothing sounded again");
}

#[wasm_bindgen_test]
async fn a_slow_scanner_is_told_what_is_wrong_with_what_it_read() {
    let proxy = FakeProxy::new();
    for text in ["PRODUCT-1", "123456789", "https://example.com/menu", "4006381333931"] {
        let stage = Stage::at_scan().await;
        let mut keys = Keys::new();
        keys.press_all(&body(), 80.0, text);
        keys.press(&body(), 80.0, "Enter", "Enter");
        until(&format!("a sentence for {text}"), || !stage.text(".problem").is_empty()).await;
    }
    assert_eq!(proxy.calls("PUT").len(), 0);
}

#[wasm_bindgen_test]
async fn slow_keys_are_a_hand_and_send_nothing() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    keys.press_all(&body(), 400.0, CODE);
    assert!(keys.press(&body(), 400.0, "Enter", "Enter"));
    frames(30).await;
    assert_eq!((proxy.calls("PUT").len(), stage.name().as_str()), (0, "scan"));
}

#[wasm_bindgen_test]
async fn a_hand_types_the_amount_on_a_keyboard() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    stage.find("[data-action=scanner]").unwrap().focus().unwrap();
    let mut keys = Keys::new();
    for key in ["2", "2", "2", "5", "0", "Backspace"] {
        keys.press(&body(), 300.0, key, "");
    }
    until("the figure", || stage.text(".figure") == "฿22.25").await;
    keys.press(&body(), 300.0, "Enter", "Enter");
    stage.screen("scan").await;
}

#[wasm_bindgen_test]
async fn a_practised_hand_charges_by_enter() {
    let _proxy = FakeProxy::new();
    for gap_ms in [70.0, 93.0, 113.0] {
        let stage = Stage::at_keypad().await;
        stage.find("[data-action=scanner]").unwrap().focus().unwrap();
        let mut keys = Keys::new();
        keys.press_all(&body(), gap_ms, "2500");
        keys.press(&body(), gap_ms, "Enter", "Enter");
        stage.screen("scan").await;
        assert_eq!(stage.text(".figure"), "฿25.00");
    }
}

#[wasm_bindgen_test]
async fn enter_presses_an_outcomes_first_button_once_readable() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut paid = put_answer(asked, 1, "successful");
        paid["disposition"] = "accepted".into();
        Answer::Json(201, paid)
    });
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    keys.scan(CODE);
    stage.screen("paid").await;
    keys.press(&body(), 100.0, "Enter", "Enter");
    frames(5).await;
    assert_eq!(stage.name(), "paid", "that was meant for the screen before");
    keys.rest();
    keys.scan("289431869362714645");
    frames(5).await;
    assert_eq!(stage.name(), "paid", "a scan's suffix presses nothing");
    keys.rest();
    keys.press(&stage.find("h1").unwrap(), 0.0, "Enter", "Enter");
    stage.screen("amount").await;
}

#[wasm_bindgen_test]
async fn a_scan_beside_a_typed_amount_charges_that_amount() {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |_| Answer::Never);
    let stage = Stage::at_keypad().await;
    stage.press_all(&["digit-7", "digit-7", "digit-7", "digit-7"]).await;
    Keys::new().scan(CODE);
    stage.screen("sending").await;
    assert_eq!(stage.text(".figure"), "฿77.77");
    until("the call", || proxy.calls("PUT").len() == 1).await;
    let put = &proxy.calls("PUT")[0];
    assert_eq!((put.body["amount"].as_i64(), put.body["code"].as_str()), (Some(7777), Some(CODE)));
}

#[wasm_bindgen_test]
async fn a_scan_at_the_empty_keypad_asks_for_the_amount() {
    let proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    stage.find("[data-action=scanner]").unwrap().focus().unwrap();
    Keys::new().scan(CODE);
    until("a sentence", || stage.text(".sale .problem").contains("Type an amount first")).await;
    assert!(stage.find(".mark[data-sound=not-a-code]").is_some());
    assert_eq!((proxy.calls("PUT").len(), stage.text(".figure").as_str()), (0, "฿0.00"));
}

#[wasm_bindgen_test]
async fn the_focus_follows_the_screens_and_leaves_the_page_alone() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_scan().await;
    let document = web_sys::window().unwrap().document().unwrap();
    let field: HtmlElement = document.create_element("input").unwrap().unchecked_into();
    body().append_child(&field).unwrap();
    field.focus().unwrap();
    stage.press("back").await;
    stage.screen("amount").await;
    assert_eq!(document.active_element(), Some(Element::from(field.clone())));
    stage.press_all(&["digit-9", "digit-9", "digit-9", "digit-9"]).await;
    stage.find("[data-action=charge]").unwrap().focus().unwrap();
    stage.press("charge").await;
    stage.screen("scan").await;
    until("the hidden field", || stage.find("[data-catcher]:focus").is_some()).await;
    field.remove();
}
