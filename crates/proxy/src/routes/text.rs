//! Texts of callers: each is checked here, and refused by its name and never by its content.

use scantill_types::Text;
use scantill_types::api::ProblemCode;
use scantill_types::identifiers::is_generated;
use scantill_types::text::{NotAText, holds_card_number};

use crate::problem::{Refusal, refuse};

/// A text that a caller gave by this name.
pub(crate) fn text(name: &str, given: &str) -> Result<Text, Refusal> {
    Text::parse(given).map_err(|reason| refused(name, reason))
}

/// An identifier of a caller's own making is a text too: it goes into the storage and to the provider.
pub(super) fn text_of_id(name: &str, given: &str) -> Result<(), Refusal> {
    // A generated id may look like a card's number by chance alone.
    if is_generated(given) || !holds_card_number(given) {
        return Ok(());
    }
    Err(refused(name, NotAText::CardNumber))
}

fn refused(name: &str, reason: NotAText) -> Refusal {
    refuse(ProblemCode::InvalidRequest, format!("{name} {reason}"))
}
