//! What is known of this device: its place in the shop, its build, and the end of its pairing.

pub(crate) mod bindings;

use std::rc::Rc;

use js_sys::{Array, Function};
use scantill_till::scanner_panel::ScannerCommand;
use scantill_types::api::ThisDevice;
use serde_wasm_bindgen::from_value;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::Inner;
use bindings::{ask_proxy, newest_build, own_build};

/// What the page of settings shows of the device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DeviceState {
    /// `None` until the proxy has told it.
    pub(crate) told: Option<ThisDevice>,
    pub(crate) newest: Newest,
    pub(crate) unpairing: Unpairing,
}

/// Whether the proxy serves a newer till.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Newest {
    /// It was not told.
    #[default]
    Unknown,
    Own,
    Other,
}

/// How far a person is who wants to unpair this till.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unpairing {
    #[default]
    NotWanted,
    /// The page asks once more.
    Asked,
    UnderWay,
    /// The proxy knows a payment of this till that is not settled.
    Refused,
    Unanswered,
}

pub(crate) const DONE: u16 = 200;
/// A refusal because of a payment.
const CONFLICT: u16 = 409;
/// The token is not good any more: the till is unpaired already.
const UNAUTHENTICATED: u16 = 401;

impl Inner {
    /// Asks the proxy who this device is, and which till is the newest.
    pub(crate) fn ask_about_device(self: &Rc<Self>) {
        self.known.borrow_mut().device.unpairing = Unpairing::NotWanted;
        let (told, newest) = (self.clone(), self.clone());
        spawn_local(async move {
            let answer = told.ask("GET", "/v1/device").await;
            let answer = answer.and_then(|(_, body)| from_value::<ThisDevice>(body).ok());
            told.change_device(|device| device.told = answer);
        });
        spawn_local(async move {
            let build = newest_build().await.ok().and_then(|build| build.as_string());
            let is_own = build.map(|build| build == own_build());
            newest.change_device(|device| {
                device.newest = match is_own {
                    Some(true) => Newest::Own,
                    Some(false) => Newest::Other,
                    None => Newest::Unknown,
                }
            });
        });
    }

    /// Notes what the person wants next.
    pub(crate) fn want_unpairing(&self, unpairing: Unpairing) {
        self.change_device(|device| device.unpairing = unpairing);
    }

    /// Gives the token back. The till forgets it once the proxy has revoked it.
    pub(crate) fn unpair(self: &Rc<Self>) {
        if !self.known.borrow().state.is_free {
            return self.want_unpairing(Unpairing::Refused);
        }
        self.want_unpairing(Unpairing::UnderWay);
        let inner = self.clone();
        spawn_local(async move {
            let answer = inner.ask("POST", "/v1/unpair").await;
            match answer.map(|(status, _)| status) {
                Some(DONE | UNAUTHENTICATED) => inner.command(ScannerCommand::Unpaired),
                Some(CONFLICT) => inner.want_unpairing(Unpairing::Refused),
                _ => inner.want_unpairing(Unpairing::Unanswered),
            }
        });
    }

    fn change_device(&self, change: impl FnOnce(&mut DeviceState)) {
        change(&mut self.known.borrow_mut().device);
        self.paint();
    }

    /// The status and the body of the proxy's answer.
    async fn ask(&self, method: &str, path: &str) -> Option<(u16, JsValue)> {
        let call = self.call.borrow().clone()?;
        ask(&call, method, path).await
    }
}

/// The status and the body of the proxy's answer; `None` if there is none.
pub(crate) async fn ask(call: &Function, method: &str, path: &str) -> Option<(u16, JsValue)> {
    let answer = Array::from(&ask_proxy(call, method, path).await.ok()?);
    Some((from_value(answer.get(0)).ok()?, answer.get(1)))
}
