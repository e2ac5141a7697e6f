//! Texts with an amount or a number in them.

use scantill_till::{AmountProblem, ParkReason, ParkedView};
use scantill_types::Money;
use scantill_types::api::Limits;
use scantill_types::money::Currency;

use super::{Language, Text, TextWith};

impl Language {
    pub(crate) fn amount_problem(self, problem: AmountProblem, limits: Limits, currency: Currency) -> String {
        let money = |minor| Money::new(minor, currency);
        match problem {
            AmountProblem::Nothing => self.word(Text::AmountProblemNothing).to_owned(),
            AmountProblem::TooSmall => self.with(TextWith::AmountProblemTooSmall, &money(limits.min)),
            AmountProblem::TooLarge => self.with(TextWith::AmountProblemTooLarge, &money(limits.max)),
            AmountProblem::TooManyDigits => self.word(Text::AmountProblemTooManyDigits).to_owned(),
            AmountProblem::OtherCurrency => self.with(TextWith::AmountProblemOtherCurrency, &currency.code()),
        }
    }

    /// The text of the badge of parked payments. The amount of a single one tells a cashier which customer it
    /// was.
    pub(crate) fn parked(self, parked: ParkedView) -> String {
        let ParkedView { reason, count, amount, .. } = parked;
        let (one, many) = match reason {
            ParkReason::Undecided => (TextWith::ParkedUndecided, TextWith::ParkedUndecidedMany),
            ParkReason::Supervisor => (TextWith::ParkedSupervisor, TextWith::ParkedSupervisorMany),
            ParkReason::Paid => (TextWith::ParkedPaid, TextWith::ParkedPaidMany),
            ParkReason::OtherTill => (TextWith::ParkedOtherTill, TextWith::ParkedOtherTillMany),
            ParkReason::InDoubt if count == 1 => return self.word(Text::ParkedInDoubt).to_owned(),
            ParkReason::InDoubt => (TextWith::ParkedInDoubtMany, TextWith::ParkedInDoubtMany),
        };
        if count == 1 { self.with(one, &amount) } else { self.with(many, &count) }
    }

    /// How many digits were typed.
    pub(crate) fn digits(self, count: usize) -> String {
        match count {
            1 => self.word(Text::DigitsOne).to_owned(),
            _ => self.with(TextWith::DigitsMany, &count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::built;

    #[test]
    fn an_amount_outside_the_limits_names_the_limit() {
        let english = Language::read("en", built("en").to_owned()).unwrap();
        let limits = Limits { min: 2_000, max: 15_000_000 };
        let told = |problem| english.amount_problem(problem, limits, Currency::Thb);
        assert_eq!(told(AmountProblem::TooSmall), "The smallest payment is ฿20.00.");
        assert_eq!(told(AmountProblem::TooLarge), "The largest payment is ฿150,000.00.");
    }
}
