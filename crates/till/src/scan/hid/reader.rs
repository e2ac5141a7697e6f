//! Reads a scanner's reports.

use super::layout::{Layout, ReportForm};
use crate::scan::{Scan, ScanText};

/// The report in which scanners of unknown layout send scans.
const SCAN_REPORT: u8 = 2;
/// The next report of one scan comes within this time. On a busy machine it is late, and must not pass for a
/// scan of its own.
const NEXT_REPORT_MS_MAX: u64 = 1_500;
/// The longest scan that is joined.
const SCAN_BYTES_MAX: usize = 4096;
/// Honeywell's scanners answer a command by a report like a scan's, with one of these AIM identifiers and one
/// of these letters for the symbology.
const ANSWER_AIMS: [&[u8]; 2] = [b"]X0", b"]Z6"];
const ANSWER_CODES: [u8; 2] = [b'?', b'6'];

/// Reads the reports of one scanner.
#[derive(Clone, Default)]
pub struct HidReader {
    layouts: Vec<Layout>,
    pending: Option<Pending>,
}

impl std::fmt::Debug for HidReader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("HidReader").field("layouts", &self.layouts).finish_non_exhaustive()
    }
}

/// The beginning of a scan that is not complete yet.
#[derive(Clone)]
struct Pending {
    aim: Vec<u8>,
    bytes: Vec<u8>,
    at_ms: u64,
}

/// What a report contained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HidVerdict {
    /// A complete scan, with its AIM identifier in front if the scanner sent one.
    Scan(Scan),
    /// A part of a scan; more follows.
    More,
    /// An answer to a command: no scan.
    Answer,
    /// Not a report of a scan, or a broken one.
    NotAScan,
}

/// The fields of one report.
struct Part<'a> {
    aim: &'a [u8],
    bytes: &'a [u8],
    maker_code: Option<u8>,
    more: bool,
}

impl HidReader {
    /// A reader for a scanner with these report forms.
    pub fn new<'a>(forms: impl IntoIterator<Item = &'a ReportForm>) -> Self {
        Self { layouts: forms.into_iter().filter_map(Layout::of).collect(), pending: None }
    }

    /// Whether the scanner's own descriptor gives the place of its data.
    pub fn is_described(&self) -> bool {
        !self.layouts.is_empty()
    }

    /// Takes a report, without its id in front.
    pub fn report(&mut self, report_id: u8, report: &[u8], at_ms: u64) -> HidVerdict {
        let Some(layout) = self.layout(report_id, report) else { return HidVerdict::NotAScan };
        let Some(part) = part(layout, report) else {
            self.pending = None;
            return HidVerdict::NotAScan;
        };
        if part.is_answer() {
            return HidVerdict::Answer;
        }
        let pending = self.pending.take().filter(|pending| {
            at_ms.saturating_sub(pending.at_ms) <= NEXT_REPORT_MS_MAX
                && pending.bytes.len() + part.bytes.len() <= SCAN_BYTES_MAX
        });
        let (aim, mut bytes) =
            pending.map_or_else(|| (part.aim.to_vec(), Vec::new()), |pending| (pending.aim, pending.bytes));
        bytes.extend_from_slice(part.bytes);
        if part.more {
            self.pending = Some(Pending { aim, bytes, at_ms });
            return HidVerdict::More;
        }
        match text(&aim, &bytes) {
            Some(text) => HidVerdict::Scan(Scan { text: ScanText::new(text), at_ms }),
            None => HidVerdict::NotAScan,
        }
    }

    fn layout(&self, report_id: u8, report: &[u8]) -> Option<Layout> {
        if self.is_described() {
            return self.layouts.iter().find(|layout| layout.report_id == report_id).copied();
        }
        (report_id == SCAN_REPORT).then(|| Layout::guess(report_id, report))
    }
}

impl Part<'_> {
    fn is_answer(&self) -> bool {
        ANSWER_AIMS.contains(&self.aim) && self.maker_code.is_some_and(|code| ANSWER_CODES.contains(&code))
    }
}

/// The fields of a report; `None` if it is cut short or contradicts itself. The bytes behind the data's
/// length may be anything, so nothing is read up to a zero.
fn part(layout: Layout, report: &[u8]) -> Option<Part<'_>> {
    let field = report.get(layout.data..)?;
    let length = match layout.length {
        Some(at) => usize::from(*report.get(at)?),
        None => field.iter().position(|byte| *byte == 0).unwrap_or(field.len()),
    };
    if layout.data_bytes < length {
        return None;
    }
    let aim = layout.aim.and_then(|at| report.get(at..at.checked_add(3)?));
    Some(Part {
        aim: aim.filter(|aim| is_aim(aim)).unwrap_or_default(),
        bytes: field.get(..length)?,
        maker_code: layout.maker_code.and_then(|at| report.get(at)).copied(),
        more: layout
            .continued
            .is_some_and(|bit| report.get(bit.byte).is_some_and(|byte| byte & bit.mask != 0)),
    })
}

fn is_aim(aim: &[u8]) -> bool {
    matches!(aim, [b']', letter, modifier] if letter.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric())
}

/// The text in UTF-8; if the bytes are no UTF-8, each becomes one character. `None` if there is no text.
fn text(aim: &[u8], bytes: &[u8]) -> Option<String> {
    let read = |bytes: &[u8]| {
        str::from_utf8(bytes)
            .map_or_else(|_| bytes.iter().copied().map(char::from).collect::<String>(), str::to_owned)
    };
    let body = read(bytes);
    let body = body.trim_end_matches(['\r', '\n', '\t', '\0']);
    (!body.is_empty()).then(|| read(aim) + body)
}

#[cfg(test)]
mod tests;
