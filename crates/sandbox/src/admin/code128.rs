//! Code 128 in set C, which writes two digits in each symbol: the barcode that wallets show.

use std::fmt::Write;

use barcoders::sym::code128::Code128;

/// How `barcoders` names the start of set C.
const START_C: char = '\u{0106}';
/// The standard asks for ten empty modules on each side.
const QUIET_ZONE: usize = 10;
const HEIGHT: usize = 40;

/// The barcode of an even number of digits; `None` for anything else.
pub(crate) fn svg(digits: &str) -> Option<String> {
    let widths = widths(digits)?;
    let total: usize = widths.iter().sum::<usize>() + 2 * QUIET_ZONE;
    let mut path = String::new();
    let mut at = QUIET_ZONE;
    for (index, width) in widths.iter().enumerate() {
        if index % 2 == 0 {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{at} 0h{width}v{HEIGHT}h-{width}z");
        }
        at += width;
    }
    Some(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {HEIGHT}" preserveAspectRatio="none" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="{path}" fill="#000"/></svg>"##
    ))
}

/// Widths of bars and spaces by turns, the first a bar.
fn widths(digits: &str) -> Option<Vec<usize>> {
    let is_whole = !digits.is_empty()
        && digits.len().is_multiple_of(2)
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_whole {
        return None;
    }
    let modules = Code128::new(format!("{START_C}{digits}")).ok()?.encode();
    Some(modules.chunk_by(|left, right| left == right).map(<[u8]>::len).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(digits: &str) -> String {
        widths(digits).unwrap().iter().map(usize::to_string).collect()
    }

    /// The textbook example: 105 + 1*12 + 2*34 + 3*56 = 353, and 353 mod 103 = 44.
    #[test]
    fn the_check_symbol_is_that_of_the_textbook() {
        assert_eq!(bars("123456"), ["211232", "112232", "131123", "331121", "132131", "2331112"].concat());
        assert_eq!(bars("00"), ["211232", "212222", "222221", "2331112"].concat());
    }

    #[test]
    fn a_known_vector_gives_its_bars() {
        // Start C, 12, 34, check (105 + 12 + 68 = 185, mod 103 = 82), stop.
        assert_eq!(bars("1234"), ["211232", "112232", "131123", "121241", "2331112"].concat());
    }

    #[test]
    fn every_symbol_is_eleven_modules_wide_and_its_own() {
        let pairs: Vec<Vec<usize>> = (0..100).map(|pair| widths(&format!("{pair:02}")).unwrap()).collect();
        // Start, the pair, the check symbol, each of six widths; then the stop.
        let mut symbols: Vec<&[usize]> = pairs.iter().map(|pair| &pair[6..12]).collect();
        assert!(symbols.iter().all(|symbol| symbol.iter().sum::<usize>() == 11));
        // The bars of a symbol are even in sum: the code's own parity rule.
        assert!(symbols.iter().all(|symbol| symbol.iter().step_by(2).sum::<usize>().is_multiple_of(2)));
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), pairs.len());
        assert!(pairs.iter().all(|pair| pair[18..].iter().sum::<usize>() == 13));
    }

    #[test]
    fn only_an_even_number_of_digits_is_drawn() {
        assert!(svg("281234567890123456").unwrap().starts_with("<svg"));
        for text in ["", "123", "12a4", "฿฿"] {
            assert_eq!(svg(text), None, "{text}");
        }
    }
}
