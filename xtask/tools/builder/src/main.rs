//! `scantill-builder glue MODULE FOLDER NAME`: writes the module and its JavaScript into the folder.
//! `scantill-builder compress FOLDER`: writes a `.br` and a `.gz` beside each of its files that becomes shorter.

mod compress;

use std::env;
use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let texts: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    match texts.as_slice() {
        ["--version"] => println!("scantill-builder {}", env!("CARGO_PKG_VERSION")),
        ["glue", module, folder, name] => glue(module, folder, name)?,
        ["compress", folder] => compress::below(Path::new(folder))?,
        _ => bail!("give `glue MODULE FOLDER NAME` or `compress FOLDER`, in UTF-8"),
    }
    Ok(())
}

fn glue(module: &str, folder: &str, name: &str) -> Result<()> {
    let mut glue = Bindgen::new();
    glue.input_path(module).web(true)?.typescript(true).out_name(name);
    // The glue knows where its module is.
    let made = glue.omit_default_module_path(false).generate(folder);
    made.with_context(|| format!("no glue was made for {module}"))
}
