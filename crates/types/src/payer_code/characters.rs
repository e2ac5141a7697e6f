//! The characters of a pasted or typed code: digits of every script, and the separators that people and
//! programs put between digits.
//!
//! Both follow Unicode's general categories, version 16. A test compares the tables with the standard's own.

/// The zeros of the decimal digits (category Nd) of plane 0 and of plane 1; the nine other digits follow
/// each.
#[rustfmt::skip]
const ZEROS: [&[u16]; 2] = [
    &[
        0x0030, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
        0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
        0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    ],
    &[
        0x04a0, 0x0d30, 0x0d40, 0x1066, 0x10f0, 0x1136, 0x11d0, 0x12f0, 0x1450, 0x14d0, 0x1650, 0x16c0, 0x16d0, 0x16da,
        0x1730, 0x18e0, 0x1950, 0x1bf0, 0x1c50, 0x1d50, 0x1da0, 0x1f50, 0x6130, 0x6a60, 0x6ac0, 0x6b50, 0x6d70, 0xccf0,
        0xd7ce, 0xd7d8, 0xd7e2, 0xd7ec, 0xd7f6, 0xe140, 0xe2f0, 0xe4f0, 0xe5f1, 0xe950, 0xfbf0,
    ],
];
/// The invisible format characters (Cf), then the dashes (Pd) and the minus sign: the first of each run, shifted by 8
/// bits, and how many follow.
#[rustfmt::skip]
const FORMATS_AND_DASHES: [u32; 42] = [
    0xad00, 0x0006_0005, 0x0006_1c00, 0x0006_dd00, 0x0007_0f00, 0x0008_9001, 0x0008_e200, 0x0018_0e00, 0x0020_0b04,
    0x0020_2a04, 0x0020_6004, 0x0020_6609, 0x00fe_ff00, 0x00ff_f902, 0x0110_bd00, 0x0110_cd00, 0x0134_300f,
    0x01bc_a003, 0x01d1_7307, 0x0e00_0100, 0x0e00_205f,
    0x2d00, 0x0005_8a00, 0x0005_be00, 0x0014_0000, 0x0018_0600, 0x0020_1005, 0x0022_1200, 0x002e_1700, 0x002e_1a00,
    0x002e_3a01, 0x002e_4000, 0x002e_5d00, 0x0030_1c00, 0x0030_3000, 0x0030_a000, 0x00fe_3101, 0x00fe_5800,
    0x00fe_6300, 0x00ff_0d00, 0x010d_6e00, 0x010e_ad00,
];
const FORMATS: usize = 21;

/// The character as a code contains it: a digit of any script becomes `0` to `9`, another character stays.
/// `None` for a separator.
pub fn plain(sign: char) -> Option<char> {
    if sign.is_ascii_alphanumeric() {
        return Some(sign);
    }
    if is_separator(sign) {
        return None;
    }
    let (plane, low) = (sign as usize >> 16, sign as u32 & 0xffff);
    let mut offsets = ZEROS
        .get(plane)
        .into_iter()
        .flat_map(|zeros| zeros.iter())
        .map(|zero| low.wrapping_sub((*zero).into()));
    Some(offsets.find_map(|offset| char::from_digit(offset, 10)).unwrap_or(sign))
}

/// Invisible characters (blanks, control and format characters) and dashes.
pub(super) fn is_separator(sign: char) -> bool {
    sign.is_whitespace() || sign.is_control() || is_in(&FORMATS_AND_DASHES, sign)
}

/// An invisible character that controls how others are displayed (Cf).
pub fn is_format(sign: char) -> bool {
    is_in(&FORMATS_AND_DASHES[..FORMATS], sign)
}

fn is_in(runs: &[u32], sign: char) -> bool {
    runs.iter().any(|run| (run >> 8..=(run >> 8) + (run & 0xff)).contains(&(sign as u32)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::hir::{Class, HirKind};

    /// All characters of these categories, by the standard's own tables.
    fn is_of(categories: &str) -> impl Fn(char) -> bool + use<> {
        let parsed = regex_syntax::parse(categories).unwrap().into_kind();
        let HirKind::Class(Class::Unicode(class)) = parsed else { panic!("{categories} is no class") };
        move |sign| class.iter().any(|range| (range.start()..=range.end()).contains(&sign))
    }

    #[test]
    fn every_decimal_digit_of_unicode_is_read_as_what_it_is() {
        let is_digit = is_of(r"\p{Nd}");
        let mut digits = 0;
        for sign in '\0'..=char::MAX {
            let read = plain(sign).filter(char::is_ascii_digit);
            assert_eq!(read.is_some(), is_digit(sign), "{sign:?}");
            digits += u32::from(read.is_some());
        }
        assert_eq!(digits, 760, "as many as Unicode 16 has");
        assert_eq!("๒٨７𝟞𑁩".chars().filter_map(plain).collect::<String>(), "28763");
    }

    #[test]
    fn every_invisible_character_and_every_dash_may_separate_digits() {
        let is_cut = is_of(r"[\p{Cf}\p{Cc}\p{Pd}\p{White_Space}\u{2212}]");
        for sign in '\0'..=char::MAX {
            assert_eq!(plain(sign).is_none(), is_cut(sign), "{sign:?}");
        }
    }

    #[test]
    fn letters_stay_as_they_are() {
        for sign in ['a', 'Z', '*', ']', 'ก', '二', '½', '²', '①'] {
            assert_eq!(plain(sign), Some(sign));
        }
    }
}
