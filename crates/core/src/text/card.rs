//! Whether a text holds the number of a payment card.
//!
//! A number of 13 to 19 digits that passes Luhn's check is a card's only if an issuer's range begins so (ISO/IEC 7812)
//! and the range has cards of that length. Order numbers keep passing: of random numbers of 16 digits 3 in 100 are
//! refused (10 in 100 by Luhn's check alone), and none that begin with a year, a zero, a one or a nine.

use crate::payer_code::plain;

/// The first four digits from and to, and how many digits such cards have: one bit for each number of them.
#[rustfmt::skip]
const ISSUERS: [(u16, u16, u16); 19] = [
    (2200, 2204, FROM_16), (2221, 2720, ONLY_16), (3000, 3059, FROM_14), (3095, 3095, FROM_14), (3400, 3499, ONLY_15),
    (3528, 3589, FROM_16), (3600, 3699, FROM_14), (3700, 3799, ONLY_15), (3800, 3999, FROM_14), (4000, 4999, VISA),
    (5018, 5038, FROM_13), (5080, 5089, ONLY_16), (5100, 5599, ONLY_16), (5893, 5893, FROM_13), (6000, 6099, FROM_16),
    (6200, 6304, FROM_16), (6440, 6599, FROM_16), (6759, 6763, FROM_13), (8100, 8299, FROM_16),
];
/// Cards of 13 digits have the lowest bit.
const FEWEST: usize = 13;
const FROM_13: u16 = 0b111_1111;
const FROM_14: u16 = 0b111_1110;
const ONLY_15: u16 = 0b000_0100;
const ONLY_16: u16 = 0b000_1000;
const FROM_16: u16 = 0b111_1000;
const VISA: u16 = 0b100_1001;

/// Whether a card's number is in the text: in digits of any script, in one piece, or in groups with blanks, dashes or
/// invisible characters between them.
pub fn holds_card_number(text: &str) -> bool {
    let mut run = Run::default();
    for sign in text.chars().map(plain) {
        match sign.map(|sign| sign.to_digit(10)) {
            None => run.is_cut = true,
            Some(Some(digit)) => run.push(digit),
            Some(None) if run.has_card() => return true,
            Some(None) => run = Run::default(),
        }
    }
    run.has_card()
}

/// Digits with nothing but separators between them, and where each group begins.
#[derive(Default)]
struct Run {
    digits: Vec<u32>,
    beginnings: Vec<usize>,
    is_cut: bool,
}

impl Run {
    fn push(&mut self, digit: u32) {
        if self.is_cut || self.digits.is_empty() {
            self.beginnings.push(self.digits.len());
        }
        self.is_cut = false;
        self.digits.push(digit);
    }

    fn has_card(&self) -> bool {
        let ends = || self.beginnings.iter().copied().chain([self.digits.len()]);
        self.beginnings.iter().any(|from| ends().any(|to| self.digits.get(*from..to).is_some_and(is_card)))
    }
}

fn is_card(digits: &[u32]) -> bool {
    let Some(first) = digits.get(..4) else { return false };
    is_issued(first.iter().fold(0, |number, digit| number * 10 + digit), digits.len()) && passes_luhn(digits)
}

fn is_issued(head: u32, length: usize) -> bool {
    let Some(length) = length.checked_sub(FEWEST).filter(|length| *length < 7) else { return false };
    let issues = |(from, to, lengths): &(u16, u16, u16)| {
        (u32::from(*from)..=u32::from(*to)).contains(&head) && lengths >> length & 1 == 1
    };
    ISSUERS.iter().any(issues)
}

fn passes_luhn(digits: &[u32]) -> bool {
    let weighed = |(place, digit): (usize, &u32)| match place % 2 {
        0 => *digit,
        _ => digit * 2 % 10 + digit / 5,
    };
    digits.iter().rev().enumerate().map(weighed).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test numbers of the schemes.
    const CARDS: [&str; 14] = [
        "4111111111111111",
        "4222222222222",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "30569309025904",
        "38520000023237",
        "3530111333300000",
        "6011111111111117",
        "6200000000000005",
        "6205500000000000004",
        "6759649826438453",
        "2200000000000004",
        "6521111111111110",
    ];

    #[test]
    fn the_schemes_own_numbers_are_cards_however_they_are_written() {
        for card in CARDS {
            assert!(holds_card_number(card), "{card}");
            assert!(holds_card_number(&format!("VISA{card}, paid")), "{card}");
            for (between, size) in [(" ", 4), ("-", 4), ("\u{a0}", 4), ("\u{200b}", 1), ("\u{2013}", 6)] {
                let groups: Vec<&str> = (0..card.len())
                    .step_by(size)
                    .map(|from| card.get(from..from + size).unwrap_or(&card[from..]))
                    .collect();
                let text = format!("card {} 12/27", groups.join(between));
                assert!(holds_card_number(&text), "{text}");
            }
        }
        assert!(
            holds_card_number("๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑") && holds_card_number("４１１１ １１１１ １１１１ １１１１")
        );
        assert!(holds_card_number("tel 0812345678 4111111111111111 7"));
    }

    #[test]
    fn order_numbers_are_no_cards() {
        for text in [
            "4111111111111112",
            "2026112900000042",
            "20261129-0000042",
            "1764380000000",
            "0000000000000000",
            "41111111111111111111",
            "99999999999999999",
            "inv-4111",
            "01934b6e-7123-7123-8123-123456789012",
            "4111 1111 x 1111 1111",
        ] {
            assert!(!holds_card_number(text), "{text}");
        }
    }

    #[test]
    fn three_in_a_hundred_random_order_numbers_are_refused() {
        let issued_of_ten_thousand =
            |length: usize| (0..10_000).filter(|head| is_issued(*head, length)).count();
        // Luhn's check lets one in ten of them through.
        let issued = [13, 14, 15, 16, 17, 18, 19].map(issued_of_ten_thousand);
        assert!(issued.iter().all(|share| *share <= 3_050), "{issued:?}");
        assert!(issued[..3].iter().all(|share| *share <= 1_040), "{issued:?}");
    }

    #[test]
    fn the_longest_text_of_digits_is_judged_at_once() {
        let singles = "4 ".repeat(127);
        assert!(!holds_card_number(&"4".repeat(255)));
        let _ = holds_card_number(&singles);
    }
}
