//! The till: Scantill's machine in a browser, as a page of its own or inside another page.
//!
//! `app` holds the shell, which owns the machine and every guard, and the functions that JavaScript calls.
//! `net`, `input` and `device` perform the machine's effects in the browser. `views` paint, with the words of
//! `texts`.

#![cfg_attr(
    not(feature = "views"),
    allow(dead_code, reason = "without views nobody paints what the shell tells")
)]

mod app;
mod device;
mod input;
mod net;
#[cfg(feature = "views")]
mod texts;
#[cfg(feature = "views")]
mod views;

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../tests/browser.rs"]
mod browser;

/// A third of the size of std's allocator. Here size matters more than speed.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

pub use app::mount::{MountedTill, mount};
pub use app::page::open_page;
