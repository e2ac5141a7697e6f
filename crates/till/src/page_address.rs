//! Reads a sale from the page's address: `/?amount=2225&reference=inv-1&currency=THB&sale=…`. The address
//! never contains a payer's code.

use crate::{CheckoutRequest, Sale};
use scantill_types::{Currency, SaleId, text};

/// The names of the parameters.
pub const AMOUNT: &str = "amount";
pub const CURRENCY: &str = "currency";
pub const REFERENCE: &str = "reference";
pub const SALE: &str = "sale";

/// Why the address names no sale that can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// The amount is not a whole number of minor units.
    #[error("the amount is no whole number of minor units")]
    Amount,
    /// No source accepts the currency.
    #[error("the currency is not known")]
    Currency,
    /// The sale's id is no identifier.
    #[error("the sale's id is no identifier")]
    Sale,
    /// The proxy would refuse the reference.
    #[error("the reference is too long, or holds control characters or a card's number")]
    Reference,
}

/// Reads a sale from the parameters; `None` if they name no amount.
pub fn read(
    parameter: impl Fn(&'static str) -> Option<String>,
) -> Result<Option<CheckoutRequest>, AddressProblem> {
    let given = |name| parameter(name).filter(|value| !value.trim().is_empty());
    let Some(amount) = given(AMOUNT) else { return Ok(None) };
    let amount = amount.trim().parse().map_err(|_| AddressProblem::Amount)?;
    let currency =
        given(CURRENCY).map(|code| Currency::from_code(code.trim()).ok_or(AddressProblem::Currency));
    let sale_id = given(SALE).map(|id| SaleId::parse(&id).map_err(|_| AddressProblem::Sale));
    let reference = given(REFERENCE);
    if reference.as_deref().is_some_and(|reference| text::check(reference).is_err()) {
        return Err(AddressProblem::Reference);
    }
    Ok(Some(CheckoutRequest {
        sale_id: sale_id.transpose()?,
        amount,
        currency: currency.transpose()?,
        reference,
    }))
}

/// The parameters that name this sale; without a sale, the parameters that remove the last one.
pub fn parameters(sale: Option<&Sale>) -> [(&'static str, Option<String>); 4] {
    [
        (AMOUNT, sale.map(|sale| sale.amount.to_string())),
        (CURRENCY, sale.map(|sale| sale.currency.code().to_owned())),
        (REFERENCE, sale.and_then(|sale| sale.reference.clone())),
        (SALE, sale.map(|sale| sale.id.to_string())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(given: &[(&str, &str)]) -> Result<Option<CheckoutRequest>, AddressProblem> {
        read(|name| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_sample_address_opens_its_sale() {
        let opening = opened(&[("amount", "2225"), ("reference", "inv-1")]).unwrap().unwrap();
        assert_eq!((opening.amount, opening.reference.as_deref()), (2225, Some("inv-1")));
        assert_eq!((opening.currency, opening.sale_id), (None, None));
    }

    #[test]
    fn an_address_without_an_amount_opens_nothing() {
        assert_eq!(opened(&[]), Ok(None));
        assert_eq!(opened(&[("amount", ""), ("reference", "inv-1")]), Ok(None));
    }

    #[test]
    fn a_bad_number_is_a_problem_and_never_another_amount() {
        for amount in ["22.25", "2,225", "0x10", "1e3", "฿20", "99999999999999999999"] {
            assert_eq!(opened(&[("amount", amount)]), Err(AddressProblem::Amount), "{amount}");
        }
    }

    #[test]
    fn an_unknown_currency_is_a_problem_and_never_the_accounts() {
        assert_eq!(opened(&[("amount", "2225"), ("currency", "EUR")]), Err(AddressProblem::Currency));
        let opening = opened(&[("amount", "2225"), ("currency", "sgd")]).unwrap().unwrap();
        assert_eq!(opening.currency, Some(Currency::Sgd));
    }

    #[test]
    fn a_strange_sale_is_a_problem_and_never_a_new_sale() {
        assert_eq!(opened(&[("amount", "2225"), ("sale", "a b")]), Err(AddressProblem::Sale));
    }

    #[test]
    fn a_bad_reference_is_a_problem_before_any_scan() {
        for reference in
            ["x".repeat(256), "inv\n1".to_owned(), "inv\u{7f}".to_owned(), "4111 1111 1111 1111".to_owned()]
        {
            let given = [("amount", "2225"), ("reference", reference.as_str())];
            assert_eq!(opened(&given), Err(AddressProblem::Reference));
        }
    }

    #[test]
    fn what_is_written_is_read_back_as_the_same_sale() {
        let id = SaleId::parse("s-1").unwrap();
        let sale = Sale { id, amount: 2225, currency: Currency::Thb, reference: Some("inv 1".to_owned()) };
        let written = parameters(Some(&sale));
        let opening =
            read(|name| written.iter().find(|(known, _)| *known == name)?.1.clone()).unwrap().unwrap();
        assert_eq!(opening.sale_id, Some(sale.id));
        assert_eq!((opening.amount, opening.currency), (sale.amount, Some(sale.currency)));
        assert_eq!(opening.reference, sale.reference);
        assert!(parameters(None).iter().all(|(_, value)| value.is_none()));
    }
}
