//! A payer's code is money for a minute: it is nowhere but in the one request that spends it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use scantill_e2e::programs::Programs;
use scantill_e2e::{Settings, World};
use serde_json::json;

const CODE: &str = "28763443825664394";

#[tokio::test]
async fn a_payer_code_is_in_no_address_storage_or_log() -> Result<()> {
    let world = World::start_with(Settings { log: "debug", ..Settings::default() }).await?;
    world.sandbox.order("POST", "next", json!({ "outcome": "approve_after_confirm" })).await?;
    let till = world.open("/?amount=2225&reference=inv-1").await?;
    till.shows("scan").await?;
    till.scan(CODE).await?;
    till.shows("pending").await?;
    nowhere(&world).await?;
    world.sandbox.confirm().await?;
    till.shows("paid").await?;
    nowhere(&world).await?;
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

async fn nowhere(world: &World) -> Result<()> {
    let till = world.till("#till");
    let remembered = world.remembered().await?;
    ensure!(remembered.contains("inv-1"), "the sale is remembered, so this looked at the right place");
    ensure!(!remembered.contains(CODE), "the browser remembers the code: {remembered}");
    ensure!(!till.text(".till").await?.contains(CODE), "the screen shows the code whole");
    let log = world.proxy.log();
    ensure!(log.contains("paired"), "the log is heard: {log}");
    ensure!(!log.contains(CODE), "the proxy logs the code");
    let token =
        world.run("return Object.entries(localStorage).find(([key]) => key.endsWith(':token'))[1]").await?;
    let token = token.as_str().and_then(|token| token.strip_prefix("DPoP ")).unwrap_or_default();
    ensure!(!token.is_empty() && !log.contains(token), "the proxy logs the token");
    let bytes_on_disk = world.proxy.storage_on_disk()?;
    ensure!(bytes_on_disk.windows(5).any(|bytes| bytes == b"inv-1"), "the storage is on the disk");
    ensure!(
        !bytes_on_disk.windows(CODE.len()).any(|bytes| bytes == CODE.as_bytes()),
        "the storage holds the code"
    );
    Ok(())
}

/// Omise's keys begin so; webhook secrets are random and are nowhere near the till's build.
const KEY: &[u8] = b"skey_";

#[test]
fn no_file_of_the_till_holds_a_key() -> Result<()> {
    let files = files_below(&Programs::find()?.till)?;
    ensure!(files.iter().any(|file| file.ends_with("pkg/scantill.js")), "this looked at the right place");
    for file in files {
        let is_held = fs::read(&file)?.windows(KEY.len()).any(|part| part == KEY);
        ensure!(!is_held, "{} holds a key, or the word for one", file.display());
    }
    Ok(())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    Ok(files)
}
