//! Makes the web module small: styles without comments and blanks, texts as names whose words are fetched
//! apart, and no function names, which are more than a third of the module.

use std::path::Path;
use std::{env, fs};

/// The styles of the packages that share this file, in order. Each package has some of them.
const STYLES: [&str; 13] = [
    "src/views/frame.css",
    "src/views/sale.css",
    "src/views/action.css",
    "src/views/keypad.css",
    "src/views/scan.css",
    "src/views/message.css",
    "src/views/icons.css",
    "src/views/tablet.css",
    "src/views/wishes.css",
    "src/page/page.css",
    "src/side/side.css",
    "src/camera/finder.css",
    "src/views/sheet.css",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    write_styles();
    write_texts();
    let wasm = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|architecture| architecture == "wasm32");
    let for_size = env::var("OPT_LEVEL").is_ok_and(|level| level == "z" || level == "s");
    if wasm && for_size {
        println!("cargo::rustc-link-arg-cdylib=--strip-all");
        // wasm-bindgen reads there what the browser must support.
        println!("cargo::rustc-link-arg-cdylib=--keep-section=target_features");
    }
}

/// Writes the names of the package's texts, and the words of each language for tests.
fn write_texts() {
    let module = match env::var("CARGO_PKG_NAME").as_deref() {
        Ok("scantill") => "till",
        Ok("scantill-scanners") => "scanners",
        Ok("scantill-office") => "office",
        Ok("scantill-customer") => "customer",
        _ => return,
    };
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default())
        .ancestors()
        .map(|folder| folder.join("texts"))
        .find(|folder| folder.join("en.toml").is_file())
        .unwrap_or_default();
    println!("cargo::rerun-if-changed={}", folder.display());
    match scantill_catalogues::read(&folder) {
        Ok(catalogues) => {
            write("texts.rs", catalogues.rust(module));
            for tag in catalogues.tags() {
                write(&format!("{tag}.txt"), catalogues.lines(tag, module).unwrap_or_default());
            }
        }
        Err(faults) => faults.iter().for_each(|fault| println!("cargo::error={fault}")),
    }
}

/// Writes all styles of the package into one file.
fn write_styles() {
    let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let files = STYLES.iter().map(|style| Path::new(&folder).join(style)).filter(|file| file.is_file());
    let styles: String = files
        .map(|file| {
            println!("cargo::rerun-if-changed={}", file.display());
            minified(&fs::read_to_string(&file).unwrap_or_default())
        })
        .collect();
    write("styles.css", styles);
}

fn write(name: &str, text: String) {
    let out = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join(name);
    if let Err(error) = fs::write(&out, text) {
        println!("cargo::error={} cannot be written: {error}", out.display());
    }
}

/// The styles without comments, and with single blanks only where one is needed.
fn minified(styles: &str) -> String {
    let mut rest = styles;
    let mut plain = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let mut styles = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    for sign in ["{", "}", ";", ","] {
        for spaced in [format!(" {sign}"), format!("{sign} ")] {
            styles = styles.replace(&spaced, sign);
        }
    }
    // In a selector no blank follows a colon.
    styles.replace(": ", ":").replace(";}", "}")
}
