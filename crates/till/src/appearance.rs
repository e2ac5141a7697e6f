//! Whether the till is light or dark.

use serde::{Deserialize, Serialize};

/// Whether the till is light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// As the device is: light by day, dark at night, or what its user has set.
    #[default]
    Device,
    Light,
    Dark,
}

/// Every appearance, with its word.
pub const APPEARANCES: [(Appearance, &str); 3] =
    [(Appearance::Device, "device"), (Appearance::Light, "light"), (Appearance::Dark, "dark")];

impl Appearance {
    pub fn as_str(self) -> &'static str {
        APPEARANCES.iter().find(|(appearance, _)| *appearance == self).map_or("device", |(_, word)| word)
    }

    pub fn parse(word: &str) -> Option<Self> {
        APPEARANCES.iter().find(|(_, known)| *known == word).map(|(appearance, _)| *appearance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_appearance_is_found_by_its_word() {
        for (appearance, word) in APPEARANCES {
            assert_eq!((appearance.as_str(), Appearance::parse(word)), (word, Some(appearance)));
        }
        assert_eq!(Appearance::parse("sepia"), None);
    }
}
