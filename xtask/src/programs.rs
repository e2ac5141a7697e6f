//! Runs other programs. An error says in one sentence what failed and what to do.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Announces a step, so that a long first run is never silent.
pub(crate) fn step(words: &str) {
    println!("\n==> {words}");
}

/// Runs with the terminal's own input and output; a failure becomes `sentence`.
pub(crate) fn run(mut command: Command, sentence: &str) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(&command))?;
    if !status.success() {
        bail!("{sentence}");
    }
    Ok(())
}

/// Runs to the end and returns the output. A failure becomes `sentence`, after the program's own output.
pub(crate) fn output(mut command: Command, sentence: &str) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| cannot_start(&command))?;
    if !output.status.success() {
        bail!("{sentence}");
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs and shows each line as it comes; `see` receives it too. Returns whether the program succeeded. Output
/// and errors use one pipe: with two, cargo's headings would appear among other lines.
pub(crate) fn watch(mut command: Command, mut see: impl FnMut(&str)) -> Result<bool> {
    let (reader, writer) = std::io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    keep_colours(&mut command);
    let mut child = command.spawn().with_context(|| cannot_start(&command))?;
    // The command holds this side of the pipe open, and the reading would never end.
    drop(command);
    for_each_line(reader, |line| {
        show(line);
        see(line);
    });
    Ok(child.wait()?.success())
}

/// Reads to the end, also past bytes that are no UTF-8.
pub(crate) fn for_each_line(source: impl std::io::Read, mut see: impl FnMut(&str)) {
    let mut reader = BufReader::new(source);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|length| length > 0) {
        see(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']));
        bytes.clear();
    }
}

/// Prints one line; a closed terminal or pipe is no reason to stop.
pub(crate) fn show(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Whether the program runs and exits with success; says nothing.
pub(crate) fn succeeds(mut command: Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The first of these programs that `PATH` has.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| find_in(&path, name))
}

/// Cargo prints no colours into a pipe, also if the pipe ends at a terminal.
fn keep_colours(command: &mut Command) {
    let wanted = ["NO_COLOR", "CARGO_TERM_COLOR"].iter().all(|name| env::var_os(name).is_none());
    if wanted && std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
}

fn find_in(path: &OsStr, name: &str) -> Option<PathBuf> {
    env::split_paths(path).map(|folder| folder.join(name)).find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`: install it, or put it on PATH", command.get_program().display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn lines_without_utf8_or_an_end_are_seen() {
        let mut seen = Vec::new();
        for_each_line(&b"one\r\n\xfftwo\nthree"[..], |line| seen.push(line.to_owned()));
        assert_eq!(seen, ["one", "\u{fffd}two", "three"]);
    }

    #[test]
    fn a_failing_program_is_reported_with_the_sentence() {
        let error = run(shell("exit 3"), "the way out").unwrap_err();
        assert_eq!(error.to_string(), "the way out");
        assert!(!watch(shell("exit 3"), |_| ()).unwrap());
    }

    #[test]
    fn output_and_errors_are_seen_in_their_order() {
        let mut seen = Vec::new();
        let succeeded = watch(shell("echo one; echo two >&2; echo three"), |line| seen.push(line.to_owned()));
        assert!(succeeded.unwrap());
        assert_eq!(seen, ["one", "two", "three"]);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(Command::new("scantill-no-such-program"), "unused").unwrap_err();
        assert!(error.to_string().contains("`scantill-no-such-program`"), "{error}");
    }

    #[test]
    fn programs_are_found_on_path_only() {
        assert!(find(&["scantill-no-such-program", "sh"]).is_some_and(|file| file.ends_with("sh")));
        assert_eq!(find(&["scantill-no-such-program"]), None);
    }
}
