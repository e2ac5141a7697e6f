//! What a user wants of every page: larger text, a zoom, colours of one's own. The till stays readable, and is worked. And
//! what the user of a tablet wants: that nothing moves.

use anyhow::Result;
use scantill_e2e::patience::until;
use scantill_e2e::{Camera, Fault, Look, Settings, ShopPage, Till, World, magic};

const ADDRESS: &str = "/?amount=2225&reference=inv-1042";
const TABLET: Look = Look::plain(1280, 800);
/// The same number of lines of text fit in each.
const LARGE: [Look; 3] = [TABLET.zoomed(), TABLET.with_large_text(), Look::plain(820, 1180).zoomed()];

/// The page's size, and that of its user's text.
const SEEN_AS: &str = "const till = document.querySelector('#till').shadowRoot.querySelector('.scantill');
    return `${innerWidth}x${innerHeight} ${getComputedStyle(till).fontSize}`";
const PHONE: Look = Look::plain(390, 844);
/// How far the till runs over its side.
const OVER_THE_SIDE: &str = "const till = document.querySelector('#till').shadowRoot.querySelector('.till');
    return till.scrollWidth - till.clientWidth";
/// Which buttons of the outcome are not wholly in sight, without any scrolling.
const OUT_OF_SIGHT: &str = "const root = document.querySelector('#till').shadowRoot;
    return [...root.querySelectorAll('.choices button')].filter((button) => {
        const { left, top, right, bottom } = button.getBoundingClientRect();
        return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
    }).map((button) => button.dataset.action).join(' ')";

/// How well the shape is told from what is behind it, and its sign from the shape.
const CONTRASTS: &str = "const root = document.querySelector('#till').shadowRoot;
    const light = (selector, name) => {
        const parts = getComputedStyle(root.querySelector(selector))[name].match(/[\\d.]+/g).slice(0, 3);
        const [red, green, blue] = parts.map((part) => (part / 255) ** 2.2);
        return .2126 * red + .7152 * green + .0722 * blue + .05;
    };
    const contrast = (one, other) => Math.max(one, other) / Math.min(one, other);
    const isRing = root.querySelector('.hollow') !== null;
    const ground = light('.state', 'backgroundColor');
    const body = light('.shape .body', isRing ? 'stroke' : 'fill');
    return [contrast(body, ground), contrast(light('.shape .sign', 'stroke'), isRing ? ground : body)]";
/// What a sign needs to be seen.
const CONTRAST_MIN: f64 = 3.0;

async fn begun(world: &World) -> Result<Till> {
    let till = world.open(ADDRESS).await?;
    till.shows("scan").await?;
    Ok(till)
}

/// Shows the page so, and waits until it has heard of it.
async fn see(world: &World, look: Look) -> Result<()> {
    world.browser().look(look).await?;
    let (width, height) = look.page();
    let wanted = format!("{width}x{height} {}px", look.text_px);
    until(&wanted, async || Ok((world.run(SEEN_AS).await? == wanted.as_str()).then_some(()))).await
}

async fn all_in_sight(world: &World, what: &str) -> Result<()> {
    for look in LARGE {
        see(world, look).await?;
        assert_eq!(world.run(OUT_OF_SIGHT).await?, "", "{what}, {look:?}");
    }
    see(world, PHONE.with_large_text()).await?;
    assert_eq!(world.run(OVER_THE_SIDE).await?, 0, "{what}");
    world.browser().look(TABLET).await
}

#[tokio::test]
async fn in_large_text_every_choice_of_an_outcome_is_in_sight() -> Result<()> {
    let world = World::start().await?;
    let till = begun(&world).await?;
    till.scan(&magic("17")).await?;
    till.shows("failed").await?;
    all_in_sight(&world, "failed").await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    till.scan(&magic("41")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("decide").await?;
    all_in_sight(&world, "decide").await?;
    till.press("call-supervisor").await?;
    till.shows("supervisor").await?;
    all_in_sight(&world, "supervisor").await?;
    world.close();
    Ok(())
}

/// Shape and sign are each told from what is behind them.
async fn stands_out(world: &World, what: &str) -> Result<()> {
    for look in [TABLET, TABLET.with_forced_colors()] {
        world.browser().look(look).await?;
        let seen: [f64; 2] = serde_json::from_value(world.run(CONTRASTS).await?)?;
        assert!(seen.iter().all(|contrast| CONTRAST_MIN <= *contrast), "{what}, {look:?}: {seen:?}");
    }
    world.browser().look(TABLET).await
}

#[tokio::test]
async fn every_outcome_has_a_shape_that_is_seen_in_any_colours() -> Result<()> {
    let world = World::start_with(Settings { creation: "one_call", ..Settings::default() }).await?;
    let till = begun(&world).await?;
    till.scan(&magic("10")).await?;
    till.shows("failed").await?;
    stands_out(&world, "failed").await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    till.scan(&magic("03")).await?;
    till.shows("pending").await?;
    till.press("cancel").await?;
    till.shows("cancelled").await?;
    stands_out(&world, "cancelled").await?;
    till.press("scan-again").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("paid").await?;
    stands_out(&world, "paid").await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    let till = world.open("/?amount=2225&reference=inv-1043").await?;
    till.shows("scan").await?;
    till.scan(&magic("00")).await?;
    till.shows("unknown").await?;
    stands_out(&world, "unknown").await?;
    world.browser().open_tab().await?;
    let till = world.open("/").await?;
    till.shows("elsewhere").await?;
    stands_out(&world, "elsewhere").await?;
    world.close();
    Ok(())
}

#[tokio::test]
async fn what_waits_has_a_line_below_what_never_changes() -> Result<()> {
    let world = World::start_with(Settings { creation: "one_call", ..Settings::default() }).await?;
    let till = begun(&world).await?;
    world.sandbox.fault("cut_before_commit", "POST /charges").await?;
    till.scan(&magic("00")).await?;
    till.shows("unknown").await?;
    till.press("park").await?;
    till.shows("amount").await?;
    till.says(".badge .chip").await?;
    let above = "const root = document.querySelector('#till').shadowRoot;
        const box = (selector) => root.querySelector(selector).getBoundingClientRect();
        return ['.store', '.mode', '.door'].every((part) => box(part).bottom <= box('.chip').top)";
    for look in [TABLET, PHONE, TABLET.zoomed()] {
        world.browser().look(look).await?;
        until("a line of its own", async || Ok((world.run(above).await? == true).then_some(()))).await?;
    }
    world.close();
    Ok(())
}

/// The places of what stands on each screen: the label, the amount, and the state.
const PLACES: &str = "const root = document.querySelector('#till').shadowRoot;
    return ['.label', '.figure', '.state'].map((part) => {
        const { left, top } = root.querySelector(part).getBoundingClientRect();
        const { fontSize } = getComputedStyle(root.querySelector(part));
        return [part, Math.round(left), Math.round(top), fontSize].join(' ');
    }).join(', ')";
/// And of the shape with its title.
const MESSAGE: &str = "const root = document.querySelector('#till').shadowRoot;
    return [root.querySelector('.shape, .aperture'), root.querySelector('.words h1')]
        .map((one) => one.getBoundingClientRect().top)";
const KEYS: &str = "return [...document.querySelector('#till').shadowRoot.querySelectorAll('.keypad button')]
    .map((key) => { const { left, top, width, height } = key.getBoundingClientRect(); return [left, top, width, height].map(Math.round).join(' '); }).join(', ')";

async fn message(world: &World) -> Result<[f64; 2]> {
    Ok(serde_json::from_value(world.run(MESSAGE).await?)?)
}

/// A part of a pixel is no move.
fn is_there(wanted: [f64; 2], seen: [f64; 2]) -> bool {
    wanted.iter().zip(seen).all(|(wanted, seen)| (wanted - seen).abs() <= 1.0)
}

#[tokio::test]
async fn nothing_moves_from_the_keypad_to_the_outcome() -> Result<()> {
    for look in [TABLET, Look::plain(820, 1180)] {
        let world = World::start().await?;
        let till = world.open("/").await?;
        till.shows("amount").await?;
        see(&world, look).await?;
        let keys = world.run(KEYS).await?;
        till.press("digit-3").await?;
        till.press("charge").await?;
        till.says(".problem").await?;
        assert_eq!(world.run(KEYS).await?, keys, "{look:?}: a problem moves no key");
        for digit in ["digit-5", "digit-0", "double-zero"] {
            till.press(digit).await?;
        }
        let places = world.run(PLACES).await?;
        till.press("charge").await?;
        till.shows("scan").await?;
        assert_eq!(world.run(PLACES).await?, places, "{look:?}, scan");
        let scan = message(&world).await?;
        till.scan(&magic("01")).await?;
        till.shows("pending").await?;
        assert_eq!(world.run(PLACES).await?, places, "{look:?}, pending");
        assert!(is_there(scan, message(&world).await?), "{look:?}, pending");
        world.sandbox.confirm().await?;
        till.shows("paid").await?;
        assert_eq!(world.run(PLACES).await?, places, "{look:?}, paid");
        // A shape that arrives grows for a moment.
        let stands = async || Ok(is_there(scan, message(&world).await?).then_some(()));
        until("the shape in its place", stands).await?;
        world.close();
    }
    Ok(())
}

const PLACE: &str = "const { x, y } = document.querySelector('#till').shadowRoot
    .querySelector('[data-action=type-code]').getBoundingClientRect(); return `${x} ${y}`";
const SHEETS: &str = "return document.querySelector('#till').shadowRoot.adoptedStyleSheets.length";

#[tokio::test]
async fn the_scanner_module_moves_no_button_when_it_comes() -> Result<()> {
    let page = ShopPage::start().await?;
    let world = World::with_shop_page(&page, &Camera::None).await?;
    world.faults.always(Fault::Hold, "GET /pkg/scanners.js");
    // A frame is smaller than a tablet.
    world.goto(&page.framing(&format!("{}/?amount=2225", world.faults.origin()))).await?;
    world.browser().session().enter_frame(0).await?;
    let till = world.till("#till");
    till.shows("scan").await?;
    let (before, sheets) = (world.run(PLACE).await?, world.run(SHEETS).await?);
    world.faults.lift();
    until("the module's styles", async || Ok((world.run(SHEETS).await? != sheets).then_some(()))).await?;
    assert_eq!(world.run(PLACE).await?, before);
    world.close();
    Ok(())
}
