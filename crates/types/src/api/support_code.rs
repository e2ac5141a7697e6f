//! Support codes: a cashier reads them to a supervisor or a support line, and they tell a customer nothing.

use super::FailureCode;

/// Digits and letters that are hard to confuse, without vowels, so that a code spells no word.
const SIGNS: &[u8; 28] = b"23456789BCDFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 4;

/// The support code of any word that the API uses: a failure, a refusal of Omise, or a problem. A word has
/// the same code in every release; a future word has one too.
pub fn support_code(word: &str) -> String {
    // FNV-1a. It must never change.
    let hash =
        word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mut rest = hash as usize;
    let mut sign = || {
        let sign = SIGNS[rest % SIGNS.len()];
        rest /= SIGNS.len();
        char::from(sign)
    };
    (0..LENGTH).map(|_| sign()).collect()
}

impl FailureCode {
    /// The code that the screen shows instead of this word: `failed_fraud_check` is not for a customer's
    /// eyes.
    pub fn support_code(&self) -> String {
        support_code(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// The table of `docs/support-codes.md`: each line has the support code and the word.
    fn documented() -> Vec<(String, String)> {
        let docs = include_str!("../../../../docs/support-codes.md");
        let (_, table) = docs.split_once("| support code | ").unwrap();
        let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let cells =
            lines.map(|line| line.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
        cells.map(|cells| (cells[0].clone(), cells[1].clone())).collect()
    }

    #[test]
    fn every_documented_code_belongs_to_its_word_and_to_no_other() {
        let mut words = HashMap::new();
        for (code, word) in documented() {
            assert_eq!(code, support_code(&word), "{word}");
            assert_eq!(words.insert(code, word.clone()), None, "{word}");
        }
    }

    #[test]
    fn every_failure_is_documented() {
        let documented: Vec<_> = documented().into_iter().map(|(_, word)| word).collect();
        for code in FailureCode::listed() {
            assert!(documented.iter().any(|word| word == code.as_str()), "{}", code.as_str());
        }
    }

    #[test]
    fn every_problem_is_documented() {
        let documented: Vec<_> = documented().into_iter().map(|(_, word)| word).collect();
        let source = include_str!("problem.rs");
        let (_, variants) = source.split_once("pub enum ProblemCode {").unwrap();
        let (variants, _) = variants.split_once('}').unwrap();
        let names = variants.lines().map(str::trim).filter(|line| line.starts_with(char::is_uppercase));
        for name in names {
            let name = name.trim_end_matches(',');
            let word = name.chars().fold(String::new(), |mut word, sign| {
                if sign.is_uppercase() && !word.is_empty() {
                    word.push('_');
                }
                word.extend(sign.to_lowercase());
                word
            });
            assert!(documented.contains(&word), "{word} has {}", support_code(&word));
        }
    }

    proptest! {
        #[test]
        fn any_word_has_a_code_that_shows_nothing_of_it(word in "\\PC*") {
            let code = FailureCode::parse(&word).support_code();
            prop_assert_eq!(code.len(), LENGTH);
            prop_assert!(code.bytes().all(|sign| SIGNS.contains(&sign)));
            prop_assert_eq!(code, support_code(&word));
        }
    }
}
