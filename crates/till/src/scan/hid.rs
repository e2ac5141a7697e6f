//! HID POS scanners: reports with their times in, scans out.
//!
//! A scanner says in its report descriptor where in a report its fields stand. Makers differ, so the descriptor comes
//! first; where it says too little, the three forms that are known from real devices are tried.

mod layout;
mod reader;

pub use layout::{Field, Layout, ReportForm};
pub use reader::{HidReader, HidVerdict};

/// The page of usages for scanners.
pub const SCANNER_PAGE: u16 = 0x8C;
/// The usage of a barcode scanner on that page.
pub const SCANNER_USAGE: u16 = 0x02;
