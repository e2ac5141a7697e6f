//! The camera on the scan's screen: open, and each thing that may keep it from opening.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Camera, Fault, World};

use crate::album::Album;

/// The browser's camera in a state that its machine cannot be brought into.
const TAKEN: &str =
    "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotReadableError') }";
const INSECURE: &str = "Object.defineProperty(window, 'isSecureContext', { value: false });
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined })";

pub(crate) async fn take(album: &mut Album) {
    let walks = [
        sight(album, &Camera::Pattern, "seeing", "").await,
        sight(album, &Camera::Refused, "refused", "").await,
        sight(album, &Camera::None, "missing", "").await,
        sight(album, &Camera::None, "taken", TAKEN).await,
        sight(album, &Camera::None, "insecure", INSECURE).await,
        sight(album, &Camera::Pattern, "decoder", "").await,
    ];
    album.walked(walks);
}

async fn sight(album: &Album, camera: &Camera, name: &str, script: &str) -> Result<()> {
    let world = World::with_camera(camera).await?;
    let till = world.open("/?amount=2225&reference=inv-1042").await?;
    till.shows("scan").await?;
    if name == "decoder" {
        world.faults.always(Fault::Cut, "GET /decoder/decoder_bg.wasm");
    }
    world.run(script).await?;
    till.press("camera").await?;
    let selector = format!("[data-part=finder][data-state={name}]");
    until(name, async || Ok(till.has(&selector).await?.then_some(()))).await?;
    album.picture(&world, &till, "scan", &format!("camera-{name}")).await?;
    world.close();
    Ok(())
}
