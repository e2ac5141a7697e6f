//! Payer codes of every length, as a camera sees them.

use crate::pictures::{LIGHT_ON_DARK, Symbol, View};
use crate::{Read, decode};

const DIGITS: &str = "289431869362714645312907";

fn seen(symbol: &Symbol, view: View) -> Option<Read> {
    decode(&view.of(symbol), 1280, 720).unwrap()
}

fn check(symbol: &Symbol, view: View, text: &str, format: &str) {
    let expected = Read { text: text.to_owned(), format: format.to_owned() };
    assert_eq!(seen(symbol, view), Some(expected), "{view:?}");
}

fn check_both(view: View, length: usize) {
    let digits = &DIGITS[..length];
    check(&Symbol::code_128(digits), view, digits, "code_128");
    check(&Symbol::qr(digits), view, digits, "qr_code");
}

#[test]
fn every_length_of_a_payer_code_is_read() {
    for length in 16..=24 {
        check_both(View::default(), length);
    }
}

#[test]
fn a_turned_code_is_read() {
    for turned_degrees in [-15.0, -8.0, 8.0, 15.0, 82.0, 90.0, 180.0, 188.0, 270.0] {
        check_both(View { turned_degrees, cell_px: 3.0, ..View::default() }, 18);
    }
    for turned_degrees in [30.0, 45.0, 60.0, 137.0, 225.0] {
        check(&Symbol::qr(DIGITS), View { turned_degrees, ..View::default() }, DIGITS, "qr_code");
    }
}

#[test]
fn a_small_code_is_read() {
    for length in [16, 19, 24] {
        check_both(View { cell_px: 1.7, ..View::default() }, length);
    }
}

#[test]
fn a_blurred_code_is_read() {
    for length in [16, 19, 24] {
        check_both(View { cell_px: 4.0, blur_px: 1, ..View::default() }, length);
        check_both(View { cell_px: 6.0, blur_px: 2, ..View::default() }, length.min(18));
    }
}

#[test]
fn a_dim_code_is_read() {
    for (black, white) in [(20, 60), (5, 30), (170, 230)] {
        check_both(View { black, white, noise: 3, ..View::default() }, 18);
    }
}

#[test]
fn phones_are_read_before_brighter_and_darker_walls() {
    for (black, white, wall) in [(15, 60, 235), (150, 240, 20), (90, 130, 250)] {
        check_both(View { black, white, wall, noise: 3, ..View::default() }, 18);
    }
}

#[test]
fn a_code_that_is_light_on_dark_is_read() {
    let dark = LIGHT_ON_DARK;
    for length in 16..=24 {
        check_both(dark, length);
    }
    for (black, white, wall) in [(235, 20, 235), (90, 15, 40), (60, 15, 235)] {
        check_both(View { black, white, wall, noise: 3, ..dark }, 18);
    }
    for turned_degrees in [8.0, 90.0, 180.0] {
        check_both(View { turned_degrees, cell_px: 3.0, ..dark }, 18);
    }
    check_both(View { blur_px: 1, ..dark }, 18);
    check(&Symbol::ean_13("885012345678"), dark, "8850123456787", "ean_13");
}

#[test]
fn the_same_picture_in_colour_is_read() {
    let view = View::default();
    let grey = view.of(&Symbol::code_128(DIGITS));
    let colour: Vec<u8> = grey.iter().flat_map(|pixel| [*pixel, *pixel, *pixel, 255]).collect();
    let read = decode(&colour, 1280, 720).unwrap().unwrap();
    assert_eq!(read.text, DIGITS);
}

#[test]
fn a_product_is_told_as_one() {
    check(&Symbol::ean_13("885012345678"), View::default(), "8850123456787", "ean_13");
}

#[test]
fn a_parcels_code_is_no_payers_code() {
    let digits = "2530123456789012";
    let read = seen(&Symbol::gs1_128(digits), View::default()).unwrap();
    assert_eq!((read.text.trim_matches('\u{1d}'), read.format.as_str()), (digits, "gs1_128"));
}

#[test]
fn a_payees_code_is_read_as_text() {
    for text in ["https://qr.alipay.com/fkx12345", "00020101021129370016A000000677010111"] {
        check(&Symbol::qr(text), View::default(), text, "qr_code");
    }
}

#[test]
fn a_picture_without_a_code_has_none() {
    let view = View { noise: 120, black: 120, white: 125, ..View::default() };
    let nothing = View { cell_px: 0.01, ..view }.of(&Symbol::qr("1"));
    assert_eq!(decode(&nothing, 1280, 720).unwrap(), None);
    assert_eq!(decode(&vec![255; 1280 * 720], 1280, 720).unwrap(), None);
    let stripes: Vec<u8> =
        (0..720).flat_map(|_| (0..1280).map(|x| if x / 7 % 2 == 0 { 0 } else { 255 })).collect();
    assert_eq!(decode(&stripes, 1280, 720).unwrap(), None);
}

#[test]
fn half_a_code_is_none() {
    let view = View { cell_px: 9.0, ..View::default() };
    let symbol = Symbol::code_128(DIGITS);
    assert!(view.width < symbol.columns() * 9, "the code must not fit");
    assert_eq!(seen(&symbol, view), None);
}
