//! The shop's day: it starts when the shop says, in the shop's time zone.

use jiff::tz::TimeZone;
use scantill_core::Timestamp;

use crate::store::Device;

/// The business day of a moment, as `2026-11-23`. A zone that is not known falls back to UTC.
pub(crate) fn business_day(at: Timestamp, device: &Device) -> String {
    let zone = TimeZone::get(&device.time_zone).unwrap_or(TimeZone::UTC);
    let shifted = at.0.saturating_sub(device.day_starts_minutes.saturating_mul(60_000));
    let moment = jiff::Timestamp::from_millisecond(shifted).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.to_zoned(zone).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantill_core::{DeviceId, StoreId, TerminalId};

    #[test]
    fn a_sale_at_three_in_the_morning_belongs_to_yesterday() {
        let device = Device {
            id: DeviceId::parse("d").unwrap(),
            account: "demo".into(),
            store_id: StoreId::parse("store_1").unwrap(),
            store_name: "store 1".into(),
            time_zone: "Asia/Bangkok".into(),
            day_starts_minutes: 240,
            terminal: TerminalId::parse("POS-01").unwrap(),
        };
        let day = |text: &str| business_day(Timestamp::parse(text).unwrap(), &device);
        assert_eq!(day("2026-11-23T03:59:00+07:00"), "2026-11-22");
        assert_eq!(day("2026-11-23T04:00:00+07:00"), "2026-11-23");
    }
}
