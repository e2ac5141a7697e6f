//! How many cases a property test runs.

/// `PROPTEST_CASES` overrides the usual number: the mutation tests run these tests thousands of times.
pub fn property_cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}
