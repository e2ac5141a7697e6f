//! The languages of the customer's screen, in the order of their size.

use std::fmt;

use scantill_till::catalogue::{self, LANGUAGES};

/// At least one language, the largest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Languages(Vec<&'static str>);

impl Default for Languages {
    /// Those who pay with such a wallet come from many countries, most of them from China.
    fn default() -> Self {
        Self(vec!["zh-Hans", "en", "th"])
    }
}

impl Languages {
    /// Reads what `to_string` wrote.
    pub(super) fn parse(text: &str) -> Self {
        let mut tags: Vec<&'static str> = text.split(',').filter_map(catalogue::named).collect();
        tags.dedup();
        if tags.is_empty() { Self::default() } else { Self(tags) }
    }

    /// Adds a language behind the others, or takes it away. The last one stays.
    pub(super) fn toggle(&mut self, tag: &str) {
        let Some(tag) = catalogue::named(tag) else { return };
        match self.0.iter().position(|known| *known == tag) {
            Some(index) if 1 < self.0.len() => {
                self.0.remove(index);
            }
            Some(_) => {}
            None => self.0.push(tag),
        }
    }

    pub(crate) fn contains(&self, tag: &str) -> bool {
        self.0.contains(&tag)
    }

    /// Their own names for themselves, in order.
    pub(crate) fn names(&self) -> String {
        let name =
            |tag: &&str| LANGUAGES.iter().find(|(known, _)| known == tag).map_or("", |(_, name)| *name);
        self.0.iter().map(name).collect::<Vec<_>>().join(" · ")
    }

    pub(super) fn tags(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for Languages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(","))
    }
}
