//! Notices changes of the till's nodes by others. A page translator or an extension may reach into an open
//! shadow root; Yew would then write into nodes that are no longer on the page.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MutationObserver, MutationObserverInit, MutationRecord, Node};

/// The attributes by which a node is shown, hidden or named. Others do not matter.
const ATTRIBUTES: [&str; 9] =
    ["class", "style", "hidden", "dir", "inert", "disabled", "data-screen", "data-size", "data-action"];

/// Watches until it is dropped.
pub(crate) struct Watch {
    observer: MutationObserver,
    root: Element,
    _noticed: Closure<dyn Fn(Array)>,
}

impl Watch {
    /// Calls `noticed` after others changed what is painted below the root, or removed the root.
    pub(crate) fn over(root: Element, noticed: impl Fn() + 'static) -> Option<Self> {
        let watched = root.clone();
        let noticed = Closure::<dyn Fn(Array)>::new(move |records: Array| {
            if is_harmed(&watched, &records) {
                noticed();
            }
        });
        let observer = MutationObserver::new(noticed.as_ref().unchecked_ref()).ok()?;
        let kinds = MutationObserverInit::new();
        kinds.set_subtree(true);
        kinds.set_child_list(true);
        kinds.set_character_data(true);
        kinds.set_attribute_filter(&ATTRIBUTES.into_iter().map(JsValue::from_str).collect::<Array>());
        observer.observe_with_options(&root.parent_node()?, &kinds).ok()?;
        Some(Self { observer, root, _noticed: noticed })
    }

    /// Whether others changed something since the last painting. `noticed` is then not called for it any
    /// more.
    pub(crate) fn is_touched(&self) -> bool {
        is_harmed(&self.root, &self.observer.take_records())
    }

    /// All changes until now were our own painting.
    pub(crate) fn forget(&self) {
        self.observer.take_records();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn is_harmed(root: &Element, records: &Array) -> bool {
    records.iter().any(|record| is_harm(root, record.unchecked_ref()).unwrap_or_default())
}

fn is_harm(root: &Element, record: &MutationRecord) -> Option<bool> {
    let target = record.target()?;
    // The removal of a node was noticed when it happened; later changes of the node do not matter.
    if !root.contains(Some(&target)) {
        return Some(!target.contains(Some(root)));
    }
    let element = target.clone().dyn_into::<Element>().ok().or_else(|| target.parent_element())?;
    if element.closest("[data-place]").ok()?.is_some() {
        return Some(false);
    }
    if record.type_() != "childList" {
        return Some(true);
    }
    let added = record.added_nodes();
    let text = |node: Node| node.text_content().unwrap_or_default();
    // The small icon of a browser extension beside a field does no harm.
    let tells = (0..added.length()).filter_map(|index| added.item(index)).any(|node| !text(node).is_empty());
    Some(tells || 0 < record.removed_nodes().length())
}
