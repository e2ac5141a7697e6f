//! A camera's picture in grey.

use std::borrow::Cow;

/// No camera's picture has more pixels: four times those of 4K.
const PIXELS_MAX: usize = 33_177_600;

/// Why bytes are no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// A side is zero, or there are too many pixels.
    #[error("a picture of {0} times {1} pixels cannot be read")]
    Size(u32, u32),
    /// Neither one nor four bytes for each pixel.
    #[error("{0} bytes are neither one nor four for each pixel")]
    Bytes(usize),
}

/// A picture in grey, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) grey: Cow<'a, [u8]>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl<'a> Frame<'a> {
    /// `pixels` are grey or RGBA.
    pub(crate) fn new(pixels: &'a [u8], width: u32, height: u32) -> Result<Self, FrameError> {
        let count = (width as usize).checked_mul(height as usize);
        let count = count.filter(|count| (1..=PIXELS_MAX).contains(count));
        let count = count.ok_or(FrameError::Size(width, height))?;
        let grey = match pixels.len() {
            length if length == count => Cow::Borrowed(pixels),
            length if length == count * 4 => {
                Cow::Owned(pixels.as_chunks().0.iter().copied().map(luminance).collect())
            }
            length => return Err(FrameError::Bytes(length)),
        };
        Ok(Self { grey, width, height })
    }

    /// The same picture in black and white, where a pixel is black if it is darker than the mean around it.
    /// So a dim phone before a bright wall, or a screen that reflects a lamp, stays readable.
    pub(crate) fn evened(&self) -> Frame<'static> {
        let (width, sums) = (self.width as usize, Sums::of(self));
        let shade = |(index, pixel): (usize, &u8)| {
            let (sum, count) = sums.around(index % width, index / width);
            if u64::from(*pixel) * count * DARKER_THAN.1 < sum * DARKER_THAN.0 { 0 } else { u8::MAX }
        };
        let grey = self.grey.iter().enumerate().map(shade).collect();
        Frame { grey: Cow::Owned(grey), width: self.width, height: self.height }
    }

    /// The same picture with dark for light.
    pub(crate) fn inverted(&self) -> Frame<'static> {
        let grey = self.grey.iter().map(|pixel| !pixel).collect();
        Frame { grey: Cow::Owned(grey), width: self.width, height: self.height }
    }

    /// The same picture after a quarter turn.
    pub(crate) fn turned(&self) -> Frame<'static> {
        let width = self.width as usize;
        let columns = (0..width).rev();
        let grey = columns.flat_map(|column| self.grey.iter().skip(column).step_by(width).copied()).collect();
        Frame { grey: Cow::Owned(grey), width: self.height, height: self.width }
    }
}

/// How bright a pixel looks, by the weights of ITU-R BT.601 in 256ths.
fn luminance([red, green, blue, _]: [u8; 4]) -> u8 {
    let weighted = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(weighted >> 8).unwrap_or(u8::MAX)
}

/// The radius of the mean around a pixel: more than two of the widest bars of a code that fills a third of
/// the picture, less than the white margin that a phone shows around it.
const AROUND_PX: usize = 18;
/// Black is darker than this part of the mean; the rest is noise.
const DARKER_THAN: (u64, u64) = (15, 16);

/// For each pixel the sum of all pixels above and left of it, so that the sum of any rectangle takes four
/// look-ups.
struct Sums {
    corners: Vec<u32>,
    width: usize,
    height: usize,
}

impl Sums {
    fn of(frame: &Frame<'_>) -> Self {
        let (width, height) = (frame.width as usize, frame.height as usize);
        let stride = width + 1;
        let mut sums = vec![0_u32; stride * (height + 1)];
        for (y, row) in frame.grey.chunks(width).enumerate() {
            let mut row_sum = 0_u32;
            let (above, below) = sums[y * stride..(y + 2) * stride].split_at_mut(stride);
            for (x, pixel) in row.iter().enumerate() {
                row_sum = row_sum.wrapping_add(u32::from(*pixel));
                below[x + 1] = above[x + 1].wrapping_add(row_sum);
            }
        }
        Self { corners: sums, width, height }
    }

    /// The sum and the number of the pixels near this one. Sums may wrap; their differences here never do.
    fn around(&self, x: usize, y: usize) -> (u64, u64) {
        let (left, right) = (x.saturating_sub(AROUND_PX), (x + AROUND_PX + 1).min(self.width));
        let (top, bottom) = (y.saturating_sub(AROUND_PX), (y + AROUND_PX + 1).min(self.height));
        let at = |x: usize, y: usize| self.corners[y * (self.width + 1) + x];
        let sum = at(right, bottom)
            .wrapping_sub(at(left, bottom))
            .wrapping_sub(at(right, top))
            .wrapping_add(at(left, top));
        (u64::from(sum), ((right - left) * (bottom - top)) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_picture_are_refused() {
        for (bytes, width, height, expected) in [
            (0, 0, 0, FrameError::Size(0, 0)),
            (4, 0, 4, FrameError::Size(0, 4)),
            (5, 2, 2, FrameError::Bytes(5)),
            (12, 2, 2, FrameError::Bytes(12)),
            (4, u32::MAX, u32::MAX, FrameError::Size(u32::MAX, u32::MAX)),
            (4, 65_536, 65_536, FrameError::Size(65_536, 65_536)),
        ] {
            assert_eq!(Frame::new(&vec![0; bytes], width, height).unwrap_err(), expected);
        }
    }

    #[test]
    fn white_stays_white_and_green_is_the_brightest_colour() {
        let colours =
            [[255, 255, 255, 0], [0, 0, 0, 255], [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]];
        let frame = colours.concat();
        assert_eq!(*Frame::new(&frame, 5, 1).unwrap().grey, [255, 0, 76, 149, 28]);
    }

    #[test]
    fn each_part_of_an_evened_picture_has_black_and_white() {
        let dim = (0..200).map(|x| if x % 2 == 0 { 20 } else { 60 });
        let bright = (0..200).map(|x| if x % 2 == 0 { 180 } else { 240 });
        let row: Vec<u8> = dim.chain(bright).collect();
        let even = Frame::new(&row.repeat(50), 400, 50).unwrap().evened();
        for x in (0..200 - AROUND_PX).chain(200 + AROUND_PX..400) {
            assert_eq!(even.grey[25 * 400 + x], if x % 2 == 0 { 0 } else { 255 }, "{x}");
        }
    }

    #[test]
    fn a_flat_shade_with_noise_is_white() {
        let picture: Vec<u8> = (0..100 * 70).map(|index| 100 + u8::try_from(index % 7).unwrap()).collect();
        assert!(Frame::new(&picture, 100, 70).unwrap().evened().grey.iter().all(|pixel| *pixel == 255));
    }

    #[test]
    fn the_brightest_large_picture_has_no_sum_that_is_wrong() {
        let picture = vec![255; 5_000 * 4_000];
        let frame = Frame::new(&picture, 5_000, 4_000).unwrap();
        let side = 2 * AROUND_PX as u64 + 1;
        assert_eq!(Sums::of(&frame).around(4_900, 3_900), (side * side * 255, side * side));
    }

    #[test]
    fn four_quarter_turns_are_none() {
        let frame = Frame::new(&[1, 2, 3, 4, 5, 6], 3, 2).unwrap();
        let once = frame.turned();
        assert_eq!((&*once.grey, once.width, once.height), (&[3, 6, 2, 5, 1, 4][..], 2, 3));
        assert_eq!(once.turned().turned().turned().grey, frame.grey);
    }
}
