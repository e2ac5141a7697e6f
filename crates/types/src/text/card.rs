//! Decides whether a text holds the number of a payment card.
//!
//! A number of 13 to 19 digits that passes Luhn's check is a card number only if it begins with an issuer's
//! range (ISO/IEC 7812) and the range has cards of that length. Order numbers still pass: of random numbers
//! of 16 digits 4 in 100 are refused (10 in 100 by Luhn's check alone), and none that begin with a year, a
//! zero, a one or a nine.

use crate::payer_code::plain;

/// Whether the text contains a card number: in digits of any script, in one piece, or in groups with blanks,
/// dashes or invisible characters between them.
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

/// Digits with only separators between them, and the start of each group.
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
    let [first, second, ..] = *digits else { return false };
    is_issued(first * 10 + second, digits.len()) && passes_luhn(digits)
}

/// Whether an issuer has this range: the first two digits, and the length.
fn is_issued(head: u32, length: usize) -> bool {
    match length {
        13 => matches!(head, 40..=49),
        14 => matches!(head, 30 | 36 | 38 | 39),
        15 => matches!(head, 34 | 37),
        16..=19 => matches!(head, 22..=27 | 30 | 35 | 36 | 38..=58 | 60 | 62..=65 | 67 | 81 | 82),
        _ => false,
    }
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
    fn four_in_a_hundred_random_order_numbers_are_refused() {
        // One in ten of the numbers with these first digits passes Luhn's check.
        let issued_of_a_hundred = |length: usize| (0..100).filter(|head| is_issued(*head, length)).count();
        assert_eq!([13, 14, 15, 16, 17, 18, 19].map(issued_of_a_hundred), [10, 4, 2, 38, 38, 38, 38]);
    }

    #[test]
    fn the_longest_text_of_digits_is_judged_at_once() {
        let singles = "4 ".repeat(127);
        assert!(!holds_card_number(&"4".repeat(255)));
        let _ = holds_card_number(&singles);
    }
}
