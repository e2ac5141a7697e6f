//! The form of the text files: headers, lengths, unfinished code, blanks.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::programs;
use crate::workspace::Workspace;

const LINES_MAX: usize = 400;
pub(super) const RUST: &[&str] = &["rs"];
const CODE: &[&str] = &["rs", "js", "css", "html", "sh"];
const TEXT: &[&str] = &["rs", "js", "css", "html", "sh", "toml", "md", "json", "yml", "svg", "ts"];

/// Written in two pieces, so that this file does not match.
const UNFINISHED: [&str; 5] = [
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
    concat!("#[ig", "nore"),
    concat!("FIX", "ME"),
];

pub(crate) fn headers(workspace: &Workspace) -> Result<Vec<String>> {
    each(
        workspace,
        RUST,
        |name, text| {
            if text.starts_with("//! ") { Vec::new() } else { vec![format!("{name}:1")] }
        },
    )
}

pub(crate) fn lengths(workspace: &Workspace) -> Result<Vec<String>> {
    each(workspace, CODE, |name, text| {
        let lines = text.lines().count();
        if lines > LINES_MAX {
            vec![format!("{name}: {lines} lines, at most {LINES_MAX}")]
        } else {
            Vec::new()
        }
    })
}

pub(crate) fn unfinished(workspace: &Workspace) -> Result<Vec<String>> {
    each(workspace, RUST, |name, text| {
        let signs =
            text.lines().enumerate().filter_map(|(index, line)| Some((index, unfinished_sign(line)?)));
        signs.map(|(index, sign)| format!("{name}:{}: {sign}", index + 1)).collect()
    })
}

pub(crate) fn blanks(workspace: &Workspace) -> Result<Vec<String>> {
    each(workspace, TEXT, |name, text| {
        let lines = text.lines().enumerate().filter(|(_, line)| line.ends_with([' ', '\t', '\r']));
        let mut findings: Vec<String> = lines.map(|(index, _)| format!("{name}:{}", index + 1)).collect();
        if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
            findings.push(format!("{name}: its end"));
        }
        findings
    })
}

fn unfinished_sign(line: &str) -> Option<&'static str> {
    UNFINISHED.into_iter().find(|sign| line.contains(sign))
}

/// Calls `look` for each of the project's own files with one of these extensions.
pub(super) fn each(
    workspace: &Workspace,
    extensions: &[&str],
    look: impl Fn(&str, &str) -> Vec<String>,
) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for name in project_files(workspace)? {
        let extension = Path::new(&name).extension().and_then(|extension| extension.to_str());
        if !extension.is_some_and(|extension| extensions.contains(&extension)) {
            continue;
        }
        let Ok(text) = fs::read_to_string(workspace.root.join(&name)) else { continue };
        findings.extend(look(&name, &text));
    }
    Ok(findings)
}

/// The files that git tracks or would track. A deleted file that is still tracked cannot be read and is
/// skipped.
fn project_files(workspace: &Workspace) -> Result<Vec<String>> {
    let mut command = workspace.command("git");
    command.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = programs::output(command, "`git ls-files` failed: tidy needs a git checkout")?;
    Ok(listed.split_terminator('\0').map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_unfinished_code_are_seen() {
        for sign in UNFINISHED {
            assert_eq!(unfinished_sign(&format!("    {sign} \"x\")")), Some(sign));
        }
        assert_eq!(unfinished_sign("let method = todo_list();"), None);
    }

    #[test]
    fn the_files_of_the_project_are_listed_without_what_is_built() {
        let files = project_files(&Workspace::find().unwrap()).unwrap();
        assert!(files.iter().any(|name| name == "xtask/src/tidy/sources.rs"));
        assert!(!files.iter().any(|name| name.starts_with("target/")));
    }
}
