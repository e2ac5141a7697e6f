//! Removes the names of source files. A panic without a text still has its source place, which nothing reads.
//! A name that repeats one letter compresses to almost nothing.

use anyhow::Result;
use wasmparser::{Parser, Payload};

/// Replaces each letter of a name. A zero would end a text that the linker may join with others.
const LETTER: u8 = b'x';

/// The object file with the same source places, without file names.
pub(super) fn without_names(file: &[u8]) -> Result<Vec<u8>> {
    let mut made = file.to_vec();
    for payload in Parser::new(0).parse_all(file) {
        let Payload::DataSection(segments) = payload? else { continue };
        for segment in segments {
            let segment = segment?;
            let begin = usize::try_from(segment.range.end)? - segment.data.len();
            if let Some(name) = source_file(segment.data) {
                made[begin..begin + name.len()].fill(LETTER);
            }
        }
    }
    Ok(made)
}

/// The name, if a datum is exactly one file name.
fn source_file(datum: &[u8]) -> Option<&[u8]> {
    let name = datum.strip_suffix(b"\0").unwrap_or(datum);
    let is_path = name.iter().all(u8::is_ascii_graphic) && name.contains(&b'/');
    (is_path && name.ends_with(b".rs")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{DataSection, Module};

    fn object(data: &[&[u8]]) -> Vec<u8> {
        let mut section = DataSection::new();
        for datum in data {
            section.passive(datum.iter().copied());
        }
        let mut module = Module::new();
        module.section(&section);
        module.finish()
    }

    #[test]
    fn the_name_of_a_source_file_is_not_carried() {
        let made = without_names(&object(&[b"src/shell.rs\0", b"yew/src/app.rs", b"kept"])).unwrap();
        assert_eq!(made, object(&[b"xxxxxxxxxxxx\0", b"xxxxxxxxxxxxxx", b"kept"]));
    }

    #[test]
    fn a_text_that_only_speaks_of_a_file_stays() {
        let plain = object(&[b"see src/shell.rs", b"main.rs", b"src/shell.rs and more", b""]);
        assert_eq!(without_names(&plain).unwrap(), plain);
    }
}
