//! Code 128 in set C, which writes two digits in each symbol: the barcode that wallets show.

use std::fmt::Write;

/// Bar and space widths of the symbols 0 to 105, as ISO/IEC 15417 lists them.
const WIDTHS: [&str; 106] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232",
];
const STOP: &str = "2331112";
const START_C: usize = 105;
const MODULUS: usize = 103;
/// The standard asks for ten empty modules on each side.
const QUIET_ZONE: usize = 10;
const HEIGHT: usize = 40;

/// The barcode of an even number of digits; none for anything else.
pub(crate) fn svg(digits: &str) -> Option<String> {
    let widths = widths(digits)?;
    let total: usize = widths.iter().sum::<usize>() + 2 * QUIET_ZONE;
    let mut path = String::new();
    let mut at = QUIET_ZONE;
    for (place, width) in widths.iter().enumerate() {
        if place % 2 == 0 {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{at} 0h{width}v{HEIGHT}h-{width}z");
        }
        at += width;
    }
    Some(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {HEIGHT}" preserveAspectRatio="none" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="{path}" fill="#000"/></svg>"##
    ))
}

/// Widths of bars and spaces in turn, beginning with a bar.
fn widths(digits: &str) -> Option<Vec<usize>> {
    let symbols = symbols(digits)?;
    let patterns = symbols.iter().map(|symbol| WIDTHS[*symbol]).chain([STOP]);
    let width = |letter: char| letter.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
    patterns.flat_map(str::chars).map(width).collect()
}

/// Start, the pairs of digits, and the check symbol.
fn symbols(digits: &str) -> Option<Vec<usize>> {
    let whole = !digits.is_empty()
        && digits.len().is_multiple_of(2)
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !whole {
        return None;
    }
    let pairs = (0..digits.len()).step_by(2).map(|at| digits[at..at + 2].parse().ok());
    let mut symbols: Vec<usize> = std::iter::once(Some(START_C)).chain(pairs).collect::<Option<_>>()?;
    let weighted: usize = symbols.iter().enumerate().map(|(place, symbol)| place.max(1) * symbol).sum();
    symbols.push(weighted % MODULUS);
    Some(symbols)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook example: 105 + 1*12 + 2*34 + 3*56 = 353, and 353 mod 103 = 44.
    #[test]
    fn the_check_symbol_is_that_of_the_textbook() {
        assert_eq!(symbols("123456"), Some(vec![105, 12, 34, 56, 44]));
        assert_eq!(symbols("00"), Some(vec![105, 0, 2]));
    }

    #[test]
    fn a_known_vector_gives_its_bars() {
        let bars: String = widths("1234").unwrap().iter().map(usize::to_string).collect();
        // Start C, 12, 34, check (105 + 12 + 68 = 185, mod 103 = 82), stop.
        assert_eq!(bars, ["211232", "112232", "131123", "121241", "2331112"].concat());
    }

    #[test]
    fn every_symbol_is_eleven_modules_wide_and_its_own() {
        let width = |pattern: &str| pattern.bytes().map(|byte| usize::from(byte - b'0')).sum::<usize>();
        assert!(WIDTHS.iter().all(|pattern| width(pattern) == 11));
        // The bars of a symbol are even in sum: the code's own parity rule.
        let bars =
            |pattern: &str| pattern.bytes().step_by(2).map(|byte| usize::from(byte - b'0')).sum::<usize>();
        assert!(WIDTHS.iter().all(|pattern| bars(pattern).is_multiple_of(2)));
        let mut sorted = WIDTHS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), WIDTHS.len());
        assert_eq!(width(STOP), 13);
    }

    #[test]
    fn only_an_even_number_of_digits_is_drawn() {
        assert!(svg("281234567890123456").unwrap().starts_with("<svg"));
        for text in ["", "123", "12a4", "฿฿"] {
            assert_eq!(svg(text), None, "{text}");
        }
    }
}
