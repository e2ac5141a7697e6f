//! Moves the JavaScript of the modules' Rust into their glue: one file to fetch in place of five, and one
//! hash for all of it, since a static import cannot carry a hash.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::build_id;

/// The folder in which wasm-bindgen writes that JavaScript.
const SNIPPETS: &str = "pkg/snippets";
/// How the worker's source loads the decoder, and how it does as a part of the decoder's glue.
const LOAD_DECODER: &str = "import load, { decode } from \"./decoder.js\";";
const LOAD_BESIDE: &str = "const load = initOfOneBuild;";

/// Moves every module's JavaScript into its glue.
pub(super) fn inline(till: &Path) -> Result<()> {
    for pair in build_id::pairs(till)? {
        let mut bundle = Bundle::default();
        let glue = bundle.take(&pair.glue)?;
        fs::write(&pair.glue, bundle.texts.concat() + &glue)?;
    }
    let snippets = till.join(SNIPPETS);
    if snippets.is_dir() {
        fs::remove_dir_all(snippets)?;
    }
    Ok(())
}

/// Makes the decoder's glue a worker of one file: a worker's script can be checked by a hash, its imports
/// cannot.
pub(super) fn append_worker(glue: &Path, worker: &Path) -> Result<()> {
    let text = fs::read_to_string(worker).with_context(|| worker.display().to_string())?;
    ensure!(text.matches(LOAD_DECODER).count() == 1, "{} has no `{LOAD_DECODER}`", worker.display());
    let glue_text = fs::read_to_string(glue)?;
    Ok(fs::write(glue, glue_text + &text.replace(LOAD_DECODER, LOAD_BESIDE))?)
}

/// Imported files, in the order in which they must run.
#[derive(Default)]
struct Bundle {
    files: Vec<PathBuf>,
    texts: Vec<String>,
}

impl Bundle {
    /// The file's text. Its imports come from this bundle.
    fn take(&mut self, file: &Path) -> Result<String> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut bundled = String::with_capacity(text.len());
        for line in text.lines() {
            if let Some((names, address)) = import(line) {
                let index = self.add(&folder.join(address))?;
                bundled.extend(["const ", &names, " = snippet", &index.to_string(), ";\n"]);
            } else {
                bundled += line;
                bundled.push('\n');
            }
        }
        Ok(bundled)
    }

    fn add(&mut self, file: &Path) -> Result<usize> {
        let file = file.canonicalize().with_context(|| file.display().to_string())?;
        if let Some(index) = self.files.iter().position(|known| *known == file) {
            return Ok(index);
        }
        let bundled = self.take(&file)?;
        let (mut text, mut names) = (String::new(), Vec::new());
        for line in bundled.lines() {
            let (line, name) = without_export(line).with_context(|| file.display().to_string())?;
            names.extend(name);
            text += line;
            text.push('\n');
        }
        let index = self.files.len();
        self.files.push(file);
        let names = names.join(", ");
        self.texts.push(format!("const snippet{index} = (() => {{\n{text}return {{ {names} }};\n}})();\n"));
        Ok(index)
    }
}

/// The names of a static import, as the left side of an assignment, and its file.
fn import(line: &str) -> Option<(String, &str)> {
    let (names, address) = line.strip_prefix("import ")?.split_once(" from ")?;
    let address = address.trim_end().trim_end_matches(';').trim_matches(['\'', '"']);
    let names = names.strip_prefix("* as ").map_or_else(|| names.replace(" as ", ": "), str::to_owned);
    Some((names, address))
}

/// The line without `export`, and the exported name.
fn without_export(line: &str) -> Result<(&str, Option<&str>)> {
    let Some(rest) = line.strip_prefix("export ") else { return Ok((line, None)) };
    let kinds = ["const ", "function ", "async function "];
    let Some(named) = kinds.iter().find_map(|kind| rest.strip_prefix(kind)) else {
        bail!("`{line}` exports in a way that cannot be put into the glue: export a const or a function");
    };
    let end = named.find(|sign: char| !sign.is_ascii_alphanumeric() && !"_$".contains(sign));
    Ok((rest, Some(&named[..end.unwrap_or(named.len())])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn till(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("scantill-bundle-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for (file, text) in files {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    #[test]
    fn the_glue_holds_what_it_imported_once_each_and_in_order() {
        let glue = "import { open as open1 } from './snippets/s/inline0.js';\n\
            import * as import1 from \"./snippets/s/src/proof.js\"\nlet wasm;\nexport { wasm as default };\n";
        let inline =
            "import { call } from './src/proof.js';\nexport const open = () => call(import.meta.url);";
        let proof = "const kept = {};\nexport async function call(at) { return kept[at]; }\n";
        let folder = till(
            "order",
            &[
                ("pkg/a.js", glue),
                ("pkg/a_bg.wasm", ""),
                ("pkg/snippets/s/inline0.js", inline),
                ("pkg/snippets/s/src/proof.js", proof),
            ],
        );
        super::inline(&folder).unwrap();
        assert_eq!(
            fs::read_to_string(folder.join("pkg/a.js")).unwrap(),
            "const snippet0 = (() => {\nconst kept = {};\nasync function call(at) { return kept[at]; }\nreturn { call };\n})();\n\
             const snippet1 = (() => {\nconst { call } = snippet0;\nconst open = () => call(import.meta.url);\nreturn { open };\n})();\n\
             const { open: open1 } = snippet1;\nconst import1 = snippet0;\nlet wasm;\nexport { wasm as default };\n"
        );
        assert!(!folder.join(SNIPPETS).exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_export_of_another_form_is_told() {
        assert!(without_export("export default class A {}").is_err());
        assert_eq!(without_export("export const a$1 = 1;").unwrap(), ("const a$1 = 1;", Some("a$1")));
        assert_eq!(without_export("exports = 1").unwrap(), ("exports = 1", None));
    }

    #[test]
    fn the_worker_follows_the_decoders_glue() {
        let worker = format!("// A worker.\n{LOAD_DECODER}\nload();\n");
        let folder = till("worker", &[("decoder.js", "glue;\n"), ("worker.js", &worker), ("bare.js", "")]);
        let glue = folder.join("decoder.js");
        append_worker(&glue, &folder.join("worker.js")).unwrap();
        let text = fs::read_to_string(&glue).unwrap();
        assert_eq!(text, format!("glue;\n// A worker.\n{LOAD_BESIDE}\nload();\n"));
        assert!(append_worker(&glue, &folder.join("bare.js")).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
