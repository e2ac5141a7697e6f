//! How a page comes before the eyes of its user: size, zoom, size of text, colours.

use anyhow::Result;
use serde_json::json;

use super::Browser;

/// What the browser takes for its user's text unless told otherwise.
const TEXT_PX: u32 = 16;

/// What a user sees of a page.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// What tells it from the others, for names of files; empty for an ordinary look.
    pub name: &'static str,
    /// Pixels of the screen across.
    pub width: u32,
    /// Pixels of the screen from top to bottom.
    pub height: u32,
    /// So many pixels of the screen are one of the page, in each direction.
    pub zoom: u32,
    /// The size of text that the user has chosen.
    pub text_px: u32,
    /// The user's colours in place of the page's.
    pub forced_colors: bool,
    /// The device is dark.
    pub dark: bool,
}

impl Look {
    /// A screen of this size, and nothing chosen.
    #[must_use]
    pub const fn plain(width: u32, height: u32) -> Self {
        Self { name: "", width, height, zoom: 1, text_px: TEXT_PX, forced_colors: false, dark: false }
    }

    /// The page at twice its size.
    #[must_use]
    pub const fn zoomed(self) -> Self {
        Self { name: "zoom-", zoom: 2, ..self }
    }

    /// Text at twice its size, and nothing else.
    #[must_use]
    pub const fn with_large_text(self) -> Self {
        Self { name: "text-", text_px: 2 * TEXT_PX, ..self }
    }

    /// The user's colours.
    #[must_use]
    pub const fn with_forced_colors(self) -> Self {
        Self { name: "forced-", forced_colors: true, ..self }
    }

    /// At night.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { name: "dark-", dark: true, ..self }
    }

    /// The page's own pixels, across and from top to bottom.
    #[must_use]
    pub const fn page(self) -> (u32, u32) {
        (self.width / self.zoom, self.height / self.zoom)
    }
}

impl Browser {
    /// Shows the page so from now on.
    pub async fn look(&self, look: Look) -> Result<()> {
        let (width, height) = look.page();
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": look.zoom, "mobile": false });
        let forced = if look.forced_colors { "active" } else { "none" };
        let scheme = if look.dark { "dark" } else { "light" };
        let media = json!({ "features": [
            { "name": "forced-colors", "value": forced },
            { "name": "prefers-color-scheme", "value": scheme },
        ] });
        let text = json!({ "fontSizes": { "standard": look.text_px } });
        let orders = [
            ("Emulation.setDeviceMetricsOverride", metrics),
            ("Emulation.setEmulatedMedia", media),
            ("Page.setFontSizes", text),
        ];
        for (order, how) in orders {
            self.driver.cdp().send_raw(order, how).await?;
        }
        Ok(())
    }
}
