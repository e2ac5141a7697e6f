//! How objects are written, in each version of the API.

pub(crate) mod account;
pub(crate) mod charge;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod expanded;
pub(crate) mod json;
pub(crate) mod list;
pub(crate) mod object;
pub(crate) mod refund;
pub(crate) mod source;

use crate::model::money::Currency;
use crate::model::version::Version;

/// `"THB"` since 2019, `"thb"` before.
pub(crate) fn currency(currency: Currency, version: Version) -> String {
    match version {
        Version::V2017 => currency.code().to_lowercase(),
        Version::V2019 => currency.code().to_owned(),
    }
}

/// The name of the field with the time of creation.
pub(crate) const fn created(version: Version) -> &'static str {
    match version {
        Version::V2017 => "created",
        Version::V2019 => "created_at",
    }
}
