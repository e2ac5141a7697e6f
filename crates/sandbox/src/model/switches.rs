//! Switches for questions that only the provider can answer; the default is the likely answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const CENTURY_MS: i64 = 100 * 365 * 24 * 60 * 60 * 1000;

/// How the simulator answers the open questions. Options give the first position; the control API moves them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    pub payers: Payers,
    pub metadata_on_patch: MetadataOnPatch,
    pub source_reuse: SourceReuse,
    pub search: SearchService,
    pub search_over_metadata: bool,
    /// The effect of expiring a pending charge whose payer has no orders.
    pub expire: Expiring,
    pub expire_of_paid: ExpiringPaid,
    pub refund_texts: RefundTexts,
    /// The existing source types. The capability lists only these.
    pub source_types: Vec<SourceTypeName>,
    /// Longer store and terminal fields are refused; `None` means no limit.
    pub store_field_length_max: Option<usize>,
    /// Longer metadata, in characters of its JSON, is refused; `None` means no limit.
    pub metadata_length_max: Option<usize>,
    /// Whether the wallet closes an unpaid charge after three minutes. If not, the charge expires at the end
    /// of its lifetime.
    pub wallet_closes: bool,
    /// 24 hours and 7 days have both been recorded.
    pub charge_lifetime_ms: i64,
    /// The clock of the lists runs ahead of that of the charges by this; negative when it is behind.
    pub list_clock_ahead_ms: i64,
    /// The `Date` header runs ahead by this.
    pub date_header_ahead_ms: i64,
    pub rate_limit: Option<RateLimit>,
    pub webhook_retries: Option<WebhookRetries>,
}

/// The behaviour of payers if the code orders no outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payers {
    /// Every payer approves within a second or two.
    #[default]
    Approve,
    /// Like real payers: most approve, some are asked first, some refuse, lack money or do nothing.
    World,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataOnPatch {
    #[default]
    Replace,
    Merge,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceReuse {
    #[default]
    Refused,
    Allowed,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchService {
    #[default]
    Works,
    /// 503 `search_unavailable`.
    Unavailable,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiring {
    #[default]
    Expires,
    /// 400 `failed_expire`, and paid a while later.
    RefusedThenPaid,
    /// Answered as expired; the next read says paid.
    LosesRace,
    /// Answered and read as expired, and paid a while later.
    ExpiredThenPaid,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiringPaid {
    /// 400 `failed_expire`.
    #[default]
    Refused,
    /// The whole amount is refunded, and the charge is returned.
    GivesBack,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundTexts {
    /// A sentence that says why.
    #[default]
    Worded,
    /// `refund failed` for every reason.
    Terse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceTypeName {
    BarcodeAlipay,
    AlipayplusUpm,
    WechatPayUpm,
}

/// More requests of one account than this in one span of time get a 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    pub requests: u64,
    pub per_ms: i64,
    /// Without it the 429 has no `Retry-After`.
    #[serde(default)]
    pub retry_after_s: Option<u64>,
}

/// A webhook without a 2xx answer is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookRetries {
    pub count: u32,
    pub after_ms: i64,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            payers: Payers::default(),
            metadata_on_patch: MetadataOnPatch::default(),
            source_reuse: SourceReuse::default(),
            search: SearchService::default(),
            search_over_metadata: false,
            expire: Expiring::default(),
            expire_of_paid: ExpiringPaid::default(),
            refund_texts: RefundTexts::default(),
            source_types: vec![
                SourceTypeName::BarcodeAlipay,
                SourceTypeName::AlipayplusUpm,
                SourceTypeName::WechatPayUpm,
            ],
            store_field_length_max: None,
            metadata_length_max: None,
            wallet_closes: true,
            charge_lifetime_ms: 7 * 24 * 60 * 60 * 1000,
            list_clock_ahead_ms: 0,
            date_header_ahead_ms: 0,
            rate_limit: None,
            webhook_retries: None,
        }
    }
}

/// A switch that does not exist, or a position that it does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SwitchError(String);

impl Switches {
    /// Sets one switch by its name; the value is JSON, or a word as it is.
    pub fn with(&self, name: &str, value: &str) -> Result<Self, SwitchError> {
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        self.with_all(&Map::from_iter([(name.to_owned(), value)]))
    }

    /// The same switches with the named ones set.
    pub(crate) fn with_all(&self, positions: &Map<String, Value>) -> Result<Self, SwitchError> {
        let mut all = serde_json::to_value(self).map_err(|error| SwitchError(error.to_string()))?;
        if let Some(all) = all.as_object_mut() {
            all.extend(positions.clone());
        }
        let moved: Self = serde_json::from_value(all).map_err(|error| SwitchError(error.to_string()))?;
        moved.check().map_err(|refusal| SwitchError(refusal.to_owned())).map(|()| moved)
    }

    fn check(&self) -> Result<(), &'static str> {
        let century = -CENTURY_MS..=CENTURY_MS;
        if self.source_types.is_empty() {
            return Err("source_types must name a source type");
        }
        if !(1..=CENTURY_MS).contains(&self.charge_lifetime_ms) {
            return Err("charge_lifetime_ms must be from 1 to a hundred years");
        }
        if !century.contains(&self.list_clock_ahead_ms) || !century.contains(&self.date_header_ahead_ms) {
            return Err("a clock can be a hundred years ahead or behind at most");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_set_by_its_name() {
        let switches = Switches::default();
        assert_eq!(switches.with("expire", "loses_race").unwrap().expire, Expiring::LosesRace);
        assert!(switches.with("search_over_metadata", "true").unwrap().search_over_metadata);
        let limited = switches.with("rate_limit", r#"{"requests":5,"per_ms":1000}"#).unwrap();
        assert_eq!(limited.rate_limit, Some(RateLimit { requests: 5, per_ms: 1000, retry_after_s: None }));
        assert_eq!(limited.with("rate_limit", "null").unwrap(), switches);
    }

    #[test]
    fn what_does_not_exist_is_refused_by_name() {
        let refused = |name, value| Switches::default().with(name, value).unwrap_err().to_string();
        assert!(refused("colour", "red").contains("colour"));
        assert!(refused("expire", "perhaps").contains("perhaps"));
        assert!(refused("source_types", "[]").contains("source_types"));
        assert!(refused("charge_lifetime_ms", "0").contains("charge_lifetime_ms"));
        assert!(refused("list_clock_ahead_ms", "-9223372036854775808").contains("hundred years"));
    }
}
