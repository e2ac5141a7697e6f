//! HID POS scanners: reports with their times in, scans out.
//!
//! A scanner's report descriptor gives the place of each field in a report. Makers differ, so the descriptor
//! comes first. If it says too little, the three forms of known devices are tried.

mod layout;
mod reader;

pub use layout::{Field, Layout, ReportForm};
pub use reader::{HidReader, HidVerdict};

pub const SCANNER_PAGE: u16 = 0x8C;
/// The usage of a barcode scanner on that page.
pub const SCANNER_USAGE: u16 = 0x02;
