//! The host element: an open shadow root with its own styles, and attributes that tell the page about the
//! till.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CssStyleSheet, CustomEvent, CustomEventInit, Document, Element, HtmlElement, HtmlInputElement,
    ShadowRoot, ShadowRootInit, ShadowRootMode,
};

use js_sys::{Array, Object, Reflect};

use crate::app::shell::Shell;
use crate::input::field;
use scantill_till::appearance::Appearance;
use scantill_till::standing::Standing;

/// The event that reports each state.
const STATE: &str = "scantill:state";
/// The attribute that names the screen.
pub(crate) const SCREEN: &str = "data-screen";
/// The attribute by which the styles know whether to be light or dark.
const APPEARANCE: &str = "data-appearance";
const ROOT: &str = "scantill notranslate";
const FIELD: &str = "[data-field=pairing-code]";
/// The property by which the element holds its till, so that no page needs to keep the handle.
const TILL: &str = "scantillTill";

/// The till's place in a page. Dropping it empties the element.
pub(crate) struct Mount {
    host: HtmlElement,
    shadow: ShadowRoot,
    root: Element,
}

impl Mount {
    /// Opens the shadow root of the element, or reuses the one of an earlier till.
    pub(crate) fn open(host: &HtmlElement, styles: &str) -> Result<Self, JsValue> {
        let shadow = match host.shadow_root() {
            Some(shadow) => shadow,
            None => host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?,
        };
        if shadow.child_element_count() != 0 {
            return Err(JsValue::from_str("holds a till, or something else in its shadow root"));
        }
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(styles)?;
        shadow.set_adopted_style_sheets(&Array::of1(&sheet));
        let root = document(host)?.create_element("div")?;
        dress(&root);
        shadow.append_child(&root)?;
        Ok(Self { host: host.clone(), shadow, root })
    }

    /// The element that contains the painted views.
    pub(crate) fn root(&self) -> Element {
        self.root.clone()
    }

    /// A handle that mirrors the screen's name and keeps the focus.
    pub(crate) fn outside(&self) -> HostHandle {
        HostHandle { host: self.host.clone(), shadow: self.shadow.clone(), root: self.root.clone() }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // This also removes what others put beside the root.
        self.shadow.set_text_content(None);
        self.shadow.set_adopted_style_sheets(&Array::new());
        let _ = self.host.remove_attribute(SCREEN);
        let _ = Reflect::delete_property(&self.host, &JsValue::from_str(TILL));
    }
}

/// Lets the element hold its till. Without this, the garbage collector could end a till in the middle of a
/// payment.
pub(crate) fn hold(host: &HtmlElement, till: &JsValue) {
    let _ = Reflect::set(host, &JsValue::from_str(TILL), till);
}

/// Lets the till be light or dark, or as the device is. A host page may set the same attribute.
pub(crate) fn appear(host: &HtmlElement, appearance: Appearance) {
    let _ = match appearance {
        Appearance::Device => host.remove_attribute(APPEARANCE),
        chosen => host.set_attribute(APPEARANCE, chosen.as_str()),
    };
}

/// Tells the host page the state of the till.
pub(crate) fn announce(host: &HtmlElement, standing: Standing) {
    let detail = Object::new();
    // Setting a property of a new plain object does not fail.
    let _ = Reflect::set(&detail, &"state".into(), &standing.state.into());
    let _ = Reflect::set(&detail, &"online".into(), &standing.online.into());
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(STATE, &init) {
        let _ = host.dispatch_event(&event);
    }
}

/// What views may do besides painting.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HostHandle {
    host: HtmlElement,
    shadow: ShadowRoot,
    root: Element,
}

impl HostHandle {
    /// Names the screen on the host element.
    pub(crate) fn name_screen(&self, screen: &str) {
        let _ = self.host.set_attribute(SCREEN, screen);
    }

    /// Whether something inside has the focus: only then may a new screen take it.
    pub(crate) fn has_focus(&self) -> bool {
        self.shadow.active_element().is_some()
    }

    /// The element that contains the painted views.
    pub(crate) fn root(&self) -> Element {
        self.root.clone()
    }

    /// Removes everything in the shadow root and puts an empty root in its place. Returns the text of a
    /// field.
    pub(crate) fn clear(&self) -> Option<String> {
        let field = self.find(FIELD).map(|field| field.unchecked_into::<HtmlInputElement>().value());
        for name in self.root.get_attribute_names() {
            let _ = self.root.remove_attribute(&name.as_string().unwrap_or_default());
        }
        dress(&self.root);
        self.root.set_text_content(None);
        self.shadow.set_text_content(None);
        let _ = self.shadow.append_child(&self.root);
        field
    }

    /// Puts this text back into a field.
    pub(crate) fn refill(&self, text: &str) {
        if let Some(field) = self.find(FIELD) {
            field.unchecked_into::<HtmlInputElement>().set_value(text);
        }
    }

    /// Lets the scanner module paint its page.
    pub(crate) fn paint_page(&self, shell: &Shell) {
        shell.paint_page(&self.shadow);
    }

    /// Whether nothing on the whole page has the focus.
    pub(crate) fn is_unfocused(&self) -> bool {
        field::is_unfocused(&self.host)
    }

    /// Focuses the first element that the selector finds.
    pub(crate) fn focus(&self, selector: &str) {
        if let Some(element) = self.find(selector) {
            field::give_focus(&element);
        }
    }

    /// Takes the focus away from the element that the selector finds.
    pub(crate) fn blur(&self, selector: &str) {
        if let Some(element) = self.find(selector) {
            let _ = element.blur();
        }
    }

    fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.shadow.query_selector(selector).ok().flatten()?.dyn_into().ok()
    }
}

/// Page translators leave an element with these attributes alone.
fn dress(root: &Element) {
    root.set_class_name(ROOT);
    let _ = root.set_attribute("translate", "no");
}

fn document(host: &HtmlElement) -> Result<Document, JsValue> {
    host.owner_document().ok_or_else(|| JsValue::from_str("the element belongs to no document"))
}
