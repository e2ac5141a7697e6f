//! The camera is open while it is wanted and visible, and gives each code once.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit, HtmlInputElement};

use super::fake_camera::FakeCamera;
use super::stage::{Stage, until};

const CODE: &str = "28763443825664394";

async fn shows(stage: &Stage, named: &str) {
    let shown = || stage.part("finder").get_attribute("data-state").as_deref() == Some(named);
    until(named, shown).await;
}

fn bubbling(kind: &str) -> Event {
    let init = EventInit::new();
    init.set_bubbles(true);
    Event::new_with_event_init_dict(kind, &init).unwrap()
}

async fn after(camera: &FakeCamera, pictures: f64) {
    let before = camera.count("asked");
    until("more pictures", || before + pictures <= camera.count("asked")).await;
}

#[wasm_bindgen_test]
async fn the_rear_camera_is_opened_and_gives_a_code_once() {
    let camera = FakeCamera::that_can("{}");
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    let wanted = camera.texts("wanted").concat();
    assert!(wanted.contains("environment") && wanted.contains("1280"), "{wanted}");
    after(&camera, 3.0).await;
    assert!(stage.scans.borrow().is_empty());
    camera.sees(&format!("{{ text: '{CODE}', format: 'qr_code' }}"));
    after(&camera, 6.0).await;
    assert_eq!(*stage.scans.borrow(), [CODE]);
    camera.sees("{ text: '28943186936271464531', format: 'gs1_128' }");
    after(&camera, 6.0).await;
    assert_eq!(*stage.scans.borrow(), [CODE, "]C128943186936271464531"]);
}

#[wasm_bindgen_test]
async fn another_camera_can_be_chosen_and_is_remembered() {
    let camera = FakeCamera::that_can("{}");
    camera.has(&["rear", "front"]);
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    until("the choice", || stage.says("next").is_some()).await;
    stage.press("camera-next");
    until("the other camera", || {
        camera.texts("wanted").last().is_some_and(|wanted| wanted.contains("front"))
    })
    .await;
    shows(&stage, "seeing").await;
    assert_eq!(camera.tracks(), ["ended", "live"]);
    let (name, choice) = stage.acts.borrow().last().cloned().unwrap();
    assert_eq!(name, "camera-choice");
    // The next page knows only the number; its browser already names the cameras.
    let again = Stage::new();
    again.scan(false, false);
    again.choose(true, false, choice);
    shows(&again, "seeing").await;
    assert!(camera.texts("wanted").last().unwrap().contains("front"));
    again.press("camera-next");
    until("round and round", || camera.texts("wanted").last().is_some_and(|wanted| wanted.contains("rear")))
        .await;
}

#[wasm_bindgen_test]
async fn a_choice_is_kept_although_cameras_are_named_late() {
    let camera = FakeCamera::that_can("{}");
    camera.has(&["rear", "front"]);
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    stage.press("camera-next");
    until("the choice", || !stage.acts.borrow().is_empty()).await;
    let choice = stage.acts.borrow()[0].1;
    until("the other camera", || camera.tracks() == ["ended", "live"]).await;
    shows(&stage, "seeing").await;
    drop((stage, camera));
    let camera = FakeCamera::that_can("{}");
    camera.has(&["rear", "front"]);
    let stage = Stage::new();
    stage.scan(false, false);
    stage.choose(true, false, choice);
    shows(&stage, "seeing").await;
    assert_eq!(camera.tracks(), ["ended", "live"]);
    assert!(camera.texts("wanted")[1].contains("front"));
}

#[wasm_bindgen_test]
async fn a_chosen_camera_that_was_unplugged_gives_way_to_another() {
    let camera = FakeCamera::that_can("{}");
    camera.has(&["rear", "front"]);
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    camera.loses("front");
    stage.press("camera-next");
    until("both cameras were requested", || camera.texts("wanted").len() == 3).await;
    shows(&stage, "seeing").await;
    assert_eq!(camera.tracks(), ["ended", "live"]);
}

#[wasm_bindgen_test]
async fn one_camera_alone_is_no_choice() {
    let camera = FakeCamera::that_can("{}");
    camera.has(&["only"]);
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    assert_eq!(stage.says("next"), None);
}

#[wasm_bindgen_test]
async fn on_the_scanners_page_the_camera_is_tried_and_put_away() {
    let camera = FakeCamera::that_can("{}");
    camera.sees(&format!("{{ text: '{CODE}', format: 'qr_code' }}"));
    let stage = Stage::new();
    stage.press("camera-try");
    assert_eq!(*stage.acts.borrow(), [("camera".to_owned(), 1)]);
    stage.camera(true, false);
    shows(&stage, "seeing").await;
    after(&camera, 6.0).await;
    assert_eq!(*stage.scans.borrow(), [CODE]);
    stage.press("camera-off");
    assert_eq!(stage.acts.borrow().last(), Some(&("camera".to_owned(), 0)));
    stage.camera(false, false);
    assert_eq!(camera.tracks(), ["ended"]);
}

#[wasm_bindgen_test]
async fn reads_that_differ_give_nothing() {
    let camera = FakeCamera::that_can("{}");
    let stage = Stage::new();
    camera.sees("{ get text() { return `2876344382566439${window.reads = (window.reads ?? 0) + 1}` }, format: 'qr_code' }");
    stage.scan(true, false);
    after(&camera, 6.0).await;
    assert!(stage.scans.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn the_light_goes_off_with_the_screen_the_wish_and_the_module() {
    let camera = FakeCamera::that_can("{}");
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    stage.scan(false, false);
    assert_eq!(camera.tracks(), ["ended"]);
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    stage.open();
    assert_eq!((camera.tracks().concat(), camera.count("ended")), ("endedended".to_owned(), 2.0));
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    drop(stage);
    assert_eq!(camera.tracks().concat(), "endedendedended");
}

#[wasm_bindgen_test]
async fn a_camera_that_comes_too_late_is_dark_at_once() {
    let camera = FakeCamera::that_can("{}");
    let stage = Stage::new();
    stage.scan(true, false);
    stage.scan(false, false);
    until("a dark track", || camera.tracks() == ["ended"]).await;
}

#[wasm_bindgen_test]
async fn a_hidden_page_is_dark_and_the_habit_opens_it_again() {
    let camera = FakeCamera::that_can("{}");
    let stage = Stage::new();
    stage.scan(true, true);
    shows(&stage, "seeing").await;
    FakeCamera::hide(true);
    assert_eq!(camera.tracks(), ["ended"]);
    FakeCamera::hide(false);
    shows(&stage, "seeing").await;
    assert_eq!((camera.tracks().concat(), stage.acts.borrow().len()), ("endedlive".to_owned(), 0));
    stage.scan(true, false);
    FakeCamera::hide(true);
    assert_eq!(*stage.acts.borrow(), [("camera".to_owned(), 0)], "on request it is closed");
}

#[wasm_bindgen_test]
async fn light_zoom_and_focus_are_there_where_the_camera_has_them() {
    let camera = FakeCamera::that_can(
        r#"{ "torch": true, "zoom": { "min": 1, "max": 4, "step": 0.5 }, "focusMode": ["manual", "continuous"] }"#,
    );
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    let is_lit = || stage.part("light").get_attribute("aria-pressed").as_deref() == Some("true");
    stage.press("camera-light");
    until("the light", is_lit).await;
    let range: HtmlInputElement = stage.part("zoom-range").unchecked_into();
    assert_eq!((range.max().as_str(), range.value().as_str()), ("4", "2"), "it shows the zoom of the camera");
    range.set_value("3.5");
    range.dispatch_event(&bubbling("input")).unwrap();
    let applied = camera.texts("applied").concat();
    for change in ["continuous", r#"{"torch":true}"#, r#"{"zoom":3.5}"#] {
        assert!(applied.contains(change), "{applied}");
    }
    stage.press("camera-light");
    until("the dark", || !is_lit()).await;
    assert_eq!(range.value(), "3.5");
}

#[wasm_bindgen_test]
async fn a_light_that_does_not_go_on_is_not_shown_as_on() {
    let camera = FakeCamera::that_can(r#"{ "torch": true }"#);
    camera.is_stubborn();
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    stage.press("camera-light");
    assert!(camera.texts("applied").concat().contains(r#"{"torch":true}"#));
    after(&camera, 2.0).await;
    assert_eq!(stage.part("light").get_attribute("aria-pressed").as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn a_plain_camera_has_no_light_and_no_zoom() {
    let _camera = FakeCamera::that_can("{}");
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    assert_eq!((stage.says("light"), stage.says("zoom")), (None, None));
    stage.press("camera-off");
    assert_eq!(*stage.acts.borrow(), [("camera".to_owned(), 0)]);
}

#[wasm_bindgen_test]
async fn each_trouble_has_its_sentence() {
    let mut told = Vec::new();
    for (refusal, state) in [
        ("NotAllowedError", "refused"),
        ("NotFoundError", "missing"),
        ("NotReadableError", "taken"),
        ("none", "missing"),
    ] {
        let _camera = FakeCamera::refused(refusal);
        let stage = Stage::new();
        stage.scan(true, false);
        shows(&stage, state).await;
        assert!(stage.says("view").is_none());
        told.extend(stage.says("told"));
    }
    told.dedup();
    assert_eq!(told.len(), 4);
}

#[wasm_bindgen_test]
async fn a_reader_that_breaks_says_so_and_a_second_try_works() {
    let camera = FakeCamera::that_can("{}");
    camera.sees("{ problem: 'not loaded' }");
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "decoder").await;
    assert_eq!(camera.tracks(), ["ended"]);
    camera.sees("{ text: null }");
    stage.press("camera-again");
    shows(&stage, "seeing").await;
}

#[wasm_bindgen_test]
async fn a_reader_that_fails_early_says_so_and_can_retry() {
    let camera = FakeCamera::that_can("{}");
    camera.dies(true);
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "decoder").await;
    assert_eq!((camera.tracks(), camera.count("asked")), (vec!["ended".to_owned()], 0.0));
    camera.dies(false);
    stage.press("camera-again");
    shows(&stage, "seeing").await;
    after(&camera, 3.0).await;
}

#[wasm_bindgen_test]
async fn a_reader_that_answers_no_more_says_so() {
    let camera = FakeCamera::that_can("{}");
    let stage = Stage::new();
    stage.scan(true, false);
    shows(&stage, "seeing").await;
    after(&camera, 2.0).await;
    camera.sees("null");
    shows(&stage, "decoder").await;
    assert_eq!(camera.tracks(), ["ended"]);
}
