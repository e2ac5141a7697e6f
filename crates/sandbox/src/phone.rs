//! The payer's phone: its page, and the pictures of its code.

pub(crate) mod code128;
pub(crate) mod page;
pub(crate) mod qr;
