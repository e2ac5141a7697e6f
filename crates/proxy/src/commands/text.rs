//! A text of the command line. The refusal of clap repeats what was typed: a card's number would get into a log, and a
//! line end would make a second line of it.

use std::ffi::OsStr;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};
use scantill_types::Text;

/// Reads a text by the rules of all texts, and names the option alone where it is refused.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadText;

impl TypedValueParser for ReadText {
    type Value = Text;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, given: &OsStr) -> Result<Text, Error> {
        let option = argument.map(ToString::to_string).unwrap_or_default();
        let refused = |reason: &str| {
            Error::raw(ErrorKind::ValueValidation, format!("{option} {reason}\n")).with_cmd(command)
        };
        let given = given.to_str().ok_or_else(|| refused("must be UTF-8"))?;
        Text::parse(given).map_err(|reason| refused(&reason.to_string()))
    }
}
