//! The mounted till in a real browser, against a scripted proxy in place of `fetch`.
//!
//! These are modules of the library itself, since an integration test cannot link to a cdylib.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

#[path = "browser/checkout.rs"]
mod checkout;
#[path = "browser/fake_proxy.rs"]
mod fake_proxy;
#[path = "browser/fake_sound.rs"]
mod fake_sound;
#[path = "browser/guarding.rs"]
mod guarding;
#[path = "browser/hands.rs"]
mod hands;
#[path = "browser/keys.rs"]
mod keys;
#[path = "browser/languages.rs"]
mod languages;
#[path = "browser/leaving.rs"]
mod leaving;
#[path = "browser/local_times.rs"]
mod local_times;
#[path = "browser/losing.rs"]
mod losing;
#[path = "browser/outcomes.rs"]
mod outcomes;
#[path = "browser/page_address.rs"]
mod page_address;
#[path = "browser/page_around.rs"]
mod page_around;
#[path = "browser/pairing.rs"]
mod pairing;
#[path = "browser/paying.rs"]
mod paying;
#[path = "browser/proving.rs"]
mod proving;
#[path = "browser/sight.rs"]
mod sight;
#[path = "browser/sizes.rs"]
mod sizes;
#[path = "browser/sounding.rs"]
mod sounding;
#[path = "browser/stage.rs"]
mod stage;
#[path = "browser/standing.rs"]
mod standing;
#[path = "browser/tabs.rs"]
mod tabs;
#[path = "browser/tampering.rs"]
mod tampering;
#[path = "browser/two_tills.rs"]
mod two_tills;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
