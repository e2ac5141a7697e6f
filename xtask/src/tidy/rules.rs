//! Every rule of the money names its tests in `docs/payments.md`, and each test that is named there exists.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

use super::{Outcome, sources};
use crate::workspace::Workspace;

/// The rules are numbered P1 to P22.
const RULES: usize = 22;
/// Where the tables stand.
const PAGE: &str = "docs/payments.md";
/// The table of what holds when something fails names tests too.
const BREAKS: &str = "## When something breaks";
/// What the rows of these rules say, which no code keeps yet.
const LATER: &str = "comes later";
const LATER_RULES: [usize; 2] = [21, 22];

pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let page = fs::read_to_string(workspace.root.join(PAGE)).context(PAGE)?;
    let tests = all_tests(workspace)?;
    let rows: Vec<Row<'_>> = rules(&page).chain(breaks(&page)).collect();
    let note = format!("{} rows, {} tests to choose from", rows.len(), tests.len());
    Ok(Outcome { findings: findings(&rows, &tests), note })
}

/// The names of all tests here.
pub(super) fn all_tests(workspace: &Workspace) -> Result<BTreeSet<String>> {
    Ok(sources::each(workspace, sources::RUST, |_, text| tests_in(text))?.into_iter().collect())
}

/// A row of a table: what it is about, which is the rule's number or the first cell, and the cell of its tests.
struct Row<'a> {
    about: &'a str,
    tests: &'a str,
}

fn rules(page: &str) -> impl Iterator<Item = Row<'_>> {
    page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split('|');
        let about = cells.next()?.split_whitespace().next()?;
        let is_rule = about.strip_prefix('P').is_some_and(|number| number.parse::<usize>().is_ok());
        is_rule.then_some(Row { about, tests: cells.nth(1)? })
    })
}

fn breaks(page: &str) -> impl Iterator<Item = Row<'_>> {
    let section = page.split(BREAKS).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    // The heading of the table and the line below it name nothing.
    section.lines().filter_map(|line| line.strip_prefix("| ")).skip(2).filter_map(|line| {
        let mut cells = line.split('|');
        Some(Row { about: cells.next()?.trim(), tests: cells.nth(1)? })
    })
}

fn findings(rows: &[Row<'_>], tests: &BTreeSet<String>) -> Vec<String> {
    let is_named = |row: &Row<'_>, rule: usize| {
        let is_later = LATER_RULES.contains(&rule) && row.tests.contains(LATER);
        is_later || !names(row.tests).is_empty()
    };
    let has_test = |rule: &usize| {
        let name = format!("P{rule}");
        rows.iter().any(|row| row.about == name && is_named(row, *rule))
    };
    let missing = (1..=RULES).filter(|rule| !has_test(rule)).map(|rule| format!("P{rule} names no test"));
    let nameless = rows.iter().filter(|row| !row.about.starts_with('P') && names(row.tests).is_empty());
    let nameless = nameless.map(|row| format!("`{}` names no test", row.about));
    let all_names = rows.iter().flat_map(|row| names(row.tests).into_iter().map(|name| (row.about, name)));
    let unknown = all_names
        .filter(|(_, name)| !is_known(name, tests))
        .map(|(about, name)| format!("{about} names `{name}`, which is no test"));
    missing.chain(nameless).chain(unknown).collect()
}

/// The tests of a cell: what stands between back ticks, without the module. `name_*` stands for every test that begins so.
pub(super) fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).map(|name| name.rsplit("::").next().unwrap_or(name)).collect()
}

pub(super) fn is_known(name: &str, tests: &BTreeSet<String>) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => !beginning.is_empty() && tests.iter().any(|test| test.starts_with(beginning)),
        None => tests.contains(name),
    }
}

/// What a fact of the books takes; a macro makes tests of these.
const BOOKS: &str = "books: &dyn Books";

/// The functions of a file that stand below a `test` attribute or in a property, and the facts that any books must pass.
fn tests_in(source: &str) -> Vec<String> {
    let mut tests = facts_in(source);
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

fn facts_in(source: &str) -> Vec<String> {
    let functions = source.split("pub(crate) async fn ").skip(1);
    let facts = functions.filter_map(|function| function.split_once('('));
    facts.filter(|(_, rest)| rest.trim_start().starts_with(BOOKS)).map(|(name, _)| name.to_owned()).collect()
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
        let found = |page: &str| {
            let rows: Vec<Row<'_>> = rules(page).chain(breaks(page)).collect();
            findings(&rows, &tests)
        };
        assert_eq!(found(&page), ["P1 names no test", "P2 names `rule_2_is_gone`, which is no test"]);
        let later = format!("{page}\n{}", row(1, "comes later"));
        assert_eq!(found(&later).len(), 2, "only what is agreed on may come later");
        let table = "## When something breaks\n\n| what | holds | shown by |\n| --- | --- | --- |\n";
        let broken = format!("{page}\n{table}| fire | all | `gone` |\n| flood | all | nothing |\n## Figures");
        assert_eq!(
            found(&broken)[1..],
            [
                "`flood` names no test",
                "P2 names `rule_2_is_gone`, which is no test",
                "fire names `gone`, which is no test"
            ]
        );
    }

    #[test]
    fn facts_of_the_books_are_tests() {
        let source = "pub(crate) async fn one(books: &dyn Books) {}\npub(crate) async fn two(\n    books: &dyn Books,\n) {}\n\
            pub(crate) async fn helper(store: &Store) {}";
        assert_eq!(tests_in(source), ["one", "two"]);
    }

    #[test]
    fn only_functions_below_a_test_attribute_are_tests() {
        let source =
            "#[test]\nfn one() {}\nfn helper() {}\n#[tokio::test(flavor = \"x\")]\nasync fn two() {}";
        assert_eq!(tests_in(source), ["one", "two"]);
    }
}
