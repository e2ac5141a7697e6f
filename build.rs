//! Leaves the names of functions out of the till that ships; they are more than a third of it.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let wasm = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|architecture| architecture == "wasm32");
    let for_size = env::var("OPT_LEVEL").is_ok_and(|level| level == "z" || level == "s");
    if wasm && for_size {
        println!("cargo::rustc-link-arg-cdylib=--strip-all");
        // wasm-bindgen reads there what the browser must be able to do.
        println!("cargo::rustc-link-arg-cdylib=--keep-section=target_features");
    }
}
