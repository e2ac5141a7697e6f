//! The build's list of files.

use super::LIST;

/// A file that was built, and its SHA-256 in hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) sha256: String,
}

/// The files of a list. The number of the first line that is none where it cannot be read.
pub(super) fn parse(text: &str) -> Result<Vec<Listed>, usize> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty());
    lines.map(|(number, line)| entry(line).ok_or(number)).collect()
}

fn entry(line: &str) -> Option<Listed> {
    let (sha256, name) = line.split_once("  ")?;
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name = name.strip_prefix("./").unwrap_or(name);
    let is_name = !name.is_empty() && name != LIST;
    (is_hash && is_name).then(|| Listed { name: name.to_owned(), sha256: sha256.to_ascii_lowercase() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_what_sha256sum_writes() {
        let (first, second) = ("a".repeat(64), "B".repeat(64));
        let listed = parse(&format!("{first}  index.html\n{second}  ./pkg/a b.js\n")).unwrap();
        let names: Vec<_> = listed.iter().map(|listed| listed.name.as_str()).collect();
        assert_eq!(names, ["index.html", "pkg/a b.js"]);
        assert_eq!(listed[1].sha256, "b".repeat(64));
    }

    #[test]
    fn a_line_that_is_none_is_told_by_its_number() {
        let good = format!("{}  a", "a".repeat(64));
        for bad in ["a", "zz  a", &format!("{}  ", "a".repeat(64)), &format!("{} a", "a".repeat(64))] {
            assert_eq!(parse(&format!("{good}\n{bad}")), Err(2), "{bad}");
        }
    }
}
