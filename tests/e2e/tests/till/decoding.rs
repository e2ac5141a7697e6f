//! The camera's decoder as the proxy serves it: a worker and its WebAssembly, under the page's content security policy.

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use scantill_e2e::World;
use scantill_e2e::patience::until;
use serde_json::{Value, json};

use crate::pictures::{LIGHT_ON_DARK, Symbol, View};

const DIGITS: &str = "289431869362714645312907";

/// Draws a picture into a bitmap, as a page does with the camera's.
const BITMAP: &str = "const bitmapOf = (base64) => {
        const grey = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const image = new ImageData(1280, 720);
        new Uint32Array(image.data.buffer).set(Uint32Array.from(grey, (shade) => 0xff000000 | shade * 0x10101));
        return createImageBitmap(image);
    };";
const WORKER: &str = "window.reads = [];
    const worker = new Worker('DECODER', { type: 'module' });
    worker.onmessage = ({ data }) => window.reads.push(data);
    window.show = (bitmap) => worker.postMessage({ bitmap }, [bitmap]);";
/// The worker's own program in the page, where a browser's decoder can be put in place.
const IN_PAGE: &str = "window.reads = [];
    window.postMessage = (answer) => window.reads.push(answer);
    window.show = async (bitmap) => {
        await import('DECODER');
        onmessage({ data: { bitmap } });
    };";

fn picture(symbol: &Symbol, view: View) -> String {
    STANDARD.encode(view.of(symbol))
}

/// The script with the address of the decoder of this build.
fn with_decoder(world: &World, script: &str) -> Result<String> {
    Ok(script.replace("DECODER", &world.built("/decoder/decoder.js")?))
}

async fn show(world: &World, picture: &str) -> Result<Value> {
    let before = world.run("return window.reads.length").await?;
    world.run(&format!("{BITMAP} bitmapOf('{picture}').then(window.show)")).await?;
    until("an answer of the decoder", async || {
        Ok(Some(world.run(&format!("return window.reads[{before}] ?? null")).await?)
            .filter(|read| !read.is_null()))
    })
    .await
}

fn brief(answer: &Value) -> Value {
    json!([answer["text"], answer["format"], answer["by"]])
}

#[tokio::test]
async fn the_worker_reads_payers_codes_and_tells_products_apart() -> Result<()> {
    let world = World::start().await?;
    world.open("/").await?.shows("amount").await?;
    world.run(&with_decoder(&world, WORKER)?).await?;
    let view = View::default();
    let dim = View { black: 15, white: 60, wall: 235, turned_degrees: 9.0, noise: 3, ..view };
    for (symbol, view, expected) in [
        (Symbol::code_128(&DIGITS[..17]), view, json!([DIGITS[..17], "code_128", "decoder"])),
        (Symbol::code_128(DIGITS), dim, json!([DIGITS, "code_128", "decoder"])),
        (Symbol::qr(DIGITS), View { turned_degrees: 40.0, ..view }, json!([DIGITS, "qr_code", "decoder"])),
        (Symbol::qr(DIGITS), LIGHT_ON_DARK, json!([DIGITS, "qr_code", "decoder"])),
        (Symbol::code_128(DIGITS), LIGHT_ON_DARK, json!([DIGITS, "code_128", "decoder"])),
        (Symbol::ean_13("885012345678"), view, json!(["8850123456787", "ean_13", "decoder"])),
        (Symbol::qr(DIGITS), View { cell_px: 0.01, ..view }, json!([null, null, "decoder"])),
    ] {
        let answer = show(&world, &picture(&symbol, view)).await?;
        assert_eq!(brief(&answer), expected, "{answer}");
        println!("{} took {} ms", answer["format"], answer["took_ms"]);
    }
    world.close();
    Ok(())
}

async fn with_browsers_decoder(decoder: &str) -> Result<Value> {
    let world = World::start().await?;
    world.open("/").await?.shows("amount").await?;
    let in_page = with_decoder(&world, IN_PAGE)?;
    world.run(&format!("window.BarcodeDetector = {decoder}; {in_page}")).await?;
    let picture = picture(&Symbol::qr(DIGITS), View::default());
    let first = show(&world, &picture).await?;
    let second = show(&world, &picture).await?;
    assert_eq!(brief(&first), brief(&second));
    world.close();
    Ok(brief(&first))
}

#[tokio::test]
async fn a_browser_that_knows_the_codes_reads_them_itself() -> Result<()> {
    let decoder = "class {
        static async getSupportedFormats() { return ['qr_code', 'ean_13', 'code_128']; }
        async detect() { return [{ rawValue: '8850123456787', format: 'ean_13' }, { rawValue: '2801', format: 'qr_code' }]; }
    }";
    assert_eq!(with_browsers_decoder(decoder).await?, json!(["2801", "qr_code", "browser"]));
    Ok(())
}

#[tokio::test]
async fn a_browser_that_reads_dark_codes_only_gets_inverted_pictures() -> Result<()> {
    let reads_inverted = "class {
        static async getSupportedFormats() { return ['qr_code', 'code_128']; }
        async detect(image) {
            const pen = new OffscreenCanvas(1, 1).getContext('2d');
            pen.drawImage(image, 0, 0, image.width, image.height, 0, 0, 1, 1);
            const isDark = pen.getImageData(0, 0, 1, 1).data[0] < 128;
            return isDark ? [{ rawValue: '2801', format: 'qr_code' }] : [];
        }
    }";
    assert_eq!(with_browsers_decoder(reads_inverted).await?, json!(["2801", "qr_code", "browser"]));
    Ok(())
}

#[tokio::test]
async fn a_browser_that_fails_or_knows_too_little_leaves_it_to_ours() -> Result<()> {
    let fails = "class {
        static async getSupportedFormats() { return ['qr_code', 'code_128']; }
        async detect() { throw new DOMException('no service', 'NotSupportedError'); }
    }";
    let knows_one = "class { static async getSupportedFormats() { return ['qr_code']; } }";
    let knows_nothing = "class { static async getSupportedFormats() { throw new Error('no service'); } }";
    let waits = "class {
        static async getSupportedFormats() { return ['qr_code', 'code_128']; }
        detect() { return new Promise(() => {}); }
    }";
    let never_begins = "class { static getSupportedFormats() { return new Promise(() => {}); } }";
    for decoder in [fails, knows_one, knows_nothing, waits, never_begins] {
        assert_eq!(with_browsers_decoder(decoder).await?, json!([DIGITS, "qr_code", "decoder"]));
    }
    Ok(())
}
