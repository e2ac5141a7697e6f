//! Builds one element by calls.
//!
//! At each place Yew's `html!` expands to the whole construction of an element: some hundred bytes, where a
//! call takes twenty.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, VList, VTag, VText};

/// An element under construction. Its children come in the order of the calls.
pub(super) struct Element(Box<Parts>);

struct Parts {
    tag: VTag,
    keys: &'static [&'static str],
    values: Vec<Option<AttributeOrProperty>>,
}

/// An element of this name with these attributes: `tag!("p", "class" = "label", "data-size" = size)`.
macro_rules! tag {
    ($name:literal $(, $key:literal = $value:literal)* $(,)?) => {
        $crate::views::element::Element::fixed(
            $name,
            &[$(($key, yew::virtual_dom::AttributeOrProperty::Static($value))),*],
        )
    };
    ($name:literal $(, $key:literal = $value:expr)* $(,)?) => {
        $crate::views::element::Element::new($name, &[$($key),*])$(.is($value))*
    };
}
pub(super) use tag;

/// The types of an attribute's value.
pub(super) trait Value {
    fn put(self, element: Element) -> Element;
}

impl Value for &'static str {
    fn put(self, element: Element) -> Element {
        element.fixed_value(self)
    }
}

impl Value for AttrValue {
    fn put(self, element: Element) -> Element {
        element.value(Some(AttributeOrProperty::Attribute(self)))
    }
}

/// `None` leaves the attribute out.
impl Value for Option<&'static str> {
    fn put(self, element: Element) -> Element {
        element.value(self.map(AttributeOrProperty::Static))
    }
}

impl Element {
    /// An element whose attributes never change.
    #[inline(never)]
    pub(super) fn fixed(
        name: &'static str,
        attributes: &'static [(&'static str, AttributeOrProperty)],
    ) -> Self {
        let mut element = Self::new(name, &[]);
        element.0.tag.attributes = Attributes::Static(attributes);
        element
    }

    /// Each key needs a value, added by `is`.
    #[inline(never)]
    pub(super) fn new(name: &'static str, keys: &'static [&'static str]) -> Self {
        Self(Box::new(Parts { tag: VTag::new(name), keys, values: Vec::new() }))
    }

    /// Adds the next value.
    pub(super) fn is(self, value: impl Value) -> Self {
        value.put(self)
    }

    #[inline(never)]
    fn fixed_value(self, value: &'static str) -> Self {
        self.value(Some(AttributeOrProperty::Static(value)))
    }

    #[inline(never)]
    fn value(mut self, value: Option<AttributeOrProperty>) -> Self {
        self.0.values.push(value);
        self
    }

    /// Distinguishes it from its siblings across paintings.
    #[inline(never)]
    pub(super) fn key(mut self, key: &str) -> Self {
        self.0.tag.key = Some(Key::from(key));
        self
    }

    #[inline(never)]
    pub(super) fn child(mut self, child: Html) -> Self {
        self.0.tag.add_child(child);
        self
    }

    pub(super) fn element(self, child: Self) -> Self {
        self.child(child.html())
    }

    #[inline(never)]
    pub(super) fn text(self, words: &'static str) -> Self {
        self.child(text(AttrValue::Static(words)))
    }

    pub(super) fn words(self, words: impl Into<AttrValue>) -> Self {
        self.child(text(words.into()))
    }

    /// A missing child keeps its place.
    #[inline(never)]
    pub(super) fn maybe(self, child: Option<Html>) -> Self {
        self.children(child.into_iter().collect())
    }

    /// Any number of children in one place.
    #[inline(never)]
    pub(super) fn children(self, children: Vec<Html>) -> Self {
        self.child(VList::with_children(children, None).into())
    }

    /// The text of a field.
    pub(super) fn with_text(mut self, text: String) -> Self {
        self.0.tag.set_value(text);
        self
    }

    #[inline(never)]
    pub(super) fn html(self) -> Html {
        let Parts { mut tag, keys, values } = *self.0;
        if !keys.is_empty() {
            tag.attributes = Attributes::Dynamic { keys, values: values.into() };
        }
        Html::VTag(Rc::new(tag))
    }
}

#[inline(never)]
pub(super) fn text(words: AttrValue) -> Html {
    VText::new(words).into()
}

#[inline(never)]
pub(super) fn span(text: AttrValue) -> Html {
    tag!("span").words(text).html()
}

/// The screen's title. It can take the focus.
pub(super) fn heading(title: &'static str) -> Element {
    tag!("h1", "tabindex" = "-1").text(title)
}

/// A field with its label.
pub(super) fn labelled(name: &'static str, field: Element) -> Element {
    let name = tag!("span", "class" = "label").text(name);
    tag!("label", "class" = "words").element(name).element(field)
}

/// What is wrong. The element always exists, so that a screen reader reads a change.
pub(super) fn problem(told: Option<AttrValue>) -> Element {
    tag!("p", "class" = "problem", "role" = "alert").maybe(told.map(span))
}

/// The value of an attribute that is true or false.
pub(super) fn truth(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}
