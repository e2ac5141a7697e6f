//! What the test suites share: never a part of what is shipped.
//!
//! Without a feature this is light, for the pure packages.

mod property_cases;

pub use property_cases::property_cases;
