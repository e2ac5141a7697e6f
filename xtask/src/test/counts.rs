//! The counts in the closing lines of test runners.

use std::ops::AddAssign;

/// The counts of a test run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Counts {
    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; ...`, as libtest and wasm-bindgen print it.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let parts = line.trim().strip_prefix("test result: ")?.split([';', '.']).map(str::trim);
        let mut counts = Self::default();
        for (number, word) in parts.filter_map(|part| part.split_once(' ')) {
            let Ok(number) = number.parse::<u64>() else { continue };
            match word {
                "passed" => counts.passed = number,
                "failed" => counts.failed = number,
                "ignored" => counts.ignored = number,
                _ => {}
            }
        }
        Some(counts)
    }

    pub(crate) fn ran(self) -> u64 {
        self.passed + self.failed
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn check(line: &str, expected: Option<(u64, u64, u64)>) {
        let expected = expected.map(|(passed, failed, ignored)| Counts { passed, failed, ignored });
        assert_eq!(Counts::of_line(line), expected, "{line}");
    }

    #[test]
    fn the_closing_line_of_libtest_is_read() {
        check(
            "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 7 filtered out; finished in 1.23s",
            Some((12, 0, 3)),
        );
        check(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            Some((1, 2, 0)),
        );
    }

    #[test]
    fn the_closing_line_of_wasm_bindgen_is_read() {
        check(
            "test result: ok. 4 passed; 0 failed; 0 ignored; 1 filtered out; finished in 0.31s",
            Some((4, 0, 0)),
        );
    }

    #[test]
    fn colours_do_not_hide_the_counts() {
        check(
            "test result: \u{1b}[32mok\u{1b}[0m. 5 passed; 0 failed; 0 ignored; 0 measured",
            Some((5, 0, 0)),
        );
    }

    #[test]
    fn other_lines_hold_no_counts() {
        check("running 3 tests", None);
        check("test money::adds ... ok", None);
        check("the test result: ok. 5 passed; 0 failed", None);
        check("", None);
    }
}
