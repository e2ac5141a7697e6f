//! One element, put together by calls.
//!
//! Yew's `html!` writes out, at each place, all that makes an element: some hundred bytes, where a call takes twenty.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, VList, VTag, VText};

/// An element that is being put together; its children come in the order of the calls.
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

/// What an attribute may be.
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

/// None leaves the attribute out.
impl Value for Option<&'static str> {
    fn put(self, element: Element) -> Element {
        element.value(self.map(AttributeOrProperty::Static))
    }
}

impl Element {
    /// Its attributes never change.
    #[inline(never)]
    pub(super) fn fixed(
        name: &'static str,
        attributes: &'static [(&'static str, AttributeOrProperty)],
    ) -> Self {
        let mut element = Self::new(name, &[]);
        element.0.tag.attributes = Attributes::Static(attributes);
        element
    }

    /// A value follows for each key.
    #[inline(never)]
    pub(super) fn new(name: &'static str, keys: &'static [&'static str]) -> Self {
        Self(Box::new(Parts { tag: VTag::new(name), keys, values: Vec::new() }))
    }

    /// The next value.
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

    /// Tells it from its siblings over all paintings.
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

    /// What may be missing keeps its place.
    #[inline(never)]
    pub(super) fn maybe(self, child: Option<Html>) -> Self {
        self.children(child.into_iter().collect())
    }

    /// As many as there are, in one place.
    #[inline(never)]
    pub(super) fn children(self, children: Vec<Html>) -> Self {
        self.child(VList::with_children(children, None).into())
    }

    /// What is written in a field.
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

/// Words.
#[inline(never)]
pub(super) fn text(words: AttrValue) -> Html {
    VText::new(words).into()
}

/// A word or a sentence of its own.
#[inline(never)]
pub(super) fn span(text: AttrValue) -> Html {
    tag!("span").words(text).html()
}

/// What the screen is about; it can take the focus.
pub(super) fn heading(title: &'static str) -> Element {
    tag!("h1", "tabindex" = "-1").text(title)
}

/// A field with the words that name it.
pub(super) fn labelled(name: &'static str, field: Element) -> Element {
    let name = tag!("span", "class" = "label").text(name);
    tag!("label", "class" = "words").element(name).element(field)
}

/// What is wrong, in a place that is always there so that it is read out.
pub(super) fn problem(told: Option<AttrValue>) -> Element {
    tag!("p", "class" = "problem", "role" = "alert").maybe(told.map(span))
}

/// The value of an attribute that is true or false.
pub(super) fn truth(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}
