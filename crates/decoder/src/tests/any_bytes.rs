//! No picture makes the decoder panic, and none is read as another code.

use proptest::prelude::*;

use crate::decode;
use crate::pictures::{Symbol, View};

const SIDE: usize = 160;
const SIDE_PX: u32 = 160;
const DIGITS: &str = "2894318693627146";

/// A small code with blots, streaks and noise on it: it gets far into the readers before they give up.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let blots = prop::collection::vec((0..SIDE, 0..SIDE, 1..40_usize, 1..40_usize, any::<u8>()), 0..12);
    let turned = -180.0..180.0_f32;
    (any::<bool>(), turned, 0.8..3.5_f32, 0..90_u8, 0..3_usize, blots).prop_map(
        |(is_square, turned_degrees, cell_px, noise, blur_px, blots)| {
            let symbol = if is_square { Symbol::qr(DIGITS) } else { Symbol::code_128(DIGITS) };
            let view = View {
                width: SIDE,
                height: SIDE,
                cell_px,
                turned_degrees,
                blur_px,
                noise,
                ..View::default()
            };
            let mut grey = view.of(&symbol);
            for (left, top, width, height, shade) in blots {
                for y in top..(top + height).min(SIDE) {
                    grey[y * SIDE + left..y * SIDE + (left + width).min(SIDE)].fill(shade);
                }
            }
            grey
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..9000), width in 0..96_u32, height in 0..96_u32) {
        let _ = decode(&bytes, width, height);
    }

    #[test]
    fn no_picture_of_any_shape_makes_it_panic(width in 1..200_u32, height in 1..60_u32, seed in any::<u32>(), cell in 1..6_u32) {
        let grey: Vec<u8> = (0..height).flat_map(|y| (0..width).map(move |x| shade(x / cell, y / cell, seed))).collect();
        let _ = decode(&grey, width, height);
    }

    #[test]
    fn a_spoilt_code_is_read_right_or_not_at_all(grey in spoilt()) {
        if let Some(read) = decode(&grey, SIDE_PX, SIDE_PX).unwrap() {
            prop_assert!(read.text == DIGITS || read.format != "qr_code", "{read:?}");
        }
    }
}

/// Black or white at random, the same for the same place.
fn shade(x: u32, y: u32, seed: u32) -> u8 {
    let mixed = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77) ^ seed).wrapping_mul(0xC2B2_AE3D);
    if mixed >> 31 == 0 { 0 } else { 255 }
}
