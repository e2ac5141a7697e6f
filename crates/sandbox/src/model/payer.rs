//! The payer's side: outcomes, magic codes, the wallet that knows which codes were used, and the phones.

pub(crate) mod magic;
pub(crate) mod outcome;
pub(crate) mod phones;
pub(crate) mod profile;
pub(crate) mod wallet;
