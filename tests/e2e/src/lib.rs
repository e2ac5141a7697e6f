//! What the end-to-end tests and the screenshots stand on: a till in a real browser, before it a proxy that makes
//! faults, behind that the real proxy and the real sandbox, each on a port of its own.

pub mod browser;
pub mod colleague;
mod customer_screen;
pub mod fault_proxy;
mod files;
pub mod patience;
pub mod phone;
pub mod programs;
pub mod proxy;
pub mod sandbox;
pub mod service;
pub mod shop_page;
pub mod till;
pub mod world;

pub use browser::{Camera, Look};
pub use colleague::Colleague;
pub use customer_screen::customer_sees;
pub use fault_proxy::Fault;
pub use proxy::Settings;
pub use scantill_testkit::magic;
pub use shop_page::ShopPage;
pub use till::Till;
pub use world::World;
