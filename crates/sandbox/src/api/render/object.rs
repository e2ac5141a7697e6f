//! JSON objects whose fields keep the order in which they were written.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// An object of the API being built: `object("charge").with("id", id)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object(Vec<(&'static str, Node)>);

/// What a field of an object may hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Plain(Value),
    Object(Object),
    List(Vec<Object>),
}

/// An object that names its kind first, as all of the API's do.
pub(crate) fn object(kind: &'static str) -> Object {
    Object::default().with("object", kind)
}

impl Object {
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Node>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    #[must_use]
    pub(crate) fn with_null(self, name: &'static str) -> Self {
        self.with(name, Value::Null)
    }

    #[must_use]
    pub(crate) fn with_nulls(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |object, name| object.with_null(name))
    }

    /// Replaces an id by its object; without an object the field stays as it is.
    #[must_use]
    pub(crate) fn replacing(mut self, name: &str, object: Option<Self>) -> Self {
        let field = self.0.iter_mut().find(|(field, _)| *field == name);
        if let (Some((_, node)), Some(object)) = (field, object) {
            *node = Node::Object(object);
        }
        self
    }

    /// Leaves the field out when there is nothing to say.
    #[must_use]
    pub(crate) fn with_some(self, name: &'static str, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, node) in &self.0 {
            map.serialize_entry(name, node)?;
        }
        map.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(value) => value.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
            Self::List(objects) => objects.serialize(serializer),
        }
    }
}

impl From<Object> for Node {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Vec<Object>> for Node {
    fn from(objects: Vec<Object>) -> Self {
        Self::List(objects)
    }
}

impl<T: Into<Node>> From<Option<T>> for Node {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Plain(Value::Null), Into::into)
    }
}

macro_rules! plain {
    ($($kind:ty),+) => {$(
        impl From<$kind> for Node {
            fn from(value: $kind) -> Self {
                Self::Plain(value.into())
            }
        }
    )+};
}
plain!(Value, &str, String, bool, i64, u64, usize, u16, Vec<String>, serde_json::Map<String, Value>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order() {
        let charge = object("charge").with("id", "x").with("amount", 5_i64).with_some("note", None::<&str>);
        assert_eq!(serde_json::to_string(&charge).unwrap(), r#"{"object":"charge","id":"x","amount":5}"#);
    }
}
