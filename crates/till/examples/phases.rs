//! Prints `docs/till-phases.md`.
#![allow(clippy::print_stdout, reason = "an example that prints a page")]

fn main() {
    print!("{}", scantill_till::transitions::document());
}
