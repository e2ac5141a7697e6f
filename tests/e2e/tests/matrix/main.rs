//! Every state of a sale, struck by everything that may happen to a till, in a real browser against the real proxy and
//! sandbox: afterwards the payment is visible as what it is, and no sale is charged twice.

mod cells;
mod event;
mod judge;
mod reach;
mod screens;
mod sight;
mod stage;
mod state;
mod strike;
mod truth;
