//! The payer's side: outcomes, magic codes, the wallet that knows which codes were used, and the phones.

pub(crate) mod decision;
pub(crate) mod magic;
pub(crate) mod outcome;
pub(crate) mod phone;
pub(crate) mod phones;
pub(crate) mod profile;
pub(crate) mod taps;
pub(crate) mod wallet;
