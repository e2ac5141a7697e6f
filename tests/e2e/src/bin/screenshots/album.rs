//! The folder of the pictures, and how one is taken.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Error, Result, bail, ensure};
use scantill_e2e::patience::until;
use scantill_e2e::{Look, Till, World};

const TABLET: Look = Look::plain(1280, 800);
const UPRIGHT: Look = Look::plain(820, 1180);
const PHONE: Look = Look::plain(390, 844);
const DESK: Look = Look::plain(1920, 1080);
/// Of each screen one picture is taken in each of these ways. The first of them stays for what comes next.
const LOOKS: [Look; 12] = [
    TABLET,
    UPRIGHT,
    PHONE,
    DESK,
    TABLET.dark(),
    UPRIGHT.dark(),
    PHONE.dark(),
    TABLET.zoomed(),
    UPRIGHT.zoomed(),
    TABLET.with_large_text(),
    PHONE.with_large_text(),
    TABLET.with_forced_colors(),
];
/// Finite animations are at their end, and the page has been painted so.
const IS_CALM: &str = "const roots = [document, ...[...document.querySelectorAll('[data-screen]')].map((host) => host.shadowRoot)];
    const moving = roots.flatMap((root) => root.getAnimations())
        .filter((one) => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity);
    return moving.length === 0 && document.fonts.status === 'loaded'";
/// What no screen may have.
const FLAWS: &str = include_str!("flaws.js");
/// A size takes a frame or two to reach the page.
const SIZE: &str = "return `${innerWidth}x${innerHeight}`";
const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
const PNG_SIZE_AT: usize = 16;
/// The longest animation with which a screen comes up.
const CALM_WAIT: Duration = Duration::from_millis(1_500);
/// Two frames of a slow machine.
const PAINTED: Duration = Duration::from_millis(80);

/// The pictures.
#[derive(Debug)]
pub(crate) struct Album {
    folder: PathBuf,
    only: String,
    taken: Cell<usize>,
    troubles: Vec<Error>,
    /// What is wrong on a picture, by its name.
    flaws: RefCell<Vec<String>>,
}

impl Album {
    pub(crate) fn open(folder: PathBuf, only: String) -> Self {
        Self { folder, only, taken: Cell::new(0), troubles: Vec::new(), flaws: RefCell::default() }
    }

    /// Notes how walks through some screens went; one that failed does not keep the others from being taken.
    pub(crate) fn walked(&mut self, walks: impl IntoIterator<Item = Result<()>>) {
        self.troubles.extend(walks.into_iter().filter_map(Result::err));
    }

    /// Takes the till's screen, which must be the one that the picture is of.
    pub(crate) async fn picture(&self, world: &World, till: &Till, screen: &str, name: &str) -> Result<()> {
        till.shows(screen).await.with_context(|| format!("for the picture {name}"))?;
        self.page(world, name).await?;
        // A state that went by while the picture was taken would be a picture of something else.
        till.shows(screen).await.with_context(|| format!("after the picture {name}"))
    }

    /// Takes whatever page is open.
    pub(crate) async fn page(&self, world: &World, name: &str) -> Result<()> {
        if !name.contains(&self.only) {
            return Ok(());
        }
        for look in LOOKS {
            world.browser().look(look).await?;
            let (width, height) = look.page();
            let wanted = format!("{width}x{height}");
            until(&wanted, async || Ok((world.run(SIZE).await? == wanted.as_str()).then_some(()))).await?;
            tokio::time::sleep(PAINTED).await;
            let calm = until("a calm page", async || Ok((world.run(IS_CALM).await? == true).then_some(())));
            // A countdown never comes to rest.
            if let Ok(looked) = tokio::time::timeout(CALM_WAIT, calm).await {
                looked?;
            }
            let png = world.browser().session().screenshot_as_png().await?;
            let Look { name: how, width, height, .. } = look;
            self.note_flaws(world, &format!("{name}-{how}{width}x{height}")).await?;
            self.keep(&self.folder.join(format!("{name}-{how}{width}x{height}.png")), &png, (width, height))?;
        }
        world.browser().look(TABLET).await
    }

    /// No picture at all is a wrong name, not a success.
    pub(crate) fn close(self) -> Result<()> {
        if !self.troubles.is_empty() {
            let troubles: Vec<String> = self.troubles.iter().map(|trouble| format!("{trouble:#}")).collect();
            bail!("some pictures could not be taken:\n{}", troubles.join("\n"));
        }
        let flaws = self.flaws.take();
        ensure!(flaws.is_empty(), "{} flaws on the pictures:\n{}", flaws.len(), flaws.join("\n"));
        ensure!(0 < self.taken.get(), "no picture has {:?} in its name", self.only);
        Ok(())
    }

    /// Looks for text that is cut off or covered, and for targets that are too small.
    async fn note_flaws(&self, world: &World, picture: &str) -> Result<()> {
        let found = world.run(FLAWS).await?;
        let found = found.as_array().into_iter().flatten().filter_map(|flaw| flaw.as_str());
        self.flaws.borrow_mut().extend(found.map(|flaw| format!("{picture}: {flaw}")));
        Ok(())
    }

    fn keep(&self, file: &Path, png: &[u8], size: (u32, u32)) -> Result<()> {
        ensure!(size_of_png(png) == Some(size), "{} would have another size", file.display());
        std::fs::create_dir_all(&self.folder)
            .with_context(|| format!("{} cannot be made", self.folder.display()))?;
        std::fs::write(file, png).with_context(|| format!("{} cannot be written", file.display()))?;
        self.taken.set(self.taken.get() + 1);
        Ok(())
    }
}

/// Width and height stand at the head of every PNG.
fn size_of_png(png: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
    png.starts_with(&PNG).then_some((number(PNG_SIZE_AT)?, number(PNG_SIZE_AT + 4)?))
}
