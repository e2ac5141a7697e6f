//! The security checklist in `docs/security.md`: each line has a state, each kept line names tests, and each
//! named test exists.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

use super::{Outcome, rules};
use crate::workspace::Workspace;

const PAGE: &str = "docs/security.md";
const HEADING: &str = "## The checklist";
const LINES: usize = 40;
const KEPT: &str = "kept";
/// A line that is not kept gives its reason in words.
const STATES: [&str; 4] = [KEPT, "in part", "not yet", "not applicable"];

pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let page = fs::read_to_string(workspace.root.join(PAGE)).context(PAGE)?;
    let rows: Vec<Row<'_>> = rows(&page);
    let kept = rows.iter().filter(|row| row.state == KEPT).count();
    let note = format!("{kept} of {LINES} lines are kept");
    Ok(Outcome { findings: findings(&rows, &rules::all_tests(workspace)?), note })
}

struct Row<'a> {
    line: usize,
    state: &'a str,
    shown_by: &'a str,
}

fn rows(page: &str) -> Vec<Row<'_>> {
    let section = page.split(HEADING).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    section
        .lines()
        .filter_map(|text| {
            let mut cells = text.strip_prefix("| ")?.split('|').map(str::trim);
            let line = cells.next()?.parse().ok()?;
            Some(Row { line, state: cells.nth(1)?, shown_by: cells.next()? })
        })
        .collect()
}

fn findings(rows: &[Row<'_>], tests: &BTreeSet<String>) -> Vec<String> {
    let missing = (1..=LINES).filter(|line| rows.iter().filter(|row| row.line == *line).count() != 1);
    let missing = missing.map(|line| format!("line {line} must have one row"));
    let of_rows = rows.iter().flat_map(|row| {
        let Row { line, state, shown_by } = row;
        let names = rules::names(shown_by);
        let strange = (!STATES.contains(state)).then(|| format!("line {line} is {state:?}"));
        let bare = (*state == KEPT && names.is_empty()).then(|| format!("line {line} names no test"));
        let silent = shown_by.is_empty().then(|| format!("line {line} says nothing"));
        let unknown = names.into_iter().filter(|name| !rules::is_known(name, tests));
        let unknown = unknown.map(move |name| format!("line {line} names `{name}`, which is no test"));
        strange.into_iter().chain(bare).chain(silent).chain(unknown).collect::<Vec<_>>()
    });
    missing.chain(of_rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows_of: &[&str]) -> Vec<String> {
        let good = (4..=LINES).map(|line| format!("| {line} | x | kept | `holds` |"));
        let rows_of: Vec<String> = rows_of.iter().map(|row| (*row).to_owned()).chain(good).collect();
        let page = format!(
            "{HEADING}\n\n| line | asks |\n| --- | --- |\n{}\n## Next\n| 1 | x |",
            rows_of.join("\n")
        );
        findings(&rows(&page), &BTreeSet::from(["holds".to_owned()]))
    }

    #[test]
    fn a_line_without_state_test_or_reason_is_found() {
        let good =
            ["| 1 | x | kept | `holds` |", "| 2 | x | not yet | later |", "| 3 | x | in part | `holds` |"];
        assert_eq!(found(&good), Vec::<String>::new());
        assert_eq!(found(&good[..2]), ["line 3 must have one row"]);
        assert_eq!(found(&[good[0], good[1], good[2], good[2]]), ["line 3 must have one row"]);
        assert_eq!(found(&[good[0], good[1], "| 3 | x | kept | words |"]), ["line 3 names no test"]);
        assert_eq!(
            found(&[good[0], good[1], "| 3 | x | kept | `gone` |"]),
            ["line 3 names `gone`, which is no test"]
        );
        assert_eq!(found(&[good[0], good[1], "| 3 | x | done | `holds` |"]), ["line 3 is \"done\""]);
        assert_eq!(found(&[good[0], good[1], "| 3 | x | not yet | |"]), ["line 3 says nothing"]);
    }
}
