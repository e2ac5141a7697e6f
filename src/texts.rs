//! Every sentence that a cashier reads. No view holds a sentence: the words stand in `texts/*.toml`, one file a
//! language, which the browser fetches beside the till. Here stands which of them is said when.

mod amounts;
mod failures;
mod screens;
mod time_of_day;

use scantill_till::advice::Advice;
use scantill_types::Timestamp;
use scantill_types::api::{FailureCode, Payment, PaymentState};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The text of a screen: one thing to know, whether money was taken, and one thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) title: &'static str,
    /// Whether money was taken, if that is known. It is emphasised.
    pub(crate) money: &'static str,
    pub(crate) next: &'static str,
}

/// Two are equal if they are the same language.
impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.tag() == other.tag()
    }
}

impl Language {
    /// A time of day in the store's zone.
    pub(crate) fn time_of_day(self, at: Timestamp, zone: &str) -> String {
        time_of_day::time_of_day(at, self.tag(), zone)
    }

    fn message(self, text: MessageText) -> Message {
        let mut sentences = self.0.line(text as usize).split('\t');
        let mut next = || sentences.next().unwrap_or_default();
        Message { title: next(), money: next(), next: next() }
    }
}

/// The advice for a payment that took no money.
pub(crate) fn advice(payment: &Payment) -> Advice {
    match (&payment.failure_code, payment.state) {
        (Some(code), _) => Advice::for_code(code),
        (None, PaymentState::Expired) => Advice::for_code(&FailureCode::PaymentExpired),
        (None, _) => Advice::CallSupervisor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantill_till::catalogue::LANGUAGES;

    #[test]
    fn each_language_of_the_till_has_its_file() {
        for (tag, _) in LANGUAGES {
            let language = Language::read(tag, built(tag).to_owned()).unwrap();
            assert_eq!(language.tag(), tag);
            assert!(
                !language.word(Text::Paid).is_empty()
                    && language.with(TextWith::Charge, &"฿1.00").contains("฿1.00")
            );
        }
    }

    #[test]
    fn a_file_of_another_build_is_not_read() {
        assert_eq!(Language::read("en", "Paid".to_owned()), None);
    }
}
