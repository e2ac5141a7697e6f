//! Views are pure functions of the view model: they name nothing of the browser and none of the till's effects.

use anyhow::Result;

use super::sources::{RUST, each};
use crate::workspace::Workspace;

const VIEWS: &str = "src/views/";
const EFFECTS: [&str; 9] = [
    "crate::app",
    "crate::device",
    "crate::input",
    "crate::net",
    "gloo_",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "web_sys",
];

pub(crate) fn pure(workspace: &Workspace) -> Result<Vec<String>> {
    each(workspace, RUST, |name, text| if name.starts_with(VIEWS) { named(name, text) } else { Vec::new() })
}

/// A line for each effect that the text names.
fn named(name: &str, text: &str) -> Vec<String> {
    let effect = |line: &str| EFFECTS.into_iter().find(|effect| line.contains(effect));
    let lines = text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, effect(line)?)));
    lines.map(|(number, effect)| format!("{name}:{number}: {effect}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_that_names_an_effect_is_found_by_its_line() {
        let text = "use yew::prelude::*;\nuse crate::net::json;\n";
        assert_eq!(named("src/views/paid.rs", text), ["src/views/paid.rs:2: crate::net"]);
        assert!(named("src/views/paid.rs", "use scantill_till::View;\n").is_empty());
    }
}
