//! The payer's actions on the state: the table of contents of this folder.

use crate::model::charge::Charge;
use crate::model::owner::Owner;
use crate::model::payer::phone::Phone;
use crate::model::payer::phones::{self, TapError};
use crate::model::transaction::Transaction;

pub(crate) trait PayerTransaction {
    /// Opens a phone, and returns its id.
    fn open_phone(&mut self) -> String;
    fn current_phone(&mut self, id: &str) -> Result<&mut Phone, TapError>;
    fn asked_on_phone(&mut self, phone: &str) -> Option<(Owner, Charge)>;
    fn payer_confirms(&mut self, charge: &str, phone: Option<&str>) -> Result<Charge, TapError>;
    fn payer_rejects(&mut self, charge: &str, phone: Option<&str>, code: &str) -> Result<Charge, TapError>;
}

impl PayerTransaction for Transaction<'_> {
    fn open_phone(&mut self) -> String {
        phones::open_phone(self)
    }

    fn current_phone(&mut self, id: &str) -> Result<&mut Phone, TapError> {
        phones::current_phone(self, id)
    }

    fn asked_on_phone(&mut self, phone: &str) -> Option<(Owner, Charge)> {
        phones::asked_on_phone(self, phone)
    }

    fn payer_confirms(&mut self, charge: &str, phone: Option<&str>) -> Result<Charge, TapError> {
        phones::payer_confirms(self, charge, phone)
    }

    fn payer_rejects(&mut self, charge: &str, phone: Option<&str>, code: &str) -> Result<Charge, TapError> {
        phones::payer_rejects(self, charge, phone, code)
    }
}
