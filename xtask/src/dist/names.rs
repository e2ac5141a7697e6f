//! Short names for a module's imports. wasm-bindgen gives each import a name with a hash, once in the module
//! and once in its glue, and a hash does not compress.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use crate::imports::{self, Import};

/// The module name of all imports, in place of the glue's file name.
const PLACE: &str = "m";
const PREFIX: &str = "__wb";

/// Renames each import in the module and in its glue. An import from another file keeps its name, and so does
/// the import that carries the build's id.
pub(crate) fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let imports = imports::read(wasm)?;
    let own = || imports.iter().filter(|import| import.is_own());
    let long = own().filter(|import| import.name.starts_with(PREFIX));
    let names: BTreeMap<&str, String> =
        long.enumerate().map(|(index, import)| (import.name.as_str(), short(index))).collect();
    let place = &own().next().context("the module imports nothing from its glue")?.place;
    let quoted = format!("\"{place}\"");
    ensure!(glue.matches(&quoted).count() == 1, "the glue names {quoted} not once");
    let glue = renamed(glue, &names).replace(&quoted, PLACE);
    let wasm = imports::renamed(wasm, |import| {
        if !import.is_own() {
            return import;
        }
        let name = names.get(import.name.as_str()).cloned().unwrap_or(import.name);
        Import { place: PLACE.to_owned(), name }
    })?;
    Ok((wasm, glue))
}

/// Every whole word of the glue that is an import's name.
fn renamed(glue: &str, names: &BTreeMap<&str, String>) -> String {
    let mut made = String::with_capacity(glue.len());
    let mut rest = glue;
    while let Some(at) = rest.find(PREFIX) {
        let (before, word) = rest.split_at(at);
        let end =
            word.find(|character: char| !character.is_ascii_alphanumeric() && !"_$".contains(character));
        let (word, after) = word.split_at(end.unwrap_or(word.len()));
        made.push_str(before);
        let begins =
            before.chars().next_back().is_none_or(|last| !last.is_ascii_alphanumeric() && last != '_');
        made.push_str(names.get(word).filter(|_| begins).map_or(word, String::as_str));
        rest = after;
    }
    made + rest
}

/// a, b, ... z, ba, bb, ...
fn short(index: usize) -> String {
    let letter = |value: usize| char::from(b'a' + u8::try_from(value % 26).unwrap_or_default());
    if index < 26 { letter(index).to_string() } else { format!("{}{}", short(index / 26), letter(index)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::tests::{import, importing};
    use std::collections::BTreeSet;

    #[test]
    fn no_two_imports_share_a_short_name() {
        let names: BTreeSet<String> = (0..2_000).map(short).collect();
        assert_eq!(names.len(), 2_000);
    }

    #[test]
    fn whole_words_alone_are_renamed() {
        let names = BTreeMap::from([("__wbg_now_1f", "a".to_owned())]);
        let glue = "{__wbg_now_1f(){return 1},__wbg_now_1f2:2,x__wbg_now_1f:3,f:e.__wbg_now_1f}";
        assert_eq!(renamed(glue, &names), "{a(){return 1},__wbg_now_1f2:2,x__wbg_now_1f:3,f:e.a}");
    }

    #[test]
    fn module_and_glue_agree_afterwards() {
        let wasm = importing(&[
            ("./a_bg.js", "build_1f"),
            ("./a_bg.js", "__wbg_now_1f"),
            ("./snippets/b.js", "load"),
        ]);
        let (wasm, glue) = shorten(&wasm, r#"{"./a_bg.js":{build_1f(){},__wbg_now_1f(){}}}"#).unwrap();
        let expected = [import("m", "build_1f"), import("m", "a"), import("./snippets/b.js", "load")];
        assert_eq!(imports::read(&wasm).unwrap(), expected);
        assert_eq!(glue, "{m:{build_1f(){},a(){}}}");
    }
}
