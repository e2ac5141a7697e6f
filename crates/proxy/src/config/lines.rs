//! The line of a setting in the configuration file, so that an error can name it.

use toml::de::{DeTable, DeValue};

/// A setting, of the whole or of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LinePlace {
    /// Which account, counted from 0.
    pub(super) account: Option<usize>,
    /// The setting's name.
    pub(super) setting: &'static str,
    /// Which entry of its list, counted from 0.
    pub(super) entry: Option<usize>,
}

/// The line of a setting; that of its account's section if it is not there; none if neither is.
pub(super) fn line(text: &str, place: &LinePlace) -> Option<usize> {
    let parsed = DeTable::parse(text).ok()?;
    let mut start = None;
    let mut table = parsed.get_ref();
    if let Some(number) = place.account {
        let section = find(table, "accounts")?.1.as_array()?.get(number)?;
        start = Some(section.span().start);
        table = section.get_ref().as_table()?;
    }
    if let Some((at, value)) = find(table, place.setting) {
        let entry = place.entry.and_then(|entry| value.as_array()?.get(entry));
        start = Some(entry.map_or(at, |entry| entry.span().start));
    }
    Some(number(text, start?))
}

/// The number of the line in which a byte stands.
pub(super) fn number(text: &str, start: usize) -> usize {
    1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count()
}

fn find<'a>(table: &'a DeTable<'_>, name: &str) -> Option<(usize, &'a DeValue<'a>)> {
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
    Some((key.span().start, value.get_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "mode = \"test\"\nallowed_origins = [\n  \"a\",\n  \"b\",\n]\n\n[[accounts]]\nname = \"one\"\n\
        [[accounts]]\nname = \"two\"\nsecret_key = \"k\"\n";

    fn at(account: Option<usize>, setting: &'static str, entry: Option<usize>) -> Option<usize> {
        line(TEXT, &LinePlace { account, setting, entry })
    }

    #[test]
    fn a_setting_and_its_entries_have_lines() {
        assert_eq!(at(None, "mode", None), Some(1));
        assert_eq!(at(None, "allowed_origins", None), Some(2));
        assert_eq!(at(None, "allowed_origins", Some(1)), Some(4));
        assert_eq!(at(Some(1), "secret_key", None), Some(11));
    }

    #[test]
    fn what_is_missing_has_its_sections_line_or_none() {
        assert_eq!(at(Some(0), "secret_key", None), Some(7));
        assert_eq!(at(None, "accounts_of_none", None), None);
        assert_eq!(at(Some(2), "name", None), None);
    }
}
