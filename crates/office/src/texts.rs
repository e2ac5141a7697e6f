//! Every sentence that a supervisor reads, one file for each language. No view holds a sentence.

mod english;

pub(crate) use english::*;
