//! The table at the end of a test run. It contains only counts that a runner printed.

use std::fmt;
use std::time::Duration;

use super::counts::Counts;
use super::suites::Suite;

/// The result of one suite.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) suite: Suite,
    pub(crate) counts: Counts,
    pub(crate) succeeded: bool,
    /// Why the suite could not begin.
    pub(crate) trouble: Option<String>,
    pub(crate) took: Duration,
}

/// The results of all chosen suites.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
    /// With a filter a suite may have no test to run.
    pub(crate) filtered: bool,
}

impl Report {
    pub(crate) fn is_good(&self) -> bool {
        self.total().ran() > 0 && self.rows.iter().all(|row| self.trouble(row).is_none())
    }

    fn total(&self) -> Counts {
        let mut total = Counts::default();
        for row in &self.rows {
            total += row.counts;
        }
        total
    }

    fn trouble(&self, row: &Row) -> Option<String> {
        if let Some(trouble) = &row.trouble {
            return Some(trouble.clone());
        }
        if row.counts.failed > 0 {
            return Some(format!("{} failed: see above", row.counts.failed));
        }
        if !row.succeeded {
            return Some("did not come to its end: see above".to_owned());
        }
        (row.counts.ran() == 0 && !self.filtered).then(|| "ran no test".to_owned())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut took = Duration::ZERO;
        writeln!(formatter, "suite      passed   failed  ignored     time")?;
        for row in &self.rows {
            took += row.took;
            line(formatter, &row.suite.to_string(), row.counts, row.took)?;
        }
        let total = self.total();
        line(formatter, "total", total, took)?;
        for row in &self.rows {
            if let Some(trouble) = self.trouble(row) {
                writeln!(formatter, "{}: {trouble}", row.suite)?;
            }
        }
        write!(formatter, "\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.ignored)
    }
}

fn line(formatter: &mut fmt::Formatter<'_>, name: &str, counts: Counts, took: Duration) -> fmt::Result {
    let Counts { passed, failed, ignored } = counts;
    let took_s = took.as_secs();
    writeln!(
        formatter,
        "{name:<8} {passed:>8} {failed:>8} {ignored:>8} {:>4}m{:02}s",
        took_s / 60,
        took_s % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(suite: Suite, passed: u64, failed: u64, succeeded: bool) -> Row {
        let counts = Counts { passed, failed, ignored: 0 };
        Row { suite, counts, succeeded, trouble: None, took: Duration::from_secs(61) }
    }

    fn report(rows: Vec<Row>) -> Report {
        Report { rows, filtered: false }
    }

    #[test]
    fn the_last_line_holds_the_sum_of_all_suites() {
        let report = report(vec![row(Suite::Native, 5, 0, true), row(Suite::E2e, 2, 1, false)]);
        assert_eq!(report.to_string().lines().last(), Some("7 passed, 1 failed, 0 skipped"));
        assert!(!report.is_good());
    }

    #[test]
    fn a_suite_without_a_test_is_no_success() {
        let mut report = report(vec![row(Suite::Native, 5, 0, true), row(Suite::Browser, 0, 0, true)]);
        assert!(report.to_string().contains("browser: ran no test"));
        assert!(!report.is_good());
        report.filtered = true;
        assert!(report.is_good());
    }

    #[test]
    fn a_filter_that_fits_no_test_at_all_is_no_success() {
        assert!(!Report { rows: vec![row(Suite::Native, 0, 0, true)], filtered: true }.is_good());
    }

    #[test]
    fn a_runner_that_broke_off_is_never_a_success() {
        let report = report(vec![row(Suite::Native, 5, 0, false)]);
        assert!(report.to_string().contains("native: did not come to its end"));
        assert!(!report.is_good());
    }

    #[test]
    fn times_and_counts_stand_in_the_table() {
        let text = report(vec![row(Suite::Browser, 12, 0, true)]).to_string();
        assert!(text.contains("browser        12        0        0    1m01s"), "{text}");
    }
}
