//! Extensions and page translators that reach into the shadow root: the shown amount stays the charged
//! amount.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use super::fake_proxy::{Answer, FakeProxy, problem, put_answer};
use super::stage::{Keys, Stage, frames, until};

const CODE: &str = "28763443825664394";
/// What a translator does: it wraps each text in an element.
const WRAP: &str = "const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
        const font = document.createElement('font');
        text.replaceWith(font);
        font.append(text);
    }";

fn run(stage: &Stage, script: &str) -> JsValue {
    Function::new_with_args("root", script).call1(&JsValue::NULL, &stage.shadow()).unwrap()
}

/// The proxy accepts each payment, and the test reads the requests.
fn paying() -> FakeProxy {
    let proxy = FakeProxy::new();
    proxy.on("PUT", "/v1/payments", |asked| {
        let mut paid = put_answer(asked, 1, "successful");
        (paid["disposition"], paid["amount"]) = ("accepted".into(), asked.body["amount"].clone());
        Answer::Json(201, paid)
    });
    proxy
}

/// Sells ฿42.25 while this script runs on each screen, at once and once more when all is calm.
async fn check_sale(tamper: &str) {
    let proxy = paying();
    let stage = Stage::at_keypad().await;
    let tamper = async || {
        run(&stage, tamper);
        frames(3).await;
        run(&stage, tamper);
        frames(1).await;
    };
    tamper().await;
    for digit in ["digit-4", "digit-2", "digit-2", "digit-5"] {
        stage.press(digit).await;
        run(&stage, WRAP);
    }
    until("the amount", || stage.text(".figure") == "฿42.25").await;
    until("the button", || stage.text("[data-action=charge]") == "Charge ฿42.25").await;
    stage.press("charge").await;
    stage.screen("scan").await;
    tamper().await;
    Keys::new().scan(CODE);
    stage.screen("paid").await;
    tamper().await;
    until("the outcome", || stage.text("h1") == "Paid" && stage.text(".figure") == "฿42.25").await;
    until("nothing foreign", || stage.find("font").is_none()).await;
    assert_eq!(proxy.calls("PUT")[0].body["amount"], 4225);
    stage.press("next-sale").await;
    until("the next sale", || stage.text(".figure") == "฿0.00").await;
}

#[wasm_bindgen_test]
async fn a_translated_till_shows_what_it_charges() {
    check_sale(WRAP).await;
}

#[wasm_bindgen_test]
async fn a_till_that_is_translated_twice_shows_what_it_charges() {
    check_sale(&format!("{{ {WRAP} }} {{ {WRAP} }}")).await;
}

#[wasm_bindgen_test]
async fn texts_that_are_replaced_in_place_come_back() {
    check_sale(
        "const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) walker.currentNode.data = '€1.10'",
    )
    .await;
}

#[wasm_bindgen_test]
async fn elements_that_are_taken_away_come_back() {
    for selector in [".figure", ".figure > *", ".slip", ".state > *", ".till > *", ".till", ".scantill"] {
        check_sale(&format!("root.querySelectorAll('{selector}').forEach((one) => one.remove())")).await;
    }
}

#[wasm_bindgen_test]
async fn elements_that_are_painted_by_others_give_way() {
    for script in [
        "const till = root.querySelector('.till'); till.innerHTML = till.innerHTML",
        "const box = root.querySelector('.scantill'); box.innerHTML = box.innerHTML + '<p>฿1.00</p>'",
        "const till = root.querySelector('.till'); till.replaceWith(till.cloneNode(true))",
        "const frame = document.createElement('div'); root.append(frame); frame.append(root.querySelector('.till'))",
    ] {
        check_sale(script).await;
    }
}

#[wasm_bindgen_test]
async fn an_amount_that_is_hidden_comes_back() {
    for script in [
        "root.querySelector('.figure').hidden = true",
        "root.querySelector('.figure').style.display = 'none'",
        "root.querySelector('.sale').className = ''",
        "root.querySelector('.scantill').style.opacity = 0",
        "root.querySelector('.scantill').className = ''",
    ] {
        let _proxy = paying();
        let stage = Stage::at_keypad().await;
        run(&stage, script);
        let is_seen = "const box = root.firstElementChild;
            return box.className !== '' && getComputedStyle(box).opacity === '1'
                && root.querySelector('.sale .figure')?.getBoundingClientRect().height > 20";
        until(script, || run(&stage, is_seen).as_bool() == Some(true)).await;
    }
}

#[wasm_bindgen_test]
async fn a_script_that_repaints_is_named_and_the_amount_stays() {
    let proxy = paying();
    let stage = Stage::at_keypad().await;
    let counts: Array = run(
        &stage,
        &format!(
            "const counts = [0];
            const wrap = () => {{ {WRAP} }};
            const observer = new MutationObserver(() => {{
                if (![...root.querySelectorAll('.figure')].some((one) => one.querySelector('font'))) {{
                    counts[0] += 1;
                    wrap();
                }}
            }});
            observer.observe(root, {{ subtree: true, childList: true, characterData: true }});
            counts.push(() => observer.disconnect());
            wrap();
            return counts"
        ),
    )
    .unchecked_into();
    for digit in ["digit-4", "digit-2", "digit-2", "digit-5"] {
        stage.press(digit).await;
    }
    until("the amount", || stage.text(".figure") == "฿42.25").await;
    until("a sentence", || stage.text(".bar").contains("Turn off translations")).await;
    assert!(counts.get(0).as_f64().unwrap() < 60.0, "the page must not be kept busy");
    stage.press("charge").await;
    stage.screen("scan").await;
    Keys::new().scan(CODE);
    stage.screen("paid").await;
    until("the outcome", || stage.text(".figure") == "฿42.25" && stage.text("h1") == "Paid").await;
    assert_eq!(proxy.calls("PUT")[0].body["amount"], 4225);
    counts.get(1).unchecked_into::<Function>().call0(&JsValue::NULL).unwrap();
    until("calm", || stage.text(".bar").is_empty()).await;
    until("nothing foreign", || stage.find("font").is_none()).await;
}

#[wasm_bindgen_test]
async fn a_fields_text_outlives_a_painting_from_scratch() {
    let proxy = FakeProxy::new();
    proxy.on("POST", "/v1/pair", |_| problem(403, "pairing_refused"));
    let stage = Stage::new();
    stage.screen("pair").await;
    stage.enter("pairing-code", "K7QF").await;
    let before = stage.find("[data-field]").unwrap();
    before.focus().unwrap();
    run(&stage, WRAP);
    until("a painting", || stage.find("[data-field]").as_ref() != Some(&before)).await;
    let value = run(&stage, "return root.querySelector('[data-field]').value");
    assert_eq!(value.as_string().as_deref(), Some("K7QF"));
}

#[wasm_bindgen_test]
async fn a_helpers_icon_beside_a_field_disturbs_nobody() {
    let _proxy = paying();
    let stage = Stage::at_scan().await;
    stage.press("type-code").await;
    until("a field", || stage.find("[data-field=code]").is_some()).await;
    let before: HtmlElement = stage.find("[data-field=code]").unwrap();
    run(&stage, "root.querySelector('[data-field=code]').after(document.createElement('div'))");
    run(&stage, "root.querySelector('[data-field=code]').dataset.helper = 'here'");
    frames(10).await;
    assert_eq!(stage.find("[data-field=code]"), Some(before));
}

#[wasm_bindgen_test]
async fn translators_are_told_to_leave_the_till_alone() {
    let _proxy = paying();
    let stage = Stage::at_keypad().await;
    for selector in [".scantill.notranslate[translate=no]", ".till[translate=no]"] {
        assert!(stage.find(selector).is_some(), "{selector}");
    }
}
