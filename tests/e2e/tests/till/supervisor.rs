//! A supervisor decides on the till, with the PIN, on a sheet that is loaded later.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Camera, Fault, Settings, ShopPage, Till, World, magic};
use serde_json::Value;

/// Nothing that a test makes by chance has these digits.
pub(super) const PIN: &str = "73915046";
const WRONG_PIN: &str = "0000";
const OTHER_ADDRESS: &str = "return performance.getEntriesByType('resource').some(({ name }) => /\\/office-\\w+\\.js\\?again=/.test(name))";
/// Money that goes back waits for two reads so far apart.
const QUICK: &str = "return_apart_ms = 300";

pub(super) async fn shop(settings: Settings) -> Result<World> {
    let world = World::start_with(settings).await?;
    world.proxy.add_supervisor("Mali", PIN)?;
    Ok(world)
}

/// A till on which the cashier called a supervisor, because the customer paid after all.
pub(super) async fn called(world: &World) -> Result<Till> {
    let till = world.open("/?amount=2225&reference=inv-7").await?;
    till.shows("scan").await?;
    call(&till).await?;
    Ok(till)
}

async fn call(till: &Till) -> Result<()> {
    till.scan(&magic("41")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("decide").await?;
    till.press("call-supervisor").await?;
    till.shows("supervisor").await
}

/// Opens the sheet.
pub(super) async fn opens(till: &Till) -> Result<Till> {
    till.press("supervisor").await?;
    let sheet = till.sheet();
    sheet.says(".office[data-step=choosing] h2").await?;
    Ok(sheet)
}

pub(super) async fn types(sheet: &Till, pin: &str) -> Result<()> {
    sheet.says(".office[data-step=approving] h2").await?;
    for digit in pin.chars() {
        sheet.press(&format!("pad-{digit}")).await?;
    }
    sheet.press("pin-send").await
}

/// Leaves the sheet, and waits until it is gone.
async fn leaves(sheet: &Till) -> Result<()> {
    sheet.says(".office[data-step=done] h2").await?;
    sheet.press("supervisor-done").await?;
    until("the sheet is gone", async || Ok((!sheet.has(".office").await?).then_some(()))).await
}

async fn payment(world: &World) -> Result<Value> {
    Ok(world.payments().await?[0].clone())
}

/// After a reload nothing calls for a supervisor any more.
async fn calls_nobody(world: &World, till: &Till) -> Result<()> {
    world.reload().await?;
    until("a screen", async || Ok(till.screen().await?.filter(|screen| screen != "resuming"))).await?;
    assert!(!till.has("[data-action=supervisor]").await? && !till.has("[data-action=show-parked]").await?);
    Ok(())
}

#[tokio::test]
async fn a_supervisor_accepts_on_the_till_and_the_pin_is_kept_nowhere() -> Result<()> {
    let world = shop(Settings::default()).await?;
    let till = called(&world).await?;
    till.press("next-sale").await?;
    for _ in 0..2 {
        till.shows("amount").await?;
        till.says("[data-action=show-parked]").await?;
        world.reload().await?;
    }
    till.press("show-parked").await?;
    till.shows("supervisor").await?;
    let sheet = opens(&till).await?;
    assert_eq!(sheet.text(".o-figure").await?, "฿22.25");
    sheet.press("supervisor-accept").await?;
    types(&sheet, WRONG_PIN).await?;
    assert!(sheet.says(".o-problem").await?.contains("no supervisor’s PIN"));
    types(&sheet, PIN).await?;
    leaves(&sheet).await?;
    till.shows("paid").await?;
    assert_eq!(payment(&world).await?["disposition"], "accepted");
    world.agrees(1, 1).await?;
    assert!(!world.remembered().await?.contains(PIN) && !world.proxy.log().contains(PIN));
    let bytes_on_disk = world.proxy.storage_on_disk()?;
    assert!(!bytes_on_disk.windows(PIN.len()).any(|bytes| bytes == PIN.as_bytes()));
    till.press("next-sale").await?;
    till.shows("amount").await?;
    calls_nobody(&world, &till).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_supervisor_gives_the_money_back_on_the_till() -> Result<()> {
    let world = shop(Settings { timing: QUICK, ..Settings::default() }).await?;
    let till = called(&world).await?;
    let sheet = opens(&till).await?;
    sheet.press("supervisor-give-back").await?;
    sheet.press("why-settled-otherwise").await?;
    sheet.press("supervisor-next").await?;
    types(&sheet, PIN).await?;
    leaves(&sheet).await?;
    till.shows("given_back").await?;
    until("the refund", async || Ok((payment(&world).await?["disposition"] == "refunded").then_some(())))
        .await?;
    assert_eq!(world.sandbox.charges().await?[0]["refunded_amount"], 2225);
    till.press("next-sale").await?;
    till.shows("amount").await?;
    calls_nobody(&world, &till).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_supervisor_refunds_a_part_and_accepts_the_rest() -> Result<()> {
    let world = shop(Settings::default()).await?;
    let till = called(&world).await?;
    let sheet = opens(&till).await?;
    sheet.press("supervisor-refund").await?;
    sheet.says(".o-amount").await?;
    for key in ["pad-1", "pad-0", "pad-double-zero"] {
        sheet.press(key).await?;
    }
    assert_eq!(sheet.text(".o-amount").await?, "฿10.00");
    sheet.press("reason-wrong-amount").await?;
    sheet.press("supervisor-next").await?;
    types(&sheet, PIN).await?;
    until("the refund is done", async || Ok((sheet.text(".o-step h2").await? == "Given back").then_some(())))
        .await?;
    sheet.press("supervisor-back").await?;
    sheet.press("supervisor-accept").await?;
    types(&sheet, PIN).await?;
    leaves(&sheet).await?;
    let payment = payment(&world).await?;
    assert_eq!(
        (&payment["disposition"], &payment["refunds"][0]["approved_by"]),
        (&"accepted".into(), &"Mali".into())
    );
    assert_eq!(world.sandbox.charges().await?[0]["refunded_amount"], 1000);
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_supervisor_releases_the_sale_of_a_payment_in_doubt() -> Result<()> {
    let world = shop(Settings { creation: "one_call", ..Settings::default() }).await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    till.scan(&magic("00")).await?;
    till.shows("unknown").await?;
    let sheet = opens(&till).await?;
    sheet.press("supervisor-release").await?;
    types(&sheet, PIN).await?;
    leaves(&sheet).await?;
    assert_eq!(payment(&world).await?["released"]["by"], "Mali");
    world.agrees(0, 0).await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    let payments = world.payments().await?;
    assert_eq!((payments.len(), &payments[0]["sale_id"]), (2, &payments[1]["sale_id"]), "one sale goes on");
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_supervisor_acknowledges_what_only_needed_to_be_seen() -> Result<()> {
    let timing = "return_apart_ms = 300, reconcile_every_ms = 300";
    let world = shop(Settings { creation: "one_call", timing, ..Settings::default() }).await?;
    world.sandbox.fault("delivered_twice", "POST /charges").await?;
    let till = world.open("/?amount=2225").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    till.says("[data-action=supervisor]").await?;
    let sheet = opens(&till).await?;
    sheet.press("supervisor-acknowledge").await?;
    types(&sheet, PIN).await?;
    leaves(&sheet).await?;
    until("the button goes", async || Ok((!till.has("[data-action=supervisor]").await?).then_some(())))
        .await?;
    assert_eq!(payment(&world).await?["review"], Value::Null);
    calls_nobody(&world, &till).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn an_open_sheet_takes_a_scan_neither_as_pin_nor_sale() -> Result<()> {
    let world = shop(Settings::default()).await?;
    let till = called(&world).await?;
    let sheet = opens(&till).await?;
    till.scan(&magic("00")).await?;
    sheet.press("supervisor-accept").await?;
    sheet.says(".office[data-step=approving] h2").await?;
    till.scan(&magic("00")).await?;
    assert!(sheet.says(".o-problem").await?.contains("scanner"));
    assert_eq!(sheet.text(".o-dots").await?, "");
    sheet.press("supervisor-close").await?;
    until("the sheet is gone", async || Ok((!sheet.has(".office").await?).then_some(()))).await?;
    till.shows("supervisor").await?;
    assert_eq!(till.text(".state .problem").await?, "", "the till itself took no notice of the scans");
    world.agrees(1, 1).await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn a_sheet_that_could_not_be_loaded_is_loaded_when_retried() -> Result<()> {
    for part in ["GET /pkg/office.js", "GET /pkg/office_bg.wasm", "GET /pkg/office.en.txt"] {
        let world = shop(Settings::default()).await?;
        let till = called(&world).await?;
        world.faults.always(Fault::Cut, part);
        till.press("supervisor").await?;
        until("a sentence", async || {
            Ok(till.text(".note").await?.contains("could not be loaded").then_some(()))
        })
        .await?;
        world.faults.lift();
        opens(&till).await?;
        // Some browsers remember an address that could not be fetched.
        let is_other = world.run(OTHER_ADDRESS).await?;
        assert_eq!(is_other, true, "{part}");
        world.close();
    }
    Ok(())
}

#[tokio::test]
async fn without_the_proxy_the_order_waits_until_it_is_back() -> Result<()> {
    let world = shop(Settings::default()).await?;
    let till = called(&world).await?;
    let sheet = opens(&till).await?;
    sheet.press("supervisor-accept").await?;
    world.faults.always(Fault::Cut, "POST /v1/payments/*/disposition");
    types(&sheet, PIN).await?;
    assert!(sheet.says(".o-problem").await?.contains("No answer from the proxy"));
    world.faults.lift();
    types(&sheet, PIN).await?;
    leaves(&sheet).await?;
    till.shows("paid").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn on_another_shops_page_a_supervisor_decides_too() -> Result<()> {
    let page = ShopPage::start().await?;
    let world = World::with_shop_page(&page, &Camera::None).await?;
    world.proxy.add_supervisor("Mali", PIN)?;
    world.goto(&page.with_till_of(&world.faults.origin())).await?;
    let till = world.till("#till");
    till.shows("amount").await?;
    world.run("window.checkout(2225)").await?;
    till.shows("scan").await?;
    call(&till).await?;
    let sheet = opens(&till).await?;
    sheet.press("supervisor-accept").await?;
    types(&sheet, PIN).await?;
    leaves(&sheet).await?;
    till.shows("paid").await?;
    world.close();
    Ok(())
}
