//! The shop's day: it starts when the shop says, in the shop's time zone.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use scantill_types::Timestamp;

use crate::storage::Device;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// The business day of a moment, as `2026-11-23`. A zone that is not known falls back to UTC.
pub(crate) fn business_day(at: Timestamp, device: &Device) -> String {
    let zone = TimeZone::get(&device.time_zone).unwrap_or(TimeZone::UTC);
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let date = moment.to_zoned(zone.clone()).date();
    let has_started = start_of_day(date, device.day_starts_minutes, zone).is_none_or(|start| start <= moment);
    if has_started { date } else { date.yesterday().unwrap_or(date) }.to_string()
}

/// When the business day of a moment began.
pub(crate) fn day_start(at: Timestamp, device: &Device) -> Timestamp {
    let zone = TimeZone::get(&device.time_zone).unwrap_or(TimeZone::UTC);
    let start = business_day(at, device)
        .parse()
        .ok()
        .and_then(|date| start_of_day(date, device.day_starts_minutes, zone));
    // Without one it is a day ago: no refund is counted too little.
    start.map_or(at.minus_ms(DAY_MS), |start| Timestamp(start.as_millisecond()))
}

/// The moment when the wall clock shows the shop's hour. A night that turns the clock is longer or shorter than others,
/// so the hour is looked up in the zone: a fixed number of hours from midnight would miss it.
fn start_of_day(date: Date, starts_minutes: i64, zone: TimeZone) -> Option<jiff::Timestamp> {
    let hour = i8::try_from(starts_minutes / 60).ok()?;
    let minute = i8::try_from(starts_minutes % 60).ok()?;
    let time = Time::new(hour, minute, 0, 0).ok()?;
    Some(date.to_datetime(time).to_zoned(zone).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantill_types::{DeviceId, StoreId, TerminalId};

    fn day(text: &str, time_zone: &str, day_starts_minutes: i64) -> String {
        let device = Device {
            id: DeviceId::parse("d").unwrap(),
            account: "demo".into(),
            store_id: StoreId::parse("store_1").unwrap(),
            store_name: "store 1".into(),
            time_zone: time_zone.into(),
            day_starts_minutes,
            terminal: TerminalId::parse("POS-01").unwrap(),
            session: crate::storage::Session::default(),
        };
        business_day(Timestamp::parse(text).unwrap(), &device)
    }

    #[test]
    fn a_sale_at_three_in_the_morning_belongs_to_yesterday() {
        assert_eq!(day("2026-11-23T03:59:00+07:00", "Asia/Bangkok", 240), "2026-11-22");
        assert_eq!(day("2026-11-23T04:00:00+07:00", "Asia/Bangkok", 240), "2026-11-23");
    }

    #[test]
    fn a_night_that_turns_the_clock_keeps_the_hour_of_the_shop() {
        let berlin = |text| day(text, "Europe/Berlin", 240);
        assert_eq!(berlin("2026-03-29T03:59:00+02:00"), "2026-03-28");
        assert_eq!(berlin("2026-03-29T04:30:00+02:00"), "2026-03-29");
        assert_eq!(berlin("2026-10-25T03:30:00+01:00"), "2026-10-24");
        assert_eq!(berlin("2026-10-25T04:00:00+01:00"), "2026-10-25");
    }

    #[test]
    fn a_day_that_starts_in_a_repeated_hour_starts_once() {
        let berlin = |text| day(text, "Europe/Berlin", 150);
        assert_eq!(berlin("2026-10-25T02:29:00+02:00"), "2026-10-24");
        assert_eq!(berlin("2026-10-25T02:30:00+02:00"), "2026-10-25");
        assert_eq!(berlin("2026-10-25T02:15:00+01:00"), "2026-10-25");
    }

    #[test]
    fn a_day_that_starts_in_a_skipped_hour_starts_after_it() {
        let berlin = |text| day(text, "Europe/Berlin", 150);
        assert_eq!(berlin("2026-03-29T01:59:00+01:00"), "2026-03-28");
        assert_eq!(berlin("2026-03-29T03:30:00+02:00"), "2026-03-29");
    }
}
