//! What the decoder reads, what it does not read, and that no input makes it panic.

mod any_bytes;
mod reads;
