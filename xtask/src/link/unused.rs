//! The code of Yew that the till's views never use. Yew decides at run time whether it needs this code, so no
//! linker can drop it; together it is 4 kB of a tablet's first load.
//!
//! The views only build elements and texts (`src/views/element.rs`), and the root handles every gesture. A
//! view that used this code would trap when it is painted.

use std::ffi::OsString;
use std::path::Path;

/// Parts of mangled paths.
const OF_THE_TILL: [&str; 7] = [
    // It names each of a hundred kinds of events.
    "11SubtreeData12add_listener17h",
    "20ListenerRegistration8register17h",
    "8BSubtree14ensure_handled17h",
    "8Registry10unregister17h",
    "vraw..VRaw$GT$6attach17h",
    "vportal..VPortal$GT$6attach17h",
    "vsuspense..VSuspense$GT$6attach17h",
];

/// The code that the module of these linker arguments does not use.
pub(super) fn of(arguments: &[OsString]) -> &'static [&'static str] {
    let made = arguments.iter().skip_while(|argument| *argument != "-o").nth(1);
    let name = made.map(Path::new).and_then(Path::file_stem);
    if name.is_some_and(|name| name == "scantill") { &OF_THE_TILL } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_output(output: &str) -> &'static [&'static str] {
        of(&["-flavor", "wasm", "-o", output].map(OsString::from))
    }

    #[test]
    fn only_the_till_itself_does_without_listeners() {
        assert_eq!(of_output("target/deps/scantill.wasm"), OF_THE_TILL);
        assert!(of_output("target/deps/scantill_office.wasm").is_empty(), "its buttons listen");
        assert!(of(&[]).is_empty());
    }
}
