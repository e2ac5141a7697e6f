//! Short names for what a module imports. wasm-bindgen gives each import a name with a hash in it, once in the module
//! and once in its glue, and a hash is what no compression can make smaller.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{EntityType, ImportSection, Module};
use wasmparser::{Parser, Payload};

/// The place that all imports come from, in place of the glue's file name.
const PLACE: &str = "m";
/// How the glue's file is called in its module.
const GLUE: &str = "_bg.js";
const PREFIX: &str = "__wb";

/// The module and its glue, which call each import by the same short name from now on. What comes from a file of its
/// own keeps its name there.
pub(crate) fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let imports = imports(wasm)?;
    let own = imports.iter().filter(|(place, _)| place.ends_with(GLUE));
    let names: BTreeMap<&str, String> =
        own.enumerate().map(|(index, (_, name))| (name.as_str(), short(index))).collect();
    let place = imports.iter().map(|(place, _)| place).find(|place| place.ends_with(GLUE));
    let quoted = format!("\"{}\"", place.context("the module imports nothing from its glue")?);
    ensure!(glue.matches(&quoted).count() == 1, "the glue names {quoted} not once");
    let glue = renamed(glue, &names).replace(&quoted, PLACE);
    let mut module = Module::new();
    let mut shortener = Shortener { names: &names };
    shortener
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .context("the module cannot be rewritten")?;
    Ok((module.finish(), glue))
}

struct Shortener<'a> {
    names: &'a BTreeMap<&'a str, String>,
}

impl Reencode for Shortener<'_> {
    type Error = std::convert::Infallible;

    fn parse_import_section(
        &mut self,
        section: &mut ImportSection,
        reader: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), wasm_encoder::reencode::Error<Self::Error>> {
        for import in reader.into_imports() {
            let import = import?;
            let kind: EntityType = RoundtripReencoder.entity_type(import.ty)?;
            match self.names.get(import.name).filter(|_| import.module.ends_with(GLUE)) {
                Some(name) => section.import(PLACE, name, kind),
                None => section.import(import.module, import.name, kind),
            };
        }
        Ok(())
    }
}

/// Each import's place and name, in the module's order.
fn imports(wasm: &[u8]) -> Result<Vec<(String, String)>> {
    let mut imports = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                imports.push((import.module.to_owned(), import.name.to_owned()));
            }
        }
    }
    Ok(imports)
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
        let mut module = Module::new();
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let mut section = ImportSection::new();
        section.import("./a_bg.js", "__wbg_now_1f", EntityType::Function(0));
        section.import("./snippets/b.js", "load", EntityType::Function(0));
        module.section(&section);
        let (wasm, glue) = shorten(&module.finish(), r#"{"./a_bg.js":{__wbg_now_1f(){}}}"#).unwrap();
        let pair = |place: &str, name: &str| (place.to_owned(), name.to_owned());
        assert_eq!(imports(&wasm).unwrap(), [pair("m", "a"), pair("./snippets/b.js", "load")]);
        assert_eq!(glue, "{m:{a(){}}}");
    }
}
