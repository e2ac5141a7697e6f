//! Whether the words of a query occur in an object.

use serde_json::Value;

use crate::model::charge::Charge;
use crate::model::event::Event;
use crate::model::refund::Refund;

/// The words of a query, in lower case. Without words it matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct QueryWords {
    words: Vec<String>,
    /// Whether metadata is searched. Omise confirms neither.
    over_metadata: bool,
}

impl QueryWords {
    pub(crate) fn new(query: &str, over_metadata: bool) -> Self {
        let words = query.to_lowercase().split_whitespace().map(str::to_owned).collect();
        Self { words, over_metadata }
    }

    pub(crate) fn occur_in_charge(&self, charge: &Charge) -> bool {
        let mut texts = vec![charge.id.as_str(), charge.source.id.as_str(), charge.status.as_str()];
        texts.extend([charge.currency.code(), charge.source.kind.name()]);
        texts.extend(charge.description.as_deref());
        texts.extend(charge.failure.as_ref().map(|failure| failure.code.as_str()));
        texts.extend(self.of_metadata(&charge.metadata));
        self.occur_in(&texts)
    }

    pub(crate) fn occur_in_refund(&self, refund: &Refund) -> bool {
        let mut texts = vec![refund.id.as_str(), refund.charge.as_str(), refund.currency.code()];
        texts.extend(self.of_metadata(&refund.metadata));
        self.occur_in(&texts)
    }

    pub(crate) fn occur_in_event(&self, event: &Event) -> bool {
        self.occur_in(&[event.id.as_str(), event.key.name(), event.data.id()])
    }

    fn of_metadata<'a>(&self, metadata: &'a serde_json::Map<String, Value>) -> Vec<&'a str> {
        if self.over_metadata { metadata.values().filter_map(Value::as_str).collect() } else { Vec::new() }
    }

    fn occur_in(&self, texts: &[&str]) -> bool {
        self.words.iter().all(|word| texts.iter().any(|text| text.to_lowercase().contains(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_occur_somewhere() {
        let words = QueryWords::new("THB  lunch", false);
        assert!(words.occur_in(&["Two lunches", "thb"]));
        assert!(!words.occur_in(&["Two lunches", "sgd"]));
        assert!(QueryWords::new(" ", false).occur_in(&[]));
    }
}
