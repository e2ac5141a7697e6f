//! Pictures for tests: a code as a camera sees it, turned, small, blurred, dim. Other libraries than the
//! reading one draw them, so that one misreading of a standard cannot hide on both sides.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a picture's sides are small numbers"
)]

use barcoders::sym::code128::Code128;
use barcoders::sym::ean13::EAN13;
use fast_qr::{ECL, QRBuilder};

/// The white margin around a code, in cells.
const SCREEN_CELLS: f32 = 20.0;

/// Black and white cells; a bar code is one row that is stretched.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    cells: Vec<bool>,
    columns: usize,
    /// The height in cells.
    height: f32,
}

impl Symbol {
    /// Code 128 as wallets draw it: pairs of digits, a last one alone.
    pub(crate) fn code_128(digits: &str) -> Self {
        let (pairs, last) = digits.split_at(digits.len() / 2 * 2);
        let last = if last.is_empty() { String::new() } else { format!("\u{181}{last}") };
        Self::bars(&Code128::new(format!("\u{106}{pairs}{last}")).expect("digits").encode())
    }

    /// GS1-128, as on parcels.
    pub(crate) fn gs1_128(digits: &str) -> Self {
        Self::bars(&Code128::new(format!("\u{106}\u{179}{digits}")).expect("digits in pairs").encode())
    }

    /// A product's code: 12 digits, and a computed check digit.
    pub(crate) fn ean_13(digits: &str) -> Self {
        Self::bars(&EAN13::new(digits).expect("12 digits").encode())
    }

    /// A QR code as wallets draw it.
    pub(crate) fn qr(text: &str) -> Self {
        let code = QRBuilder::new(text).ecl(ECL::M).build().expect("short text");
        let cells = (0..code.size).flat_map(|row| code[row].iter().take(code.size).map(|cell| cell.value()));
        let cells: Vec<bool> = cells.collect();
        Self { columns: code.size, height: f32::from(u16::try_from(code.size).expect("small")), cells }
    }

    /// Its width in cells.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    fn bars(cells: &[u8]) -> Self {
        let cells: Vec<bool> = cells.iter().map(|cell| *cell == 1).collect();
        Self { columns: cells.len(), height: cells.len() as f32 * 0.45, cells }
    }

    /// Whether the point is on the phone's screen.
    fn is_near(&self, x: f32, y: f32) -> bool {
        x.abs() < self.columns as f32 / 2.0 + SCREEN_CELLS && y.abs() < self.height / 2.0 + SCREEN_CELLS
    }

    /// Whether the point, in cells from the middle, is black.
    fn is_black(&self, x: f32, y: f32) -> bool {
        let column = (x + self.columns as f32 / 2.0).floor();
        let (y, rows) = (y + self.height / 2.0, self.cells.len() / self.columns);
        if column < 0.0 || y < 0.0 || self.height <= y {
            return false;
        }
        let row = (y * rows as f32 / self.height) as usize;
        let column = column as usize;
        column < self.columns && self.cells.get(row * self.columns + column).is_some_and(|cell| *cell)
    }
}

/// How the camera sees a symbol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Pixels for each cell.
    pub(crate) cell_px: f32,
    pub(crate) turned_degrees: f32,
    /// Radius of the blur.
    pub(crate) blur_px: usize,
    pub(crate) black: u8,
    pub(crate) white: u8,
    /// The brightness behind the phone.
    pub(crate) wall: u8,
    /// The largest random error of a pixel.
    pub(crate) noise: u8,
}

impl Default for View {
    fn default() -> Self {
        Self::PLAIN
    }
}

/// A phone held well whose wallet draws white on black.
pub(crate) const LIGHT_ON_DARK: View = View { black: 225, white: 25, wall: 25, ..View::PLAIN };

impl View {
    /// A picture of 1280 by 720 pixels of a phone held well.
    const PLAIN: Self = Self {
        width: 1280,
        height: 720,
        cell_px: 4.0,
        turned_degrees: 0.0,
        blur_px: 0,
        black: 25,
        white: 225,
        wall: 225,
        noise: 6,
    };

    /// The picture, one byte for each pixel.
    pub(crate) fn of(&self, symbol: &Symbol) -> Vec<u8> {
        let mut grey = Vec::with_capacity(self.width * self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                grey.push(self.brightness(symbol, x as f32, y as f32));
            }
        }
        // Three boxes are nearly the bell of a lens out of focus.
        for _ in 0..3 {
            grey = self.blurred(&grey);
        }
        self.noisy(grey)
    }

    /// Four samples a side: a pixel on an edge is grey.
    fn brightness(&self, symbol: &Symbol, x: f32, y: f32) -> u8 {
        let (sin, cos) = self.turned_degrees.to_radians().sin_cos();
        let (middle_x, middle_y) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        let mut sum = 0_u32;
        for sample in 0..16_u8 {
            let x = x + (f32::from(sample % 4) + 0.5) / 4.0 - middle_x;
            let y = y + (f32::from(sample / 4) + 0.5) / 4.0 - middle_y;
            let (x, y) = ((x * cos + y * sin) / self.cell_px, (y * cos - x * sin) / self.cell_px);
            sum += u32::from(if symbol.is_black(x, y) {
                self.black
            } else if symbol.is_near(x, y) {
                self.white
            } else {
                self.wall
            });
        }
        u8::try_from(sum / 16).expect("a mean of bytes")
    }

    fn blurred(&self, grey: &[u8]) -> Vec<u8> {
        if self.blur_px == 0 {
            return grey.to_vec();
        }
        let across = boxed(grey, self.width, self.height, self.blur_px);
        boxed(&across, self.height, self.width, self.blur_px)
    }

    fn noisy(&self, mut grey: Vec<u8>) -> Vec<u8> {
        let mut seed = 0x9E37_79B9_u32;
        for pixel in &mut grey {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            let off = (seed >> 8) % (u32::from(self.noise) * 2 + 1);
            let value = u32::from(*pixel) + off;
            *pixel = u8::try_from(value.saturating_sub(u32::from(self.noise)).min(255)).expect("at most 255");
        }
        grey
    }
}

/// Each pixel becomes the mean of its row's neighbours; the result lies on its side.
fn boxed(grey: &[u8], width: usize, height: usize, radius: usize) -> Vec<u8> {
    let mut turned = vec![0; grey.len()];
    for y in 0..height {
        let row = &grey[y * width..(y + 1) * width];
        for x in 0..width {
            let near = &row[x.saturating_sub(radius)..(x + radius + 1).min(width)];
            let sum: usize = near.iter().map(|pixel| usize::from(*pixel)).sum();
            turned[x * height + y] = u8::try_from(sum / near.len()).expect("a mean of bytes");
        }
    }
    turned
}
