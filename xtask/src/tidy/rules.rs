//! Every rule of the money names its tests in `docs/payments.md`, and each test that is named there exists.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

use super::{Outcome, sources};
use crate::workspace::Workspace;

/// The rules are numbered P1 to P22.
const RULES: usize = 22;
/// Where the table stands.
const PAGE: &str = "docs/payments.md";
/// What the row of a rule says that no code keeps yet.
const LATER: &str = "comes later";

pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let page = fs::read_to_string(workspace.root.join(PAGE)).context(PAGE)?;
    let tests: BTreeSet<String> =
        sources::each(workspace, sources::RUST, |_, text| tests_in(text))?.into_iter().collect();
    let rows = rows(&page);
    let note = format!("{} rows, {} tests to choose from", rows.len(), tests.len());
    Ok(Outcome { findings: findings(&rows, &tests), note })
}

/// A row of the table: the rule's number, and its cells.
struct Row<'a> {
    rule: usize,
    tests: &'a str,
}

fn rows(page: &str) -> Vec<Row<'_>> {
    page.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row<'_>> {
    let mut cells = line.strip_prefix("| P")?.split('|');
    let rule = cells.next()?.split_whitespace().next()?.parse().ok()?;
    Some(Row { rule, tests: cells.nth(1)? })
}

fn findings(rows: &[Row<'_>], tests: &BTreeSet<String>) -> Vec<String> {
    let named = |row: &&Row<'_>| row.tests.contains(LATER) || !names(row.tests).is_empty();
    let has_test = |rule: &usize| rows.iter().filter(named).any(|row| row.rule == *rule);
    let missing = (1..=RULES).filter(|rule| !has_test(rule)).map(|rule| format!("P{rule} names no test"));
    let all_names = rows.iter().flat_map(|row| names(row.tests).into_iter().map(|name| (row.rule, name)));
    let unknown = all_names
        .filter(|(_, name)| !is_known(name, tests))
        .map(|(rule, name)| format!("P{rule} names `{name}`, which is no test"));
    missing.chain(unknown).collect()
}

/// The tests of a cell: what stands between back ticks, without the module. `name_*` stands for every test that begins so.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).map(|name| name.rsplit("::").next().unwrap_or(name)).collect()
}

fn is_known(name: &str, tests: &BTreeSet<String>) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => !beginning.is_empty() && tests.iter().any(|test| test.starts_with(beginning)),
        None => tests.contains(name),
    }
}

/// The functions of a file that stand below a `test` attribute or in a property.
fn tests_in(source: &str) -> Vec<String> {
    let mut tests = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[") {
            is_test |= line.contains("test]") || line.contains("test(");
        } else if let Some(rest) = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn ")) {
            if is_test {
                tests.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
            is_test = false;
        }
    }
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_without_a_test_and_a_test_that_is_gone_are_found() {
        let tests: BTreeSet<String> = (2..=RULES).map(|rule| format!("rule_{rule}_holds")).collect();
        let row = |rule: usize, cell: &str| format!("| P{rule} words | how | {cell} |");
        let mut page: Vec<String> =
            (3..=RULES).map(|rule| row(rule, &format!("`a::rule_{rule}_*`"))).collect();
        page.push(row(2, "`rule_2_is_gone`"));
        let page = page.join("\n");
        let found = findings(&rows(&page), &tests);
        assert_eq!(found, ["P1 names no test", "P2 names `rule_2_is_gone`, which is no test"]);
        let later = format!("{page}\n{}", row(1, "comes later"));
        assert_eq!(findings(&rows(&later), &tests).len(), 1);
    }

    #[test]
    fn only_functions_below_a_test_attribute_are_tests() {
        let source =
            "#[test]\nfn one() {}\nfn helper() {}\n#[tokio::test(flavor = \"x\")]\nasync fn two() {}";
        assert_eq!(tests_in(source), ["one", "two"]);
    }
}
