//! The camera in the till, over Chromium's fake capture device: a film of one picture, drawn here.

use std::io::Write;

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Camera, Fault, ShopPage, Till, World};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::pictures::{LIGHT_ON_DARK, Symbol, View};
use crate::tampering::without_worker;

pub(super) const DIGITS: &str = "289431869362714645312907";
/// Two frames: the device shows them again and again.
const FRAMES: usize = 2;
/// Notes each track that the page is given, and each answer of the worker with its time.
const WATCH: &str = "window.tracks = []; window.answers = [];
    const open = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = async function (wanted) {
        const stream = await open.call(this, wanted);
        window.tracks.push(...stream.getTracks());
        return stream;
    };
    window.Worker = class extends Worker {
        constructor(...rest) {
            super(...rest);
            this.addEventListener('message', ({ data }) => window.answers.push({ ...data, at_ms: performance.now() }));
        }
    };";

/// The node of the last sound's mark: each sound has one of its own.
const MARK: &str = "[...document.querySelectorAll('*')].find((element) => element.shadowRoot)
    .shadowRoot.querySelector('.marks .mark')";

/// A film in which the camera sees this; its colours say nothing.
pub(super) fn film(symbol: &Symbol, view: View) -> Result<NamedTempFile> {
    let grey = view.of(symbol);
    let mut film = tempfile::Builder::new().suffix(".y4m").tempfile()?;
    writeln!(film, "YUV4MPEG2 W{} H{} F30:1 Ip A1:1 C420jpeg", view.width, view.height)?;
    for _ in 0..FRAMES {
        film.write_all(b"FRAME\n")?;
        film.write_all(&grey)?;
        film.write_all(&vec![128; view.width * view.height / 2])?;
    }
    film.flush()?;
    Ok(film)
}

pub(super) async fn at_scan(world: &World) -> Result<Till> {
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.run(WATCH).await?;
    Ok(till)
}

pub(super) async fn state(till: &Till, name: &str) -> Result<()> {
    let selector = format!("[data-part=finder][data-state={name}]");
    until(&format!("a camera that is {name}"), async || Ok(till.has(&selector).await?.then_some(()))).await
}

async fn is_dark(world: &World) -> Result<()> {
    let states = "return window.tracks.map((track) => track.readyState)";
    until("the light off", async || {
        let states = world.run(states).await?;
        Ok(states
            .as_array()
            .is_some_and(|all| !all.is_empty() && all.iter().all(|one| one == "ended"))
            .then_some(()))
    })
    .await
}

async fn pays(symbol: &Symbol, view: View) -> Result<()> {
    let film = film(symbol, view)?;
    let world = World::with_camera(&Camera::Film(film.path().to_owned())).await?;
    let till = at_scan(&world).await?;
    till.press("camera").await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    is_dark(&world).await?;
    assert!(!world.remembered().await?.contains("894318"), "nothing remembers the code");
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_code_128_before_the_camera_is_paid() -> Result<()> {
    pays(&Symbol::code_128(&DIGITS[..18]), View::default()).await
}

#[tokio::test]
async fn a_code_128_of_24_digits_turned_and_dim_is_paid() -> Result<()> {
    let dim = View { black: 15, white: 60, wall: 235, turned_degrees: 9.0, noise: 3, ..View::default() };
    pays(&Symbol::code_128(DIGITS), dim).await
}

#[tokio::test]
async fn a_qr_code_turned_and_blurred_is_paid() -> Result<()> {
    pays(&Symbol::qr(DIGITS), View { turned_degrees: 40.0, cell_px: 8.0, blur_px: 1, ..View::default() })
        .await
}

#[tokio::test]
async fn a_qr_code_light_on_dark_is_paid() -> Result<()> {
    pays(&Symbol::qr(DIGITS), LIGHT_ON_DARK).await
}

#[tokio::test]
async fn a_small_qr_code_is_paid() -> Result<()> {
    pays(&Symbol::qr(&DIGITS[..16]), View { cell_px: 3.0, ..View::default() }).await
}

#[tokio::test]
async fn a_products_code_is_told_once_and_the_scanner_goes_on() -> Result<()> {
    let film = film(&Symbol::ean_13("885012345678"), View::default())?;
    let world = World::with_camera(&Camera::Film(film.path().to_owned())).await?;
    let till = at_scan(&world).await?;
    till.press("camera").await?;
    let told = till.says(".problem").await?;
    assert!(told.to_lowercase().contains("product"), "{told}");
    until("its mark", async || Ok(till.has(".mark[data-sound=not-a-code]").await?.then_some(()))).await?;
    world.run(&format!("window.mark = {MARK}")).await?;
    let count = answers(&world).await?.len();
    until("more pictures", async || Ok((count + 5 < answers(&world).await?.len()).then_some(()))).await?;
    let same = world.run(&format!("return window.mark !== null && window.mark === {MARK}")).await?;
    assert_eq!(same, true, "it sounded once");
    world.agrees(0, 0).await?;
    till.scan(DIGITS).await?;
    till.shows("paid").await?;
    is_dark(&world).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn each_way_out_of_the_camera_turns_the_light_off() -> Result<()> {
    let world = World::with_camera(&Camera::Pattern).await?;
    let till = at_scan(&world).await?;
    for way_out in ["camera-off", "type-code", "back"] {
        till.press("camera").await?;
        state(&till, "seeing").await?;
        let count = answers(&world).await?.len();
        until("pictures", async || Ok((count + 5 < answers(&world).await?.len()).then_some(()))).await?;
        assert_eq!(till.text(".problem").await?, "");
        till.press(way_out).await?;
        is_dark(&world).await?;
        if way_out == "type-code" {
            till.press("type-code").await?;
        }
    }
    world.agrees(0, 0).await?;
    println!("{}", pace(&answers(&world).await?));
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_refused_or_missing_camera_says_so_and_the_scanner_works() -> Result<()> {
    for (camera, name) in [(Camera::Refused, "refused"), (Camera::None, "missing")] {
        let world = World::with_camera(&camera).await?;
        let till = at_scan(&world).await?;
        till.press("camera").await?;
        state(&till, name).await?;
        assert!(!till.says("[data-part=told]").await?.is_empty());
        till.scan(DIGITS).await?;
        till.shows("paid").await?;
        world.close();
    }
    Ok(())
}

/// The decoder is struck: the till says so, and the camera works once the fault is lifted.
async fn reads_nothing_until_asked_again(world: &World, till: &Till) -> Result<()> {
    till.press("camera").await?;
    state(till, "decoder").await?;
    is_dark(world).await?;
    world.agrees(0, 0).await?;
    world.faults.lift();
    till.press("camera-again").await?;
    till.shows("paid").await
}

#[tokio::test]
async fn a_decoder_that_does_not_load_is_said_and_retried() -> Result<()> {
    let film = film(&Symbol::qr(DIGITS), View::default())?;
    for part in ["GET /decoder/decoder_bg.wasm", "GET /decoder/decoder.js"] {
        let world = World::open_with(without_worker(), &Camera::Film(film.path().to_owned())).await?;
        let till = at_scan(&world).await?;
        world.faults.always(Fault::Cut, part);
        reads_nothing_until_asked_again(&world, &till).await?;
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn a_decoder_of_another_build_reads_nothing_and_is_asked_for_again() -> Result<()> {
    let film = film(&Symbol::qr(DIGITS), View::default())?;
    let world = World::open_with(without_worker(), &Camera::Film(film.path().to_owned())).await?;
    let till = at_scan(&world).await?;
    let body = world.other_build("/decoder/decoder.js").await?;
    let other = Fault::Answer { status: 200, media_type: "text/javascript", body };
    world.faults.always(other, "GET /decoder/decoder.js");
    reads_nothing_until_asked_again(&world, &till).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn another_camera_is_opened_by_its_button_and_after_a_reload() -> Result<()> {
    const DEVICES: &str = "return window.tracks.map((track) => track.getSettings().deviceId)";
    let world = World::with_camera(&Camera::Two).await?;
    let till = at_scan(&world).await?;
    till.press("camera").await?;
    state(&till, "seeing").await?;
    till.press("camera-next").await?;
    let opened = async |count: usize| {
        until("another camera", async || {
            let devices: Vec<String> = serde_json::from_value(world.run(DEVICES).await?)?;
            Ok((count == devices.len()).then_some(devices))
        })
        .await
    };
    let devices = opened(2).await?;
    assert_ne!(devices[0], devices[1]);
    state(&till, "seeing").await?;
    let states = world.run("return window.tracks.map((track) => track.readyState)").await?;
    assert_eq!(states, json!(["ended", "live"]), "one light is on");
    let till = at_scan(&world).await?;
    till.press("camera").await?;
    state(&till, "seeing").await?;
    assert_eq!(opened(1).await?, devices[1..], "the choice is remembered");
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_habit_of_a_device_opens_the_camera_with_every_sale() -> Result<()> {
    let film = film(&Symbol::qr(DIGITS), View::default())?;
    let world = World::with_camera(&Camera::Film(film.path().to_owned())).await?;
    let till = world.open("/").await?;
    till.shows("amount").await?;
    till.press("scanner").await?;
    till.press("camera-auto-open").await?;
    world.reload().await?;
    till.charge("2225").await?;
    till.shows("paid").await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn the_camera_can_be_tried_on_the_scanners_page_and_charges_nothing() -> Result<()> {
    let film = film(&Symbol::qr(DIGITS), View::default())?;
    let world = World::with_camera(&Camera::Film(film.path().to_owned())).await?;
    let till = at_scan(&world).await?;
    till.press("scanner").await?;
    till.press("camera-try").await?;
    assert_eq!(till.says("[data-part=masked]").await?, "28 ····· 2907");
    till.press("close-scanner").await?;
    till.shows("scan").await?;
    is_dark(&world).await?;
    world.agrees(0, 0).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_till_on_a_page_of_another_origin_reads_by_camera_too() -> Result<()> {
    let film = film(&Symbol::qr(DIGITS), View::default())?;
    let page = ShopPage::start().await?;
    let world = World::with_shop_page(&page, &Camera::Film(film.path().to_owned())).await?;
    world.goto(&page.with_till_of(&world.faults.origin())).await?;
    let till = world.till("#till");
    till.shows("amount").await?;
    world.run("window.checkout(2225)").await?;
    till.shows("scan").await?;
    till.press("camera").await?;
    till.shows("paid").await?;
    till.press("next-sale").await?;
    until("an outcome", async || Ok((world.run("return document.title").await? == "paid").then_some(())))
        .await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

async fn answers(world: &World) -> Result<Vec<Value>> {
    Ok(world.run("return window.answers").await?.as_array().cloned().unwrap_or_default())
}

/// How long a picture takes in the worker, and how many come in a second.
fn pace(answers: &[Value]) -> String {
    let number = |answer: &Value, name: &str| answer[name].as_f64().unwrap_or_default();
    let mut took: Vec<f64> = answers.iter().map(|answer| number(answer, "took_ms")).collect();
    took.sort_by(f64::total_cmp);
    let mut gaps: Vec<f64> =
        answers.windows(2).map(|pair| number(&pair[1], "at_ms") - number(&pair[0], "at_ms")).collect();
    gaps.sort_by(f64::total_cmp);
    let middle = |sorted: &[f64]| sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    format!("a picture takes {} ms in the middle, the next follows after {} ms", middle(&took), middle(&gaps))
}
