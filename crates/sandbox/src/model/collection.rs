//! Objects in the order of their creation, found by id.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::Moment;

/// An object that a collection holds and a list shows.
pub(crate) trait Entity {
    fn id(&self) -> &str;
    fn created_at(&self) -> Moment;
}

#[derive(Clone, Debug)]
pub(crate) struct Collection<T> {
    items: Vec<T>,
    index_by_id: HashMap<String, usize>,
}

impl<T> Default for Collection<T> {
    fn default() -> Self {
        Self { items: Vec::new(), index_by_id: HashMap::new() }
    }
}

impl<T: Entity> Collection<T> {
    pub(crate) fn put(&mut self, item: T) {
        self.index_by_id.insert(item.id().to_owned(), self.items.len());
        self.items.push(item);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&T> {
        self.items.get(*self.index_by_id.get(id)?)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut T> {
        self.items.get_mut(*self.index_by_id.get(id)?)
    }

    pub(crate) fn items(&self) -> &[T] {
        &self.items
    }

    /// Forgets the oldest quarter once there are more than `kept_max`, so that memory has a bound.
    pub(crate) fn trim(&mut self, kept_max: usize) {
        if self.items.len() > kept_max {
            let kept = self.items.split_off(self.items.len() - kept_max * 3 / 4);
            *self = kept.into_iter().collect();
        }
    }
}

impl<T: Entity> FromIterator<T> for Collection<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut collection = Self::default();
        items.into_iter().for_each(|item| collection.put(item));
        collection
    }
}

impl<T: Serialize> Serialize for Collection<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(serializer)
    }
}

impl<'de, T: Entity + Deserialize<'de>> Deserialize<'de> for Collection<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Item(String);

    impl Entity for Item {
        fn id(&self) -> &str {
            &self.0
        }

        fn created_at(&self) -> Moment {
            Moment::EPOCH
        }
    }

    #[test]
    fn the_oldest_are_forgotten_and_the_rest_still_found() {
        let mut collection: Collection<Item> = (0..9).map(|number| Item(number.to_string())).collect();
        collection.trim(8);
        assert_eq!(collection.items().len(), 6);
        assert_eq!(collection.find("2"), None);
        assert_eq!(collection.find("8"), Some(&Item("8".to_owned())));
    }
}
