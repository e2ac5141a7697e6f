//! `cargo xtask tidy`: prints one line for each check, with the remedy. All checks run before the verdict.

mod checklist;
mod dependencies;
mod features;
mod generated;
mod lints;
mod rules;
mod size;
mod sources;
mod supply;
mod views;
mod words;

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::programs::show;
use crate::workspace::Workspace;

/// Whether to correct what can be corrected automatically.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Format the code and write the generated files anew
    #[arg(long)]
    write: bool,
}

/// The result of a check.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// One line for each finding; empty if the check passed.
    pub(crate) findings: Vec<String>,
    /// Information, also if the check passed.
    pub(crate) note: String,
}

impl Outcome {
    pub(crate) fn of(findings: Vec<String>) -> Self {
        Self { findings, note: String::new() }
    }
}

struct Check {
    name: &'static str,
    cure: &'static str,
    run: fn(&Workspace, &Options) -> Result<Outcome>,
}

const CHECKS: [Check; 19] = [
    Check { name: "formatting", cure: "cargo xtask tidy --write", run: lints::formatting },
    Check {
        name: "dependency direction",
        cure: "move the code to the package that may know it, or change the rule in xtask/src/tidy/dependencies.rs",
        run: |workspace, _| dependencies::direction(workspace).map(Outcome::of),
    },
    Check {
        name: "pure packages",
        cure: "bring time, randomness and the network in from outside, as data",
        run: |workspace, _| dependencies::purity(workspace).map(Outcome::of),
    },
    Check {
        name: "features for tests",
        cure: "leave the feature off; the suite that needs it asks for it",
        run: |workspace, _| Ok(Outcome::of(features::never_shipped(workspace))),
    },
    Check {
        name: "module headers",
        cure: "open the file with `//!` and its purpose in one sentence",
        run: |workspace, _| sources::headers(workspace).map(Outcome::of),
    },
    Check {
        name: "file lengths",
        cure: "cut the file along what it does",
        run: |workspace, _| sources::lengths(workspace).map(Outcome::of),
    },
    Check {
        name: "unfinished code",
        cure: "finish it, or take it out",
        run: |workspace, _| sources::unfinished(workspace).map(Outcome::of),
    },
    Check {
        name: "blanks",
        cure: "end each line without a blank, and the file with one line end",
        run: |workspace, _| sources::blanks(workspace).map(Outcome::of),
    },
    Check {
        name: "words of the glossary",
        cure: "use the word of docs/glossary.md",
        run: |workspace, _| words::replaced(workspace).map(Outcome::of),
    },
    Check {
        name: "one type, one name",
        cure: "name what the type is in its place, as in `WedgeOutcome`",
        run: |workspace, _| words::repeated(workspace).map(Outcome::of),
    },
    Check {
        name: "short names",
        cure: "say the fact of a test in at most twelve words",
        run: |workspace, _| words::long(workspace).map(Outcome::of),
    },
    Check {
        name: "views without effects",
        cure: "read or act in the shell, and give the view what came of it in the view model",
        run: |workspace, _| views::pure(workspace).map(Outcome::of),
    },
    Check {
        name: "rules and their tests",
        cure: "name in docs/rules/ the test that fails when the rule is broken",
        run: |workspace, _| rules::check(workspace),
    },
    Check {
        name: "security checklist",
        cure: "name in docs/security.md the test that shows the line, or say why there is none",
        run: |workspace, _| checklist::check(workspace),
    },
    Check {
        name: "supply chain",
        cure: "take another package, or say in deny.toml why this one may be taken; commit the lock files",
        run: |workspace, _| supply::check(workspace),
    },
    Check {
        name: "clippy, native",
        cure: "follow clippy's advice above",
        run: |workspace, _| lints::native(workspace),
    },
    Check {
        name: "clippy, wasm",
        cure: "follow clippy's advice above",
        run: |workspace, _| lints::wasm(workspace),
    },
    Check {
        name: "generated files",
        cure: "cargo xtask tidy --write",
        run: |workspace, options| Ok(generated::check(workspace, options)),
    },
    Check {
        name: "the till's first load",
        cure: "find what grew, and load it later or do without it",
        run: |workspace, _| size::check(workspace),
    },
];

/// Runs every check. The exit code tells whether all passed.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let lines: Vec<(bool, String)> = CHECKS
        .iter()
        .map(|check| {
            let outcome = (check.run)(&workspace, options).unwrap_or_else(|error| broken(&error));
            (outcome.findings.is_empty(), describe(check, &outcome))
        })
        .collect();
    show("");
    for (_, line) in &lines {
        show(line);
    }
    let is_tidy = lines.iter().all(|(is_good, _)| *is_good);
    Ok(if is_tidy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A check that cannot run has failed.
fn broken(error: &anyhow::Error) -> Outcome {
    Outcome::of(vec![format!("{error:#}")])
}

fn describe(check: &Check, outcome: &Outcome) -> String {
    let Outcome { findings, note } = outcome;
    if findings.is_empty() {
        return format!("ok      {:<24}{note}", check.name).trim_end().to_owned();
    }
    let mut text = format!("failed  {:<24}cure: {}", check.name, check.cure);
    for finding in
        findings.iter().map(String::as_str).chain(Some(note.as_str()).filter(|note| !note.is_empty()))
    {
        text.push_str("\n          ");
        text.push_str(finding);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECK: Check = Check { name: "blanks", cure: "take them out", run: |_, _| Ok(Outcome::default()) };

    #[test]
    fn a_passed_check_is_one_line() {
        let outcome = Outcome { findings: Vec::new(), note: "12 kB".to_owned() };
        assert_eq!(describe(&CHECK, &outcome), "ok      blanks                  12 kB");
        assert_eq!(describe(&CHECK, &Outcome::default()), "ok      blanks");
    }

    #[test]
    fn a_failed_check_names_the_cure_and_each_finding() {
        let text = describe(&CHECK, &Outcome::of(vec!["a.rs:1".to_owned(), "b.rs:2".to_owned()]));
        assert_eq!(
            text,
            "failed  blanks                  cure: take them out\n          a.rs:1\n          b.rs:2"
        );
    }
}
