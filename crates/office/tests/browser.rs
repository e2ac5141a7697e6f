//! The sheet in a real browser, against a function in place of the till's.
//!
//! These are modules of the library itself, since an integration test cannot link to a cdylib.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

#[path = "browser/deciding.rs"]
mod deciding;
#[path = "browser/leaving.rs"]
mod leaving;
#[path = "browser/stage.rs"]
mod stage;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
