//! HID scanners, the camera and the scanner's page in a real browser, against a fake `navigator.hid` and a
//! fake camera.
//!
//! These are modules of the library itself, since an integration test cannot link to a cdylib.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

#[path = "browser/camera.rs"]
mod camera;
#[path = "browser/fake_camera.rs"]
mod fake_camera;
#[path = "browser/fake_hid.rs"]
mod fake_hid;
#[path = "browser/hid_scans.rs"]
mod hid_scans;
#[path = "browser/page.rs"]
mod page;
#[path = "browser/stage.rs"]
mod stage;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
