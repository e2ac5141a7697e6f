//! Recorded and generated reports.

use super::*;
use crate::scan::hid::Field;
use proptest::prelude::*;

const RECORDED: &str = include_str!("../../../../fixtures/hid-recorded-scans.json");
const CODE: &[u8] = b"28763443825664394";

#[derive(Clone, Copy, Debug)]
enum Form {
    Honeywell,
    Zebra,
    WithoutAim,
}

const FORMS: [Form; 3] = [Form::Honeywell, Form::Zebra, Form::WithoutAim];

/// A report as a scanner of this form builds it. The bytes behind the data are left from an earlier scan.
fn report(form: Form, aim: [u8; 3], data: &[u8], maker_code: u8, more: bool) -> Vec<u8> {
    let mut report = vec![b'7'; 63];
    report[0] = u8::try_from(data.len()).unwrap();
    let (at, code_at) = match form {
        Form::Honeywell => (4, 60),
        Form::Zebra => (5, 61),
        Form::WithoutAim => (1, 61),
    };
    match form {
        Form::Honeywell => report[1..4].copy_from_slice(&aim),
        Form::Zebra => {
            report[1] = 0;
            report[2..5].copy_from_slice(&aim);
        }
        Form::WithoutAim => {}
    }
    report[at..at + data.len()].copy_from_slice(data);
    report[code_at] = maker_code;
    report[62] = u8::from(more);
    report
}

fn code_report(form: Form) -> Vec<u8> {
    report(form, *b"]C0", CODE, b'j', false)
}

/// The text of digits that was read; its AIM identifier is cut off.
fn read_text(verdict: HidVerdict) -> Option<String> {
    match verdict {
        HidVerdict::Scan(scan) => Some(scan.text.expose().trim_start_matches("]C0").to_owned()),
        _ => None,
    }
}

#[test]
fn recorded_reports_of_real_scanners_are_read() {
    let recorded: serde_json::Value = serde_json::from_str(RECORDED).unwrap();
    let mut seen = 0;
    for scan in recorded.as_array().unwrap() {
        let mut reader = HidReader::default();
        let report_id = u8::try_from(scan["reportId"].as_u64().unwrap()).unwrap();
        for hex in scan["reports_hex_without_report_id"].as_array().unwrap() {
            let verdict = reader.report(report_id, &bytes(hex.as_str().unwrap()), 0);
            let HidVerdict::Scan(read) = verdict else { panic!("{verdict:?}") };
            let expected = format!("{}{}", scan["aim"].as_str().unwrap(), scan["expected"].as_str().unwrap());
            assert_eq!(read.text.expose(), expected);
            seen += 1;
        }
    }
    assert_eq!(seen, 2);
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_known_forms_are_read_without_a_descriptor() {
    for form in FORMS {
        let read = read_text(HidReader::default().report(2, &code_report(form), 5));
        assert_eq!(read.as_deref(), Some("28763443825664394"), "{form:?}");
    }
}

#[test]
fn the_scanners_own_descriptor_comes_first() {
    let field = |usage, bits, count| Field { usages: vec![usage], bits, count, is_constant: false };
    let fields = vec![field(0x008C_00FE, 8, 20), field(0x0001_003B, 8, 1), field(0x008C_00FB, 8, 3)];
    let forms = [ReportForm { id: 9, fields }];
    let mut reader = HidReader::new(&forms);
    let mut report = CODE.to_vec();
    report.extend([0, 0, 0, 17]);
    report.extend(b"]C0");
    assert_eq!(read_text(reader.report(9, &report, 0)).as_deref(), Some("28763443825664394"));
    assert_eq!(reader.report(2, &code_report(Form::Honeywell), 0), HidVerdict::NotAScan, "another report");
}

#[test]
fn a_long_text_over_several_reports_is_joined() {
    for form in FORMS {
        let text: Vec<u8> = (0..8 * 56).map(|index| b'a' + u8::try_from(index % 26).unwrap()).collect();
        let mut reader = HidReader::default();
        let mut read = None;
        for (index, piece) in text.chunks(56).enumerate() {
            let verdict = reader.report(2, &report(form, *b"]Q1", piece, b's', index < 7), index as u64 * 10);
            assert_eq!(verdict == HidVerdict::More, index < 7);
            read = read_text(verdict);
        }
        let read = read.unwrap();
        assert_eq!(read.trim_start_matches("]Q1").as_bytes(), text, "{form:?}");
    }
}

#[test]
fn a_scan_whose_end_never_came_does_not_spoil_the_next() {
    let mut reader = HidReader::default();
    let head = report(Form::Honeywell, *b"]Q1", b"https://exam", b's', true);
    assert_eq!(reader.report(2, &head, 0), HidVerdict::More);
    let read = read_text(reader.report(2, &code_report(Form::Honeywell), 2_000));
    assert_eq!(read.as_deref(), Some("28763443825664394"));
}

#[test]
fn a_scan_in_many_reports_is_read_up_to_a_bound() {
    for (parts, is_whole) in [(80_usize, true), (81, false)] {
        let mut reader = HidReader::default();
        for part in 0..parts {
            let part_of = report(Form::Honeywell, *b"]Q1", &[b'7'; 51], b's', part + 1 < parts);
            let verdict = reader.report(2, &part_of, 0);
            let HidVerdict::Scan(scan) = verdict else { continue };
            assert_eq!(scan.text.expose().len() == parts * 51 + 3, is_whole, "{parts}");
        }
    }
}

#[test]
fn an_answer_to_a_command_is_no_scan() {
    for (aim, maker_code) in [(*b"]X0", b'?'), (*b"]Z6", b'6')] {
        let answer = report(Form::Honeywell, aim, b"REVINF: 28763443825664394", maker_code, false);
        assert_eq!(HidReader::default().report(2, &answer, 0), HidVerdict::Answer);
    }
}

#[test]
fn a_scan_that_resembles_an_answer_in_one_thing_is_a_scan() {
    for (aim, maker_code) in [(*b"]X0", b'j'), (*b"]C0", b'?')] {
        let scan = report(Form::Honeywell, aim, CODE, maker_code, false);
        assert!(matches!(HidReader::default().report(2, &scan, 0), HidVerdict::Scan(_)), "{aim:?}");
    }
}

#[test]
fn data_without_a_length_ends_at_the_first_zero() {
    let field = |usage, count| Field { usages: vec![usage], bits: 8, count, is_constant: false };
    let fields = vec![field(0x008C_00FB, 3), field(0x008C_00FE, 56)];
    let mut reader = HidReader::new(&[ReportForm { id: 2, fields }]);
    assert!(format!("{reader:?}").starts_with("HidReader { layouts: ["));
    for (aim, read) in [(b"]Q1", "]Q128763443825664394"), (b"abc", "28763443825664394")] {
        let mut report = [aim, CODE, &[0], b"of an earlier scan"].concat();
        report.resize(59, b'7');
        assert_eq!(read_text(reader.report(2, &report, 0)).as_deref(), Some(read), "an identifier or none");
    }
}

#[test]
fn a_broken_report_is_no_scan() {
    let mut too_long = code_report(Form::Honeywell);
    too_long[0] = 57;
    let cut = &code_report(Form::Honeywell)[..12];
    let empty = report(Form::Honeywell, *b"]C0", b"", b'j', false);
    for report in [too_long.as_slice(), cut, &empty, &[], &[1], &[255; 63]] {
        assert_eq!(HidReader::default().report(2, report, 0), HidVerdict::NotAScan, "{report:?}");
    }
}

#[test]
fn a_suffix_in_the_data_is_cut_off() {
    for suffix in ["\r", "\n", "\r\n", "\t"] {
        let data = [CODE, suffix.as_bytes()].concat();
        let read = HidReader::default().report(2, &report(Form::Zebra, *b"]C0", &data, b'j', false), 0);
        assert_eq!(read_text(read).as_deref(), Some("28763443825664394"), "{suffix:?}");
    }
}

proptest! {
    #[test]
    fn every_code_is_read_in_every_form(code in "[0-9]{10,32}", form in 0..3_usize) {
        let report = report(FORMS[form], *b"]C0", code.as_bytes(), b'j', false);
        prop_assert_eq!(read_text(HidReader::default().report(2, &report, 0)), Some(code));
    }

    #[test]
    fn no_reports_panic(reports in prop::collection::vec((0..4_u8, prop::collection::vec(any::<u8>(), 0..80), 0..2_000_u64), 0..40)) {
        let field = |usage, bits, count| Field { usages: vec![usage], bits, count, is_constant: false };
        let described = [ReportForm { id: 2, fields: vec![field(0x008C_00FE, 8, 56), field(0x008C_00FF, 1, 1)] }];
        for mut reader in [HidReader::default(), HidReader::new(&described)] {
            let mut at_ms = 0;
            for (report_id, report, gap_ms) in &reports {
                at_ms += gap_ms;
                let _ = reader.report(*report_id, report, at_ms);
            }
        }
    }
}
