//! What a scanner, or something that says it is one, may send to a tablet.

use scantill_till::scan::hid::{Field, HidReader, ReportForm};
use scantill_till::scan::{Limits, Target, Trace, Wedge, keys};

use crate::engine::fuzz;

/// A descriptor's fields of ten bytes each, a zero, and reports with their length before them.
#[test]
fn hid_reports() {
    fuzz("hid_reports", |bytes| {
        let count = usize::from(bytes.first().copied().unwrap_or(0) % 8);
        let (fields, reports) = bytes.split_at(bytes.len().min(1 + count * 10));
        let fields = fields.get(1..).unwrap_or_default().chunks_exact(10).map(field).collect();
        let form = ReportForm { id: 2, fields };
        let mut reader = HidReader::new([&form]);
        let mut undescribed = HidReader::new([]);
        for (at_ms, report) in reports.chunks(65).enumerate() {
            let at_ms = at_ms as u64 * 10;
            let id = u8::try_from(report.len()).unwrap_or(u8::MAX);
            let _ = (reader.report(2, report, at_ms), undescribed.report(id, report, at_ms));
        }
    });
}

fn field(bytes: &[u8]) -> Field {
    let number = |from: usize| u32::from_le_bytes([bytes[from], bytes[from + 1], bytes[from + 2], 0]);
    let usages = [number(0) << 8 | u32::from(bytes[3]), 0x008C_00FE];
    let usages = usages[usize::from(bytes[9] & 1)..].to_vec();
    Field { usages, bits: number(3), count: number(6), is_constant: bytes[9] & 2 == 2 }
}

/// Keys as a browser names them, one a line, with the pause before each.
#[test]
fn keys_of_a_wedge() {
    fuzz("keys_of_a_wedge", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mut wedge = Wedge::new(Limits::default());
        let mut at_ms = 0_u64;
        for line in text.lines() {
            let mut parts = line.split(' ');
            let (pause, key) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            let code = parts.next().unwrap_or("");
            at_ms = at_ms.saturating_add(pause.parse().unwrap_or(10));
            let press = keys::KeyPress { key, code, shift: line.contains('^'), ..keys::KeyPress::default() };
            if let keys::Read::Key(key) = keys::read(&press) {
                let _ = wedge.key(at_ms, key, Target::Nowhere);
            }
            let _ = wedge.silence(at_ms);
        }
    });
}

#[test]
fn traces() {
    fuzz("traces", |bytes| {
        if let Ok(trace) = Trace::parse(&String::from_utf8_lossy(bytes)) {
            let _ = (trace.replay(Limits::default(), Target::Nowhere), trace.mean_gap_ms());
        }
    });
}
