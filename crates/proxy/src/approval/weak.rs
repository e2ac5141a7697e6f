//! PINs that a thief tries first. They are refused where a PIN is set.

/// A year that a person may have been born in, or remember.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2099;

/// One digit with at most one other, a run up or down, a part that is repeated, or a year.
pub(super) fn is_weak(digits: &str) -> bool {
    let digits = digits.as_bytes();
    is_nearly_one_digit(digits) || is_run(digits) || is_repeated(digits) || is_year(digits)
}

/// 0000, 0001, 1011.
fn is_nearly_one_digit(digits: &[u8]) -> bool {
    let count = |digit: &u8| digits.iter().map(|other| usize::from(other == digit)).sum::<usize>();
    digits.iter().any(|digit| digits.len() <= count(digit) + 1)
}

/// 1234, 4321, 7890.
fn is_run(digits: &[u8]) -> bool {
    let step = |pair: &[u8]| match pair {
        [first, second] => (10 + second - first) % 10,
        _ => 0,
    };
    [1, 9].iter().any(|wanted| digits.windows(2).all(|pair| step(pair) == *wanted))
}

/// 1212, 123123.
fn is_repeated(digits: &[u8]) -> bool {
    (1..=digits.len() / 2).any(|part| {
        let (pattern, _) = digits.split_at(part);
        digits.len().is_multiple_of(part) && digits.chunks(part).all(|chunk| chunk == pattern)
    })
}

fn is_year(digits: &[u8]) -> bool {
    let number = || digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    digits.len() == 4 && YEARS.contains(&number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thief_tries_first_is_weak() {
        for pin in [
            "0000", "0001", "1000", "1111", "1234", "4321", "7890", "0987", "1212", "123123", "1990", "2026",
            "999999", "012345",
        ] {
            assert!(is_weak(pin), "{pin}");
        }
        for pin in
            ["999999199012", "2580", "1357", "8642", "0011", "135790", "1235", "199026", "2100", "1221"]
        {
            assert!(!is_weak(pin), "{pin}");
        }
    }

    #[test]
    fn few_pins_of_four_digits_are_weak() {
        let weak = (0..10_000).filter(|number| is_weak(&format!("{number:04}"))).count();
        assert!((400..800).contains(&weak), "{weak}");
    }
}
