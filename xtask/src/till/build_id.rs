//! One id for all files of a build. Glue and WebAssembly of two builds may fit together and call each other's functions
//! by wrong numbers: with the id in one import's name of both, the browser itself refuses to join such a pair.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::files_below;
use crate::imports::{self, Import};

/// What the sources write where the id goes.
const PLACEHOLDER: &str = "SCANTILL_BUILD";
/// How the import begins whose name carries the id.
const PREFIX: &str = "build_";
/// What the glue exports, as wasm-bindgen writes it, and what it exports instead.
const DEFAULT: &str = "__wbg_init as default";
const CHECKED_DEFAULT: &str = "initOfOneBuild as default";
/// A browser's own words for the refusal tell nobody what to do.
const CHECKED: &str = r#"
async function initOfOneBuild(options) {
    try {
        return await __wbg_init(options);
    } catch (error) {
        if (error instanceof WebAssembly.LinkError) {
            error = Error("The till’s files are of two builds. Load this page again.");
            error.name = "BuildError";
        }
        throw error;
    }
}
"#;

/// A WebAssembly module and the glue that loads it.
pub(crate) struct Pair {
    pub(crate) wasm: PathBuf,
    pub(crate) glue: PathBuf,
}

/// All pairs of a till's folder.
pub(crate) fn pairs(till: &Path) -> Result<Vec<Pair>> {
    let files = files_below(till)?.into_iter();
    let pairs = files.filter_map(|wasm| {
        let name = wasm.file_name()?.to_str()?.strip_suffix("_bg.wasm")?.to_owned();
        Some(Pair { glue: wasm.with_file_name(format!("{name}.js")), wasm })
    });
    Ok(pairs.collect())
}

/// Writes the id into all files that a browser runs.
pub(super) fn stamp(till: &Path) -> Result<()> {
    let id = id(till)?;
    for pair in pairs(till)? {
        let glue = fs::read_to_string(&pair.glue)?;
        let stamped = stamp_pair(&fs::read(&pair.wasm)?, &glue, &id);
        let (wasm, glue) = stamped.with_context(|| pair.glue.display().to_string())?;
        fs::write(&pair.wasm, wasm)?;
        fs::write(&pair.glue, glue)?;
    }
    for script in scripts(till)? {
        let text = fs::read_to_string(&script)?;
        fs::write(&script, text.replace(PLACEHOLDER, &id))?;
    }
    Ok(())
}

/// A hash of all that a browser runs.
fn id(till: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let modules = pairs(till)?.into_iter().map(|pair| pair.wasm);
    for file in scripts(till)?.into_iter().chain(modules) {
        file.strip_prefix(till)?.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(format!("{:08x}", hasher.finish() & 0xffff_ffff))
}

fn scripts(till: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files_below(till)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "js"));
    Ok(files)
}

/// Gives the first import of the glue's a name with the id, and lets the glue tell its build and refuse another's module.
fn stamp_pair(wasm: &[u8], glue: &str, id: &str) -> Result<(Vec<u8>, String)> {
    let imports = imports::read(wasm)?;
    let old = imports.into_iter().find(Import::is_own).context("the module imports nothing from its glue")?;
    let name = format!("{PREFIX}{id}");
    // A method of the object of imports, or a value of it.
    let signs = [" {}: ", " {}("].map(|sign| sign.replace("{}", &old.name));
    let counts = signs.each_ref().map(|sign| glue.matches(sign).count());
    ensure!(counts.iter().sum::<usize>() == 1, "the glue names {:?} not once", old.name);
    ensure!(glue.matches(DEFAULT).count() == 1, "the glue does not export `{DEFAULT}`");
    let mut glue = glue.replace(DEFAULT, CHECKED_DEFAULT);
    for sign in signs {
        glue = glue.replace(&sign, &sign.replace(&old.name, &name));
    }
    let wasm =
        imports::renamed(
            wasm,
            |import| {
                if import == old { Import { name: name.clone(), ..import } } else { import }
            },
        )?;
    Ok((wasm, format!("{glue}{CHECKED}export const build = \"{id}\";\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::tests::{import, importing};

    const GLUE: &str = "return {\n \"./a_bg.js\": {\n __wbg_now_1f(a) {} } };\nexport { initSync, __wbg_init as default };\n";

    fn till(name: &str, worker: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("scantill-build-id-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("pkg")).unwrap();
        let wasm = importing(&[("./b.js", "load"), ("./a_bg.js", "__wbg_now_1f")]);
        fs::write(folder.join("pkg/a_bg.wasm"), wasm).unwrap();
        fs::write(folder.join("pkg/a.js"), GLUE).unwrap();
        fs::write(folder.join("worker.js"), worker).unwrap();
        stamp(&folder).unwrap();
        folder
    }

    fn of(folder: &Path) -> (String, String, Vec<Import>) {
        let text = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
        let imports = imports::read(&fs::read(folder.join("pkg/a_bg.wasm")).unwrap()).unwrap();
        let all = (text("pkg/a.js"), text("worker.js"), imports);
        fs::remove_dir_all(folder).unwrap();
        all
    }

    #[test]
    fn module_glue_and_scripts_carry_one_id() {
        let (glue, worker, imports) = of(&till("one", "const build = 'SCANTILL_BUILD'"));
        let id = worker.strip_prefix("const build = '").unwrap().strip_suffix('\'').unwrap();
        assert_eq!(imports, [import("./b.js", "load"), import("./a_bg.js", &format!("build_{id}"))]);
        assert!(glue.contains(&format!(" build_{id}(a) {{}}")), "{glue}");
        assert!(glue.contains(&format!("export const build = \"{id}\"")), "{glue}");
        assert!(glue.contains("initOfOneBuild as default"), "{glue}");
    }

    #[test]
    fn a_change_of_any_script_gives_every_file_another_id() {
        let (one, other) =
            (of(&till("first", "1;'SCANTILL_BUILD'")), of(&till("second", "2;'SCANTILL_BUILD'")));
        assert_ne!(one.2, other.2);
        assert_ne!(one.0, other.0);
        assert_ne!(one.1[1..], other.1[1..]);
    }

    #[test]
    fn the_same_files_get_the_same_id() {
        assert_eq!(of(&till("same", "1")), of(&till("again", "1")));
    }
}
