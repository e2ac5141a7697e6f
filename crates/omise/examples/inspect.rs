//! Inspects files of Omise's objects, such as webhooks: prints one line for each file.
//!
//! `cargo run -p scantill-omise --example inspect -- FILE...` prints object, id, status, amount in minor
//! units, currency, failure code and mode, with `-` for a missing value, or why the file cannot be read. `-`
//! as a file is the standard input. The exit code is 0 if all files were read.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use scantill_omise::Glance;

fn main() -> ExitCode {
    let files: Vec<OsString> = env::args_os().skip(1).collect();
    if files.is_empty() {
        let _ = writeln!(io::stderr(), "usage: inspect FILE...");
        return ExitCode::from(2);
    }
    match inspect(&files, &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) | Err(_) => ExitCode::FAILURE,
    }
}

/// Prints one line for each file. Returns whether all were read.
pub(crate) fn inspect(files: &[OsString], output: &mut impl Write) -> io::Result<bool> {
    let mut all = true;
    for file in files {
        let read = read(file);
        all &= read.is_ok();
        let line = read.unwrap_or_else(|reason| format!("cannot be read: {reason}"));
        writeln!(output, "{}: {}", printable(&file.to_string_lossy()), printable(&line))?;
    }
    output.flush()?;
    Ok(all)
}

fn read(file: &OsString) -> Result<String, String> {
    let body = if file == "-" {
        let mut body = Vec::new();
        io::stdin().read_to_end(&mut body).map(|_| body)
    } else {
        fs::read(file)
    };
    let body = body.map_err(|error| error.to_string())?;
    Glance::read(&body).map(|glance| line(&glance)).map_err(|reason| reason.to_string())
}

fn line(glance: &Glance) -> String {
    if let (Some(key), Some(data)) = (&glance.key, &glance.data) {
        return format!("event {} {key}: {}", or_dash(glance.id.as_deref()), line(data));
    }
    let amount = glance.amount.map(|amount| amount.to_string());
    let mode = glance.livemode.map(|live| if live { "live" } else { "test" });
    [
        Some(glance.object.as_str()),
        glance.id.as_deref(),
        glance.status.as_deref(),
        amount.as_deref(),
        glance.currency.as_deref(),
        glance.failure_code.as_deref(),
        mode,
    ]
    .map(or_dash)
    .join(" ")
}

fn or_dash(text: Option<&str>) -> &str {
    text.filter(|text| !text.is_empty()).unwrap_or("-")
}

/// Removes line ends and control characters, so that a line stays one line and cannot control a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
