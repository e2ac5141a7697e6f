//! A till that is removed leaves nothing behind.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::FakeProxy;
use super::stage::{Stage, clear, frames, new_host, options, until};

/// Counts the listeners of the page from now on; those of a request's signal belong to the request.
const COUNT: &str = "const known = new Map();
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    const name = (type, options) => `${type} ${typeof options === 'object' ? !!options?.capture : !!options}`;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
        if (!(this instanceof AbortSignal)) {
            const key = name(type, options);
            known.set(listener, [...(known.get(listener) ?? []), key]);
        }
        return add.call(this, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
        const left = known.get(listener) ?? [];
        const at = left.indexOf(name(type, options));
        if (at >= 0) left.splice(at, 1);
        return remove.call(this, type, listener, options);
    };
    return {
        left: () => [...known.values()].flat().join(', '),
        end: () => Object.assign(EventTarget.prototype, { addEventListener: add, removeEventListener: remove }),
    }";

#[wasm_bindgen]
extern "C" {
    type Count;
    #[wasm_bindgen(method)]
    fn left(this: &Count) -> String;
    #[wasm_bindgen(method)]
    fn end(this: &Count);
}

#[wasm_bindgen_test]
async fn fifty_tills_that_came_and_went_leave_no_listener_and_no_node() {
    let _proxy = FakeProxy::new();
    clear();
    let host = new_host();
    let document = web_sys::window().unwrap().document().unwrap();
    let elements = || document.query_selector_all("*").unwrap().length();
    let before = elements();
    let count: Count = Function::new_no_args(COUNT).call0(&JsValue::NULL).unwrap().unchecked_into();
    for round in 0..50 {
        let till: super::stage::Till = crate::mount(&host, &options("tablet"))
            .unwrap_or_else(|_| panic!("round {round}"))
            .unchecked_into();
        if round % 5 == 0 {
            frames(4).await;
        }
        till.unmount();
    }
    // For a moment the keys of a last scan are kept from the page.
    until("the last listener", || count.left().is_empty()).await;
    count.end();
    assert_eq!(host.shadow_root().unwrap().child_nodes().length(), 0);
    assert_eq!((elements(), host.child_nodes().length()), (before, 0));
    let names: Vec<_> = host.get_attribute_names().iter().filter_map(|name| name.as_string()).collect();
    assert_eq!(names, ["style", "data-test-host"]);
    host.remove();
}

#[wasm_bindgen_test]
async fn what_others_put_beside_the_till_goes_with_it() {
    let _proxy = FakeProxy::new();
    let stage = Stage::at_keypad().await;
    let style = web_sys::window().unwrap().document().unwrap().create_element("style").unwrap();
    stage.shadow().append_child(&style).unwrap();
    stage.till.unmount();
    assert_eq!(stage.shadow().child_nodes().length(), 0);
    let again: super::stage::Till = crate::mount(&stage.host, &options("tablet")).unwrap().unchecked_into();
    stage.screen("amount").await;
    again.unmount();
}
