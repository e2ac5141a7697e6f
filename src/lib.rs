//! The till: Scantill's machine in a browser, as a page of its own or inside another page.
//!
//! `shell` holds the machine and every guard, `effects` alone name the browser's interfaces, `views` paint, and
//! `mount` and `page` are the two doors from JavaScript.

#![cfg_attr(
    not(feature = "views"),
    allow(dead_code, reason = "without views nobody paints what the shell tells")
)]

mod address;
mod desk;
mod effects;
mod grouping;
mod hearing;
mod mount;
mod page;
mod presence;
mod scanners;
mod shell;
mod sse;
mod standing;
#[cfg(feature = "views")]
mod texts;
#[cfg(feature = "views")]
mod views;
mod wire;

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../tests/browser.rs"]
mod browser;

/// A third of what std's own allocator weighs, which matters more here than its speed.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

pub use mount::{MountedTill, mount};
pub use page::open_page;
