//! How many cases a property takes.

/// `PROPTEST_CASES` says otherwise, since a test of the tests runs them thousands of times.
pub fn property_cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}
