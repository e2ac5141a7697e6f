//! Reads and renames the imports of a WebAssembly module.

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder};
use wasm_encoder::{EntityType, ImportSection, Module};
use wasmparser::{ImportSectionReader, Parser, Payload};

/// The end of the file name of wasm-bindgen's glue, in a module's imports.
pub(crate) const GLUE: &str = "_bg.js";

/// Where an import comes from, and its name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) place: String,
    pub(crate) name: String,
}

impl Import {
    /// Whether the module's own glue provides it.
    pub(crate) fn is_own(&self) -> bool {
        self.place.ends_with(GLUE)
    }
}

/// All imports, in the module's order.
pub(crate) fn read(wasm: &[u8]) -> Result<Vec<Import>> {
    let mut imports = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                imports.push(Import { place: import.module.to_owned(), name: import.name.to_owned() });
            }
        }
    }
    Ok(imports)
}

/// The module with each import renamed by `rename`.
pub(crate) fn renamed(wasm: &[u8], rename: impl Fn(Import) -> Import) -> Result<Vec<u8>> {
    let mut module = Module::new();
    let parsed = Renamer { rename }.parse_core_module(&mut module, Parser::new(0), wasm);
    parsed.context("the module cannot be rewritten")?;
    Ok(module.finish())
}

struct Renamer<F> {
    rename: F,
}

impl<F: Fn(Import) -> Import> Reencode for Renamer<F> {
    type Error = std::convert::Infallible;

    fn parse_import_section(
        &mut self,
        section: &mut ImportSection,
        reader: ImportSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        for import in reader.into_imports() {
            let import = import?;
            let kind: EntityType = RoundtripReencoder.entity_type(import.ty)?;
            let old = Import { place: import.module.to_owned(), name: import.name.to_owned() };
            let Import { place, name } = (self.rename)(old);
            section.import(&place, &name, kind);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A module that only imports these functions.
    pub(crate) fn importing(imports: &[(&str, &str)]) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = wasm_encoder::TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let mut section = ImportSection::new();
        for (place, name) in imports {
            section.import(place, name, EntityType::Function(0));
        }
        module.section(&section);
        module.finish()
    }

    pub(crate) fn import(place: &str, name: &str) -> Import {
        Import { place: place.to_owned(), name: name.to_owned() }
    }

    #[test]
    fn imports_keep_their_order_under_new_names() {
        let wasm = importing(&[("./a_bg.js", "one"), ("./snippets/b.js", "two")]);
        let renamed = renamed(&wasm, |old| Import { name: format!("{}!", old.name), ..old }).unwrap();
        assert_eq!(read(&renamed).unwrap(), [import("./a_bg.js", "one!"), import("./snippets/b.js", "two!")]);
    }
}
