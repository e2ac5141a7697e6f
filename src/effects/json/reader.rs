//! Reads our own types from what the browser parsed. Why a text cannot be read is not told: nobody would be told, and
//! the sentences would weigh more than the rest.

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
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

    /// Texts, whole numbers, and yes or no: our types have no other scalars.
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
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
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
        visitor.visit_map(Fields { object: self.0, names: fields.iter(), value: JsValue::UNDEFINED })
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

/// The fields of an object that the type knows.
struct Fields {
    object: JsValue,
    names: std::slice::Iter<'static, &'static str>,
    value: JsValue,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        for name in self.names.by_ref() {
            self.value = Reflect::get(&self.object, &JsValue::from_str(name)).map_err(|_| Unreadable)?;
            if !self.value.is_undefined() {
                return seed.deserialize(StrDeserializer::new(name)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        seed.deserialize(Reader(std::mem::take(&mut self.value)))
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
