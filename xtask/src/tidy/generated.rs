//! Committed files that are generated from the code, so that a change of the interface shows in a review.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Options, Outcome};
use crate::programs::{output, step};
use crate::progress::Progress;
use crate::till;
use crate::workspace::Workspace;

/// Compares the generated files in `docs/` with the output of the code, or writes them.
pub(crate) fn check(workspace: &Workspace, options: &Options) -> Outcome {
    step("Generated files");
    let docs = workspace.root.join("docs");
    let mut findings = Vec::new();
    let files =
        [("openapi.json", openapi as Make), ("till-phases.md", phases), ("scantill.d.ts", declarations)];
    for (file, make) in files {
        let finding = match make(workspace) {
            Ok(text) if options.write => write(&docs, file, &text).err().map(|error| format!("{error:#}")),
            Ok(text) => difference(&docs.join(file), &text),
            Err(error) => Some(format!("docs/{file}: {error:#}")),
        };
        findings.extend(finding);
    }
    Outcome::of(findings)
}

type Make = fn(&Workspace) -> Result<String>;

fn openapi(workspace: &Workspace) -> Result<String> {
    let mut command = workspace.cargo();
    command.args(["run", "--locked", "--quiet", "--package", "scantill-proxy", "--", "openapi"]);
    output(command, "`scantill-proxy openapi` failed: see above")
}

fn phases(workspace: &Workspace) -> Result<String> {
    let mut command = workspace.cargo();
    command.args(["run", "--locked", "--quiet", "--package", "scantill-till", "--example", "phases"]);
    output(command, "the example `phases` failed: see above")
}

fn declarations(workspace: &Workspace) -> Result<String> {
    let file =
        till::build(workspace, &mut Progress::of(till::plan(workspace)?))?.join("pkg").join("scantill.d.ts");
    let made = fs::read_to_string(file).context("the till was built without TypeScript declarations")?;
    Ok(without_insides(&made))
}

/// Without the glue's internal functions: their numbers change with every build.
fn without_insides(declarations: &str) -> String {
    let lines = declarations.lines().filter(|line| !line.starts_with("    readonly __"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn write(folder: &Path, file: &str, text: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(file), with_one_end(text)).with_context(|| format!("docs/{file} cannot be written"))
}

fn difference(file: &Path, made: &str) -> Option<String> {
    let name = file.file_name().unwrap_or_default().display();
    let Ok(kept) = fs::read_to_string(file) else { return Some(format!("docs/{name} is missing")) };
    let made = with_one_end(made);
    if kept == made {
        return None;
    }
    let same = kept.lines().zip(made.lines()).take_while(|(kept, made)| kept == made).count();
    Some(format!("docs/{name} is out of date from line {}", same + 1))
}

fn with_one_end(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_found_at_its_line() {
        let folder = std::env::temp_dir().join(format!("scantill-generated-{}", std::process::id()));
        write(&folder, "a.json", "one\ntwo\n\n").unwrap();
        let file = folder.join("a.json");
        assert_eq!(difference(&file, "one\ntwo"), None);
        assert_eq!(difference(&file, "one\n2").as_deref(), Some("docs/a.json is out of date from line 2"));
        assert_eq!(
            difference(&file, "one\ntwo\n3").as_deref(),
            Some("docs/a.json is out of date from line 3")
        );
        assert_eq!(difference(&folder.join("b.json"), "").as_deref(), Some("docs/b.json is missing"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
