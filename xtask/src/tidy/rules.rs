//! Every money rule has a page in `docs/rules/` that names its code and its tests; each named file and test
//! exists.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

use super::{Outcome, sources};
use crate::workspace::Workspace;

/// The rules are numbered P1 to P22.
const RULES: usize = 22;
/// Lists the rules, and has a table of failures that names tests too.
const PAGE: &str = "docs/payments.md";
const BREAKS: &str = "## When something breaks";
const RULE_PAGES: &str = "docs/rules";
/// The text on the pages of these rules, which have no code yet.
const LATER: &str = "Come later.";
const LATER_RULES: [usize; 2] = [21, 22];

pub(crate) fn check(workspace: &Workspace) -> Result<Outcome> {
    let page = fs::read_to_string(workspace.root.join(PAGE)).context(PAGE)?;
    let tests = all_tests(workspace)?;
    let rules = rule_pages(workspace)?;
    let rows: Vec<Row<'_>> = rules.iter().map(rule_row).chain(breaks(&page)).collect();
    let note = format!("{} rows, {} tests to choose from", rows.len(), tests.len());
    let mut findings = findings(&rows, &tests);
    findings.extend(rules.iter().filter_map(|rule| unlisted(rule, &page)));
    findings.extend(rules.iter().flat_map(|rule| missing_files(rule, workspace)));
    Ok(Outcome { findings, note })
}

/// A page of `docs/rules/`: its name, such as `P07`, and its text.
struct RulePage {
    name: String,
    text: String,
}

impl RulePage {
    fn section(&self, heading: &str) -> &str {
        let after = self.text.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_default();
        after.split("\n## ").next().unwrap_or_default()
    }
}

fn rule_pages(workspace: &Workspace) -> Result<Vec<RulePage>> {
    let folder = workspace.root.join(RULE_PAGES);
    let page = |rule| {
        let name = format!("P{rule:02}");
        let path = folder.join(&name).with_extension("md");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(RulePage { name, text })
    };
    (1..=RULES).map(page).collect()
}

fn rule_row(rule: &RulePage) -> Row<'_> {
    Row { about: &rule.name, tests: rule.section("Tests") }
}

/// A rule that is missing in the list of rules, or has another title there than on its page.
fn unlisted(rule: &RulePage, page: &str) -> Option<String> {
    let name = &rule.name;
    let heading = rule.text.lines().next().unwrap_or_default();
    let title = heading.strip_prefix(&format!("# {name}: ")).unwrap_or_default();
    let line = format!("- [{name}](rules/{name}.md): {title}");
    let is_listed = !title.is_empty() && page.lines().any(|listed| listed == line);
    (!is_listed).then(|| format!("{PAGE} does not list `{line}`"))
}

fn missing_files(rule: &RulePage, workspace: &Workspace) -> Vec<String> {
    let files = quoted(rule.section("Where"));
    let missing = files.into_iter().filter(|file| !workspace.root.join(file).exists());
    missing.map(|file| format!("{} names `{file}`, which is no file", rule.name)).collect()
}

/// The names of all tests here.
pub(super) fn all_tests(workspace: &Workspace) -> Result<BTreeSet<String>> {
    Ok(sources::each(workspace, sources::RUST, |_, text| tests_in(text))?.into_iter().collect())
}

/// A row of a table: its first cell or the rule's number, and the cell of its tests.
struct Row<'a> {
    about: &'a str,
    tests: &'a str,
}

fn breaks(page: &str) -> impl Iterator<Item = Row<'_>> {
    let section = page.split(BREAKS).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    // The table's heading and the line below it name no test.
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
        let name = format!("P{rule:02}");
        rows.iter().any(|row| row.about == name && is_named(row, *rule))
    };
    let missing = (1..=RULES).filter(|rule| !has_test(rule)).map(|rule| format!("P{rule:02} names no test"));
    let nameless = rows.iter().filter(|row| !row.about.starts_with('P') && names(row.tests).is_empty());
    let nameless = nameless.map(|row| format!("`{}` names no test", row.about));
    let all_names = rows.iter().flat_map(|row| names(row.tests).into_iter().map(|name| (row.about, name)));
    let unknown = all_names
        .filter(|(_, name)| !is_known(name, tests))
        .map(|(about, name)| format!("{about} names `{name}`, which is no test"));
    missing.chain(nameless).chain(unknown).collect()
}

/// The tests of a cell or a list, each without its module. `name_*` means every test that begins so.
pub(super) fn names(cell: &str) -> Vec<&str> {
    quoted(cell).into_iter().map(|name| name.rsplit("::").next().unwrap_or(name)).collect()
}

/// The texts between back ticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

pub(super) fn is_known(name: &str, tests: &BTreeSet<String>) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => !beginning.is_empty() && tests.iter().any(|test| test.starts_with(beginning)),
        None => tests.contains(name),
    }
}

/// The parameter of a storage fact; a macro makes tests of these functions.
const DATABASE: &str = "database: &dyn Database";

/// The functions with a `test` attribute or in a property, and the facts that any storage must pass.
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
    facts
        .filter(|(_, rest)| rest.trim_start().starts_with(DATABASE))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rule: usize, tests: &str) -> RulePage {
        let name = format!("P{rule:02}");
        let text = format!(
            "# {name}: words\n\nWhat holds.\n\n## Where\n\n- `src/{rule}.rs`\n\n## Tests\n\n{tests}\n"
        );
        RulePage { name, text }
    }

    fn found(pages: &[RulePage], table: &str) -> Vec<String> {
        let tests: BTreeSet<String> = (2..=RULES).map(|rule| format!("rule_{rule}_holds")).collect();
        let rows: Vec<Row<'_>> = pages.iter().map(rule_row).chain(breaks(table)).collect();
        findings(&rows, &tests)
    }

    #[test]
    fn a_rule_without_a_test_and_a_missing_test_are_found() {
        let mut pages: Vec<RulePage> =
            (3..=RULES).map(|rule| page(rule, &format!("- `a::rule_{rule}_*`"))).collect();
        pages.push(page(2, "- `rule_2_is_gone`"));
        let wanted = ["P01 names no test", "P02 names `rule_2_is_gone`, which is no test"];
        assert_eq!(found(&pages, ""), wanted);
        pages.push(page(1, LATER));
        assert_eq!(found(&pages, "")[..1], wanted[..1], "only what is agreed on may come later");
    }

    #[test]
    fn a_row_of_what_breaks_without_a_test_is_found() {
        let pages: Vec<RulePage> =
            (1..=RULES).map(|rule| page(rule, &format!("`rule_{}_holds`", rule.max(2)))).collect();
        let table = "## When something breaks\n\n| what | holds | shown by |\n| --- | --- | --- |\n\
            | fire | all | `gone` |\n| flood | all | nothing |\n## Figures";
        assert_eq!(found(&pages, table), ["`flood` names no test", "fire names `gone`, which is no test"]);
    }

    #[test]
    fn a_rule_is_listed_by_its_own_title() {
        let rule = page(7, "");
        assert_eq!(unlisted(&rule, "# Rules\n- [P07](rules/P07.md): words\n"), None);
        assert!(unlisted(&rule, "- [P07](rules/P07.md): other words").is_some());
    }

    #[test]
    fn facts_of_the_storage_are_tests() {
        let source = "pub(crate) async fn one(database: &dyn Database) {}\npub(crate) async fn two(\n    database: &dyn Database,\n) {}\n\
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
