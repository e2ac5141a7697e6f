//! How loud the till is.

use serde::{Deserialize, Serialize};

/// How loud the till is. Each sound has a visible mark too, which no volume takes away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Volume {
    /// No tone and no vibration.
    Off,
    /// For a quiet shop.
    Soft,
    #[default]
    Loud,
}

/// Every volume, from silence up.
pub const VOLUMES: [(Volume, &str); 3] =
    [(Volume::Off, "off"), (Volume::Soft, "soft"), (Volume::Loud, "loud")];

impl Volume {
    pub fn as_str(self) -> &'static str {
        VOLUMES.iter().find(|(volume, _)| *volume == self).map_or("loud", |(_, word)| word)
    }

    pub fn parse(word: &str) -> Option<Self> {
        VOLUMES.iter().find(|(_, known)| *known == word).map(|(volume, _)| *volume)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_volume_is_found_by_its_word() {
        for (volume, word) in VOLUMES {
            assert_eq!((volume.as_str(), Volume::parse(word)), (word, Some(volume)));
        }
        assert_eq!(Volume::parse("deafening"), None);
    }
}
