//! What a shop could improve about its scanner, judged by how a scan came.

use super::{Ended, Limits, Trace};
use scantill_types::payer_code::Kind;

/// What to change at a scanner that types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recommendation {
    /// Nothing: it is fast, and it sends a suffix.
    AllWell,
    /// Let it send Enter after each code: then no scan waits for silence.
    AddSuffix {
        /// The present wait for silence.
        wait_ms: u64,
    },
    /// It types more slowly than the limit allows: let it type faster, or raise the limit to this.
    RaiseLimit { limit_ms: u64 },
    /// It types so slowly that no limit would tell it from a hand: let it type faster.
    TypeFaster,
    /// It puts letters before or after the code: switch that off.
    DropLetters,
}

/// Limits are rounded up to this step.
const STEP_MS: u64 = 20;

impl Recommendation {
    /// The recommendation for a burst that came from a scanner.
    pub fn for_trace(trace: &Trace, limits: Limits) -> Self {
        let (limit_ms, needed_ms) = match trace.kind {
            Kind::Digits => (limits.digits_gap_ms_max(), trace.mean_gap_ms().saturating_mul(4) / 3),
            _ => (limits.mean_gap_ms_max(), trace.mean_gap_ms()),
        };
        let enough_ms = needed_ms.div_ceil(STEP_MS).saturating_add(1).saturating_mul(STEP_MS);
        if !trace.is_scan && limit_ms < trace.mean_gap_ms() {
            return if enough_ms <= super::LIMIT_MS_MAX {
                Self::RaiseLimit { limit_ms: enough_ms }
            } else {
                Self::TypeFaster
            };
        }
        if trace.kind == Kind::Other
            && trace.digits() >= scantill_types::payer_code::PAYER_CODE_LIVE_DIGITS_MIN
        {
            return Self::DropLetters;
        }
        match trace.ended {
            Ended::Silence => Self::AddSuffix { wait_ms: limits.pause_ms_max() },
            Ended::By(_) => Self::AllWell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(beats: &str, expected: Recommendation) {
        let trace = Trace::parse(&format!("scantill-trace-1 {beats}")).unwrap();
        assert_eq!(Recommendation::for_trace(&trace, Limits::default()), expected, "{beats}");
    }

    #[test]
    fn each_scanner_gets_its_own_advice() {
        let code = |gap_ms: u64| format!(" {gap_ms}#").repeat(17);
        check(&format!("alipay scan{} 10CR", code(10)), Recommendation::AllWell);
        check(&format!("alipay scan{}", code(10)), Recommendation::AddSuffix { wait_ms: 280 });
        check(&format!("alipay typing{} 160CR", code(160)), Recommendation::RaiseLimit { limit_ms: 180 });
        check(&format!("digits typing{} 120CR", code(120)), Recommendation::RaiseLimit { limit_ms: 180 });
        check(&format!("alipay typing{} 400CR", code(400)), Recommendation::TypeFaster);
        check(&format!("alipay scan{} 160CR", code(160)), Recommendation::AllWell);
        check(&format!("alipay typing{} 140CR", code(140)), Recommendation::AllWell);
        check(&format!("other scan 9a{} 9CR", code(9)), Recommendation::DropLetters);
    }
}
