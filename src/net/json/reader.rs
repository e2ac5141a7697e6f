//! Reads our own types from what the browser parsed. The error carries no reason: nobody would read it, and
//! the sentences would weigh more than the rest.

use serde::de::{self, DeserializeSeed, IntoDeserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use js_sys::{Array, Number, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A value that the browser parsed.
pub(super) struct Reader(pub(super) JsValue);

/// The value has another shape.
#[derive(Debug, thiserror::Error)]
#[error("the value has another shape")]
pub(super) struct Unreadable;

impl de::Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> de::Deserializer<'de> for Reader {
    type Error = Unreadable;

    /// Strings, integers and booleans: our types have no other scalars.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(flag) = self.0.as_bool() {
            visitor.visit_bool(flag)
        } else {
            visitor.visit_i64(self.whole().ok_or(Unreadable)?)
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let array: Array = self.0.dyn_into().map_err(|_| Unreadable)?;
        visitor.visit_seq(Items { array, next: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if !self.0.is_object() {
            return Err(Unreadable);
        }
        visitor.visit_seq(Fields { object: self.0, names: fields.iter() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.0.as_string().ok_or(Unreadable)?.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct map identifier ignored_any
    }
}

impl Reader {
    #[allow(clippy::cast_possible_truncation, reason = "a safe integer fits")]
    fn whole(&self) -> Option<i64> {
        Number::is_safe_integer(&self.0).then(|| self.0.as_f64().map(|number| number as i64)).flatten()
    }
}

/// The fields of an object, in the type's own order.
struct Fields {
    object: JsValue,
    names: std::slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let value = self.next();
        let missing = value.is_undefined();
        match seed.deserialize(Reader(value)) {
            Ok(value) => Ok(Some(value)),
            Err(Unreadable) if missing => Ok(None),
            Err(Unreadable) => Err(Unreadable),
        }
    }
}

impl Fields {
    #[inline(never)]
    fn next(&mut self) -> JsValue {
        let name = self.names.next().copied().unwrap_or_default();
        Reflect::get(&self.object, &JsValue::from_str(name)).unwrap_or_default()
    }
}

/// The items of an array.
struct Items {
    array: Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        if self.array.length() <= self.next {
            return Ok(None);
        }
        let item = self.array.get(self.next);
        self.next += 1;
        seed.deserialize(Reader(item)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use wasm_bindgen_test::wasm_bindgen_test;

    use crate::net::json::read;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Plain {
        needed: i64,
        maybe: Option<String>,
        #[serde(default)]
        flag: bool,
        #[serde(default)]
        items: Vec<i64>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Inner {
        name: String,
    }

    #[wasm_bindgen_test]
    fn fields_are_read_in_any_order_and_unknown_ones_ignored() {
        let text = r#"{"inner":{"name":"a"},"newer":{},"items":[1,2],"flag":true,"maybe":"b","needed":7}"#;
        let inner = Some(Inner { name: "a".to_owned() });
        let all = Plain { needed: 7, maybe: Some("b".to_owned()), flag: true, items: vec![1, 2], inner };
        assert_eq!(read::<Plain>(text), Some(all));
    }

    #[wasm_bindgen_test]
    fn a_field_that_may_be_missing_may_also_be_null() {
        let least = Plain { needed: 7, ..Plain::default() };
        assert_eq!(read::<Plain>(r#"{"needed":7}"#).as_ref(), Some(&least));
        assert_eq!(read::<Plain>(r#"{"needed":7,"maybe":null,"inner":null}"#), Some(least));
    }

    #[wasm_bindgen_test]
    fn a_missing_or_strange_value_makes_the_whole_unreadable() {
        let bad = [
            r#"{"maybe":"b"}"#,
            r#"{"needed":"7"}"#,
            r#"{"needed":7.5}"#,
            r#"{"needed":7,"maybe":1}"#,
            r#"{"needed":7,"flag":null}"#,
            r#"{"needed":7,"items":[1,"2"]}"#,
            r#"{"needed":7,"inner":{}}"#,
            "[7]",
            "7",
        ];
        for text in bad {
            assert_eq!(read::<Plain>(text), None, "{text}");
        }
    }
}
