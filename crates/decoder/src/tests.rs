//! What the decoder reads, what it does not, and that nothing makes it panic.

mod any_bytes;
mod reads;
