//! A scan is heard and felt, and a till without permission for sound says so.

use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::FakeProxy;
use super::fake_sound::FakeSound;
use super::stage::{Keys, Stage, body, bubbling, until};

const PRODUCT: &str = "4006381333931";

/// Waits until the notice about sound is shown, or is gone.
async fn notice(stage: &Stage, shown: bool) {
    let told = || stage.text(".hints").contains("Touch the screen once");
    until(&format!("the notice: {shown}"), || told() == shown).await;
}

/// A scan that is refused with a sound, after any other scan.
async fn refused(stage: &Stage, keys: &mut Keys, digits: &str) {
    let before = stage.find(".marks .mark");
    keys.scan(digits);
    until("the refusal", || stage.find(".marks .mark") != before).await;
}

#[wasm_bindgen_test]
async fn a_till_without_sound_says_so_until_it_is_allowed() {
    let _proxy = FakeProxy::new();
    let sound = FakeSound::new();
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    refused(&stage, &mut keys, PRODUCT).await;
    notice(&stage, true).await;
    assert_eq!((sound.count("tones"), sound.count("buzzes")), (0, 1), "the hand feels it meanwhile");
    sound.turn("running");
    notice(&stage, false).await;
    refused(&stage, &mut keys, "9780201379624").await;
    notice(&stage, false).await;
    assert_eq!((sound.count("tones"), sound.count("buzzes")), (2, 2));
}

#[wasm_bindgen_test]
async fn sound_that_was_interrupted_comes_back_with_a_touch() {
    let _proxy = FakeProxy::new();
    let sound = FakeSound::new();
    let stage = Stage::at_scan().await;
    let mut keys = Keys::new();
    refused(&stage, &mut keys, PRODUCT).await;
    sound.turn("running");
    sound.turn("interrupted");
    refused(&stage, &mut keys, "9780201379624").await;
    notice(&stage, true).await;
    for touch in ["pointerdown", "pointerup"] {
        let before = sound.count("resumed");
        body().dispatch_event(&bubbling(touch)).unwrap();
        assert_eq!(sound.count("resumed"), before + 1, "{touch}");
    }
    sound.turn("running");
    refused(&stage, &mut keys, PRODUCT).await;
    notice(&stage, false).await;
    assert_eq!(sound.count("tones"), 2);
}
