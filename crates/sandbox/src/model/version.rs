//! The versions of the API.

use serde::{Deserialize, Serialize};

/// A version of the API, as the header `Omise-Version` names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Version {
    #[serde(rename = "2017-11-02")]
    V2017,
    #[default]
    #[serde(rename = "2019-05-29")]
    V2019,
}

impl Version {
    pub const ALL: [Self; 2] = [Self::V2017, Self::V2019];

    pub const fn name(self) -> &'static str {
        match self {
            Self::V2017 => "2017-11-02",
            Self::V2019 => "2019-05-29",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == text)
    }
}
