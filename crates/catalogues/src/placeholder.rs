//! Placeholders: `{amount}` in a text is filled in by the till.

/// The names between braces, in the order of their first use. An error if a brace has no partner, or a name is
/// none.
pub(crate) fn names(text: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        if before.contains('}') {
            return Err("has a `}` without its `{`");
        }
        let Some((name, behind)) = after.split_once('}') else { return Err("has a `{` without its `}`") };
        let is_name = !name.is_empty() && name.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_');
        if !is_name {
            return Err("has a placeholder that is no name of small letters");
        }
        if !names.contains(&name) {
            names.push(name);
        }
        rest = behind;
    }
    if rest.contains('}') { Err("has a `}` without its `{`") } else { Ok(names) }
}

/// The text with the number of each name, in the order of `names`, in place of the name.
pub(crate) fn numbered(text: &str, names: &[&str]) -> String {
    let mut numbered = text.to_owned();
    for (number, name) in names.iter().enumerate() {
        numbered = numbered.replace(&format!("{{{name}}}"), &format!("{{{number}}}"));
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_once_in_the_order_of_their_use() {
        assert_eq!(names("{b} of {a}, {b}"), Ok(vec!["b", "a"]));
        assert_eq!(names("plain"), Ok(Vec::new()));
        for bad in ["a } b", "a { b", "{}", "{A}", "{a b}", "{a} }"] {
            assert!(names(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_translation_may_change_the_order() {
        assert_eq!(numbered("{count} of {amount}", &["amount", "count"]), "{1} of {0}");
    }
}
