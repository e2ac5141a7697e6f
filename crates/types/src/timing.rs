//! Every wait of the product. The defaults are the rules of the schemes; only test mode may shorten them.

use serde::{Deserialize, Serialize};

/// All waits, in milliseconds. Sources: rules P5, P6, P8, P11 (`docs/rules`) and the documentation of the
/// wallet schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// A scan older than this is refused: the wallet changes its code every minute (P8).
    pub code_fresh_ms: u64,
    /// A charge that was not begun this long after its PUT is never begun (P5).
    pub permit_ms: u64,
    /// The timeout of a money POST (P6).
    pub money_answer_ms: u64,
    /// The timeout of a read.
    pub read_answer_ms: u64,
    /// A pending charge is first read this long after its creation.
    pub read_first_ms: u64,
    /// Afterwards it is read at this interval.
    pub read_every_ms: u64,
    /// A charge pending longer than this is read slowly.
    pub read_slow_after_ms: u64,
    /// The slow interval.
    pub read_slow_every_ms: u64,
    /// A charge that is pending longer than this is read rarely, until it is final at Omise.
    pub read_rare_after_ms: u64,
    /// The rare interval.
    pub read_rare_every_ms: u64,
    /// The interval of all reads while webhooks arrive: they bring the outcome, and reads only confirm it.
    pub read_relaxed_every_ms: u64,
    /// The longest pause after a provider has answered that it is busy.
    pub read_backoff_max_ms: u64,
    /// A refused or lost expire is repeated after this long (P11).
    pub expire_again_ms: u64,
    /// The proxy cancels a payment after this long, if no till did (P11).
    pub proxy_deadline_ms: u64,
    /// A payment that ended unpaid is read again after this long, in case it was paid late (P15)…
    pub watch_first_ms: u64,
    /// …then after this long…
    pub watch_second_ms: u64,
    /// …then after this long…
    pub watch_third_ms: u64,
    /// …and then at this interval…
    pub watch_every_ms: u64,
    /// …until this long after the charge's own expiry.
    pub watch_beyond_ms: u64,
    /// A charge is confirmed absent only if its POST has been over for this long (P14).
    pub absent_quiet_ms: u64,
    /// The two complete lists that confirm an absence are this far apart (P14).
    pub absent_apart_ms: u64,
    /// How long calls in progress may take when the proxy is told to stop.
    pub drain_ms: u64,
    /// A late success needs review if nobody decides within this time (P16).
    pub decide_ms: u64,
    /// The two reads that must agree before an automatic refund are this far apart (P16).
    pub return_apart_ms: u64,
    /// The interval at which the provider's refunds are searched for refunds that were made elsewhere.
    pub reconcile_every_ms: u64,
    /// The interval at which an unknown account, or one whose key is refused, is read again (P1).
    pub identify_every_ms: u64,
    /// No payment is cancelled sooner than this after its creation: WeChat forbids it (P11).
    pub end_earliest_ms: u64,
    /// The waits of the till.
    #[serde(flatten)]
    pub till: TillTiming,
}

/// The waits of the till, in milliseconds, as `GET /v1/terminal` sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct TillTiming {
    /// The till replaces a PUT without an answer by a cancel after this long (P8).
    pub put_answer_ms: u64,
    /// The pause between two tries of the till to reach the proxy.
    pub call_again_ms: u64,
    /// The till cancels a payment after this long (P11).
    pub till_deadline_ms: u64,
    /// The interval of the till's polls while the event stream is open.
    pub poll_beside_stream_ms: u64,
    /// The interval of the till's polls without a stream.
    pub poll_alone_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            code_fresh_ms: 45_000,
            permit_ms: 5_000,
            money_answer_ms: 64_000,
            read_answer_ms: 20_000,
            read_first_ms: 5_000,
            read_every_ms: 3_000,
            read_slow_after_ms: 75_000,
            read_slow_every_ms: 15_000,
            read_rare_after_ms: 300_000,
            read_rare_every_ms: 600_000,
            read_relaxed_every_ms: 15_000,
            read_backoff_max_ms: 60_000,
            expire_again_ms: 3_000,
            proxy_deadline_ms: 75_000,
            watch_first_ms: 30_000,
            watch_second_ms: 240_000,
            watch_third_ms: 3_600_000,
            watch_every_ms: 21_600_000,
            watch_beyond_ms: 86_400_000,
            absent_quiet_ms: 120_000,
            absent_apart_ms: 60_000,
            drain_ms: 28_000,
            decide_ms: 60_000,
            return_apart_ms: 20_000,
            reconcile_every_ms: 600_000,
            identify_every_ms: 5_000,
            end_earliest_ms: 15_000,
            till: TillTiming::default(),
        }
    }
}

impl Default for TillTiming {
    fn default() -> Self {
        Self {
            put_answer_ms: 15_000,
            call_again_ms: 1_000,
            till_deadline_ms: 60_000,
            poll_beside_stream_ms: 5_000,
            poll_alone_ms: 2_000,
        }
    }
}

impl Timing {
    /// The pause until the next read of a charge that has been pending for `age_ms`.
    pub fn read_pause_ms(&self, age_ms: u64) -> u64 {
        if age_ms < self.read_first_ms {
            self.read_first_ms - age_ms
        } else if age_ms < self.read_slow_after_ms {
            self.read_every_ms
        } else if age_ms < self.read_rare_after_ms {
            self.read_slow_every_ms
        } else {
            self.read_rare_every_ms
        }
    }

    /// The pause before a step without effect is repeated, `age_ms` after it was first wanted.
    pub fn again_pause_ms(&self, age_ms: u64) -> u64 {
        self.expire_again_ms.max(self.read_pause_ms(age_ms.max(self.read_first_ms)))
    }

    /// The same waits with slower reads, for an account whose webhooks bring the outcomes.
    #[must_use]
    pub fn relaxed(self) -> Self {
        let pace = |wait_ms: u64| wait_ms.max(self.read_relaxed_every_ms);
        Self { read_first_ms: pace(self.read_first_ms), read_every_ms: pace(self.read_every_ms), ..self }
    }

    /// When a payment that ended unpaid at `ended_ms` is next read, after `now_ms` (P15).
    pub fn watch_next_ms(&self, ended_ms: u64, now_ms: u64) -> u64 {
        let looks = [self.watch_first_ms, self.watch_second_ms, self.watch_third_ms];
        let early =
            looks.into_iter().map(|look_ms| ended_ms.saturating_add(look_ms)).find(|at_ms| now_ms < *at_ms);
        early.unwrap_or(now_ms.saturating_add(self.watch_every_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_is_read_after_five_seconds_and_then_every_three() {
        let timing = Timing::default();
        assert_eq!(timing.read_pause_ms(0), 5_000);
        assert_eq!(timing.read_pause_ms(4_000), 1_000);
        assert_eq!(timing.read_pause_ms(5_000), 3_000);
        assert_eq!(timing.read_pause_ms(80_000), 15_000);
        assert_eq!(timing.read_pause_ms(86_400_000), 600_000);
    }

    #[test]
    fn relaxed_reads_are_never_faster_than_the_others() {
        let relaxed = Timing::default().relaxed();
        assert_eq!((relaxed.read_first_ms, relaxed.read_every_ms), (15_000, 15_000));
        let slow = Timing { read_every_ms: 60_000, ..Timing::default() };
        assert_eq!(slow.relaxed().read_every_ms, 60_000);
    }

    #[test]
    fn calls_in_progress_finish_within_thirty_seconds_of_the_stop() {
        assert!(Timing::default().drain_ms + 1_000 <= 30_000);
    }

    #[test]
    fn a_till_reads_the_waits_of_a_newer_proxy() {
        assert!(serde_json::from_str::<TillTiming>(r#"{"till_deadline_ms": 500, "newer_ms": 1}"#).is_ok());
    }
}
