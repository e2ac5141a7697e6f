//! Objects in the order of their creation, found by id.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::Moment;

/// What can stand on a shelf and in a list.
pub(crate) trait Kept {
    fn id(&self) -> &str;
    fn created_at(&self) -> Moment;
}

#[derive(Clone, Debug)]
pub(crate) struct Shelf<T> {
    items: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Kept> Shelf<T> {
    pub(crate) fn put(&mut self, item: T) {
        self.places.insert(item.id().to_owned(), self.items.len());
        self.items.push(item);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&T> {
        self.items.get(*self.places.get(id)?)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut T> {
        self.items.get_mut(*self.places.get(id)?)
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

impl<T: Kept> FromIterator<T> for Shelf<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut shelf = Self::default();
        items.into_iter().for_each(|item| shelf.put(item));
        shelf
    }
}

impl<T: Serialize> Serialize for Shelf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(serializer)
    }
}

impl<'de, T: Kept + Deserialize<'de>> Deserialize<'de> for Shelf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Item(String);

    impl Kept for Item {
        fn id(&self) -> &str {
            &self.0
        }

        fn created_at(&self) -> Moment {
            Moment::EPOCH
        }
    }

    #[test]
    fn the_oldest_are_forgotten_and_the_rest_still_found() {
        let mut shelf: Shelf<Item> = (0..9).map(|number| Item(number.to_string())).collect();
        shelf.trim(8);
        assert_eq!(shelf.items().len(), 6);
        assert_eq!(shelf.find("2"), None);
        assert_eq!(shelf.find("8"), Some(&Item("8".to_owned())));
    }
}
