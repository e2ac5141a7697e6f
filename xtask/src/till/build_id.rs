//! One id for all files of a build. The glue of one build may fit the WebAssembly of another and call wrong
//! functions. The id is in the name of an import on both sides, so the browser refuses such a pair.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::{files_below, names};
use crate::imports::{self, Import};

/// The beginning of the name of the import that carries the id.
const PREFIX: &str = "build_";
/// The glue's export as wasm-bindgen writes it, and its replacement.
const DEFAULT: &str = "__wbg_init as default";
const CHECKED_DEFAULT: &str = "initOfOneBuild as default";
/// The place of the id in a script that tells it.
const TOLD: &str = "SCANTILL_BUILD";
/// The file by which a till learns which build is served now.
const FILE: &str = "build.txt";
/// How the glue fetches its module.
const FETCH: &str = "fetch(module_or_path)";
/// The browser's own message does not say what to do. A module that a browser keeps for ever may have been damaged on its
/// way, which shows only once it is read: the second try goes past the browser's cache.
const CHECKED: &str = r#"
var moduleCache;
async function initOfOneBuild(options) {
    try {
        return await __wbg_init(options);
    } catch (error) {
        if (error instanceof WebAssembly.LinkError) {
            error = Error("The till’s files are of two builds. Load this page again.");
            error.name = "BuildError";
        } else if (!moduleCache) {
            moduleCache = "reload";
            return initOfOneBuild(options).catch(() => { throw error });
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

/// Writes the id into all modules and their glue, and lets the glue accept only its own module.
pub(super) fn stamp(till: &Path) -> Result<()> {
    let id = id(till)?;
    for pair in pairs(till)? {
        let glue = fs::read_to_string(&pair.glue)?;
        let stamped = stamp_pair(&fs::read(&pair.wasm)?, &glue, &id);
        let (wasm, glue) = stamped.with_context(|| pair.glue.display().to_string())?;
        let name = pair.wasm.strip_prefix(till)?.to_str().context("a file's name must be UTF-8")?;
        let glue = checked(&glue, name).with_context(|| pair.glue.display().to_string())?;
        fs::write(&pair.wasm, wasm)?;
        fs::write(&pair.glue, glue.replace(TOLD, &id))?;
    }
    fs::write(till.join(FILE), id).context(FILE)
}

/// A hash of all files that a browser runs.
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

/// The glue that fetches the module by the name of this build, and lets the browser compare it with its hash.
fn checked(glue: &str, wasm: &str) -> Result<String> {
    let file = format!("'{}'", wasm.rsplit('/').next().unwrap_or(wasm));
    for text in [FETCH, &file] {
        ensure!(glue.matches(text).count() == 1, "the glue does not contain `{text}` once");
    }
    let (name, hash) = (names::name_of(wasm), names::hash_of(wasm));
    let fetch = format!("fetch(module_or_path, {{ integrity: '{hash}', cache: moduleCache }})");
    Ok(glue.replace(&file, &format!("'{name}'")).replace(FETCH, &fetch))
}

/// Gives the glue's first import a name with the id, and lets the glue refuse another build's module.
fn stamp_pair(wasm: &[u8], glue: &str, id: &str) -> Result<(Vec<u8>, String)> {
    let imports = imports::read(wasm)?;
    let old = imports.into_iter().find(Import::is_own).context("the module imports nothing from its glue")?;
    let name = format!("{PREFIX}{id}");
    // A method or a value of the object of imports.
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
    Ok((wasm, format!("{glue}{CHECKED}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::tests::{import, importing};

    const GLUE: &str = "return {\n \"./a_bg.js\": {\n __wbg_now_1f(a) {} } };\nnew URL('a_bg.wasm', import.meta.url);\nfetch(module_or_path);\nexport { initSync, __wbg_init as default };\n";

    fn till(name: &str, script: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("scantill-build-id-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("pkg")).unwrap();
        let wasm = importing(&[("./b.js", "load"), ("./a_bg.js", "__wbg_now_1f")]);
        fs::write(folder.join("pkg/a_bg.wasm"), wasm).unwrap();
        fs::write(folder.join("pkg/a.js"), GLUE).unwrap();
        fs::write(folder.join("page.js"), script).unwrap();
        stamp(&folder).unwrap();
        folder
    }

    fn of(folder: &Path) -> (String, Vec<Import>) {
        let glue = fs::read_to_string(folder.join("pkg/a.js")).unwrap();
        let imports = imports::read(&fs::read(folder.join("pkg/a_bg.wasm")).unwrap()).unwrap();
        fs::remove_dir_all(folder).unwrap();
        (glue, imports)
    }

    #[test]
    fn module_and_glue_carry_one_id() {
        let (glue, imports) = of(&till("one", "1"));
        let id = imports[1].name.strip_prefix("build_").unwrap();
        assert_eq!(imports, [import("./b.js", "load"), import("./a_bg.js", &format!("build_{id}"))]);
        assert!(glue.contains(&format!(" build_{id}(a) {{}}")), "{glue}");
        assert!(glue.contains("initOfOneBuild as default"), "{glue}");
    }

    #[test]
    fn the_glue_names_its_module_and_the_hash_of_it() {
        let (glue, _) = of(&till("hash", "1"));
        let fetches =
            "fetch(module_or_path, { integrity: 'SCANTILL_SHA256(pkg/a_bg.wasm)', cache: moduleCache });";
        assert!(glue.contains(fetches), "{glue}");
        assert!(glue.contains("new URL('SCANTILL_NAME(pkg/a_bg.wasm)', import.meta.url)"), "{glue}");
    }

    #[test]
    fn a_change_of_any_script_gives_every_file_another_id() {
        let (one, other) = (of(&till("first", "1")), of(&till("second", "2")));
        assert_ne!(one.1, other.1);
        assert_ne!(one.0, other.0);
    }

    #[test]
    fn the_same_files_get_the_same_id() {
        assert_eq!(of(&till("same", "1")), of(&till("again", "1")));
    }
}
